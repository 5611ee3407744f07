using System.Diagnostics;
using System.Globalization;
using Stateside.Conformance.Chaos;

namespace Stateside.Conformance.Hostile;

/// <summary>
/// Does to the service what a hostile client, definition or template can do, while another client measures: each attack to a process of its own
/// that may have so much memory and no more. What it does may fail; the others must not notice.
/// </summary>
internal static class HostileRun
{
    private const string Waits = "the other client waits";

    private static readonly TimeSpan Bearable = TimeSpan.FromSeconds(1);

    /// <summary>The other client measures at least as long.</summary>
    private static readonly TimeSpan Least = TimeSpan.FromSeconds(2);

    private static readonly IReadOnlyList<Attack> All =
        [.. EvaluationAttacks.All, .. ExecutionAttacks.All, .. ConnectionAttacks.All, .. StoreAttacks.All, .. TemplateAttacks.All];

    public static async Task<int> RunAsync(string[] options)
    {
        var (memory, program, isShort) = (1024L, ChaosRun.Service, false);
        var only = new List<string>();
        for (var i = 0; i < options.Length; i++)
        {
            switch (options[i])
            {
                case "--short":
                    isShort = true;
                    break;
                case "--only":
                    only.Add(options[++i]);
                    break;
                case "--memory":
                    memory = long.Parse(options[++i], CultureInfo.InvariantCulture);
                    break;
                case "--service":
                    program = options[++i];
                    break;
                case "--list":
                    foreach (var attack in All)
                        Console.WriteLine(attack.Name);
                    return 0;
            }
        }

        var attacks = All.Where(attack => only.Count > 0 ? only.Exists(name => attack.Name.Contains(name, StringComparison.OrdinalIgnoreCase)) : !isShort || attack.IsShort);
        var begin = Stopwatch.GetTimestamp();
        var (done, failed) = (0, 0);
        Console.WriteLine($"{"attack",-58} {"peak",8} {"p99",8} {"longest",8} {"took",7}  answer");
        foreach (var attack in attacks)
        {
            foreach (var isInMemory in attack.IsDurable && !isShort ? [true, false] : (bool[])[true])
            {
                done++;
                var faults = await RunAsync(attack, isInMemory, Path.GetFullPath(program), memory << 20);

                // Somebody else may have kept the machine busy: what harms does so again.
                if (faults is [Waits])
                    faults = await RunAsync(attack, isInMemory, Path.GetFullPath(program), memory << 20);
                failed += faults.Count == 0 ? 0 : 1;
            }
        }

        Console.WriteLine($"{done} attacks, {failed} of them harmed somebody, in {Stopwatch.GetElapsedTime(begin).TotalSeconds:0} s; {memory} MiB of memory allowed");
        return done > 0 && failed == 0 ? 0 : 1;
    }

    private static async Task<List<string>> RunAsync(Attack attack, bool isInMemory, string program, long memory)
    {
        var folder = Directory.CreateTempSubdirectory("stateside-hostile-").FullName;
        try
        {
            return await RunAsync(attack, isInMemory, program, memory, folder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<List<string>> RunAsync(Attack attack, bool isInMemory, string program, long memory, string folder)
    {
        if (attack.Template is { } template)
            await File.WriteAllTextAsync(Path.Combine(folder, "template.yaml"), template);
        await using var service = new ServiceProcess(program, folder, "http://127.0.0.1:9")
        {
            IsInMemory = isInMemory,
            HeapLimit = memory,
            Arguments = attack.IsReloaded ? ["--log-level", "warn"] : ["--no-reload", "--log-level", "warn"],
        };
        using var target = new Target(service, program, folder);
        using var bystander = new Bystander(service.Url);
        service.Start();
        await service.WhenReadyAsync(target.Client);
        bystander.Start();
        using var end = new CancellationTokenSource();
        var measuring = MeasureAsync(service, end.Token);

        var begin = Stopwatch.GetTimestamp();
        var faults = new List<string>();
        var answer = "";
        var attacking = attack.RunAsync(target);
        try
        {
            answer = await attacking.WaitAsync(attack.Patience);
        }
        catch (UnfitAnswerException e)
        {
            faults.Add(e.Message);
        }
        catch (TimeoutException)
        {
            faults.Add($"no end after {attack.Patience.TotalSeconds} s");
        }
        catch (Exception e) when (e is HttpRequestException or IOException or System.Net.Sockets.SocketException or OperationCanceledException)
        {
            faults.Add($"no answer: {e.Message}");
        }

        var took = Stopwatch.GetElapsedTime(begin);
        if (took < Least)
            await Task.Delay(Least - took);
        bystander.End();
        await end.CancelAsync();
        await measuring;
        if (service.ExitCode is { } code)
            faults.Insert(0, $"the service ended with exit code {code}: {string.Join(" / ", service.Complaints.TakeLast(3))}");
        if (service.PeakMemory > memory)
            faults.Add("too much memory");
        if (bystander.Percentile(0.99) > Bearable)
            faults.Add(Waits);
        if (bystander.Failures is [var first, ..] failures)
            faults.Add($"the other client had {failures.Count} bad answers: {first}");
        Console.WriteLine(
            $"{attack.Name + (isInMemory ? "" : " (durable)"),-58} {service.PeakMemory / 1048576.0,5:0} MB {bystander.Percentile(0.99).TotalMilliseconds,5:0} ms {bystander.Percentile(1).TotalMilliseconds,5:0} ms "
            + $"{took.TotalSeconds,5:0.0} s  {answer}{(faults.Count > 0 ? "VIOLATION: " + string.Join("; ", faults) : "")}");
        return faults;
    }

    private static async Task MeasureAsync(ServiceProcess service, CancellationToken end)
    {
        do
        {
            service.Measure();
            await Task.Delay(100, CancellationToken.None);
        }
        while (!end.IsCancellationRequested);
    }
}
