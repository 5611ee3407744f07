using System.Diagnostics;
using JsonObject = System.Text.Json.Nodes.JsonObject;

namespace Stateside.Conformance.Chaos;

/// <summary>What callers hear whose calls cannot be saved, for want of room or of the folder, and what becomes of what they asked for.</summary>
internal static class DiskChecks
{
    private const string Role = "arn:aws:iam::123456789012:role/chaos";
    private const string Bucket = "disk";
    private const string Activity = "arn:aws:states:us-east-1:123456789012:activity:pick";
    private const string Passes = """{"StartAt":"A","States":{"A":{"Type":"Pass","End":true}}}""";
    private const string Picks = $$"""{"StartAt":"A","States":{"A":{"Type":"Task","Resource":"{{Activity}}","End":true} } }""";

    /// <summary>A call is answered within this, whatever the disk does.</summary>
    private static readonly TimeSpan Seconds = TimeSpan.FromSeconds(5);

    /// <summary>Fills a volume and calls all that is acknowledged; makes room, and asks each of them again.</summary>
    /// <param name="program">The service.</param>
    /// <param name="folder">The folder where a volume of a few megabytes is.</param>
    /// <returns>What was found.</returns>
    public static async Task<string> CallsOnFullVolumeAsync(string program, string folder)
    {
        var ballast = Path.Combine(folder, "ballast");
        await using var service = new ServiceProcess(program, folder, "http://127.0.0.1:9", Bucket);
        using var client = new StatesClient(service.Url);
        service.Start();
        await service.WhenReadyAsync(client);
        await client.GetAsync("CreateActivity", new JsonObject { ["name"] = "pick" });
        await client.GetAsync("CreateStateMachine", new JsonObject { ["name"] = "picks", ["definition"] = Picks, ["roleArn"] = Role });
        await client.GetAsync("CreateStateMachine", new JsonObject { ["name"] = "passes", ["definition"] = Passes, ["roleArn"] = Role });
        var (picks, passes) = (ChaosMachine.ArnOf("picks"), ChaosMachine.ArnOf("passes"));
        foreach (var name in new[] { "succeeds", "fails", "beats", "stops", "redriven" })
            await client.GetAsync("StartExecution", new JsonObject { ["stateMachineArn"] = picks, ["name"] = name });
        var tokens = new List<string>();
        for (var i = 0; i < 5; i++)
            tokens.Add((string)(await client.GetAsync("GetActivityTask", new JsonObject { ["activityArn"] = Activity }))["taskToken"]!);
        await client.GetAsync("SendTaskFailure", new JsonObject { ["taskToken"] = tokens[4] });
        (string Operation, JsonObject Request)[] calls =
        [
            ("SendTaskSuccess", new() { ["taskToken"] = tokens[0], ["output"] = "7" }),
            ("SendTaskFailure", new() { ["taskToken"] = tokens[1], ["error"] = "E" }),
            ("SendTaskHeartbeat", new() { ["taskToken"] = tokens[2] }),
            ("StopExecution", new() { ["executionArn"] = ExecutionOf("stops") }),
            ("RedriveExecution", new() { ["executionArn"] = ExecutionOf("redriven"), ["clientToken"] = "again" }),
            ("UpdateStateMachine", new() { ["stateMachineArn"] = passes, ["definition"] = Passes.Replace("{\"StartAt\"", "{\"Comment\":\"new\",\"StartAt\"", StringComparison.Ordinal) }),
            ("PublishStateMachineVersion", new() { ["stateMachineArn"] = picks }),
            ("TagResource", new() { ["resourceArn"] = passes, ["tags"] = new System.Text.Json.Nodes.JsonArray(new JsonObject { ["key"] = "k", ["value"] = "v" }) }),
            ("CreateActivity", new() { ["name"] = "other" }),
            ("StartExecution", new() { ["stateMachineArn"] = picks, ["name"] = "starts" }),
        ];

        // Room for what is under way, and none for a large object.
        Fill(ballast);
        var (waiting, undone) = (0, 0);
        foreach (var (operation, request) in calls)
        {
            var begin = Stopwatch.GetTimestamp();
            var (answer, unanswered) = await client.AskAsync(operation, (JsonObject)request.DeepClone());
            FaultChecks.Require(Stopwatch.GetElapsedTime(begin) < Seconds && unanswered == 0, $"{operation} is answered after {Stopwatch.GetElapsedTime(begin)}");
            FaultChecks.Require(answer.Error == "ServiceUnavailable", $"{operation} on a full disk is answered with {answer}");
            if (answer.Message!.Contains("waits to be saved", StringComparison.Ordinal))
                waiting++;
            else if (answer.Message.Contains("is not done", StringComparison.Ordinal))
                undone++;
        }

        FaultChecks.Require(waiting + undone == calls.Length, $"of {calls.Length} calls {waiting} are told that they wait, {undone} that they are not done");
        var put = await client.TryPutAsync(Bucket, "large", new string('x', 4 << 20));
        FaultChecks.Require(put == 503, $"a large object is answered with {put}");
        File.Delete(ballast);

        // Whoever asks again hears what is true: it is done now, or was done before.
        var freed = Stopwatch.GetTimestamp();
        foreach (var (operation, request) in calls)
        {
            ServiceAnswer answer;
            while ((answer = (await client.AskAsync(operation, (JsonObject)request.DeepClone())).Answer).Error == "ServiceUnavailable")
            {
                FaultChecks.Require(Stopwatch.GetElapsedTime(freed) < TimeSpan.FromSeconds(30), $"{operation} is refused though there is room: {answer}");
                await Task.Delay(100);
            }

            FaultChecks.Require(answer.Error is null, $"{operation}, asked again, is answered with {answer}");
        }

        put = await client.TryPutAsync(Bucket, "large", "x");
        FaultChecks.Require(put == 200, $"an object is answered with {put} though there is room");
        await service.KillAsync();
        service.Start();
        await service.WhenReadyAsync(client);
        foreach (var (name, status) in new[] { ("succeeds", "SUCCEEDED"), ("fails", "FAILED"), ("beats", "RUNNING"), ("stops", "ABORTED"), ("redriven", "RUNNING"), ("starts", "RUNNING") })
        {
            var described = await client.GetAsync("DescribeExecution", new JsonObject { ["executionArn"] = ExecutionOf(name) });
            FaultChecks.Require((string?)described["status"] == status, $"{name} is {described["status"]} after a kill, not {status}");
        }

        var again = (await client.AskAsync("SendTaskSuccess", (JsonObject)calls[0].Request.DeepClone())).Answer;
        FaultChecks.Require(again.Error == "TaskTimedOut", $"a token that was answered before a kill is answered with {again}");
        await service.KillAsync();
        return $"{calls.Length} calls answered with 503, {waiting} that waited and {undone} that were not done; all done when asked again";
    }

    /// <summary>Takes the lock's file and then the folder away from a service.</summary>
    /// <param name="program">The service.</param>
    /// <param name="folder">A folder.</param>
    /// <returns>What the service said.</returns>
    public static async Task<string> LostFolderAsync(string program, string folder)
    {
        if (OperatingSystem.IsWindows())
            return "skipped: Windows keeps an open file where it is";
        var data = Directory.CreateDirectory(Path.Combine(folder, "data")).FullName;
        await using var service = new ServiceProcess(program, data, "http://127.0.0.1:9");
        using var client = new StatesClient(service.Url);
        service.Start();
        await service.WhenReadyAsync(client);
        await client.GetAsync("CreateStateMachine", new JsonObject { ["name"] = "passes", ["definition"] = Passes, ["roleArn"] = Role });
        File.Delete(Path.Combine(data, "stateside.db.lock"));
        var (exitCode, error) = await FaultChecks.ServeAsync(program, data);
        FaultChecks.Require(exitCode == 2 && error.Contains("has this data file open", StringComparison.Ordinal), $"a second service on the folder ends with {exitCode}: {error}");
        var start = new JsonObject { ["stateMachineArn"] = ChaosMachine.ArnOf("passes"), ["name"] = "one" };
        await client.GetAsync("StartExecution", start);

        Directory.Move(data, data + ".away");
        Directory.CreateDirectory(data);
        start["name"] = "two";
        var (answer, _) = await client.AskAsync("StartExecution", start);
        FaultChecks.Require(answer.Error == "ServiceUnavailable" && answer.Message!.Contains(data, StringComparison.Ordinal), $"without its folder the service answers {answer}");
        Directory.Delete(data);
        Directory.Move(data + ".away", data);
        var back = Stopwatch.GetTimestamp();
        while ((answer = (await client.AskAsync("StartExecution", start)).Answer).Error is not null)
        {
            FaultChecks.Require(Stopwatch.GetElapsedTime(back) < TimeSpan.FromSeconds(30), $"nothing begins though the folder is back: {answer}");
            await Task.Delay(100);
        }

        Directory.Delete(data, recursive: true);
        start["name"] = "three";
        (answer, _) = await client.AskAsync("StartExecution", start);
        FaultChecks.Require(answer.Error == "ServiceUnavailable", $"of a folder that is deleted the service answers {answer}");
        var lines = service.Complaints.Where(line => line.Contains(data, StringComparison.Ordinal)).ToList();
        FaultChecks.Require(lines.Count > 0, "it says nothing of the folder that is gone");
        await service.KillAsync();
        Directory.CreateDirectory(data);
        return lines[0];
    }

    private static string ExecutionOf(string name) =>
        $"{ChaosMachine.ArnOf(name == "passes" ? "passes" : "picks").Replace(":stateMachine:", ":execution:", StringComparison.Ordinal)}:{name}";

    private static void Fill(string path)
    {
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        foreach (var size in new[] { 1 << 16, 4096, 512, 1 })
        {
            try
            {
                while (true)
                    file.Write(new byte[size]);
            }
            catch (IOException)
            {
                // Full, but for less than that.
            }
        }
    }
}
