using Stateside.Engine.Execution;
using Stateside.Engine.Execution.Saving;
using Stateside.Engine.History;
using Stateside.Engine.Store.Data;

namespace Stateside.Engine.Tests.Store;

public sealed class RetentionTests
{
    [Fact]
    public async Task What_ended_long_ago_goes_with_all_that_belongs_to_it_and_what_runs_stays()
    {
        using var durable = new Durable();
        await using var process = durable.Open(_ => ValueTask.FromResult<TaskOutcome>(new TaskOutcome.Waiting(null)), kept: 0);
        const string Quick = """{"StartAt":"A","States":{"A":{"Type":"Wait","Seconds":1,"Next":"B"},"B":{"Type":"Pass","End":true}}}""";
        var running = await process.StartAsync(
            """{"StartAt":"A","States":{"A":{"Type":"Task","Resource":"arn:aws:states:us-east-1:123456789012:activity:a","End":true}}}""", name: "running", machine: "R");
        var large = $"\"{new string('x', 5000)}\"";
        var old = new List<string>();
        for (var i = 0; i < 450; i++)
            old.Add(await process.StartAsync(Quick, large, $"old{i}"));
        await process.Engine.AdvanceAsync(durable.Now.AddDays(10), TestContext.Current.CancellationToken);
        foreach (var arn in old)
            await process.EndAsync(arn);
        var young = await process.StartAsync(Quick, large, "young");
        await process.Engine.AdvanceAsync(durable.Now.AddDays(11), TestContext.Current.CancellationToken);
        await process.EndAsync(young);
        var before = Pages(process);

        var forgotten = new List<string>();
        await using var retention = new Retention(process.Data, process.Time, TimeSpan.FromDays(5), forgotten.Add, process.Defects.Add);
        Assert.Equal(450, await retention.SweepAsync());

        Assert.Equal(old.Order(), forgotten.Order());
        Assert.Null(process.Engine.Describe(old[0]));
        Assert.Null(process.Engine.ReadHistory(old[449]));
        Assert.Equal(ExecutionStatus.Running, process.Engine.Describe(running)!.Status);
        Assert.Equal(large, process.Engine.Describe(young)!.Output!.Text);
        Assert.InRange(Pages(process), 1, before / 2);
        Assert.Equal(0, await retention.SweepAsync());
        Assert.True((await process.Engine.StartAsync(new StartRequest(Durable.Machine(Quick), Language.Json.JsonValue.Null) { Name = "old0" })).Started);
    }

    [Theory]
    [InlineData("STANDARD")]
    [InlineData("EXPRESS")]
    public async Task With_an_execution_go_the_children_of_its_map_runs_and_theirs(string type)
    {
        using var durable = new Durable();
        await using var process = durable.Open(kept: 0);
        var definition = """
            {"StartAt":"Outer","States":{"Outer":{"Type":"Map","End":true,"ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"},
            "StartAt":"Inner","States":{"Inner":{"Type":"Map","End":true,"ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"TYPE"},
            "StartAt":"A","States":{"A":{"Type":"Pass","End":true}}}}}}}}}
            """.Replace("TYPE", type, StringComparison.Ordinal);
        var arn = await process.StartAsync(definition, $"[{string.Join(',', Enumerable.Repeat("[1,2,3]", 150))}]");
        Assert.Equal(ExecutionStatus.Succeeded, (await process.EndAsync(arn)).Status);
        await process.Engine.AdvanceAsync(durable.Now.AddDays(10), TestContext.Current.CancellationToken);

        await using var retention = new Retention(process.Data, process.Time, TimeSpan.FromDays(5), _ => { }, process.Defects.Add);
        while (await retention.SweepAsync() > 0)
        {
        }

        Assert.Equal(0, Number(process, "SELECT (SELECT count(*) FROM execution) + (SELECT count(*) FROM map_run) + (SELECT count(*) FROM child)"));
    }

    private static long Pages(Durable.Process process) => Number(process, "SELECT page_count - freelist_count FROM pragma_page_count, pragma_freelist_count");

    private static long Number(Durable.Process process, string sql)
    {
        using var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={process.Data.Path};Pooling=False;Mode=ReadOnly");
        connection.Open();
        using var statement = new Statement(connection, sql);
        Assert.True(statement.Next());
        return statement.Number(0);
    }
}
