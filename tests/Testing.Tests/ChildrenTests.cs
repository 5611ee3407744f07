using Stateside.Engine.History;

namespace Stateside.Testing.Tests;

/// <summary>The executions that an execution brings about are there for the test.</summary>
public sealed class ChildrenTests
{
    private const string Import = """
        {"QueryLanguage": "JSONata", "StartAt": "ImportAll", "States": {
          "ImportAll": {
            "Type": "Map", "ToleratedFailurePercentage": 50, "End": true, "Label": "Rows", "MaxConcurrency": 1,
            "ItemReader": {"Resource": "arn:aws:states:::s3:getObject", "ReaderConfig": {"InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW"}, "Arguments": {"Bucket": "files", "Key": "rows.csv"}},
            "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "TYPE"}, "StartAt": "Check", "States": {
              "Check": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Arguments": {"FunctionName": "check", "Payload": "{% $states.input %}"},
                "Output": "{% $states.result.Payload %}", "End": true}}}}}}
        """;

    private static readonly Row[] Rows = [.. Enumerable.Range(1, 6).Select(i => new Row($"r-{i}", i))];

    [Theory]
    [InlineData("STANDARD")]
    [InlineData("EXPRESS")]
    public async Task Each_item_of_a_distributed_map_is_a_run(string type)
    {
        await using var test = Test(type);

        var run = (await test.RunAsync()).ShouldSucceed();

        var children = run.Children("ImportAll");
        Assert.Equal([0, 1, 2, 3, 4, 5], children.Select(child => child.Execution.ItemIndex));
        Assert.Equal(Rows, children.Select(child => child.InputAs<Row>()));
        Assert.Equal([true, false, true, false, true, false], children.Select(child => child.Status == ExecutionStatus.Failed));
        children[0].ShouldFail("Odd", "1 is odd").ShouldFollow("Check");
        children[1].ShouldGive(new { id = "r-2" }).ShouldSend("Check", new Row("r-2", 2)).ShouldSend("Check", "$.Id", "r-2").ShouldSend<Row>("Check", row => row.Amount == 2);
    }

    [Fact]
    public async Task The_counts_and_errors_of_items_are_in_failures()
    {
        await using var test = Test();
        var run = await test.RunAsync();

        var failure = Assert.Throws<WorkflowAssertionException>(() => run.ShouldFail());

        Assert.Equal(
            """
            Expected StateMachine to fail, but it succeeded.

            The path of StateMachine, succeeded after 0 s:
                 1  ImportAll  6 items: 3 succeeded, 3 failed (Odd)

            The path of item 0 of ImportAll, failed with Odd (1 is odd) after 0 s:
                 1  Check  failed with Odd
            """.ReplaceLineEndings("\n"),
            failure.Message);
    }

    [Fact]
    public async Task The_story_tells_what_each_item_did()
    {
        await using var test = Test();

        (await test.RunAsync()).ShouldMatchSnapshot();
    }

    [Fact]
    public async Task Of_many_items_the_story_tells_some_and_holds_the_others_by_a_check_sum()
    {
        async Task<string> TellAsync(int failing)
        {
            await using var test = WorkflowTest.FromDefinition(Import.Replace("TYPE", "STANDARD", StringComparison.Ordinal));
            test.Resource("arn:aws:states:::s3:getObject").Returns(Enumerable.Range(0, 20).Select(i => new { id = i }));
            test.Function("check").Answers((Dictionary<string, int> row) => row["id"] == failing ? throw new TaskFailedException("Odd", "it is") : row);
            return (await test.RunAsync()).Story();
        }

        var (one, other) = (await TellAsync(15), await TellAsync(16));

        Assert.Contains("map run of 20 items: 19 succeeded, 1 failed (Odd)\n", one, StringComparison.Ordinal);
        Assert.Contains("… 14 more items #", one, StringComparison.Ordinal);
        Assert.NotEqual(one, other);
        Assert.Equal(one, await TellAsync(15));
    }

    [Fact]
    public async Task An_execution_that_a_task_started_is_a_run_and_is_told_of()
    {
        using var folder = new NestedTemplate();
        await using var test = folder.Test();
        test.Task("Charge").Fails("CardDeclined", "no money").Returns(new { receipt = "r-1" });

        var declined = (await test.RunAsync()).ShouldFollow("Nest", "Fine");
        var charged = (await test.RunAsync()).ShouldGive(new { receipt = "r-1" });

        Assert.Single(declined.Children("Nest")).ShouldFail("CardDeclined").ShouldFollow("Charge");
        Assert.Equal("r-1", Assert.Single(charged.Children("Nest")).ShouldSend("Charge", "$.amount", 20).Output<Receipt>().Id);
        declined.ShouldMatchSnapshot();
        Assert.Equal(
            """
            The path of Outer, succeeded after 0 s:
                 1  Nest  Inner failed with CardDeclined (no money); caught States.TaskFailed
                 2  Fine

            The path of Inner, failed with CardDeclined (no money) after 0 s:
                 1  Charge  failed with CardDeclined
            """.ReplaceLineEndings("\n"),
            declined.PathText());
    }

    [Fact]
    public async Task What_begins_no_executions_has_no_children()
    {
        await using var test = WorkflowTest.FromDefinition(Definitions.Reminder);
        test.Task("Remind").Returns("{}");

        var run = await test.RunAsync(new { name = "Ada" });

        Assert.StartsWith("The Task state 'Remind' begins no executions.", Assert.Throws<WorkflowAssertionException>(() => run.Children("Remind")).Message, StringComparison.Ordinal);
        Assert.StartsWith("StateMachine has no state 'Remynd'.", Assert.Throws<WorkflowAssertionException>(() => run.Children("Remynd")).Message, StringComparison.Ordinal);
    }

    private static WorkflowTest Test(string type = "STANDARD")
    {
        var test = WorkflowTest.FromDefinition(Import.Replace("TYPE", type, StringComparison.Ordinal));
        test.Resource("arn:aws:states:::s3:getObject").Returns(Rows);
        test.Function("check").Answers((Row row) => row.Amount % 2 == 0 ? new { id = row.Id } : throw new TaskFailedException("Odd", $"{row.Amount} is odd"));
        return test;
    }

    private sealed record Row(string Id, int Amount);

    private sealed record Receipt([property: System.Text.Json.Serialization.JsonPropertyName("receipt")] string Id);
}
