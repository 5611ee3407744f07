using System.Text.Json;
using Stateside.Engine.Execution;
using Stateside.Engine.History;
using Stateside.Engine.Logs;
using Stateside.Engine.Operations;
using Stateside.Engine.Replay;
using Stateside.Engine.Store;
using Stateside.Engine.Tests.Execution;
using Stateside.Language.Json;

namespace Stateside.Engine.Tests.History;

public sealed class RecordedExecutionTests
{
    private const string Arn = "arn:aws:states:us-east-1:123456789012:execution:M:e";

    private const string Definition =
        """
        {"StartAt":"T","States":{
          "T":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Parameters":{"FunctionName":"f","Payload":{"x.$":"$.x"}},"ResultPath":"$.t",
            "Retry":[{"ErrorEquals":["States.ALL"],"MaxAttempts":1}],"Assign":{"a.$":"$.Payload"},"Next":"P"},
          "P":{"Type":"Parallel","Branches":[
            {"StartAt":"M","States":{"M":{"Type":"Map","ItemsPath":"$.list","ItemProcessor":{"StartAt":"A","States":{"A":{"Type":"Task","Resource":"arn:aws:lambda:us-east-1:123456789012:function:f","End":true}}},"End":true}}}],
            "End":true}}}
        """;

    [Fact]
    public async Task What_the_API_writes_reads_as_it_was()
    {
        var events = await EventsAsync();

        var record = Assert.Single(Read(Page(events)));

        Assert.Equal(Page(events), Page(record.Events));
        Assert.True(record.HasData);
        Assert.Equal(ExecutionStatus.Succeeded, record.Status);
        Assert.Equal(Machine.Start, record.StartDate);
    }

    [Fact]
    public async Task Pages_may_come_in_any_order_in_one_document_or_in_many()
    {
        var events = await EventsAsync();
        string[] pages = [Page([.. events.Skip(5)]), Page([.. events.Take(5).Reverse()])];

        Assert.Equal(Page(events), Page(Assert.Single(Read(pages)).Events));
        Assert.Equal(Page(events), Page(Assert.Single(Read(string.Join('\n', pages))).Events));
        Assert.Equal(Page(events), Page(Assert.Single(Read($"[{string.Join(',', pages)}]")).Events));
    }

    [Fact]
    public async Task A_page_with_a_token_is_not_taken_for_all_that_happened_unless_the_other_pages_are_there()
    {
        var events = await EventsAsync();
        var first = Page([.. events.Take(5)]).Replace("{\"events\"", "{\"nextToken\":\"AAA\",\"events\"", StringComparison.Ordinal);

        var refused = Assert.Throws<RecordException>(() => Read(first));

        Assert.StartsWith("0.json: the history goes on after event 5. Give all pages", refused.Message, StringComparison.Ordinal);
        Assert.Equal(Page(events), Page(Assert.Single(Read(Page([.. events.Skip(5)]), first)).Events));
    }

    [Fact]
    public async Task Names_may_begin_with_capitals_and_times_be_texts()
    {
        var events = await EventsAsync();
        var json = Capitals(JsonReader.Parse(Page(events)));

        Assert.Equal(Page(events), Page(Assert.Single(Read(json.Text)).Events));
    }

    [Fact]
    public async Task Log_lines_tell_the_same_from_wherever_they_were_exported()
    {
        await using var machine = new Machine(Definition, Answer, type: StateMachineType.Express);
        await machine.RunAsync("""{"x":1,"list":[1,2]}""");
        var execution = machine.Engine.List(new ExecutionQuery("arn:aws:states:us-east-1:123456789012:stateMachine:M") { Limit = 1 })[0];
        execution = execution with { StateMachine = execution.StateMachine with { Logging = new LoggingConfiguration { Level = LoggingLevel.All, IncludeExecutionData = true } } };
        var events = machine.Engine.ReadHistory(execution.Arn)!.Events;
        string[] lines = [.. events.Select(e => LogLine.Of(e, execution))];
        string[] exported =
        [
            string.Join('\n', lines),
            string.Join('\n', lines.Select(line => $"2026-01-01T00:00:00 states/M/x {line}")),
            JsonObject.Of(("events", JsonArray.Of(lines.Select(line => (JsonValue)JsonObject.Of(("timestamp", JsonValue.From(1)), ("message", JsonValue.From(line))))))).Text,
            JsonObject.Of(("results", JsonArray.Of(lines.Select(line => (JsonValue)JsonArray.Of(JsonObject.Of(("field", JsonValue.From("@message")), ("value", JsonValue.From(line)))))))).Text,
        ];

        foreach (var text in exported)
        {
            var record = Assert.Single(Read(text));
            Assert.Equal(Page(events), Page(record.Events));
            Assert.Equal(execution.Arn, record.Arn);
            Assert.True(record.IsExpress);
        }
    }

    [Fact]
    public async Task A_description_beside_it_tells_whose_the_history_is()
    {
        var events = await EventsAsync();
        var description = $$"""
            {"executionArn":"{{Arn}}","stateMachineArn":"arn:aws:states:us-east-1:123456789012:stateMachine:M","name":"e","status":"SUCCEEDED",
             "startDate":{{Machine.Start.ToUnixTimeSeconds()}}.0,"input":"{\"x\":1,\"list\":[1,2]}"}
            """;

        var record = Assert.Single(Read(Page(events), description));

        Assert.Equal(Arn, record.Arn);
        Assert.Equal("e", record.Name);
        Assert.Equal("M", record.MachineName);
    }

    [Fact]
    public async Task The_description_of_another_execution_is_refused()
    {
        var page = Page(await EventsAsync());
        var start = Machine.Start.AddSeconds(2).ToUnixTimeSeconds();

        var refused = Assert.Throws<RecordException>(() => Read(page, $$"""{"executionArn":"{{Arn}}","name":"e","startDate":{{start}}}"""));

        Assert.StartsWith("1.json: it describes another execution than 0.json is the history of", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_executions_that_are_alike_each_has_the_description_that_is_named_after_it()
    {
        var page = Page(await EventsAsync());
        var start = Machine.Start.ToUnixTimeSeconds();

        var records = RecordedExecutions.Read(
        [
            new("f/a.json", page), new("f/b.describe.json", Description("b")), new("f/a.describe.json", Description("a")), new("f/b.json", page),
        ]);

        Assert.Equal(["a", "b"], records.Select(record => record.Name));

        string Description(string name) => $$"""
            {"executionArn":"arn:aws:states:us-east-1:123456789012:execution:M:{{name}}","name":"{{name}}","startDate":{{start}},"input":"{\"x\":1,\"list\":[1,2]}"}
            """;
    }

    [Fact]
    public async Task Of_a_history_without_data_the_ways_are_there()
    {
        var record = Assert.Single(Read(JsonSerializer.Serialize(new HistoryEventPage(await EventsAsync(), IncludeData: false))));

        Assert.False(record.HasData);
        Assert.Null(record.Input);
        Assert.Equal(ExecutionStatus.Succeeded, record.Status);
    }

    [Theory]
    [InlineData("{\"events\":[{\"id\":2,\"previousEventId\":0,\"type\":\"ExecutionStarted\",\"timestamp\":1}]}", "event 1 is missing")]
    [InlineData("{\"events\":[{\"id\":1,\"previousEventId\":0,\"type\":\"PassStateEntered\",\"timestamp\":1}]}", "begins with ExecutionStarted")]
    [InlineData("[{\"id\":1,\"previousEventId\":0,\"type\":\"ExecutionStarted\",\"timestamp\":1},{\"id\":2,\"previousEventId\":0,\"type\":\"PassStateEntered\",\"timestamp\":1}]", "event 2, PassStateEntered, has no name")]
    [InlineData("{\"events\":[{\"id\":1,\"previousEventId\":0,\"type\":\"Nothing\",\"timestamp\":1}]}", "'Nothing', which is not known here")]
    [InlineData("{\"events\":[]}", "it holds no events")]
    [InlineData("{\"events\":[{\"id\":-1,\"previousEventId\":0,\"type\":\"ExecutionStarted\",\"timestamp\":1}]}", "an event has the number -1")]
    [InlineData("{\"events\":[{\"id\":1,\"previousEventId\":-1,\"type\":\"ExecutionStarted\",\"timestamp\":1}]}", "points at event -1, which does not come before it")]
    [InlineData("{\"events\":[{\"id\":1,\"previousEventId\":0,\"type\":\"ExecutionStarted\",\"timestamp\":-1e14}]}", "no timestamp that can be read")]
    [InlineData("{\"events\":[{\"id\":1,\"previousEventId\":0,\"type\":\"ExecutionStarted\",\"timestamp\":\"9999-12-31T23:59:59Z\"}]}", "no timestamp that can be read")]
    [InlineData("{\"events\":[{\"id\":1,\"previousEventId\":0,\"type\":\"3\",\"timestamp\":1}]}", "'3', which is not known here")]
    [InlineData("[{\"id\":1,\"previousEventId\":0,\"type\":\"ExecutionStarted\",\"timestamp\":1},{\"id\":1,\"previousEventId\":0,\"type\":\"ExecutionStarted\",\"timestamp\":9}]", "event 1 stands there twice and not alike")]
    [InlineData("[{\"id\":1,\"previousEventId\":0,\"type\":\"ExecutionStarted\",\"timestamp\":1},{\"id\":2,\"previousEventId\":0,\"type\":\"TaskScheduled\",\"timestamp\":1}]", "event 2, TaskScheduled, has no resource")]
    [InlineData("{\"name\":1}", "name. A history is what")]
    [InlineData("nonsense", "this is not JSON")]
    public void What_cannot_be_read_is_said_with_its_file(string text, string expected)
    {
        var refused = Assert.Throws<RecordException>(() => Read(text));

        Assert.StartsWith("0.json", refused.Message, StringComparison.Ordinal);
        Assert.Contains(expected, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tasks_are_told_by_state_iteration_and_attempt()
    {
        await using var machine = new Machine(Definition, Answer);
        await machine.RunAsync("""{"x":1,"list":[1,2]}""");
        var record = Assert.Single(Read(Page(machine.Events())));

        var tasks = RecordedTask.Of(record, ExecutionTimeline.Of(machine.Engine.Describe(Arn)!.StateMachine.Definition, record.Events));

        Assert.Equal(["T ", "A 0/0", "A 0/1"], tasks.Select(task => $"{task.State} {string.Join('/', task.Path)}"));
        Assert.Equal(["Bad", null], tasks[0].Attempts.Select(attempt => attempt.Error));
        Assert.Equal("""{"x":1}""", tasks[0].Attempts[1].FunctionPayload!.Text);
        Assert.Equal("f", tasks[0].Attempts[1].FunctionName);
        Assert.Equal("7", tasks[0].Attempts[1].FunctionAnswer!.Text);
        Assert.Equal("2", tasks[2].Attempts[0].Payload!.Text);
    }

    private static async Task<IReadOnlyList<HistoryEvent>> EventsAsync()
    {
        await using var machine = new Machine(Definition, Answer);
        await machine.RunAsync("""{"x":1,"list":[1,2]}""");
        return machine.Events();
    }

    private static Func<TaskRequest, TaskOutcome> Answer
    {
        get
        {
            var asked = 0;
            return _ => asked++ == 0
                ? new TaskOutcome.Failed(new TaskFailure("Bad", "because"))
                : new TaskOutcome.Completed(JsonReader.Parse("""{"Payload":7,"StatusCode":200}"""));
        }
    }

    private static IReadOnlyList<RecordedExecution> Read(params string[] texts) =>
        RecordedExecutions.Read([.. texts.Select((text, i) => new RecordFile($"{i}.json", text))]);

    private static string Page(IReadOnlyList<HistoryEvent> events) =>
        $$"""{"events":{{JsonSerializer.Serialize(new HistoryEventPage(events, IncludeData: true))}}}""";

    private static JsonValue Capitals(JsonValue value) => value switch
    {
        JsonObject json => JsonObject.Of([.. json.Select(member => (
            member.Key == "assignedVariables" ? "AssignedVariables" : char.ToUpperInvariant(member.Key[0]) + member.Key[1..],
            member.Key switch
            {
                "timestamp" => JsonValue.From(DateTimeOffset.FromUnixTimeMilliseconds((long)Math.Round(((JsonNumber)member.Value).Double * 1000)).ToString("O")),
                "assignedVariables" => member.Value,
                _ => Capitals(member.Value),
            }))]),
        JsonArray items => JsonArray.Of(items.Select(Capitals)),
        _ => value,
    };
}
