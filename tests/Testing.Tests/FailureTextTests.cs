namespace Stateside.Testing.Tests;

/// <summary>A failure says what was expected, what was, and where on the path.</summary>
public sealed class FailureTextTests
{
    [Fact]
    public async Task A_path_that_differs_is_shown_with_its_first_other_state()
    {
        var failure = await FailAsync(run => run.ShouldFollow("Wait30Days", "Remind", "GiveUp"));

        Assert.Equal(
            """
            Expected GiveUp as state 3 of the path, but it was Done.

            The path of StateMachine, succeeded after 30.00:00:10 (2592010 s):
                 1  Wait30Days  took 30.00:00:00 (2592000 s)
                 2  Remind      took 10 s; 1 retry after Sns.Busy
              >  3  Done        <-- expected GiveUp
            """.ReplaceLineEndings("\n"),
            failure);
    }

    [Fact]
    public async Task A_path_that_ends_early_or_goes_on_says_so()
    {
        Assert.StartsWith(
            "Expected the path to go on to Remind, but after 3 states it ended.",
            await FailAsync(run => run.ShouldFollow("Wait30Days", "Remind", "Done", "Remind")), StringComparison.Ordinal);
        Assert.StartsWith("Expected the path to end after Remind.", await FailAsync(run => run.ShouldFollow("Wait30Days", "Remind")), StringComparison.Ordinal);
        Assert.StartsWith("Expected it to pass Remind after Done, but it did not.", await FailAsync(run => run.ShouldPass("Done", "Remind")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Counts_of_visits_and_retries_are_told_in_words()
    {
        Assert.StartsWith("Expected it to visit Remind twice, but it did once.", await FailAsync(run => run.ShouldVisit("Remind", times: 2)), StringComparison.Ordinal);
        Assert.StartsWith("Expected it not to visit Remind, but it did.", await FailAsync(run => run.ShouldNotVisit("Remind")), StringComparison.Ordinal);
        Assert.StartsWith("Expected Remind to be retried never, but it was once.", await FailAsync(run => run.ShouldRetry("Remind", 0)), StringComparison.Ordinal);
        Assert.StartsWith(
            "Expected Remind to be retried after Sns.Slow, but it was after Sns.Busy.", await FailAsync(run => run.ShouldRetry("Remind", "Sns.Slow")), StringComparison.Ordinal);
        Assert.StartsWith(
            "Expected Remind to catch Sns.Slow and go to GiveUp, but it met Sns.Busy, which nothing caught.",
            await FailAsync(run => run.ShouldCatch("Remind", "Sns.Slow", "GiveUp")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_values_that_differ_the_differing_place_is_told()
    {
        Assert.StartsWith(
            "The output is another: $.sent.id is 3, expected 4\n",
            await FailAsync(run => run.ShouldGive(new { name = "Ada", sent = new { id = 4 } })), StringComparison.Ordinal);
        Assert.StartsWith("At $.name of the output is another value: $.name is \"Ada\", expected \"Bob\"\n", await FailAsync(run => run.ShouldGive("$.name", "Bob")), StringComparison.Ordinal);
        Assert.StartsWith("Expected 1 at $.none of the output, but there is nothing.", await FailAsync(run => run.ShouldGive("$.none", 1)), StringComparison.Ordinal);
        Assert.StartsWith(
            "Remind sent another payload: $.Message is \"Ada\", expected \"Bob\"\n",
            await FailAsync(run => run.ShouldSend("Remind", new { TopicArn = "arn:aws:sns:us-east-1:123456789012:t", Message = "Bob" })), StringComparison.Ordinal);
        Assert.StartsWith("Expected $total to be assigned 1, but it was never assigned.", await FailAsync(run => run.ShouldAssign("total", 1)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_differences_are_told_and_not_only_the_first()
    {
        Assert.StartsWith(
            """
            The output is another: 3 differences
              $.name is "Ada", expected "Bob"
              $.sent.id is 3, expected 4
              $.sent.to is missing, expected "Ada"

            The path of
            """.ReplaceLineEndings("\n"),
            await FailAsync(run => run.ShouldGive(new { name = "Bob", sent = new { id = 4, to = "Ada" } })), StringComparison.Ordinal);
        Assert.StartsWith(
            "At $.sent of the output is another value: 2 differences\n  $.sent['an id'] is missing, expected 1\n  $.sent.id was not expected, it is 3\n",
            await FailAsync(run => run.ShouldGive("$.sent", """{"an id": 1}""")), StringComparison.Ordinal);
        Assert.StartsWith(
            "$sent was assigned another value: $sent.id is 3, expected 4\n",
            await FailAsync(run => run.ShouldAssign("sent", new { id = 4 }), definition: Assigning), StringComparison.Ordinal);
        Assert.StartsWith(
            "At $.Message of what Remind sent is another value: $.Message is \"Ada\", expected \"Bob\"\n",
            await FailAsync(run => run.ShouldSend("Remind", "$.Message", "Bob")), StringComparison.Ordinal);
        Assert.StartsWith(
            "Remind sent another payload than was expected: {", await FailAsync(run => run.ShouldSend<Dictionary<string, string>>("Remind", sent => sent.Count == 7)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"r-1\"", "r-1")]
    [InlineData("\"7\"", "7")]
    [InlineData("\"{}\"", "{}")]
    [InlineData("{\"a\": [1]}", "{\"a\":[1]}")]
    [InlineData("[]", " [ ]")]
    public async Task A_string_is_the_text_itself_or_the_object_or_list_that_it_spells_wherever_it_is_expected(string output, string expected)
    {
        await using var test = WorkflowTest.FromDefinition("""{"StartAt": "Same", "States": {"Same": {"Type": "Pass", "Assign": {"same.$": "$"}, "End": true}}}""");

        (await test.RunAsync(output)).ShouldGive(expected).ShouldGive("$", expected).ShouldAssign("same", expected);

        var failure = Assert.Throws<WorkflowAssertionException>(() => test.RunAsync("7").GetAwaiter().GetResult().ShouldGive("7"));
        Assert.StartsWith("The output is another: $ is 7, expected \"7\" (a string is the text itself: give the value without quotes)\n", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Items_that_are_missing_and_items_that_were_not_expected_are_told_each()
    {
        await using var test = WorkflowTest.FromDefinition("""{"StartAt": "Same", "States": {"Same": {"Type": "Pass", "End": true}}}""");
        var run = await test.RunAsync("""{"lines": [1, 2]}""");

        Assert.StartsWith("At $.lines of the output is another value: $.lines[1] was not expected, it is 2\n", Failure([1]), StringComparison.Ordinal);
        Assert.StartsWith(
            "At $.lines of the output is another value: 2 differences\n  $.lines[0] is 1, expected 7\n  $.lines[2] is missing, expected 3\n", Failure([7, 2, 3]), StringComparison.Ordinal);

        string Failure(int[] expected) => Assert.Throws<WorkflowAssertionException>(() => run.ShouldGive("$.lines", expected)).Message;
    }

    [Fact]
    public async Task Why_an_expression_failed_is_told_however_long_the_expression_is()
    {
        var much = string.Join(" & ", Enumerable.Range(0, 60).Select(i => $"'part {i}'"));
        await using var test = WorkflowTest.FromDefinition(
            """{"QueryLanguage": "JSONata", "StartAt": "Add", "States": {"Add": {"Type": "Pass", "Output": "{% MUCH & (1 + 'x') %}", "End": true}}}"""
                .Replace("MUCH", much, StringComparison.Ordinal));
        var run = await test.RunAsync();

        var failure = Assert.Throws<WorkflowAssertionException>(() => run.ShouldSucceed());

        Assert.Contains("T2002: The right side of the \"+\" operator must evaluate to a number)", failure.Message, StringComparison.Ordinal);
        Assert.Contains("T2002: The right side of the \\\"+\\\" operator must evaluate to a number\"\n", run.Story(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_end_is_told_with_error_and_cause()
    {
        var failure = await FailAsync(run => run.ShouldSucceed(), stub => stub.Fails("Sns.Closed", "for good"));

        Assert.StartsWith("Expected StateMachine to succeed, but it failed with NotReminded (Sns.Closed).\n", failure, StringComparison.Ordinal);
        Assert.Contains("   2  Remind      caught Sns.Closed\n", failure, StringComparison.Ordinal);
        Assert.StartsWith("Expected StateMachine to time out, but it succeeded.", await FailAsync(run => run.ShouldTimeOut()), StringComparison.Ordinal);
        Assert.StartsWith("Expected it to take 1 s, but it took 30.00:00:10 (2592010 s).", await FailAsync(run => run.ShouldTake(TimeSpan.FromSeconds(1))), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_state_that_is_not_there_is_the_test_s_mistake()
    {
        Assert.StartsWith(
            "StateMachine has no state 'Remynd'. Did you mean 'Remind'?", await FailAsync(run => run.ShouldNotVisit("Remynd")), StringComparison.Ordinal);
        await using var test = WorkflowTest.FromDefinition(Definitions.Reminder);
        Assert.StartsWith("StateMachine has no Task state 'Done'.", Assert.Throws<WorkflowAssertionException>(() => test.Task("Done")).Message, StringComparison.Ordinal);
        Assert.StartsWith("'sns' is no resource of a Task", Assert.Throws<WorkflowAssertionException>(() => test.Resource("sns")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_callback_that_the_test_owes_is_named_when_its_patience_ends()
    {
        await using var test = WorkflowTest.FromDefinition(Definitions.Order);
        test.Function("price").Returns(new { total = 120 });
        var execution = await test.StartAsync(new { sku = "A" });
        await test.CallbackAsync("Approve");

        var failure = await Assert.ThrowsAsync<WorkflowAssertionException>(() => execution.EndAsync(TimeSpan.Zero));

        Assert.Contains("The state 'Approve' waits for its callback: answer it with test.CallbackAsync(\"Approve\")", failure.Message, StringComparison.Ordinal);
        Assert.Contains("   3  Approve  was not left", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_definition_that_is_not_right_is_refused_with_all_that_is_wrong()
    {
        var failure = Assert.Throws<WorkflowAssertionException>(() => WorkflowTest.FromDefinition("""{"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": "${Topic}", "End": true}}}"""));

        Assert.Contains("Give values for Topic in WorkflowTestOptions.Substitutions.", failure.Message, StringComparison.Ordinal);
    }

    private static readonly string Assigning = Definitions.Reminder.Replace("\"ResultPath\": \"$.sent\",", "\"Assign\": {\"sent.$\": \"$\"},", StringComparison.Ordinal);

    private static async Task<string> FailAsync(Func<WorkflowRun, WorkflowRun> expectation, Action<TaskStub>? stub = null, string definition = Definitions.Reminder)
    {
        await using var test = WorkflowTest.FromDefinition(definition);
        (stub ?? (remind => remind.Fails("Sns.Busy").Returns(new { id = 3 }))).Invoke(test.Task("Remind"));
        var run = await test.RunAsync(new { name = "Ada" });
        return Assert.Throws<WorkflowAssertionException>(() => expectation(run)).Message;
    }
}
