namespace Stateside.Workflow.Tests;

public sealed class RetryTests
{
    private const string Throttled = "Lambda.TooManyRequestsException";

    /// <summary>A second, doubled after each attempt, and never more than twenty.</summary>
    private static readonly double[] LongestPauses = [1, 2, 4, 8, 16, 20];

    public static TheoryData<string, string[]> Retried => OrderIntake.Retried;

    [Theory]
    [MemberData(nameof(Retried))]
    public async Task Troubles_that_pass_are_retried_until_the_answer_comes(string state, string[] errors)
    {
        await using var test = OrderIntake.Test();
        var stub = test.Task(state);
        foreach (var error in errors)
            stub.Fails(error);
        stub.CallsThrough();

        var run = await test.RunThroughAsync(state);

        run.ShouldRetry(state, errors).ShouldVisit(state, times: 1).ShouldVisit(state switch
        {
            "ReadClaim" => "AlreadyInvoiced",
            "RecordFailure" => "OrderIntakeFailed",
            _ => "OrderInvoiced",
        });
    }

    [Theory]
    [InlineData("ValidateOrder")]
    [InlineData("InvoiceOrder")]
    public async Task A_trouble_that_stays_fails_the_execution_after_seven_attempts(string state)
    {
        await using var test = OrderIntake.Test();
        test.Task(state).Fails(Throttled, "Rate Exceeded.");

        var run = await test.RunAsync(OrderIntake.Good);

        run.ShouldFail("OrderIntakeFailed", $"{Throttled}: Rate Exceeded.").ShouldRetry(state, 6).ShouldCatch(state, Throttled, "RecordFailure");
        Assert.Equal(7, run.AttemptsAt(state).Count);
    }

    [Fact]
    public async Task Pauses_grow_to_a_cap_and_jitter_spreads_them_from_nothing()
    {
        await using var test = OrderIntake.Test();
        test.Task("ValidateOrder").Fails(Throttled);
        var runs = await test.RunAllAsync(Enumerable.Repeat("{}", 40));

        for (var retry = 0; retry < LongestPauses.Length; retry++)
        {
            var pauses = runs.Select(run => run.AttemptsAt("ValidateOrder")).Select(attempts =>
                (attempts[retry + 1].Scheduled.Timestamp - attempts[retry].Scheduled.Timestamp).TotalSeconds).ToList();
            Assert.All(pauses, pause => Assert.InRange(pause, 0, LongestPauses[retry]));
            // Forty draws from 0 to the longest pause leave neither half of it empty.
            Assert.True(pauses.Max() > LongestPauses[retry] / 2, $"Pause {retry + 1} was at most {pauses.Max()} s.");
            Assert.True(pauses.Min() < LongestPauses[retry] / 2, $"Pause {retry + 1} was at least {pauses.Min()} s.");
        }
    }

    [Fact]
    public async Task Retries_are_counted_for_each_state_on_its_own()
    {
        await using var test = OrderIntake.Test();
        test.Task("ValidateOrder").Fails(Throttled, times: 6).CallsThrough();
        test.Task("InvoiceOrder").Fails(Throttled, times: 6).CallsThrough();

        var run = await test.RunAsync(OrderIntake.Good);

        run.ShouldSucceed().ShouldRetry("ValidateOrder", 6).ShouldRetry("InvoiceOrder", 6);
    }
}
