using System.Buffers;
using System.Text;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Stateside.Engine.Execution;
using Stateside.Engine.Functions;
using Stateside.Engine.History;
using Stateside.Engine.Operations;
using Stateside.Engine.Store;
using Stateside.Engine.Store.Data;
using Stateside.Engine.Tests.Execution;
using Stateside.Language.Json;

namespace Stateside.Engine.Tests.Store;

/// <summary>A record in a sound file that is not as it was written is the affair of what it belongs to and of nothing else.</summary>
public sealed class DamagedRecordTests : IDisposable
{
    private const string Prefix = "arn:aws:states:us-east-1:123456789012";
    private const string Waits = """{"Type":"Task","Resource":"arn:aws:states:us-east-1:123456789012:activity:desk","End":true}""";
    private const string Map = """
        {"StartAt":"M","States":{"M":{"Type":"Map","MaxConcurrency":1,"End":true,"ItemsPath":"$.items","ItemProcessor":{"ProcessorConfig":{"Mode":"MODE"},
        "StartAt":"C","States":{"C":{"Type":"Choice","Choices":[{"Variable":"$","NumericLessThan":2,"Next":"P"}],"Default":"W"},"P":{"Type":"Pass","End":true},"W":WAITS}}}}}
        """;

    private static readonly string Distributed =
        Map.Replace("\"Mode\":\"MODE\"", "\"Mode\":\"DISTRIBUTED\",\"ExecutionType\":\"EXPRESS\"", StringComparison.Ordinal)
            .Replace("WAITS", """{"Type":"Wait","Seconds":3600,"End":true}""", StringComparison.Ordinal);

    private readonly string _folder = Directory.CreateTempSubdirectory("stateside-damaged-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>A table with the column of its record, whose rows are those of what is to stay sound, and whether a machine is damaged by it.</summary>
    public static TheoryData<string, string, string> Records
    {
        get
        {
            var records = new TheoryData<string, string, string>();
            foreach (var column in new[]
            {
                "execution.facts", "execution.outcome", "segment.record", "frame.record", "value.record", "result.record", "revision.record",
                "map_run.record", "map_run.counts", "child.record", "resource.record",
            })
            {
                foreach (var how in new[] { "garbage", "cut short", "empty", "other contents" })
                    records.Add(column.Split('.')[0], column.Split('.')[1], how);
            }

            return records;
        }
    }

    [Theory]
    [MemberData(nameof(Records))]
    public async Task What_is_damaged_in_a_table_is_set_aside_and_named_and_all_else_works(string table, string column, string how)
    {
        long sound;
        await using (var service = Open())
        {
            foreach (var (name, definition) in new[]
            {
                ("Done", """{"StartAt":"A","States":{"A":{"Type":"Pass","End":true}}}"""),
                ("Inline", Map.Replace("MODE", "INLINE", StringComparison.Ordinal)),
                ("Mapped", Distributed),
                ("Sound", """{"StartAt":"W","States":{"W":WAITS}}"""),
            })
            {
                await CallAsync(service, "CreateStateMachine", new { name, definition = definition.Replace("WAITS", Waits, StringComparison.Ordinal), roleArn = "arn:aws:iam::123456789012:role/r" });
            }

            await CallAsync(service, "CreateActivity", new { name = "desk" });
            var large = new string('x', 3000);
            await StartAsync(service, "Done", "done", $$"""{"large":"{{large}}"}""");
            await StartAsync(service, "Inline", "inline", $$"""{"large":"{{large}}","items":[1,2]}""");
            await StartAsync(service, "Mapped", "mapped", """{"items":[1,1]}""");
            await service.Engine.WhenEndedAsync($"{Prefix}:execution:Mapped:mapped", TestContext.Current.CancellationToken).WaitAsync(Machine.Patience, TestContext.Current.CancellationToken);
            await StartAsync(service, "Mapped", "mapping", $$"""{"large":"{{large}}","items":[1,2]}""");
            await service.Activities.GetTaskAsync($"{Prefix}:activity:desk", null, cancellationToken: TestContext.Current.CancellationToken).WaitAsync(Machine.Patience, TestContext.Current.CancellationToken);
            await StartAsync(service, "Sound", "sound", "{}");
            sound = service.Engine.Describe($"{Prefix}:execution:Sound:sound")!.Number;
        }

        Damage(table, column, how, sound);
        await using var next = Open();
        var restored = next.Engine.BringBack()!;
        restored.GoOn();

        foreach (var machine in new[] { "Done", "Inline", "Mapped", "Sound" }.Where(machine => table != "resource" || machine == "Sound"))
        {
            var listed = await CallAsync(next, "ListExecutions", new { stateMachineArn = $"{Prefix}:stateMachine:{machine}" });
            Assert.Equal(machine == "Mapped" ? 2 : 1, listed.GetProperty("executions").GetArrayLength());
            foreach (var execution in listed.GetProperty("executions").EnumerateArray())
            {
                var arn = execution.GetProperty("executionArn").GetString()!;
                await CallOrHearAsync(next, "DescribeExecution", new { executionArn = arn });
                await CallOrHearAsync(next, "GetExecutionHistory", new { executionArn = arn });
                await CallOrHearAsync(next, "ListMapRuns", new { executionArn = arn });
            }
        }

        await CallAsync(next, "ListStateMachines", new { });
        await CallAsync(next, "ListActivities", new { });
        await CallOrHearAsync(next, "DescribeStateMachine", new { stateMachineArn = $"{Prefix}:stateMachine:Done" });
        await CallOrHearAsync(next, "ListStateMachineVersions", new { stateMachineArn = $"{Prefix}:stateMachine:Done" });
        foreach (var run in MapRuns())
        {
            await CallOrHearAsync(next, "DescribeMapRun", new { mapRunArn = run });
            await CallOrHearAsync(next, "ListExecutions", new { mapRunArn = run });
        }

        if (table != "revision")
            Assert.NotEmpty(next.Catalog.Damaged.Concat(next.Engine.KnownDamage));
        Assert.All(next.Engine.KnownDamage, damage => Assert.DoesNotContain("Sound", damage.Subject, StringComparison.Ordinal));
        var task = (await next.Activities.GetTaskAsync($"{Prefix}:activity:desk", null, cancellationToken: TestContext.Current.CancellationToken).WaitAsync(Machine.Patience, TestContext.Current.CancellationToken))!;
        while (!task.Token.Equals(next.Engine.FindActor($"{Prefix}:execution:Sound:sound")!.Tokens[0], StringComparison.Ordinal))
            task = (await next.Activities.GetTaskAsync($"{Prefix}:activity:desk", null, cancellationToken: TestContext.Current.CancellationToken).WaitAsync(Machine.Patience, TestContext.Current.CancellationToken))!;
        await next.Engine.CompleteTaskAsync(task.Token, JsonValue.True);
        Assert.Equal(ExecutionStatus.Succeeded, next.Engine.Describe($"{Prefix}:execution:Sound:sound")!.Status);
        await StartAsync(next, "Sound", "another", "{}");
    }

    private LocalService Open() => new(new LocalServiceOptions
    {
        Time = new VirtualTime(Machine.Start),
        Data = DataStore.Open(_folder),
        Functions = new FunctionHostOptions { StateDirectory = _folder, Build = false },
    });

    private static Task StartAsync(LocalService service, string machine, string name, string input) =>
        CallAsync(service, "StartExecution", new { stateMachineArn = $"{Prefix}:stateMachine:{machine}", name, input });

    private static async Task<JsonElement> CallAsync(LocalService service, string operation, object request)
    {
        var body = new ArrayBufferWriter<byte>();
        await using (var writer = new Utf8JsonWriter(body, Operation.WriterOptions))
            await service.Operations.Find(operation)!.RunAsync(JsonSerializer.SerializeToUtf8Bytes(request), writer, null, TestContext.Current.CancellationToken);
        return JsonDocument.Parse(body.WrittenMemory).RootElement;
    }

    /// <summary>Calls an operation that may say that something is damaged, and then says what.</summary>
    private static async Task CallOrHearAsync(LocalService service, string operation, object request)
    {
        try
        {
            await CallAsync(service, operation, request);
        }
        catch (ApiException e)
        {
            Assert.Equal(("InternalFailure", 500), (e.Code, e.Status));
            Assert.Matches($"^What is kept of .*{Prefix}:.* is damaged \\(.*\\)\\. It was left as it is and set aside; all else works\\.$", e.Message);
        }
    }

    private SqliteConnection Connect()
    {
        var connection = new SqliteConnection($"Data Source={Path.Combine(_folder, "stateside.db")};Pooling=False");
        connection.Open();
        return connection;
    }

    private List<string> MapRuns()
    {
        using var connection = Connect();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT arn FROM map_run";
        using var rows = command.ExecuteReader();
        var runs = new List<string>();
        while (rows.Read())
            runs.Add(rows.GetString(0));
        return runs;
    }

    private void Damage(string table, string column, string how, long sound)
    {
        using var connection = Connect();
        using var command = connection.CreateCommand();
        command.Parameters.AddWithValue("$sound", sound);
        command.Parameters.AddWithValue("$key", DataTables.Key(sound, 0));
        var record = new RecordWriter();
        record.Number(5_000_000);
        record.Text("other");
        command.Parameters.AddWithValue("$record", table == "resource" ? Encoding.UTF8.GetBytes("{\"arn\":\"other\"}") : record.Take());
        var which = table switch
        {
            "execution" => "id < $sound",
            "segment" or "frame" or "value" => "key < $key",
            "result" => "execution < $sound",
            "revision" => "machine NOT LIKE '%Sound'",
            "resource" => "key NOT LIKE '%Sound%' AND key NOT LIKE '%desk'",
            _ => "TRUE",
        };
        var what = how switch
        {
            "garbage" => "randomblob(length(C) + 1)",
            "cut short" => "substr(C, 1, length(C) / 2)",
            "empty" => "x''",
            _ => "$record",
        };
        command.CommandText = $"UPDATE {table} SET {column} = {what.Replace("C", column, StringComparison.Ordinal)} WHERE {column} IS NOT NULL AND {which}";
        Assert.True(command.ExecuteNonQuery() > 0, $"{table} has no such row");
    }
}
