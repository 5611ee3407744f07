using Stateside.Engine.Execution;
using Stateside.Engine.Store;

namespace Stateside.Workflow.Tests;

public sealed class RetryTests
{
    /// <summary>A second, doubled after each attempt, and never more than twenty.</summary>
    private static readonly double[] LongestPauses = [1, 2, 4, 8, 16, 20];

    [Theory]
    [InlineData("ValidateOrder")]
    [InlineData("InvoiceOrder")]
    public async Task Troubles_that_pass_are_retried_until_the_function_answers(string function)
    {
        var run = await OrderIntakePaths.RefusedAtFirstAsync(function);

        Assert.Equal(ExecutionStatus.Succeeded, run.Execution.Status);
        Assert.Equal("\"INVOICED\"", run.Output["outcome"]!.Text);
        Assert.Equal(
            ["Lambda.ServiceException", "Lambda.AWSLambdaException", "Lambda.SdkClientException", "Lambda.TooManyRequestsException"],
            run.Events.Where(e => e.Type == HistoryEventType.LambdaFunctionFailed).Select(e => e["error"]));
    }

    [Theory]
    [InlineData("ValidateOrder")]
    [InlineData("InvoiceOrder")]
    public async Task A_trouble_that_stays_fails_the_execution_after_seven_attempts(string function)
    {
        await using var workflow = Workflow.OrderIntake(Answers.RefuseAlways(function, Troubles.Throttled));

        var run = await workflow.RunAsync(OrderIntakePaths.Sample("good.json"));

        Assert.Equal("OrderIntakeFailed", run.Execution.Error);
        Assert.StartsWith("Lambda.TooManyRequestsException: Rate Exceeded. (Service: AWSLambda; Status Code: 429;", run.Execution.Cause, StringComparison.Ordinal);
        Assert.Equal(7, run.Events.Count(e => e.Type == HistoryEventType.LambdaFunctionFailed));
    }

    [Fact]
    public async Task Pauses_grow_to_a_cap_and_jitter_spreads_them_from_nothing()
    {
        await using var workflow = Workflow.OrderIntake(Answers.RefuseAlways("ValidateOrder", Troubles.Throttled));
        var runs = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => workflow.RunAsync("{}", $"order-{i}")));

        for (var attempt = 0; attempt < LongestPauses.Length; attempt++)
        {
            var pauses = runs.Select(run => Pauses(run)[attempt]).ToList();
            Assert.All(pauses, pause => Assert.InRange(pause, 0, LongestPauses[attempt]));
            // Forty draws from 0 to the longest pause leave neither half of it empty.
            Assert.True(pauses.Max() > LongestPauses[attempt] / 2, $"Pause {attempt + 1} was at most {pauses.Max()} s.");
            Assert.True(pauses.Min() < LongestPauses[attempt] / 2, $"Pause {attempt + 1} was at least {pauses.Min()} s.");
        }
    }

    [Fact]
    public async Task Retries_are_counted_for_each_state_on_its_own()
    {
        var validating = Answers.Refuse("ValidateOrder", Enumerable.Repeat(Troubles.Service, 6).ToList());
        var invoicing = Answers.Refuse("InvoiceOrder", Enumerable.Repeat(Troubles.Service, 6).ToList());
        await using var workflow = Workflow.OrderIntake(
            async (request, cancellationToken) => await validating(request, cancellationToken) ?? await invoicing(request, cancellationToken));

        var run = await workflow.RunAsync(OrderIntakePaths.Sample("good.json"));

        Assert.Equal(ExecutionStatus.Succeeded, run.Execution.Status);
        Assert.Equal(12, run.Events.Count(e => e.Type == HistoryEventType.LambdaFunctionFailed));
    }

    /// <summary>The seconds between a failed attempt and the next.</summary>
    private static List<double> Pauses(Run run)
    {
        var pauses = new List<double>();
        DateTimeOffset? failed = null;
        foreach (var e in run.Events)
        {
            if (e.Type == HistoryEventType.LambdaFunctionFailed)
                failed = e.Timestamp;
            else if (e.Type == HistoryEventType.LambdaFunctionScheduled && failed is { } since)
                pauses.Add((e.Timestamp - since).TotalSeconds);
        }

        return pauses;
    }
}
