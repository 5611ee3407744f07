using Stateside.Language.Json;

namespace Stateside.Testing.Tests;

/// <summary>Tasks in a test: real ones, stubs of every kind, time, and what the test does from outside.</summary>
public sealed class TaskTests
{
    private static readonly string RepoRoot = typeof(TaskTests).Assembly.GetCustomAttributes(false).OfType<System.Reflection.AssemblyMetadataAttribute>()
        .Single(attribute => attribute.Key == "RepoRoot").Value!;

    [Fact]
    public async Task Two_tests_whose_functions_want_other_variables_take_turns()
    {
        var order = await File.ReadAllTextAsync(Path.Combine(RepoRoot, "samples", "orders", "good.json"), TestContext.Current.CancellationToken);

        var totals = await Task.WhenAll(Enumerable.Range(0, 6).Select(async i =>
        {
            var options = new WorkflowTestOptions { Parameters = new Dictionary<string, string> { ["TaxRates"] = $"United Kingdom={i % 3 * 10}" } };
            await using var test = WorkflowTest.FromTemplate(RepoRoot, "OrderIntake", options with { Patience = TimeSpan.FromMinutes(5) });
            return ((JsonNumber)((JsonObject)((JsonObject)(await test.RunAsync(order)).ShouldSucceed().OutputJson!)["invoice"]!)["taxPercent"]!).Double;
        }));

        Assert.Equal([0, 10, 20, 0, 10, 20], totals);
    }

    [Fact]
    public async Task A_function_that_is_not_there_or_cannot_run_fails_the_test_past_all_catchers()
    {
        const string Caught = """
            {"StartAt": "Call", "States": {
              "Call": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:nowhere", "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Never"}], "End": true},
              "Never": {"Type": "Succeed"}}}
            """;
        await using var test = WorkflowTest.FromDefinition(Caught);

        var failure = await Assert.ThrowsAsync<WorkflowAssertionException>(() => test.RunAsync());

        Assert.Equal(
            "Nothing answers the state 'Call'. It invokes arn:aws:lambda:us-east-1:123456789012:function:nowhere, which the template does not have. Stub it: test.Task(\"Call\").Returns(…).",
            failure.Message);
    }

    [Fact]
    public async Task A_thrown_exception_is_lambda_s_error_and_its_type_the_error_name()
    {
        await using var test = WorkflowTest.FromDefinition(Definitions.Order);
        test.Function("price").Throws(new InvalidOperationException("no such article"));

        var run = await test.RunAsync(new { sku = "A" });

        run.ShouldFail("InvalidOperationException", "\"errorMessage\":\"no such article\"");
    }

    [Fact]
    public async Task A_stub_of_the_state_goes_before_that_of_the_function_and_both_see_the_call()
    {
        await using var test = WorkflowTest.FromDefinition(Definitions.Order);
        var function = test.Function("price").Returns(new { total = 1 });
        var state = test.Task("Price").Returns(new { total = 2 });
        test.Resource("arn:aws:states:us-east-1:123456789012:activity:shipping").Returns(new { parcel = 1 });

        var run = await test.RunAsync(new { sku = "A" });

        run.ShouldAssign("total", 2).ShouldGive(new { parcel = 1 });
        Assert.Single(function.Calls);
        Assert.Single(state.Calls);
    }

    [Fact]
    public async Task An_answer_takes_its_virtual_time_and_may_come_too_late()
    {
        await using var test = WorkflowTest.FromDefinition(
            """
            {"StartAt": "Work", "States": {
              "Work": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:work", "TimeoutSeconds": 60, "Catch": [{"ErrorEquals": ["States.Timeout"], "Next": "Late"}], "End": true},
              "Late": {"Type": "Succeed"}}}
            """);
        test.Task("Work").Returns("1").After(TimeSpan.FromSeconds(59)).Returns("2").After(TimeSpan.FromSeconds(61)).NeverAnswers();

        (await test.RunAsync()).ShouldFollow("Work").ShouldTake(TimeSpan.FromSeconds(59)).ShouldGive(1);
        (await test.RunAsync()).ShouldFollow("Work", "Late").ShouldTake(TimeSpan.FromSeconds(60));
        (await test.RunAsync()).ShouldFollow("Work", "Late").ShouldTake(TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task An_answer_that_comes_too_late_moves_no_time()
    {
        await using var test = WorkflowTest.FromDefinition(
            """{"StartAt": "Work", "States": {"Work": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:work", "TimeoutSeconds": 60, "End": true}}}""");
        test.Task("Work").Returns("1").After(TimeSpan.FromSeconds(61));

        (await test.RunAsync()).ShouldFail("States.Timeout");
        await test.AdvanceAsync(TimeSpan.Zero);

        Assert.Equal(test.Options.Start + TimeSpan.FromSeconds(60), test.Now);
    }

    [Fact]
    public async Task A_callback_that_is_never_answered_is_missed_by_itself()
    {
        await using var test = WorkflowTest.FromDefinition(Definitions.Order);
        test.Function("price").Returns(new { total = 120 });
        test.Task("Approve").NeverAnswers();

        (await test.RunAsync(new { sku = "A" })).ShouldFollow("Price", "IsDear", "Approve", "Forgotten").ShouldTake(TimeSpan.FromMinutes(10));
    }

    [Fact]
    public async Task The_answers_of_a_callback_and_of_a_worker_take_their_virtual_time()
    {
        await using var test = WorkflowTest.FromDefinition(Definitions.Order);
        test.Function("price").Returns(new { total = 120 });
        test.Task("Approve").Returns("{}").After(TimeSpan.FromMinutes(5));
        test.Task("Ship").Returns(new { parcel = 1 }).After(TimeSpan.FromHours(1));

        (await test.RunAsync(new { sku = "A" })).ShouldFollow("Price", "IsDear", "Approve", "Ship").ShouldGive(new { parcel = 1 }).ShouldTake(TimeSpan.FromMinutes(65));
    }

    [Fact]
    public async Task Time_that_stands_stands_when_the_test_ends()
    {
        var test = WorkflowTest.FromDefinition(Definitions.Reminder, new WorkflowTestOptions { SkipTime = false });
        var remind = test.Task("Remind").Returns(new { id = 1 }).Optional();
        await test.StartAsync(new { name = "Ada" });
        await test.AdvanceAsync(TimeSpan.Zero);

        await test.DisposeAsync();

        Assert.Equal(test.Options.Start, test.Now);
        Assert.Empty(remind.Calls);
    }

    [Fact]
    public async Task Time_that_is_not_skipped_stands_until_the_test_moves_it()
    {
        await using var test = WorkflowTest.FromDefinition(Definitions.Reminder, new WorkflowTestOptions { SkipTime = false });
        test.Task("Remind").Returns(new { id = 1 });
        var execution = await test.StartAsync(new { name = "Ada" });

        await test.AdvanceAsync(TimeSpan.FromDays(29));
        Assert.Equal(["Wait30Days"], execution.Now().Path);
        await test.AdvanceAsync(TimeSpan.FromDays(1));

        (await execution.EndAsync()).ShouldFollow("Wait30Days", "Remind", "Done");
    }

    [Fact]
    public async Task An_execution_is_stopped_and_redriven()
    {
        await using var test = WorkflowTest.FromDefinition(Definitions.Order);
        test.Function("price").Returns(new { total = 120 });
        var execution = await test.StartAsync(new { sku = "A" });
        await test.CallbackAsync("Approve");

        (await execution.StopAsync("Changed", "our minds")).ShouldBeStopped();
        await execution.RedriveAsync();
        await (await test.CallbackAsync("Approve")).FailAsync("Refused");

        (await execution.EndAsync()).ShouldGive(new { outcome = "rejected" });
    }

    [Fact]
    public async Task After_a_redrive_each_branch_has_its_own_attempts()
    {
        await using var test = WorkflowTest.FromDefinition(Definitions.TwoCalls);
        test.Function("left").Fails("Busy").Returns(new { left = true });
        test.Function("right").Fails("Busy").Returns(new { right = true });
        var execution = await test.StartAsync();
        (await execution.EndAsync()).ShouldFail("Busy");

        await execution.RedriveAsync();
        var run = (await execution.EndAsync()).ShouldSucceed().ShouldMatchSnapshot();

        Assert.Equal((2, 2, 0), (run.AttemptsAt("Left").Count, run.AttemptsAt("Right").Count, run.AttemptsAt("Both").Count));
        Assert.Equal("""{"right":true}""", run.AttemptsAt("Right")[^1].Result!.Text.Replace(" ", "", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_goes_on_after_a_redrive_was_not_retried()
    {
        await using var test = WorkflowTest.FromDefinition(Definitions.Order);
        test.Function("price").Returns(new { total = 120 });
        test.Task("Ship").Returns(new { });
        var execution = await test.StartAsync(new { sku = "A" });
        await test.CallbackAsync("Approve");
        await execution.StopAsync("Changed", "our minds");
        await execution.RedriveAsync();
        await (await test.CallbackAsync("Approve")).SucceedAsync(new { approved = true });

        var run = await execution.EndAsync();

        Assert.Equal((2, 0), (run.AttemptsAt("Approve").Count, run.VisitsTo("Approve").Single().Retries));
        Assert.DoesNotContain("retry", run.PathText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_end_of_a_redriven_execution_has_its_error()
    {
        await using var test = WorkflowTest.FromDefinition(
            """{"StartAt": "F", "States": {"F": {"Type": "Fail", "Error": "Oops"}}}""");
        var execution = await test.StartAsync();
        (await execution.EndAsync()).ShouldFail("Oops");
        await execution.RedriveAsync();

        var run = (await execution.EndAsync()).ShouldFail("Oops");

        Assert.Equal([["Oops"], ["Oops"]], run.VisitsTo("F").Select(visit => visit.Errors));
    }

    [Fact]
    public async Task A_parallel_that_is_tried_again_says_so_and_why()
    {
        await using var test = WorkflowTest.FromDefinition(Definitions.TwoCalls.Replace(
            "\"End\": true,\n", "\"End\": true, \"Retry\": [{\"ErrorEquals\": [\"Busy\"]}],\n", StringComparison.Ordinal));
        test.Function("left").Returns(new { left = true });
        test.Function("right").Fails("Busy").Returns(new { right = true });

        (await test.RunAsync()).ShouldSucceed().ShouldRetry("Both", "Busy").ShouldRetry("Right", 0);
    }

    [Fact]
    public async Task An_error_that_ended_the_execution_is_told_of_its_state_once()
    {
        await using var test = WorkflowTest.FromDefinition(Definitions.TwoCalls);
        test.Function("left").NeverAnswers();
        test.Function("right").Fails("Busy");

        var run = await test.RunAsync();

        Assert.Equal(["Busy"], run.VisitsTo("Right").Single().Errors);
        Assert.Equal(["Busy"], run.VisitsTo("Both").Single().Errors);
        Assert.Empty(run.VisitsTo("Left").Single().Errors);
    }

    [Fact]
    public async Task A_mock_file_answers_in_its_test_cases()
    {
        var file = Path.Combine(Path.GetTempPath(), $"mocks-{Environment.ProcessId}.json");
        await File.WriteAllTextAsync(
            file,
            """
            {"StateMachines": {"StateMachine": {"TestCases": {"Happy": {"Remind": "Sent"}}}},
             "MockedResponses": {"Sent": {"0": {"Throw": {"Error": "Sns.Busy", "Cause": "once"}}, "1": {"Return": {"id": 7}}}}}
            """,
            TestContext.Current.CancellationToken);
        try
        {
            await using var test = WorkflowTest.FromDefinition(Definitions.Reminder, new WorkflowTestOptions { MockFile = file });

            var run = await test.RunAsync(new { name = "Ada" }, testCase: "Happy");

            run.ShouldRetry("Remind", "Sns.Busy").ShouldGive("$.sent.id", 7);
            await Assert.ThrowsAsync<WorkflowAssertionException>(() => test.RunAsync(new { name = "Ada" }, testCase: "Sad"));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task A_test_with_stubs_is_skipped_on_aws_with_its_reason()
    {
        var options = new WorkflowTestOptions { DeployedArn = "arn:aws:states:us-east-1:123456789012:stateMachine:OrderIntake" };
        await using var test = WorkflowTest.FromTemplate(RepoRoot, "OrderIntake", options);

        // Not Assert.Throws, which lets skips through.
        WorkflowTestSkippedException? skip = null;
        try
        {
            test.Task("ValidateOrder").Returns("{}");
        }
        catch (WorkflowTestSkippedException e)
        {
            skip = e;
        }

        Assert.NotNull(skip);
        Assert.StartsWith("$XunitDynamicSkip$This test needs a stub of the state 'ValidateOrder'", skip.Message, StringComparison.Ordinal);
        Assert.StartsWith("This test needs", skip.Reason, StringComparison.Ordinal);
    }
}
