namespace Stateside.Testing.Tests;

/// <summary>A test is not green while something that it relies on was not there.</summary>
public sealed class TrustTests
{
    private const string Import = """
        {"StartAt": "ImportAll", "States": {
          "ImportAll": {
            "Type": "Map", "ToleratedFailurePercentage": 100, "End": true, "Label": "Rows",
            "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, "StartAt": "Normalise", "States": {
              "Normalise": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:normalise", "End": true}}}}}}
        """;

    private const string Caught = """
        {"StartAt": "Call", "States": {
          "Call": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Parameters": {"FunctionName": "call"}, "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Fine"}], "End": true},
          "Fine": {"Type": "Succeed"}}}
        """;

    [Fact]
    public async Task What_nothing_answers_in_a_child_of_a_map_fails_the_test_although_the_map_tolerates_it()
    {
        await using var test = WorkflowTest.FromDefinition(Import);

        var failure = await Assert.ThrowsAsync<WorkflowAssertionException>(() => test.RunAsync("[1, 2, 3]"));

        Assert.Equal(
            "Nothing answers the state 'Normalise' in the items of ImportAll. It invokes arn:aws:lambda:us-east-1:123456789012:function:normalise, which the template does not have. "
            + "Stub it: test.Task(\"Normalise\").Returns(…).",
            failure.Message);
    }

    [Fact]
    public async Task What_nothing_answers_in_an_execution_that_another_started_fails_the_test_although_a_catcher_takes_it()
    {
        using var folder = new NestedTemplate();
        await using var test = folder.Test();

        var failure = await Assert.ThrowsAsync<WorkflowAssertionException>(() => test.RunAsync());

        Assert.StartsWith("Nothing answers the state 'Charge' of Inner, which another execution started.", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("arn:aws:lambda:us-east-1:123456789012:function:normalise")]
    [InlineData("<function>")]
    public async Task What_nothing_answers_in_a_map_inside_of_a_map_fails_the_test_however_its_function_is_called(string function)
    {
        await using var test = WorkflowTest.FromDefinition("""
            {"StartAt": "Outer", "States": {
              "Outer": {"Type": "Map", "End": true,
                "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, "StartAt": "Inner", "States": {
                  "Inner": {"Type": "Map", "End": true,
                    "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, "StartAt": "Normalise", "States": {
                      "Normalise": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Parameters": {"FunctionName": "FUNCTION"}, "End": true}}}}}}}}}
            """.Replace("FUNCTION", function, StringComparison.Ordinal));

        var failure = await Assert.ThrowsAsync<WorkflowAssertionException>(() => test.RunAsync("[[1], [2, 3]]"));

        Assert.Equal(
            $"Nothing answers the state 'Normalise' in the items of Inner. It invokes {function}, which the template does not have. Stub it: test.Task(\"Normalise\").Returns(…).",
            failure.Message);
    }

    [Theory]
    [InlineData("ItemReader", "arn:aws:states:::s3:listObjectsV2")]
    [InlineData("ResultWriter", "arn:aws:states:::s3:putObject")]
    public async Task A_map_whose_items_nothing_reads_or_whose_results_nothing_takes_says_which_stub_would(string field, string resource)
    {
        await using var test = WorkflowTest.FromDefinition(Import.Replace(
            "\"Label\"",
            "\"Catch\": [{\"ErrorEquals\": [\"States.ALL\"], \"Next\": \"Fine\"}], \"" + field + "\": {\"Resource\": \"" + resource + "\", \"Parameters\": {\"Bucket\": \"b\"}}, \"Label\"",
            StringComparison.Ordinal).Replace("{\"StartAt\": \"ImportAll\", \"States\": {", "{\"StartAt\": \"ImportAll\", \"States\": {\"Fine\": {\"Type\": \"Succeed\"},", StringComparison.Ordinal));
        test.Function("normalise").Returns("1").Optional();

        var failure = await Assert.ThrowsAsync<WorkflowAssertionException>(() => test.RunAsync());

        Assert.StartsWith("Nothing answers the state 'ImportAll'.", failure.Message, StringComparison.Ordinal);
        Assert.EndsWith($"Stub it: test.Resource(\"{resource}\").Returns(…).", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_machine_that_is_started_and_is_not_there_fails_the_test_past_all_catchers()
    {
        await using var test = WorkflowTest.FromDefinition("""
            {"StartAt": "Start", "States": {
              "Start": {"Type": "Task", "Resource": "arn:aws:states:::states:startExecution", "Parameters": {"StateMachineArn": "arn:aws:states:us-east-1:123456789012:stateMachine:Other"},
                "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Fine"}], "End": true},
              "Fine": {"Type": "Succeed"}}}
            """);

        var failure = await Assert.ThrowsAsync<WorkflowAssertionException>(() => test.RunAsync());

        Assert.Contains("It starts arn:aws:states:us-east-1:123456789012:stateMachine:Other, which the test does not have.", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_that_nothing_answers_is_told_each_once()
    {
        await using var test = WorkflowTest.FromDefinition(Definitions.TwoCalls.Replace(
            "\"End\": true,\n", "\"End\": true, \"Retry\": [{\"ErrorEquals\": [\"States.ALL\"]}],\n", StringComparison.Ordinal));

        var failure = await Assert.ThrowsAsync<WorkflowAssertionException>(() => test.RunAsync());

        Assert.Equal(["Nothing answers the state 'Left'", "Nothing answers the state 'Right'"], failure.Message.Split('\n').Select(line => line.Split('.')[0]).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task What_nothing_answers_fails_a_test_that_looks_elsewhere()
    {
        var test = WorkflowTest.FromDefinition(Caught);
        await test.StartAsync();
        await test.AdvanceAsync(TimeSpan.Zero);

        var failure = await Assert.ThrowsAsync<WorkflowAssertionException>(() => test.DisposeAsync().AsTask());

        Assert.StartsWith("Nothing answers the state 'Call'.", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stub_that_nothing_asked_for_fails_the_test_with_what_may_have_been_meant()
    {
        var failure = await EndAsync(Caught, test =>
        {
            test.Task("Call").Returns("1");
            test.Function("cal").Returns("2");
            test.Resource("arn:aws:states:::lambda:invok").Returns("3");
        });

        Assert.Equal(
            """
            Nothing asked for the stub of the function 'cal'. Did you mean 'call'? The workflow's functions: call.
            Nothing asked for the stub of the resource 'arn:aws:states:::lambda:invok'. Did you mean 'arn:aws:states:::lambda:invoke'? The test's resources: arn:aws:states:::lambda:invoke.
            Where a test may do without a stub, say so: .Optional().
            """.ReplaceLineEndings("\n"),
            failure);
    }

    [Fact]
    public async Task A_stub_of_a_state_that_no_execution_came_to_fails_the_test() => Assert.StartsWith(
        "Nothing asked for the stub of the state 'Remind': no execution came to it.",
        await EndAsync(Definitions.Reminder, test => test.Task("Remind").Returns("{}"), run: async test => await (await test.StartAsync()).StopAsync(), new WorkflowTestOptions { SkipTime = false }),
        StringComparison.Ordinal);

    [Fact]
    public async Task A_stub_that_is_optional_a_spy_and_one_that_was_asked_fail_no_test() => Assert.Null(await EndAsync(Caught, test =>
    {
        test.Function("call").Returns("1");
        test.Function("other").Returns("2").Optional();
        Assert.Empty(test.Function("third").Calls);
        test.Resource("arn:aws:states:::sqs:sendMessage").Returns("4").Reset();
    }));

    [Fact]
    public async Task A_test_that_fails_fails_as_it_did_and_not_for_a_stub_that_it_did_not_come_to()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(async () =>
        {
            await using var test = WorkflowTest.FromDefinition(Caught);
            test.Task("Call").Returns("1");
            test.Function("other").Returns("2");
            await test.RunAsync();
            throw new InvalidOperationException("what the test is about");
        });
    }

    [Fact]
    public async Task A_test_that_goes_on_after_an_exception_is_not_failing()
    {
        var failure = await Assert.ThrowsAsync<WorkflowAssertionException>(async () =>
        {
            await using var test = WorkflowTest.FromDefinition(Caught);
            test.Function("other").Returns("2");
            await Assert.ThrowsAsync<WorkflowAssertionException>(() => test.RunAsync());
            test.Task("Call").Returns("1");
            await test.RunAsync();
        });

        Assert.StartsWith("Nothing asked for the stub of the function 'other'.", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_state_in_a_distributed_map_is_asked_for_in_its_children()
    {
        await using var test = WorkflowTest.FromDefinition(Import);
        test.Function("normalise").Returns("1");

        var run = await test.RunAsync("[1]");

        var failure = Assert.Throws<WorkflowAssertionException>(() => run.ShouldNotVisit("Normalise"));
        Assert.Contains("""ask those, run.Children("ImportAll").""", failure.Message, StringComparison.Ordinal);
        run.Children("ImportAll")[0].ShouldFollow("Normalise");
    }

    private static async Task<string?> EndAsync(
        string definition, Action<WorkflowTest> setUp, Func<WorkflowTest, Task>? run = null, WorkflowTestOptions? options = null)
    {
        var test = WorkflowTest.FromDefinition(definition, options);
        setUp(test);
        await (run?.Invoke(test) ?? test.RunAsync());
        try
        {
            await test.DisposeAsync();
            return null;
        }
        catch (WorkflowAssertionException e)
        {
            return e.Message;
        }
    }
}
