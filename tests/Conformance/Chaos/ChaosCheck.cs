using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;

namespace Stateside.Conformance.Chaos;

/// <summary>Holds what the service has at the end against what it acknowledged.</summary>
internal sealed class ChaosCheck(StatesClient client, LambdaEndpoint functions, ChaosDriver driver)
{
    /// <summary>What does not hold, one sentence each.</summary>
    public ConcurrentBag<string> Violations { get; } = [.. driver.Violations];

    /// <summary>How many events all histories have.</summary>
    public long Events => _events;

    /// <summary>How many attempts at functions the histories tell of.</summary>
    public long Attempts => _attempts;

    private long _events;
    private long _attempts;

    /// <summary>Waits until nothing runs any more.</summary>
    public async Task WhenIdleAsync(TimeSpan patience)
    {
        var end = DateTime.UtcNow + patience;
        while (true)
        {
            var running = new List<string>();
            foreach (var machine in ChaosMachines.All)
            {
                var page = await client.GetAsync("ListExecutions", new JsonObject { ["stateMachineArn"] = machine.Arn, ["statusFilter"] = "RUNNING" });
                running.AddRange(page["executions"]!.AsArray().Select(execution => (string)execution!["executionArn"]!));
            }

            if (running.Count == 0)
                return;
            if (DateTime.UtcNow > end)
            {
                Violations.Add($"still running after {patience.TotalSeconds} s: {running[0]} and {running.Count - 1} more; its history: {Show(await HistoryAsync(running[0]))}");
                return;
            }

            await Task.Delay(250);
        }
    }

    public async Task RunAsync()
    {
        var listed = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var machine in ChaosMachines.All)
        {
            await foreach (var execution in client.ListAsync("ListExecutions", new JsonObject { ["stateMachineArn"] = machine.Arn, ["maxResults"] = 1000 }, "executions"))
            {
                if (!listed.TryAdd((string)execution["executionArn"]!, (string)execution["status"]!))
                    Violations.Add($"ListExecutions has {execution["executionArn"]} twice");
            }
        }

        await Parallel.ForEachAsync(driver.Started, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (execution, _) => await CheckAsync(execution, listed));
    }

    /// <summary>Of executions that succeeded nothing may be left but what tells of them.</summary>
    public void CheckFile(string path)
    {
        using var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        foreach (var (what, sql) in new[]
        {
            ("frames of executions that succeeded", "SELECT count(*) FROM frame WHERE (key >> 20) IN (SELECT id FROM execution WHERE status = 1)"),
            ("results of executions that succeeded", "SELECT count(*) FROM result WHERE execution IN (SELECT id FROM execution WHERE status = 1)"),
            ("parts of executions that are not there", "SELECT count(*) FROM (SELECT key >> 20 AS id FROM segment UNION SELECT key >> 20 FROM frame UNION SELECT key >> 20 FROM value) WHERE id NOT IN (SELECT id FROM execution)"),
        })
        {
            if (Scalar(sql) is not 0L and var count)
                Violations.Add($"the data file holds {count} {what}");
        }

        if (Scalar("PRAGMA integrity_check") is not "ok" and var fault)
            Violations.Add($"the data file is damaged: {fault}");

        object? Scalar(string sql)
        {
            using var command = connection.CreateCommand();
            command.CommandText = sql;
            return command.ExecuteScalar();
        }
    }

    private async Task CheckAsync(StartedExecution execution, Dictionary<string, string> listed)
    {
        if (!listed.TryGetValue(execution.Arn, out var status))
        {
            Violations.Add($"{execution.Arn} was acknowledged and is not listed");
            return;
        }

        var (answer, _) = await client.AskAsync("DescribeExecution", new JsonObject { ["executionArn"] = execution.Arn });
        if (answer.Body is not { } description)
        {
            Violations.Add($"{execution.Arn} was acknowledged and is described as {answer}");
            return;
        }

        var events = await HistoryAsync(execution.Arn);
        Interlocked.Add(ref _events, events.Count);
        Interlocked.Add(ref _attempts, HistoryVerifier.Attempts(events));
        var fault = (string)description["status"]! != "SUCCEEDED" ? $"has the status {description["status"]}"
            : RedriveFault(execution, (int)description["redriveCount"]!) is { } redrives ? redrives
            : status != "SUCCEEDED" ? $"is listed as {status}"
            : OutputFault(execution, await ResultAsync(execution, JsonNode.Parse((string)description["output"]!)!)) is { } output ? output
            : HistoryVerifier.Fault(events, execution.Machine.Visits(execution.N)) is { } history ? $"has a history in which {history}"
            : execution.Machine.Tasks(execution.N).FirstOrDefault(part => !functions.Invocations.ContainsKey(LambdaEndpoint.Key(execution.Name, part))) is { } never
                ? $"never invoked its function for {never}"
            : null;
        if (fault is not null)
            Violations.Add($"{execution.Arn} {fault}; its history: {Show(events)}");
    }

    /// <summary>What an execution gave: of a map run what its children gave, from the files in which its results are.</summary>
    private async Task<JsonNode> ResultAsync(StartedExecution execution, JsonNode output)
    {
        if (execution.Machine != ChaosMachines.MapRun)
            return output;
        var manifest = await client.ReadAsync(ChaosMachines.Bucket, (string)output["ResultWriterDetails"]!["Key"]!);
        var results = new JsonArray();
        foreach (var file in manifest["ResultFiles"]!.AsObject().SelectMany(kind => kind.Value!.AsArray()))
        {
            foreach (var result in (await client.ReadAsync(ChaosMachines.Bucket, (string)file!["Key"]!)).AsArray())
                results.Add(result!["Output"] is { } given ? JsonNode.Parse((string)given!) : result.DeepClone());
        }

        return results;
    }

    private string? RedriveFault(StartedExecution execution, int count)
    {
        var (acknowledged, unanswered) = driver.Redrives.GetValueOrDefault(execution.Name);
        return count >= acknowledged && count <= acknowledged + unanswered
            ? null
            : $"was redriven {count} times, of which {acknowledged} were acknowledged and {unanswered} had no answer";
    }

    private string? OutputFault(StartedExecution execution, JsonNode? output)
    {
        if (execution.Machine.Name is "callback" or "worked" && output is JsonObject answered && answered["answer"] is JsonObject answer && answer["delivery"] is { } delivery)
        {
            var answers = driver.Tokens.GetValueOrDefault(execution.Name) ?? new TokenAnswers();
            if (answers.Acknowledged.Count + answers.Unanswered.Count == 0)
                return $"went on with an answer to its token that was refused: {answers.Refusal}";
            if (answers.Acknowledged.Count > 1)
                return $"had {answers.Acknowledged.Count} answers to its token acknowledged";
            var taken = (int)delivery;
            if (!answers.Acknowledged.Contains(taken) && (answers.Acknowledged.Count > 0 && answers.Unanswered.Count == 0 || !answers.Unanswered.Contains(taken)))
                return $"went on with the answer {taken} to its token, of which {string.Join(", ", answers.Acknowledged)} was acknowledged";
            answer.Remove("delivery");
        }

        var expected = execution.Machine.Output(execution.N);
        return JsonNode.DeepEquals(output, expected) ? null : $"has the output {output?.ToJsonString()} instead of {expected.ToJsonString()}";
    }

    private async Task<IReadOnlyList<JsonObject>> HistoryAsync(string arn)
    {
        var events = new List<JsonObject>();
        await foreach (var e in client.ListAsync("GetExecutionHistory", new JsonObject { ["executionArn"] = arn, ["maxResults"] = 1000 }, "events"))
            events.Add(e);
        return events;
    }

    private static string Show(IEnumerable<JsonObject> events) => string.Join(' ', events.Select(e => $"{e["id"]}<{e["previousEventId"]}:{e["type"]}"));
}
