using Stateside.Engine.Execution.StateTests;

namespace Stateside.Testing.Tests;

/// <summary>States tested alone.</summary>
public sealed class StateTests
{
    [Fact]
    public async Task A_choice_is_tested_by_the_variables_that_it_finds()
    {
        await using var test = WorkflowTest.FromDefinition(Definitions.Order);

        Assert.Equal("Approve", (await test.TestStateAsync("IsDear", "{}", new StateTestSetup { Variables = new { total = 101 } })).NextState);
        Assert.Equal("Ship", (await test.TestStateAsync("IsDear", "{}", new StateTestSetup { Variables = new { total = 100 } })).NextState);
    }

    [Fact]
    public async Task A_task_s_work_is_done_by_its_stub()
    {
        await using var test = WorkflowTest.FromDefinition(Definitions.Order);
        var stub = test.Function("price").Returns(new { total = 12 });

        var result = await test.TestStateAsync("Price", new { sku = "A" });

        Assert.Equal((StateTestStatus.Succeeded, "IsDear", """{"total":12}"""), (result.Status, result.NextState, result.Output!.Text));
        Assert.Equal("""{"sku":"A"}""", Assert.Single(stub.Calls).Payload.Text);
    }

    [Fact]
    public async Task An_error_meets_the_retrier_and_then_the_catcher()
    {
        await using var test = WorkflowTest.FromDefinition(Definitions.Reminder);

        var retried = await test.TestStateAsync("Remind", new { name = "Ada" }, new StateTestSetup { Error = "Sns.Busy", RetryCount = 1 });
        var caught = await test.TestStateAsync("Remind", new { name = "Ada" }, new StateTestSetup { Error = "Sns.Busy", RetryCount = 3 });

        Assert.Equal((StateTestStatus.Retriable, TimeSpan.FromSeconds(20)), (retried.Status, retried.RetryPause));
        Assert.Equal((StateTestStatus.CaughtError, "GiveUp"), (caught.Status, caught.NextState));
    }

    [Fact]
    public async Task A_callback_s_stub_answers_for_a_state_alone_too()
    {
        await using var test = WorkflowTest.FromDefinition(Definitions.Order);
        test.Task("Approve").Fails("Refused");

        var result = await test.TestStateAsync("Approve", "{}", new StateTestSetup { Variables = new { total = 500 } });

        Assert.Equal((StateTestStatus.CaughtError, "Rejected"), (result.Status, result.NextState));
    }
}
