using Stateside.Engine.Execution;

namespace Stateside.Testing.Tests;

/// <summary>What cannot come is not waited for, and the test is told why; nothing times out that a debugger holds.</summary>
public sealed class WaitingTests
{
    // Whoever waits in vain here waits for longer than any test may take.
    private static readonly WorkflowTestOptions Patient = new() { Patience = TimeSpan.FromHours(1) };

    [Fact]
    public async Task A_callback_that_a_stub_answers_does_not_come()
    {
        await using var test = WorkflowTest.FromDefinition(Definitions.Order, Patient);
        test.Function("price").Returns(new { total = 120 });
        test.Task("Approve").Returns("{}");
        test.Task("Ship").Returns("{}");
        await test.StartAsync(new { sku = "A" });

        await ShouldNotComeAsync(test.CallbackAsync("Approve"), "The stub of the state 'Approve' answers in the test's place: take its answers away, or do not wait.");
    }

    [Fact]
    public async Task A_callback_of_a_function_that_is_stubbed_does_not_come()
    {
        await using var test = WorkflowTest.FromDefinition(
            """
            {"StartAt": "Ask", "States": {"Ask": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken",
              "Parameters": {"FunctionName": "ask", "Payload": {"token.$": "$$.Task.Token"}}, "End": true}}}
            """,
            Patient);
        test.Function("ask").Returns("{}");
        await test.StartAsync();

        await ShouldNotComeAsync(test.CallbackAsync("Ask"), "The stub of the function 'ask' answers in the test's place");
    }

    [Fact]
    public async Task A_callback_of_an_execution_that_went_another_way_does_not_come()
    {
        await using var test = WorkflowTest.FromDefinition(Definitions.Order, Patient);
        test.Function("price").Returns(new { total = 20 });
        test.Task("Ship").Returns("{}");
        await test.StartAsync(new { sku = "A" });

        var failure = await ShouldNotComeAsync(test.CallbackAsync("Approve"), "The execution is over.");

        Assert.Contains("     2  IsDear\n     3  Ship", failure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_callback_behind_an_answer_that_the_test_owes_does_not_come()
    {
        await using var test = WorkflowTest.FromDefinition(Definitions.Order, Patient);
        test.Function("price").Returns(new { total = 20 });
        await test.StartAsync(new { sku = "A" });

        await ShouldNotComeAsync(test.CallbackAsync("Approve"), "The test owes an answer to 'Ship', and nothing goes on before.");
    }

    [Fact]
    public async Task A_worker_s_task_does_not_come_where_time_stands()
    {
        await using var test = WorkflowTest.FromDefinition(
            """
            {"StartAt": "Sleep", "States": {"Sleep": {"Type": "Wait", "Seconds": 60, "Next": "Work"},
              "Work": {"Type": "Task", "Resource": "arn:aws:states:us-east-1:123456789012:activity:work", "End": true}}}
            """,
            Patient with { SkipTime = false });
        await test.StartAsync();

        await ShouldNotComeAsync(test.ActivityTaskAsync("work"), "Time stands, since WorkflowTestOptions.SkipTime is false");

        await test.AdvanceAsync(TimeSpan.FromMinutes(1));
        await (await test.ActivityTaskAsync("work")).SucceedAsync();
    }

    [Fact]
    public async Task What_waits_for_no_callback_and_an_activity_that_is_not_there_are_the_test_s_mistakes()
    {
        await using var test = WorkflowTest.FromDefinition(Definitions.Order, Patient);

        var callback = await Assert.ThrowsAsync<WorkflowAssertionException>(() => test.CallbackAsync("Price"));
        var activity = await Assert.ThrowsAsync<WorkflowAssertionException>(() => test.ActivityTaskAsync("shiping"));

        Assert.Equal("The state 'Price' waits for no callback: its resource, arn:aws:states:::lambda:invoke, does not end in .waitForTaskToken.", callback.Message);
        Assert.Equal("No state of the test has the activity 'shiping'. Did you mean 'shipping'? The test's activities and their states: shipping, Ship.", activity.Message);
    }

    [Fact]
    public async Task A_callback_that_comes_while_the_test_waits_for_another_is_answered_elsewhere()
    {
        await using var test = WorkflowTest.FromDefinition(Definitions.Order, Patient);
        test.Function("price").Returns(new { total = 120 });
        var shipping = AnswerAsync(test.ActivityTaskAsync("shipping"));
        var approval = AnswerAsync(test.CallbackAsync("Approve"));

        (await test.RunAsync(new { sku = "A" })).ShouldFollow("Price", "IsDear", "Approve", "Ship");
        await shipping;
        await approval;

        static async Task AnswerAsync(Task<PendingTask> coming) => await (await coming).SucceedAsync();
    }

    [Fact]
    public async Task An_execution_that_only_the_test_could_move_on_says_so()
    {
        await using var test = WorkflowTest.FromDefinition(Definitions.Order, Patient);
        test.Function("price").Returns(new { total = 120 });
        var execution = await test.StartAsync(new { sku = "A" });

        var failure = await Assert.ThrowsAsync<WorkflowAssertionException>(() => execution.EndAsync(patience: TimeSpan.FromSeconds(1)));

        Assert.StartsWith("StateMachine does not end.\nThe state 'Approve' waits for its callback", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task While_a_debugger_is_attached_nothing_is_given_up()
    {
        // Whoever would give up asks first whether a debugger is attached: only then the answer is given.
        Func<Task>? answer = null;
        await using var test = WorkflowTest.FromDefinition(Definitions.Order, new WorkflowTestOptions
        {
            Patience = TimeSpan.FromMilliseconds(1),
            IsDebugged = () =>
            {
                _ = Interlocked.Exchange(ref answer, null)?.Invoke();
                return true;
            },
        });
        test.Function("price").Returns(new { total = 120 });
        test.Task("Ship").Returns("{}");
        var execution = await test.StartAsync(new { sku = "A" });
        var approval = await test.CallbackAsync("Approve");
        answer = () => approval.SucceedAsync();

        (await execution.EndAsync()).ShouldSucceed();
    }

    [Fact]
    public async Task Timeouts_of_the_workflow_are_its_own_also_while_a_debugger_is_attached()
    {
        await using var test = WorkflowTest.FromDefinition(Definitions.Order, Patient with { IsDebugged = () => true });
        test.Function("price").Returns(new { total = 120 });
        test.Task("Approve").NeverAnswers();

        (await test.RunAsync(new { sku = "A" })).ShouldCatch("Approve", "States.Timeout", "Forgotten").ShouldTake(TimeSpan.FromMinutes(10));
    }

    [Fact]
    public void The_time_that_an_evaluation_may_take_stands_while_a_debugger_is_attached()
    {
        var clock = new VirtualTime(DateTimeOffset.UnixEpoch);
        var isDebugged = false;
        var undebugged = new UndebuggedClock(clock, () => isDebugged);
        var began = undebugged.GetTimestamp();
        isDebugged = true;
        clock.AdvanceTo(DateTimeOffset.UnixEpoch.AddHours(1));

        Assert.Equal(TimeSpan.Zero, undebugged.GetElapsedTime(began));
    }

    private static async Task<string> ShouldNotComeAsync(Task<PendingTask> coming, string why)
    {
        var failure = await Assert.ThrowsAsync<WorkflowAssertionException>(() => coming.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken));
        Assert.StartsWith("No task of the ", failure.Message, StringComparison.Ordinal);
        Assert.Contains($"comes to wait for the test. {why}", failure.Message, StringComparison.Ordinal);
        return failure.Message;
    }
}
