using Stateside.Engine.Execution;
using Stateside.Engine.History;
using Stateside.Engine.Replay;
using Stateside.Engine.Tests.Execution;
using Stateside.Language.Json;

namespace Stateside.Engine.Tests.Replay;

public sealed class RecordedTestTests
{
    [Fact]
    public async Task A_task_that_was_tried_again_fails_and_then_answers()
    {
        var test = await TestAsync(ReplayTests.Order, "Busy", """{"id":"A","total":99}""");

        var code = Code(test);

        Assert.Contains(
            """"
                    test.Task("Check")
                        .Fails("Busy", "because").After(TimeSpan.FromSeconds(4))
                        .Returns("""{"id": "A", "total": 99}""").After(TimeSpan.FromSeconds(4));

                    var run = await test.RunAsync("""{"id": "A"}""");

                    run.ShouldFollow("Check", "Decide", "Store")
                        .ShouldSend("Check", """{"order": {"id": "A"}}""")
                        .ShouldRetry("Check", "Busy")
                        .ShouldGive("""{"id": "A", "total": 99}""");
            """".ReplaceLineEndings("\n"),
            code, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_mock_file_counts_the_answers()
    {
        var test = await TestAsync(ReplayTests.Order, "Busy", """{"id":"A","total":99}""");

        var mocks = JsonWriter.Compact(JsonReader.Parse(MockFileText.Write([(test, "M")])));

        Assert.Equal(
            """{"StateMachines":{"M":{"TestCases":{"Recorded":{"Check":"M.Recorded.Check"}}}},"MockedResponses":{"M.Recorded.Check":"""
            + """{"0":{"Throw":{"Error":"Busy","Cause":"because"}},"1":{"Return":{"Payload":{"id":"A","total":99},"StatusCode":200}}}}}""",
            mocks);
    }

    [Fact]
    public async Task What_chance_and_the_clock_made_is_not_expected()
    {
        var test = await TestAsync(
            """
            {"QueryLanguage":"JSONata","StartAt":"Make","States":{"Make":{"Type":"Pass",
              "Output":{"id":"{% $uuid() %}","at":"{% $states.context.State.EnteredTime %}","coin":"{% $random() %}","fixed":["{% 1 + 1 %}"],"given":"{% $states.input.id %}"},"End":true}}}
            """,
            null, "{}");

        Assert.Equal("$.fixed [2], $.given \"A\"", string.Join(", ", test.Output.Select(part => $"{part.Path} {part.Value.Text}")));
        Assert.NotEmpty(test.Notes);
    }

    [Fact]
    public async Task No_test_is_made_of_what_is_still_under_way()
    {
        var record = await ReplayTests.RecordAsync("""{"StartAt":"A","States":{"A":{"Type":"Pass","End":true}}}""", null);

        Assert.Null(RecordedTest.WhyNot(record));
        Assert.Contains("under way", RecordedTest.WhyNot(record with { Status = ExecutionStatus.Running }), StringComparison.Ordinal);
        Assert.Contains("no data", RecordedTest.WhyNot(record with { HasData = false }), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("WorkflowTest", "WorkflowTestTests")]
    [InlineData("Task", "TaskTests")]
    [InlineData("class", "Class")]
    public async Task A_class_hides_nothing_that_its_tests_name(string words, string expected)
    {
        var test = await TestAsync(ReplayTests.Order, null, """{"id":"A","total":99}""");

        Assert.Contains($"public sealed class {expected}\n", TestCode.Write(words, [(test, new TestWorkflow.File("order.asl.json"))]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_SDK_tells_of_a_request_is_left_out_unless_the_workflow_asks_for_it()
    {
        const string Definition = """{"StartAt":"Get","States":{"Get":{"Type":"Task","Resource":"arn:aws:states:::dynamodb:getItem","Parameters":{"TableName":"t","Key":{}},"Next":"Use"},"Use":{"Type":"Pass","InputPath":"$.Item","End":true}}}""";
        const string Answer = """{"Item":{"id":{"S":"7"}},"SdkHttpMetadata":{"HttpStatusCode":200},"SdkResponseMetadata":{"RequestId":"r"}}""";
        var asking = Definition.Replace("$.Item", "$.SdkHttpMetadata", StringComparison.Ordinal);

        var code = Code(await TestAsync(Definition, Answer));
        var mocks = MockFileText.Write([(await TestAsync(Definition, Answer), "M")]);

        Assert.Contains(""""test.Task("Get").Returns("""{"Item": {"id": {"S": "7"}}}""");"""", code, StringComparison.Ordinal);
        Assert.DoesNotContain("Sdk", code + mocks, StringComparison.Ordinal);
        Assert.Contains("\"SdkHttpMetadata\": {\"HttpStatusCode\": 200}", Code(await TestAsync(asking, Answer)), StringComparison.Ordinal);

        static async Task<RecordedTest> TestAsync(string definition, string answer)
        {
            var record = await ReplayTests.RecordAsync(definition, _ => new TaskOutcome.Completed(JsonReader.Parse(answer)));
            return RecordedTest.Of(Replayer.Run(ReplayTests.Setup(record, definition)), []);
        }
    }

    [Fact]
    public async Task Answers_of_a_mock_file_have_names_of_their_own()
    {
        const string Definition = """{"StartAt":"c","States":{"c":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Parameters":{"FunctionName":"f"},"Next":"b.c"},"b.c":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Parameters":{"FunctionName":"f"},"End":true}}}""";
        var test = await TestAsync(Definition, null, "1");

        var mocks = MockFileText.Write([(test with { Record = test.Record with { Name = "a.b" } }, "M"), (test with { Record = test.Record with { Name = "a" } }, "M")]);

        Assert.Contains("\"M.a.b.c\": {", mocks, StringComparison.Ordinal);
        Assert.Contains("\"M.a.b.c-2\": {", mocks, StringComparison.Ordinal);
        Assert.Contains("\"b.c\": \"M.a.b.c-2\"", mocks, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_distributed_map_reads_its_children_tell_and_what_its_results_come_to_the_history()
    {
        const string Definition = """
            {"StartAt":"All","States":{"All":{"Type":"Map","End":true,
              "ItemReader":{"Resource":"arn:aws:states:::s3:getObject","ReaderConfig":{"InputType":"JSON"},"Parameters":{"Bucket":"b","Key":"k"}},
              "ResultWriter":{"Resource":"arn:aws:states:::s3:putObject","Parameters":{"Bucket":"b","Prefix":"p"}},
              "ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"},"StartAt":"One","States":{"One":{"Type":"Pass","End":true}}}}}}
            """;
        await using var machine = new Machine(Definition, request => new TaskOutcome.Completed(JsonReader.Parse(request.Resource.Action == "getObject" ? """["x","y"]""" : """{"written":2}""")));
        await machine.RunAsync("{}");
        var record = ReplayTests.Read(machine.Events());
        var setup = ReplayTests.Setup(record, Definition);
        var run = setup.Timeline().MapRuns[0].Arn;
        List<ReplaySetup> children =
        [
            .. machine.Engine.List(new ExecutionQuery(run)).OrderBy(child => child.ItemIndex).Select(child => setup.ChildOf(
                new RecordedExecution(machine.Engine.ReadHistory(child.Arn)!.Events) { Source = "child", MapRunArn = run, Input = child.Input, HasData = true })!),
        ];

        var alone = Code(RecordedTest.Of(Replayer.Run(setup), []));
        var code = Code(RecordedTest.Of(Replayer.Run(setup), children));

        Assert.Contains("test.Resource(\"arn:aws:states:::s3:putObject\").Returns(\"\"\"{\"written\": 2}\"\"\");", alone, StringComparison.Ordinal);
        Assert.Contains("Where 'All' read its items the history does not tell", alone, StringComparison.Ordinal);
        Assert.Contains("test.Resource(\"arn:aws:states:::s3:getObject\").Returns(\"\"\"[\"x\", \"y\"]\"\"\");", code, StringComparison.Ordinal);
        Assert.DoesNotContain("read its items", code, StringComparison.Ordinal);
    }

    private static async Task<RecordedTest> TestAsync(string definition, string? error, string payload)
    {
        var record = await ReplayTests.RecordAsync(definition, ReplayTests.Answers(error, payload));
        return RecordedTest.Of(Replayer.Run(ReplayTests.Setup(record, definition)), []);
    }

    private static string Code(RecordedTest test) => TestCode.Write("Tests", [(test, new TestWorkflow.File("order.asl.json"))]);
}
