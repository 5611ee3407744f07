using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;

namespace Stateside.Conformance.Chaos;

/// <summary>
/// Starts executions at full rate while the service is killed again and again at random moments, then checks that nothing that was
/// acknowledged is lost and that every history is whole.
/// </summary>
internal static class ChaosRun
{
    /// <summary>Where the build puts the service.</summary>
    public const string Service = "local/Service/bin/Release/net10.0/stateside.dll";

    public static async Task<int> RunAsync(string[] options)
    {
        var (kills, seconds, seed, rate, service) = (50, 150.0, 1, 250.0, Service);
        for (var i = 0; i + 1 < options.Length; i += 2)
        {
            switch (options[i])
            {
                case "--kills":
                    kills = int.Parse(options[i + 1], CultureInfo.InvariantCulture);
                    break;
                case "--seconds":
                    seconds = double.Parse(options[i + 1], CultureInfo.InvariantCulture);
                    break;
                case "--seed":
                    seed = int.Parse(options[i + 1], CultureInfo.InvariantCulture);
                    break;
                case "--rate":
                    rate = double.Parse(options[i + 1], CultureInfo.InvariantCulture);
                    break;
                case "--service":
                    service = options[i + 1];
                    break;
            }
        }

        var folder = Directory.CreateTempSubdirectory("stateside-chaos-").FullName;
        try
        {
            return await RunAsync(kills, TimeSpan.FromSeconds(seconds), seed, rate, Path.GetFullPath(service), folder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<int> RunAsync(int kills, TimeSpan time, int seed, double rate, string program, string folder)
    {
        var begin = Stopwatch.GetTimestamp();
        await using var functions = await LambdaEndpoint.StartAsync(seed);
        await using var service = new ServiceProcess(program, folder, functions.Url, ChaosMachines.Bucket);
        using var client = new StatesClient(service.Url);
        service.Start();
        await service.WhenReadyAsync(client);
        await client.PutAsync(ChaosMachines.Bucket, ChaosMachines.ItemsKey, ChaosMachines.ItemLines);
        await client.GetAsync("CreateActivity", new JsonObject { ["name"] = ChaosMachines.Activity.Split(':')[^1] });
        foreach (var machine in ChaosMachines.All)
        {
            await client.GetAsync("CreateStateMachine", new JsonObject
            {
                ["name"] = machine.Name,
                ["definition"] = machine.Definition,
                ["roleArn"] = "arn:aws:iam::123456789012:role/chaos",
            });
        }

        var driver = new ChaosDriver(client, functions, seed, rate);
        using var end = new CancellationTokenSource();
        var starting = driver.StartAsync(end.Token);
        var answering = driver.AnswerAsync();
        using var over = new CancellationTokenSource();
        var working = driver.WorkAsync(over.Token);
        var early = await KillAsync(service, client, kills, time, seed);
        await end.CancelAsync();
        await starting;
        var startsEnd = Stopwatch.GetElapsedTime(begin);
        var check = new ChaosCheck(client, functions, driver);
        await check.WhenIdleAsync(TimeSpan.FromMinutes(3));
        await driver.WhenRedrivenAsync();
        functions.EndDeliveries();
        await answering;
        await check.RunAsync();
        await over.CancelAsync();
        await service.KillAsync();
        await working;
        var file = Path.Combine(folder, "stateside.db");
        check.CheckFile(file);

        // That what fails on purpose has failed is told, and right so.
        foreach (var complaint in service.Complaints.Where(line => !ChaosMachines.Started.Any(machine => machine.IsRedriven && line.Contains(machine.Name, StringComparison.Ordinal))))
            check.Violations.Add($"the service wrote: {complaint}");

        var invocations = functions.Invocations.Values.Sum();
        var repeated = functions.Invocations.Count(pair => pair.Value > 1 && !pair.Key.Contains("/Increment/", StringComparison.Ordinal) && !pair.Key.Contains("/Fragile/", StringComparison.Ordinal));
        var acknowledged = driver.Tokens.Values.Sum(answers => answers.Acknowledged.Count);
        var starts = service.Starts.Select(start => start.TotalSeconds).Order().ToList();
        Show("kills", $"{kills}, {early} of them before the service was ready");
        Show("executions acknowledged", $"{driver.Started.Count} in {startsEnd.TotalSeconds:0} s: "
            + string.Join(", ", driver.Started.GroupBy(execution => execution.Machine.Name).OrderBy(group => group.Key).Select(group => $"{group.Count()} {group.Key}")));
        Show("tokens acknowledged", $"{acknowledged} of {driver.Tokens.Count}");
        Show("redrives acknowledged", $"{driver.Redrives.Values.Sum(redrives => redrives.Acknowledged)} of {driver.Redrives.Count} executions");
        Show("requests without an answer", $"{client.Interrupted}");
        Show("events checked", $"{check.Events}, with {check.Attempts} attempts at tasks");
        Show("invocations", $"{invocations}; {repeated} pieces of work that never fail were asked for more than once");
        Show("ready after a kill", $"{starts[starts.Count / 2]:0.00} s in the median, {starts[^1]:0.00} s at most");
        Show("peak memory of the service", $"{service.PeakMemory / 1048576.0:0} MiB");
        Show("data file", $"{new FileInfo(file).Length / 1048576.0:0.0} MiB");
        Show("violations", $"{check.Violations.Count}");
        Show("took", $"{Stopwatch.GetElapsedTime(begin).TotalSeconds:0} s, seed {seed}");
        foreach (var violation in check.Violations.Take(10))
            Console.WriteLine($"  {violation}");
        return check.Violations.IsEmpty ? 0 : 1;
    }

    /// <summary>Kills the service at random moments, some of them while it starts, and starts it again.</summary>
    /// <returns>How often it was killed before it was ready.</returns>
    private static async Task<int> KillAsync(ServiceProcess service, StatesClient client, int kills, TimeSpan time, int seed)
    {
        var random = new Random(seed);
        var early = 0;
        var begin = Stopwatch.GetTimestamp();
        for (var i = 0; i < kills; i++)
        {
            // The moments lie anywhere in equal parts of the time, so that the run takes as long as it was told.
            var moment = time * ((i + random.NextDouble()) / kills);
            var pause = moment - Stopwatch.GetElapsedTime(begin);
            await Task.Delay(pause > TimeSpan.Zero ? pause : TimeSpan.FromMilliseconds(random.Next(20, 300)));
            await service.KillAsync();
            service.Start();
            if (i < kills - 1 && random.Next(6) == 0)
            {
                early++;
                i++;
                await Task.Delay(random.Next(50, 900));
                await service.KillAsync();
                service.Start();
            }

            await service.WhenReadyAsync(client);
        }

        return early;
    }

    private static void Show(string what, string figure) => Console.WriteLine($"{what,-28} {figure}");
}
