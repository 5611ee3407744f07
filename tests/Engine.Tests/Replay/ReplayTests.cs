using System.Text.Json;
using Stateside.Engine.Execution;
using Stateside.Engine.History;
using Stateside.Engine.Operations;
using Stateside.Engine.Replay;
using Stateside.Engine.Store;
using Stateside.Engine.Tests.Execution;
using Stateside.Language.Json;
using Stateside.Language.Validation;

namespace Stateside.Engine.Tests.Replay;

public sealed class ReplayTests
{
    internal const string Order =
        """
        {"StartAt":"Check","States":{
          "Check":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Parameters":{"FunctionName":"check","Payload":{"order.$":"$"}},"OutputPath":"$.Payload","TimeoutSeconds":60,
            "Retry":[{"ErrorEquals":["Busy"],"IntervalSeconds":5,"MaxAttempts":2}],"Catch":[{"ErrorEquals":["States.ALL"],"ResultPath":"$.error","Next":"Manual"}],"Next":"Decide"},
          "Decide":{"Type":"Choice","Choices":[{"Variable":"$.total","NumericGreaterThan":100,"Next":"Manual"}],"Default":"Store"},
          "Manual":{"Type":"Pass","Result":"manual","ResultPath":"$.by","Next":"Store"},
          "Store":{"Type":"Pass","Parameters":{"id.$":"$.id","total.$":"$.total"},"End":true}}}
        """;

    [Fact]
    public async Task What_happened_goes_the_same_way_on_the_definition_it_had()
    {
        var result = Replayer.Run(Setup(await RecordAsync(Order, Answers("Busy", """{"id":"A","total":99}""")), Order));

        Assert.Empty(result.Divergences);
        Assert.Empty(result.Tolerated);
        Assert.Empty(result.Notes);
    }

    [Theory]
    [InlineData("\"NumericGreaterThan\":100", "\"NumericGreaterThan\":90", "Decide", FindingKind.Next, "go on to 'Manual'", "go on to 'Store'")]
    [InlineData("\"Default\":\"Store\"", "\"Default\":\"Manual\"", "Decide", FindingKind.Next, "go on to 'Manual'", "go on to 'Store'")]
    [InlineData("\"Busy\"", "\"Idle\"", "Check", FindingKind.Way, "leave 'Check'", "ask invoke")]
    [InlineData("\"MaxAttempts\":2", "\"MaxAttempts\":0", "Check", FindingKind.Way, "leave 'Check'", "ask invoke")]
    [InlineData("\"TimeoutSeconds\":60", "\"TimeoutSeconds\":1", "Check", FindingKind.Way, "give the task up, which took too long", "take Busy (because) from the task")]
    [InlineData("lambda:invoke\"", "lambda:invoke.waitForTaskToken\"", "Check", FindingKind.Resource, "ask lambda:invoke.waitForTaskToken", "ask lambda:invoke")]
    public async Task A_change_shows_where_it_makes_another_way(string was, string now, string state, object kind, string would, string did)
    {
        var result = Replayer.Run(Setup(await RecordAsync(Order, Answers("Busy", """{"id":"A","total":99}""")), Order.Replace(was, now, StringComparison.Ordinal)));

        Assert.Equal((state, (FindingKind)kind, would, did), (result.First!.State, result.First.Kind, result.First.Now, result.First.Then));
    }

    [Theory]
    [InlineData("\"total.$\":\"$.total\"", "\"sum.$\":\"$.total\"", "Store", FindingKind.Output, "$.sum 99 ; $.total  99")]
    [InlineData("\"order.$\":\"$\"", "\"order.$\":\"$.id\"", "Check", FindingKind.Payload, "$.Payload.order \"A\" {\"id\":\"A\"}")]
    [InlineData("\"OutputPath\":\"$.Payload\"", "\"OutputPath\":\"$\"", "Check", FindingKind.Output, "$.Payload {\"id\":\"A\",\"total\":99} ; $.StatusCode 200 ; $.id  \"A\"; $.total  99")]
    public async Task All_places_are_told_where_values_differ(string was, string now, string state, object kind, string differences)
    {
        var result = Replayer.Run(Setup(await RecordAsync(Order, Answers(null, """{"id":"A","total":99}""")), Order.Replace(was, now, StringComparison.Ordinal)));

        Assert.Equal((state, (FindingKind)kind), (result.First!.State, result.First.Kind));
        Assert.Equal(differences, string.Join("; ", result.First.Differences.Select(difference => $"{difference.Path} {difference.One} {difference.Other}")));
    }

    [Fact]
    public async Task What_goes_on_from_a_difference_goes_on_from_the_record()
    {
        var result = Replayer.Run(Setup(
            await RecordAsync(Order, Answers(null, """{"id":"A","total":101}""")),
            Order.Replace("\"Result\":\"manual\"", "\"Result\":\"hand\"", StringComparison.Ordinal)));

        var only = Assert.Single(result.Divergences);
        Assert.Equal("Manual", only.State);
    }

    [Fact]
    public async Task What_chance_and_the_clock_make_is_no_divergence_and_what_stands_beside_it_is()
    {
        const string Made = """
            {"QueryLanguage":"JSONata","StartAt":"Make","States":{
              "Make":{"Type":"Pass","Output":{"id":"{% 'id-' & $uuid() %}","at":"{% $now() %}","n":"{% $random() %}","entered":"{% $states.context.State.EnteredTime %}","fixed":1},"Assign":{"u":"{% $uuid() %}"},"Next":"Pick"},
              "Pick":{"Type":"Choice","Choices":[{"Condition":"{% $random() > 0.5 %}","Next":"High"}],"Default":"Low"},
              "High":{"Type":"Pass","Output":{"u":"{% $u %}"},"End":true},
              "Low":{"Type":"Pass","Output":{"u":"{% $u %}"},"End":true}}}
            """;
        var record = (await RecordAsync(Made, null)) with { Arn = null, Name = null };

        var same = Replayer.Run(Setup(record, Made));
        var changed = Replayer.Run(Setup(record, Made.Replace("\"fixed\":1", "\"fixed\":2", StringComparison.Ordinal).Replace("'id-'", "'no-'", StringComparison.Ordinal)));

        Assert.Empty(same.Divergences);
        Assert.Contains(same.Tolerated, finding => finding is { State: "Make", Kind: FindingKind.Output });
        Assert.Contains(same.Tolerated, finding => finding is { State: "Make", Kind: FindingKind.Variables });
        Assert.Equal(["$.fixed"], changed.First!.Differences.Select(difference => difference.Path));
    }

    [Fact]
    public async Task Branches_and_items_may_end_in_any_order()
    {
        const string Both = """
            {"StartAt":"P","States":{"P":{"Type":"Parallel","End":true,"Branches":[
              {"StartAt":"Slow","States":{"Slow":{"Type":"Wait","Seconds":9,"Next":"S"},"S":{"Type":"Pass","Result":1,"End":true}}},
              {"StartAt":"Items","States":{"Items":{"Type":"Map","ItemsPath":"$.list","ItemProcessor":{"StartAt":"Nap","States":{"Nap":{"Type":"Wait","SecondsPath":"$","End":true}}},"End":true}}}]}}}
            """;
        var record = await RecordAsync(Both, null, """{"list":[5,1,3]}""");

        Assert.Null(Replayer.Run(Setup(record, Both)).First);
        var changed = Replayer.Run(Setup(record, Both.Replace("\"SecondsPath\":\"$\",", "\"SecondsPath\":\"$\",\"OutputPath\":null,", StringComparison.Ordinal)));
        Assert.Equal(("Nap", "1/1"), (changed.First!.State, string.Join('/', changed.First.Path)));
        Assert.Equal(3, changed.Divergences.Count(finding => finding.State == "Nap"));
    }

    [Fact]
    public async Task A_branch_that_is_longer_shorter_new_or_gone_is_found()
    {
        const string Two = """
            {"StartAt":"P","States":{"P":{"Type":"Parallel","End":true,"Branches":[
              {"StartAt":"A","States":{"A":{"Type":"Pass","Next":"A2"},"A2":{"Type":"Pass","End":true}}},
              {"StartAt":"B","States":{"B":{"Type":"Pass","End":true}}}]}}}
            """;
        var record = await RecordAsync(Two, null);

        Assert.Equal(("A", "end there"), Told("""{"Type":"Pass","Next":"A2"},"A2":{"Type":"Pass","End":true}""", """{"Type":"Pass","End":true}"""));
        Assert.Equal(("B", "go on to 'B2'"), Told("""{"B":{"Type":"Pass","End":true}}""", """{"B":{"Type":"Pass","Next":"B2"},"B2":{"Type":"Pass","End":true}}"""));
        Assert.Equal(("C", "enter 'C', a Pass state"), Told("""{"StartAt":"B",""", """{"StartAt":"C","States":{"C":{"Type":"Pass","End":true}}},{"StartAt":"B","""));
        Assert.Equal(("P", "not do that"), Told(",\n  {\"StartAt\":\"B\",\"States\":{\"B\":{\"Type\":\"Pass\",\"End\":true}}}", ""));

        (string, string) Told(string was, string now) => Replayer.Run(Setup(record, Two.ReplaceLineEndings("\n").Replace(was.ReplaceLineEndings("\n"), now, StringComparison.Ordinal))).First is { } first
            ? (first.State, first.Now)
            : ("", "");
    }

    [Fact]
    public async Task States_that_were_renamed_are_the_same()
    {
        var record = await RecordAsync(Order, Answers("Busy", """{"id":"A","total":99}"""));
        var renamed = Order.Replace("\"Check\"", "\"Validate\"", StringComparison.Ordinal).Replace("\"Store\"", "\"Keep\"", StringComparison.Ordinal);

        Assert.NotNull(Replayer.Run(Setup(record, renamed)).First);
        Assert.Null(Replayer.Run(Setup(record, renamed) with { Renames = new Dictionary<string, string> { ["Check"] = "Validate", ["Store"] = "Keep" } }).First);
    }

    [Fact]
    public async Task A_redriven_execution_goes_on_as_it_did()
    {
        await using var machine = new Machine(Order.Replace(",\"Catch\":[{\"ErrorEquals\":[\"States.ALL\"],\"ResultPath\":\"$.error\",\"Next\":\"Manual\"}]", "", StringComparison.Ordinal), Answers("Broken", """{"id":"A","total":99}"""));
        await machine.RunAsync("""{"id":"A"}""");
        await machine.Engine.RedriveAsync("arn:aws:states:us-east-1:123456789012:execution:M:e", null);
        await machine.Engine.WhenEndedAsync("arn:aws:states:us-east-1:123456789012:execution:M:e", TestContext.Current.CancellationToken);
        var record = Read(machine.Events());
        var definition = machine.Engine.Describe("arn:aws:states:us-east-1:123456789012:execution:M:e")!.StateMachine.DefinitionText;

        Assert.Equal(1, record.RedriveCount);
        Assert.Null(Replayer.Run(Setup(record, definition)).First);
        Assert.Equal("Decide", Replayer.Run(Setup(record, definition.Replace("\"NumericGreaterThan\":100", "\"NumericGreaterThan\":90", StringComparison.Ordinal))).First!.State);
    }

    [Fact]
    public async Task Of_a_record_that_ends_early_nothing_is_said_of_what_came_after()
    {
        var whole = await RecordAsync(Order, Answers(null, """{"id":"A","total":99}"""));
        for (var length = 1; length < whole.Events.Count; length++)
        {
            var result = Replayer.Run(Setup(Read([.. whole.Events.Take(length)]), Order));

            Assert.Empty(result.Divergences);
            Assert.Contains($"ends at event {length}", Assert.Single(result.Notes), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_wait_or_a_pause_that_takes_another_time_is_noted()
    {
        const string Wait = """{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":10,"End":true}}}""";
        var result = Replayer.Run(Setup(await RecordAsync(Wait, null), Wait.Replace("10", "60", StringComparison.Ordinal)));

        Assert.Empty(result.Divergences);
        Assert.Equal(["'W' would wait for 60 s, it did for 10 s."], result.Notes);

        var record = await RecordAsync(Order, Answers("Busy", """{"id":"A","total":99}"""));
        var retried = Replayer.Run(Setup(record, Order.Replace("\"IntervalSeconds\":5", "\"IntervalSeconds\":60", StringComparison.Ordinal)));

        Assert.Empty(retried.Divergences);
        Assert.Equal(["'Check' would pause before it tries again for 60 s, it did for 5 s."], retried.Notes);
    }

    [Fact]
    public async Task An_execution_that_would_take_too_long_or_would_not_is_found()
    {
        const string Wait = """{"TimeoutSeconds":60,"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":30,"End":true}}}""";
        var slow = Wait.Replace("30", "90", StringComparison.Ordinal);

        var shorter = Replayer.Run(Setup(await RecordAsync(Wait, null), Wait.Replace("60", "20", StringComparison.Ordinal))).First!;
        Assert.Equal(("end the execution 20 s after its start, which took too long", "leave 'W'"), (shorter.Now, shorter.Then));

        var record = await RecordAsync(slow, null);
        Assert.Null(Replayer.Run(Setup(record, slow)).First);
        Assert.Equal("go on", Replayer.Run(Setup(record, slow.Replace("60", "600", StringComparison.Ordinal))).First!.Now);
    }

    [Fact]
    public async Task Where_things_are_deployed_makes_no_difference()
    {
        const string There = """
            {"StartAt":"T","States":{"T":{"Type":"Task","Resource":"arn:aws:states:::sqs:sendMessage","Parameters":{
              "QueueUrl":"https://sqs.eu-west-1.amazonaws.com/111122223333/shop-Orders-1A2B3C4D5E6F","MessageBody":{"table":"shop-prod-Table-ABCDEFGHIJKL","to":"arn:aws:sns:eu-west-1:111122223333:news"}},"End":true}}}
            """;
        const string Here = """
            {"StartAt":"T","States":{"T":{"Type":"Task","Resource":"arn:aws:states:::sqs:sendMessage","Parameters":{
              "QueueUrl":"http://127.0.0.1:8083/123456789012/Orders","MessageBody":{"table":"Table","to":"arn:aws:sns:us-east-1:123456789012:news"}},"End":true}}}
            """;
        var record = await RecordAsync(There, _ => new TaskOutcome.Completed(JsonObject.Empty));

        Assert.Null(Replayer.Run(Setup(record, Here)).First);
        Assert.Equal(["$.MessageBody.to"], Replayer.Run(Setup(record, Here.Replace(":news", ":olds", StringComparison.Ordinal))).First!.Differences.Select(difference => difference.Path));
    }

    [Fact]
    public async Task What_may_differ_is_named_once()
    {
        var record = await RecordAsync(Order, Answers(null, """{"id":"A","total":99}"""));
        var setup = Setup(record, Order.Replace("\"total.$\":\"$.total\"", "\"total\":1", StringComparison.Ordinal));

        Assert.Equal("Store", Replayer.Run(setup).First!.State);
        Assert.Null(Replayer.Run(setup with { Ignored = new IgnoredPaths(["$.total"]) }).First);
        Assert.Null(Replayer.Run(setup with { Ignored = new IgnoredPaths(["$['total']"]) }).First);
    }

    [Fact]
    public async Task Without_data_the_ways_are_compared()
    {
        var events = (await RecordAsync(Order, Answers("Busy", """{"id":"A","total":99}"""))).Events;
        var record = Assert.Single(RecordedExecutions.Read([new RecordFile("h", JsonSerializer.Serialize(new HistoryEventPage(events, IncludeData: false)))]));

        var same = Replayer.Run(Setup(record, Order));
        Assert.Empty(same.Divergences);
        Assert.Contains("no data", Assert.Single(same.Notes), StringComparison.Ordinal);
        Assert.Equal("Decide", Replayer.Run(Setup(record, Order.Replace("\"Default\":\"Store\"", "\"Default\":\"Manual\"", StringComparison.Ordinal))).First!.State);
        Assert.Equal("not try again", Replayer.Run(Setup(record, Order.Replace(
            "\"Retry\":[{\"ErrorEquals\":[\"Busy\"],\"IntervalSeconds\":5,\"MaxAttempts\":2}],", "", StringComparison.Ordinal))).First!.Now);
    }

    [Fact]
    public async Task Children_of_children_run_what_is_in_the_map_of_their_parent_in_whatever_order_they_are_given()
    {
        static string Distributed(string name, string inside) => "{\"StartAt\":\"" + name + "\",\"States\":{\"" + name
            + "\":{\"Type\":\"Map\",\"End\":true,\"ItemProcessor\":{\"ProcessorConfig\":{\"Mode\":\"DISTRIBUTED\",\"ExecutionType\":\"STANDARD\"}," + inside[1..] + "}}}";
        var nested = Distributed("Outer", Distributed("Inner", """{"StartAt":"Leaf","States":{"Leaf":{"Type":"Pass","End":true}}}"""));
        await using var machine = new Machine(nested);
        await machine.RunAsync("[[1],[2,3]]");
        var root = Setup(Read(machine.Events()), nested);
        var children = Below(root.Record).ToList();
        children.Reverse();

        var setups = ReplaySetup.ChildrenOf([root], children);

        Assert.Equal(5, setups.Count);
        Assert.All(setups, child => Assert.Same(root, child.Root));
        Assert.All(setups, child => Assert.Null(Replayer.Run(child).First));
        Assert.Equal(3, setups.Count(child => child.Definition.StartAt == "Leaf"));
        var refused = Assert.Throws<RecordException>(() => ReplaySetup.ChildrenOf([root], [children[0] with { MapRunArn = "another" }]));
        Assert.Contains("of the map run another, which is in none of the histories", refused.Message, StringComparison.Ordinal);

        IEnumerable<RecordedExecution> Below(RecordedExecution record) =>
            from e in record.Events
            where e["mapRunArn"] is string && e.Says == EventSays.Started
            from found in machine.Engine.List(new ExecutionQuery((string)e["mapRunArn"]!))
            let child = Read(machine.Engine.ReadHistory(found.Arn)!.Events) with { MapRunArn = found.MapRunArn }
            from one in Below(child).Prepend(child)
            select one;
    }

    [Fact]
    public async Task A_story_has_a_value_on_a_line_and_nothing_that_a_terminal_would_obey()
    {
        const string Definition = """{"StartAt":"A","States":{"A":{"Type":"Pass","Result":"NOW","End":true}}}""";
        var record = await RecordAsync(Definition.Replace("NOW", "\\u001b[2J", StringComparison.Ordinal), null, "{\n  \"id\": 1\n}");

        var story = ReplayText.Story(Replayer.Run(Setup(record, Definition)), _ => "\u001b]0;x\u0007");

        Assert.Contains("it was given   {\"id\":1}\n", story, StringComparison.Ordinal);
        Assert.DoesNotContain(story, c => char.IsControl(c) && c != '\n');
    }

    [Fact]
    public void A_place_is_told_by_line_and_column()
    {
        const string Text = """
            {
              "StartAt": "M",
              "States": {
                "M": {"Type": "Map", "End": true, "ItemProcessor": {"StartAt": "A", "States": {
                  "A": {"Type": "Pass",
                    "End": true}
                }}}
              }
            }
            """;
        var locator = new StateLocator(Text);

        Assert.Equal((6, 9), locator.Locate(new Finding { Kind = FindingKind.Next, EventId = 1, State = "A" }));
        Assert.Equal((5, 7), locator.Locate(new Finding { Kind = FindingKind.Way, EventId = 1, State = "A" }));
        Assert.Null(locator.Locate(new Finding { Kind = FindingKind.Way, EventId = 1, State = "B" }));
    }

    /// <summary>The first invocation fails with the error, where there is one; the others answer. Each takes four seconds.</summary>
    internal static Func<TaskRequest, TaskOutcome> Answers(string? error, string payload)
    {
        var asked = 0;
        return _ => new TaskOutcome.Delayed(
            error is not null && asked++ == 0
                ? new TaskOutcome.Failed(new TaskFailure(error, "because"))
                : new TaskOutcome.Completed(JsonReader.Parse($$"""{"Payload":{{payload}},"StatusCode":200}""")),
            TimeSpan.FromSeconds(4));
    }

    internal static async Task<RecordedExecution> RecordAsync(string definition, Func<TaskRequest, TaskOutcome>? task, string input = """{"id":"A"}""")
    {
        await using var machine = new Machine(definition, task);
        await machine.RunAsync(input);
        return Read(machine.Events());
    }

    internal static RecordedExecution Read(IReadOnlyList<HistoryEvent> events) =>
        Assert.Single(RecordedExecutions.Read([new RecordFile("h", JsonSerializer.Serialize(new HistoryEventPage(events, IncludeData: true)))]));

    internal static ReplaySetup Setup(RecordedExecution record, string definition)
    {
        var parsed = DefinitionParser.Parse(definition);
        Assert.True(parsed.IsValid, string.Join('\n', parsed.Diagnostics.Select(d => $"{d.Location}: {d.Message}")));
        return new ReplaySetup(record, new StateMachine
        {
            Arn = "arn:aws:states:us-east-1:123456789012:stateMachine:M",
            Name = "M",
            RoleArn = "arn:aws:iam::123456789012:role/r",
            DefinitionText = definition,
            Definition = parsed.Definition!,
            RevisionId = "r",
        });
    }
}
