using Stateside.Engine.History;
using Stateside.Engine.Replay;

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

        var mocks = Stateside.Language.Json.JsonWriter.Compact(Stateside.Language.Json.JsonReader.Parse(MockFileText.Write([(test, "M")])));

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

    private static async Task<RecordedTest> TestAsync(string definition, string? error, string payload)
    {
        var record = await ReplayTests.RecordAsync(definition, ReplayTests.Answers(error, payload));
        return RecordedTest.Of(Replayer.Run(ReplayTests.Setup(record, definition)), []);
    }

    private static string Code(RecordedTest test) => TestCode.Write("Tests", [(test, new TestWorkflow.File("order.asl.json"))]);
}
