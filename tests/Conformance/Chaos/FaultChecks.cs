using System.Diagnostics;
using Stateside.Engine.Execution;
using Stateside.Engine.Execution.Running;
using Stateside.Engine.History;
using Stateside.Engine.Store;
using Stateside.Engine.Store.Data;
using Stateside.Language.Json;
using Stateside.Language.Validation;
using JsonObject = System.Text.Json.Nodes.JsonObject;
using JsonValue = Stateside.Language.Json.JsonValue;

namespace Stateside.Conformance.Chaos;

/// <summary>What a disk and a clock can do to the service: each is done to it, and it must keep what it acknowledged and say what is wrong.</summary>
internal static class FaultChecks
{
    private const string Role = "arn:aws:iam::123456789012:role/chaos";
    private const string Passes = """{"StartAt":"A","States":{"A":{"Type":"Pass","End":true}}}""";

    private static readonly string Large = $$"""{"text":"{{new string('x', 3000)}}"}""";

    /// <summary>Runs all of them and says how each came out.</summary>
    /// <param name="program">The service.</param>
    /// <param name="withVolume">Whether to mount a small volume and fill it, which needs Linux and its administrator.</param>
    /// <returns>0 when all held.</returns>
    public static async Task<int> RunAsync(string program, bool withVolume)
    {
        program = Path.GetFullPath(program);
        var failed = 0;
        await ShowAsync("a data file that may not grow", FullFileAsync);
        await ShowAsync("a clock set forward and back", JumpingClockAsync);
        await ShowAsync("a folder that cannot be written", folder => ReadOnlyFolderAsync(program, folder));
        await ShowAsync("a damaged page", folder => DamagedPageAsync(program, folder));
        await ShowAsync("a data folder that is taken away", folder => DiskChecks.LostFolderAsync(program, folder));
        if (withVolume)
        {
            await ShowAsync("a full volume", folder => OnVolumeAsync(folder, () => FullVolumeAsync(program, folder)));
            await ShowAsync("all that is acknowledged, when full", folder => OnVolumeAsync(folder, () => DiskChecks.CallsOnFullVolumeAsync(program, folder)));
        }

        return failed == 0 ? 0 : 1;

        async Task ShowAsync(string what, Func<string, Task<string>> check)
        {
            var folder = Directory.CreateTempSubdirectory("stateside-fault-").FullName;
            string verdict;
            try
            {
                verdict = await check(folder);
            }
            catch (FaultException e)
            {
                failed++;
                verdict = "VIOLATION: " + e.Message;
            }
            finally
            {
                Directory.Delete(folder, recursive: true);
            }

            Console.WriteLine($"{what,-36} {verdict}");
        }
    }

    /// <summary>SQLite's own limit of pages stands for a disk that is full.</summary>
    private static async Task<string> FullFileAsync(string folder)
    {
        var acknowledged = new List<string>();
        string refused;
        var waits = Machine("""{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":1,"Next":"A"},"A":{"Type":"Pass","Result":"LARGE","End":true}}}"""
            .Replace("LARGE", new string('y', 20_000), StringComparison.Ordinal));
        var passes = Machine(Passes);
        using (var data = DataStore.Open(folder, maxPages: 200))
        {
            await using var engine = Engine(data, TimeProvider.System);
            for (var i = 0; i < 20; i++)
                acknowledged.Add((await engine.StartAsync(new StartRequest(waits, JsonReader.Parse(Large)) { Name = $"wait{i}" })).Execution.Arn);
            for (var i = 0; ; i++)
            {
                try
                {
                    acknowledged.Add((await engine.StartAsync(new StartRequest(passes, JsonReader.Parse(Large)) { Name = $"pass{i}" })).Execution.Arn);
                }
                catch (DataNotSavedException)
                {
                    refused = $"pass{i}";
                    break;
                }

                Require(i < 10_000, "ten thousand executions were taken into a file of 200 pages");
            }

            // Long enough that the waits end while there is no room.
            await Task.Delay(1500);
            foreach (var arn in acknowledged)
                Require(engine.Describe(arn) is not null, $"{arn} is gone while the disk is full");
        }

        using var whole = DataStore.Open(folder);
        await using var next = Engine(whole, TimeProvider.System);
        var restored = next.Restore();
        foreach (var arn in acknowledged)
        {
            var ended = await next.WhenEndedAsync(arn).WaitAsync(TimeSpan.FromSeconds(60));
            Require(ended.Status == ExecutionStatus.Succeeded && (ended.Output!.Text == Large) == ended.Name.StartsWith("pass", StringComparison.Ordinal), $"{arn} ended {ended.Status}");
        }

        Require(next.List(new ExecutionQuery(passes.Arn)).Count == acknowledged.Count, "the list has other executions than were acknowledged");
        Require((await next.StartAsync(new StartRequest(passes, JsonValue.Null) { Name = refused })).Started, $"the refused name {refused} cannot be started");
        return $"{acknowledged.Count} acknowledged executions kept, {restored} of them went on when there was room";
    }

    private static async Task<string> JumpingClockAsync(string folder)
    {
        using var data = DataStore.Open(folder);
        var clock = new JumpingClock();
        await using var engine = Engine(data, clock);
        var lasts = Machine("""{"StartAt":"W","States":{"W":{"Type":"Wait","SecondsPath":"$","End":true}}}""");
        var hasDate = Machine("""{"StartAt":"W","States":{"W":{"Type":"Wait","TimestampPath":"$","End":true}}}""");
        var (seconds, date) = (await StartAsync(lasts, "seconds", "1800"), await StartAsync(hasDate, "date", $"\"{clock.GetUtcNow().AddMinutes(30):O}\""));
        clock.Ahead = TimeSpan.FromHours(1);
        var begin = Stopwatch.GetTimestamp();
        await EndAsync(date);
        var late = Stopwatch.GetElapsedTime(begin);
        Require(engine.Describe(seconds)!.Status == ExecutionStatus.Running, "a Wait of half an hour ended at once when the clock was set forward");

        var second = await StartAsync(lasts, "second", "1");
        clock.Ahead = TimeSpan.Zero;
        await EndAsync(second);
        return $"a date that came ended its Wait after {late.TotalSeconds:0.0} s, half an hour lasts as long as ever, and so does a second";

        async Task<string> StartAsync(StateMachine machine, string name, string input) =>
            (await engine.StartAsync(new StartRequest(machine, JsonReader.Parse(input)) { Name = name })).Execution.Arn;

        async Task<ExecutionDescription> EndAsync(string execution)
        {
            try
            {
                return await engine.WhenEndedAsync(execution).WaitAsync(TimeSpan.FromSeconds(20));
            }
            catch (TimeoutException)
            {
                throw new FaultException($"{execution} does not end though the clock has passed its time");
            }
        }
    }

    private static async Task<string> ReadOnlyFolderAsync(string program, string folder)
    {
        if (OperatingSystem.IsWindows())
            return "skipped: folders of Windows know no such mark";
        var isMounted = false;
        try
        {
            if (Environment.UserName != "root")
                File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserExecute);
            else if (!(isMounted = await MountAsync(folder, "ro")))
                return "skipped: an administrator may write everywhere, and nothing can be mounted here";
            var (exitCode, error) = await ServeAsync(program, folder);
            Require(exitCode == 2, $"the exit code is {exitCode}: {error}");
            Require(error.Contains(folder, StringComparison.Ordinal) && error.Contains("--data", StringComparison.Ordinal), $"the message is no help: {error}");
            return error;
        }
        finally
        {
            if (isMounted)
                await UnmountAsync(folder);
            else
                File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    private static async Task<string> DamagedPageAsync(string program, string folder)
    {
        using (var data = DataStore.Open(folder))
        {
            await using var engine = Engine(data, TimeProvider.System);
            for (var i = 0; i < 300; i++)
                await engine.StartAsync(new StartRequest(Machine(Passes), JsonReader.Parse(Large)) { Name = $"n{i}" });
        }

        var file = Path.Combine(folder, "stateside.db");
        var bytes = await File.ReadAllBytesAsync(file);
        var random = new Random(1);
        var page = bytes.Length / 4096 / 2;
        random.NextBytes(bytes.AsSpan(page * 4096, 4096));
        await File.WriteAllBytesAsync(file, bytes);
        var (exitCode, error) = await ServeAsync(program, folder);
        Require(exitCode == 2, $"the exit code is {exitCode}: {error}");
        Require(error.Contains(file, StringComparison.Ordinal) && error.Contains("damaged", StringComparison.Ordinal), $"the message is no help: {error}");
        Require((await File.ReadAllBytesAsync(file)).AsSpan().SequenceEqual(bytes), "the damaged file was changed");
        return error;
    }

    private static async Task<string> OnVolumeAsync(string folder, Func<Task<string>> check)
    {
        if (!OperatingSystem.IsLinux() || Environment.UserName != "root" || !await MountAsync(folder, "size=6m"))
            return "skipped: a small volume can only be mounted by Linux's administrator";
        try
        {
            return await check();
        }
        finally
        {
            await UnmountAsync(folder);
        }
    }

    private static async Task<string> FullVolumeAsync(string program, string folder)
    {
        var ballast = Path.Combine(folder, "ballast");
        await File.WriteAllBytesAsync(ballast, new byte[3 << 20]);
        await using var service = new ServiceProcess(program, folder, "http://127.0.0.1:9");
        using var client = new StatesClient(service.Url);
        service.Start();
        await service.WhenReadyAsync(client);
        await client.GetAsync("CreateStateMachine", new JsonObject { ["name"] = "passes", ["definition"] = Passes, ["roleArn"] = Role });
        var acknowledged = new List<string>();
        ServiceAnswer answer;
        for (var i = 0; (answer = await StartAsync($"n{i}")).Error is null; i++)
        {
            acknowledged.Add((string)answer.Body!["executionArn"]!);
            Require(i < 100_000, "the volume never filled");
        }

        var refusal = answer.ToString();
        File.Delete(ballast);
        var begin = Stopwatch.GetTimestamp();
        while ((answer = await StartAsync("after")).Error is not null)
        {
            Require(Stopwatch.GetElapsedTime(begin) < TimeSpan.FromSeconds(30), $"nothing begins though there is room: {answer}");
            await Task.Delay(100);
        }

        acknowledged.Add((string)answer.Body!["executionArn"]!);
        var again = Stopwatch.GetElapsedTime(begin);
        await service.KillAsync();
        service.Start();
        await service.WhenReadyAsync(client);
        foreach (var arn in acknowledged)
        {
            var (description, _) = await client.AskAsync("DescribeExecution", new JsonObject { ["executionArn"] = arn });
            Require((string?)description.Body?["status"] == "SUCCEEDED", $"{arn} is {description}");
        }

        await service.KillAsync();
        return $"{acknowledged.Count} acknowledged executions kept, {again.TotalSeconds:0.0} s after there was room one began again; refused with {refusal}";

        async Task<ServiceAnswer> StartAsync(string name) => (await client.AskAsync(
            "StartExecution", new JsonObject { ["stateMachineArn"] = ChaosMachine.ArnOf("passes"), ["name"] = name, ["input"] = Large })).Answer;
    }

    private static ExecutionEngine Engine(DataStore data, TimeProvider time) =>
        new(new EngineOptions { Time = time, HandlerOf = _ => null, Data = data, TimerThreads = true });

    private static StateMachine Machine(string definition) => new()
    {
        Arn = ChaosMachine.ArnOf("fault"),
        Name = "fault",
        RoleArn = Role,
        DefinitionText = definition,
        Definition = DefinitionParser.Parse(definition).Definition!,
        RevisionId = $"r{definition.Length}",
    };

    /// <summary>Serves a folder that cannot be served.</summary>
    public static async Task<(int ExitCode, string Error)> ServeAsync(string program, string folder)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", [program, "serve", "--data", folder, "--port", "0"])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            WorkingDirectory = Path.GetTempPath(),
        })!;
        var error = process.StandardError.ReadToEndAsync();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw new FaultException("the service does not end: it serves what it should refuse");
        }

        return (process.ExitCode, (await error).Trim());
    }

    private static async Task<bool> MountAsync(string folder, string options) => OperatingSystem.IsLinux() && await RunAsync("mount", "-t", "tmpfs", "-o", options, "tmpfs", folder);

    private static Task UnmountAsync(string folder) => RunAsync("umount", folder);

    private static async Task<bool> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0;
    }

    /// <summary>Makes sure that something holds.</summary>
    public static void Require(bool holds, string violation)
    {
        if (!holds)
            throw new FaultException(violation);
    }

    private sealed class FaultException(string message) : Exception(message);

    /// <summary>The machine's clock, set ahead by its owner; its timers notice nothing.</summary>
    private sealed class JumpingClock : TimeProvider
    {
        private long _ahead;

        public TimeSpan Ahead
        {
            set => Volatile.Write(ref _ahead, value.Ticks);
        }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow().AddTicks(Volatile.Read(ref _ahead));
    }
}
