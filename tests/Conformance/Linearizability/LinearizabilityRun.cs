using System.Diagnostics;
using System.Globalization;
using Stateside.Conformance.Chaos;

namespace Stateside.Conformance.Linearizability;

/// <summary>
/// Sixteen clients ask for few things at the same time while the service is killed and held up. What they were answered must be what one client
/// could have been answered who asked one thing after the other, in an order that fits the times.
/// </summary>
internal static class LinearizabilityRun
{
    private const int Clients = 16;
    private const string Role = "arn:aws:iam::123456789012:role/linearizability";

    /// <summary>So long the same things are asked for; a search would take long where there are many requests.</summary>
    private static readonly TimeSpan Generation = TimeSpan.FromSeconds(2);

    public static async Task<int> RunAsync(string[] options)
    {
        var (seconds, kills, seed, program) = (30.0, 3, 1, ChaosRun.Service);
        for (var i = 0; i + 1 < options.Length; i += 2)
        {
            switch (options[i])
            {
                case "--seconds":
                    seconds = double.Parse(options[i + 1], CultureInfo.InvariantCulture);
                    break;
                case "--kills":
                    kills = int.Parse(options[i + 1], CultureInfo.InvariantCulture);
                    break;
                case "--seed":
                    seed = int.Parse(options[i + 1], CultureInfo.InvariantCulture);
                    break;
                case "--service":
                    program = options[i + 1];
                    break;
            }
        }

        var folder = Directory.CreateTempSubdirectory("stateside-linearizability-").FullName;
        try
        {
            return await RunAsync(TimeSpan.FromSeconds(seconds), kills, seed, Path.GetFullPath(program), folder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<int> RunAsync(TimeSpan time, int kills, int seed, string program, string folder)
    {
        var begin = Stopwatch.GetTimestamp();
        await using var service = new ServiceProcess(program, folder, "http://127.0.0.1:9");
        using var client = new StatesClient(service.Url);
        service.Start();
        await service.WhenReadyAsync(client);
        var makes = new SubjectMaker(client);
        await makes.PrepareAsync(Role);
        var all = new List<Subject>();
        IReadOnlyList<Subject> current = await makes.MakeAsync();
        all.AddRange(current);

        using var end = new CancellationTokenSource();
        var asking = Enumerable.Range(0, Clients).Select(i => Task.Run(() => AskAsync(new Random((seed * 100) + i)), CancellationToken.None)).ToList();
        var dead = new List<long>();
        var disturbing = Task.Run(() => DisturbAsync(service, client, kills, time, seed, dead), CancellationToken.None);
        while (!disturbing.IsCompleted)
        {
            await Task.Delay(Generation);
            current = await makes.MakeAsync();
            all.AddRange(current);
        }

        var pauses = await disturbing;
        await end.CancelAsync();
        await Task.WhenAll(asking);

        // What was acknowledged is there in the end.
        foreach (var subject in all)
            await subject.ReadAsync();
        await service.KillAsync();

        var took = Stopwatch.GetElapsedTime(begin);
        var checking = Stopwatch.GetTimestamp();
        var (violations, planted, found) = (0, 0, 0);
        foreach (var subject in all)
        {
            IReadOnlyList<Call> calls = [.. subject.Calls.Select(call => call.Until(dead))];
            if (subject.Holds(calls) is not true and var verdict)
            {
                violations++;
                Console.WriteLine($"VIOLATION: {subject.Name}: {(verdict is null ? "too many orders to tell" : "no order of its requests gives these answers")}");
                foreach (var call in Shortest(subject, calls).TakeLast(25))
                    Console.WriteLine($"  {call}");
            }
            else if (Stale(calls) is { } stale)
            {
                // Of some there are too many orders to tell.
                var verdictOfStale = subject.Holds(stale);
                planted += verdictOfStale is null ? 0 : 1;
                found += verdictOfStale is false ? 1 : 0;
            }
        }

        if (found < planted)
            violations++;
        var counts = all.SelectMany(subject => subject.Calls).ToList();
        Console.WriteLine($"{counts.Count} requests, {counts.Count(call => call.Answer is null)} of them without an answer, for {all.Count} executions, tokens, aliases and resources; at most "
            + $"{all.Max(subject => subject.Calls.Count)} for one");
        var longest = all.SelectMany(subject => subject.Calls.Select(call => (subject.Name, Call: call))).MaxBy(of => of.Call.End - of.Call.Begin);
        Console.WriteLine($"the longest took {Stopwatch.GetElapsedTime(longest.Call.Begin, longest.Call.End).TotalSeconds:0.0} s: {longest.Name} {longest.Call}");
        Console.WriteLine($"{kills} kills, {pauses} pauses, seed {seed}, in {took.TotalSeconds:0} s; checked in {Stopwatch.GetElapsedTime(checking).TotalSeconds:0.0} s");
        Console.WriteLine($"{planted} answers made stale on purpose, {found} of them found");
        Console.WriteLine($"{violations} violations");
        return violations == 0 ? 0 : 1;

        async Task AskAsync(Random random)
        {
            while (!end.IsCancellationRequested)
            {
                var subject = current[random.Next(current.Count)];
                await Task.Delay(random.Next(10));

                // A client that had no answer waits until there are some again, or it would have many requests that may have been done at any time.
                if (!await subject.AskAsync(random))
                    await client.AskAsync("ListActivities", []);
            }
        }
    }

    /// <summary>The requests up to the answer that no order explains any more.</summary>
    private static IReadOnlyList<Call> Shortest(Subject subject, IReadOnlyList<Call> calls)
    {
        var ends = calls.Where(call => call.Answer is not null).Select(call => call.End).Order().ToList();
        var (low, high) = (0, ends.Count - 1);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (subject.Holds(Until(ends[middle])) is true)
                low = middle + 1;
            else
                high = middle;
        }

        return Until(ends[low]);

        IReadOnlyList<Call> Until(long moment) => [.. calls.Where(call => call.Begin <= moment).Select(call => call.End > moment ? call with { Answer = null, Latest = long.MaxValue } : call)];
    }

    /// <summary>
    /// The last answer is what a client was told much earlier, and had changed since. Where a request had no answer, that one may have changed
    /// it back.
    /// </summary>
    private static List<Call>? Stale(IReadOnlyList<Call> calls)
    {
        if (calls.Any(call => call.Answer is null))
            return null;
        if (calls[^1] is not { Operation: "describe" or "list", Answer: { Length: > 0 } last }
            || calls.FirstOrDefault(call => call.Operation == calls[^1].Operation && call.Answer is { Length: > 0 }) is not { Answer: { } first } || first == last)
            return null;
        return [.. calls.Take(calls.Count - 1), calls[^1] with { Answer = first }];
    }

    /// <summary>Kills the service, and stops it for a while, at random moments.</summary>
    /// <returns>How often it was stopped.</returns>
    private static async Task<int> DisturbAsync(ServiceProcess service, StatesClient client, int kills, TimeSpan time, int seed, List<long> dead)
    {
        var random = new Random(seed);
        var (begin, pauses) = (Stopwatch.GetTimestamp(), 0);
        for (var i = 0; i < kills; i++)
        {
            await UntilAsync((i + (0.5 * random.NextDouble())) / kills);
            if (await service.PauseAsync(TimeSpan.FromMilliseconds(random.Next(100, 1000))))
                pauses++;
            await UntilAsync((i + 0.5 + (0.5 * random.NextDouble())) / kills);
            await service.KillAsync();
            dead.Add(Stopwatch.GetTimestamp());
            service.Start();
            await service.WhenReadyAsync(client);
        }

        await UntilAsync(1);
        return pauses;

        async Task UntilAsync(double part)
        {
            if ((time * part) - Stopwatch.GetElapsedTime(begin) is { Ticks: > 0 } pause)
                await Task.Delay(pause);
        }
    }
}
