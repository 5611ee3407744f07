using Stateside.Engine.Execution;
using Stateside.Engine.Store;

namespace Stateside.Workflow.Tests;

public sealed class TimeoutTests
{
    [Theory]
    [InlineData("ValidateOrder")]
    [InlineData("InvoiceOrder")]
    public async Task An_answer_that_never_comes_is_given_up_after_the_task_s_timeout(string function)
    {
        var time = new SteppedTime();
        await using var workflow = Workflow.OrderIntake(Silence(function, time, TimeSpan.FromSeconds(30)), time: time);

        var run = await workflow.RunAsync(OrderIntakePaths.Sample("good.json"));

        Assert.Equal("OrderIntakeFailed", run.Execution.Error);
        Assert.StartsWith("States.Timeout: ", run.Execution.Cause, StringComparison.Ordinal);
        Assert.Single(run.Events, e => e.Type == HistoryEventType.LambdaFunctionTimedOut);
    }

    [Fact]
    public async Task An_execution_that_takes_longer_than_the_machine_allows_times_out()
    {
        var time = new SteppedTime();
        await using var workflow = Workflow.OrderIntake(Silence("ValidateOrder", time, TimeSpan.FromSeconds(900)), time: time);

        var run = await workflow.RunAsync(OrderIntakePaths.Sample("good.json"));

        Assert.Equal(ExecutionStatus.TimedOut, run.Execution.Status);
        Assert.Equal(HistoryEventType.ExecutionTimedOut, run.Events[^1].Type);
    }

    /// <summary>Says nothing while the time passes, until nobody waits any more.</summary>
    private static Answer Silence(string function, SteppedTime time, TimeSpan duration) => async (request, cancellationToken) =>
    {
        if (!request.FunctionName.Contains(function, StringComparison.Ordinal))
            return null;
        time.Advance(duration);
        await Task.Delay(Timeout.Infinite, cancellationToken);
        return null;
    };
}
