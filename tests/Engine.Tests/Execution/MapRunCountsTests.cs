using Stateside.Engine.Execution;
using Stateside.Engine.History;
using Stateside.Engine.Store;
using Stateside.Engine.Tests.Store;
using Stateside.Language.Json;

namespace Stateside.Engine.Tests.Execution;

/// <summary>What is told of a map run besides what DescribeMapRun tells: failures by error, how many items it may have, how fast it is.</summary>
public sealed class MapRunCountsTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Failures_are_counted_by_their_error_the_most_frequent_first()
    {
        var failures = new MapRunFailures();
        foreach (var error in new[] { "A", "B", "B", null })
            failures.Add(Ended(ExecutionStatus.Failed, error));
        failures.Add(Ended(ExecutionStatus.TimedOut, "States.Timeout"));

        Assert.Equal([new("B", 2), new("", 1), new("A", 1), new("States.Timeout", 1)], failures.ToList());
    }

    [Fact]
    public void A_child_that_was_stopped_is_no_failure()
    {
        var failures = new MapRunFailures();
        failures.Add(Ended(ExecutionStatus.Aborted, null));
        failures.Add(Ended(ExecutionStatus.Succeeded, null));

        Assert.Empty(failures.ToList());
    }

    [Fact]
    public void Of_many_error_names_twenty_are_told_apart()
    {
        var failures = new MapRunFailures();
        for (var i = 0; i < 1000; i++)
            failures.Add(Ended(ExecutionStatus.Failed, $"E{i % 500}"));

        var told = failures.ToList();
        Assert.Equal(21, told.Count);
        Assert.Equal(new MapRunFailure(null, 960), told[^1]);
        Assert.All(told.Take(20), failure => Assert.Equal(2, failure.Count));
    }

    [Fact]
    public void A_tally_can_be_written_out() =>
        Assert.Contains("Failed = 4", new MapRunTally(1, 2, 3, 4, 5, 6).ToString(), StringComparison.Ordinal);

    [Fact]
    public async Task Failures_are_known_to_the_next_process_and_after_the_runs_end()
    {
        using var durable = new Durable();
        var isHeld = true;
        ValueTask<TaskOutcome> Perform(TaskRequest request) => ValueTask.FromResult<TaskOutcome>(
            request.Payload.Text == "2" ? isHeld ? new TaskOutcome.Waiting(null) : new TaskOutcome.Completed(JsonValue.Null)
            : new TaskOutcome.Failed(new TaskFailure($"Bad.{request.Payload.Text}", "c")));
        string arn;
        await using (var process = durable.Open(Perform))
        {
            // Until the process ends: else time passes to the held child's limit before it does.
            _ = process.Engine.HoldTime();
            arn = await process.StartAsync("""
                {"StartAt":"M","States":{"M":{"Type":"Map","ToleratedFailurePercentage":100,"ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"EXPRESS"},
                "StartAt":"Do","States":{"Do":{"Type":"Task","Resource":"arn:aws:lambda:us-east-1:123456789012:function:f","End":true}}},"End":true}}}
                """, "[0,1,2]");
            while (RunOf(process, arn).Counts is not { Executions: { Failed: 2, Running: 1 } })
                await Task.Yield();
        }

        isHeld = false;
        await using (var process = durable.Open(Perform))
        {
            process.Engine.Restore();
            await process.EndAsync(arn);
            Assert.Equal([new("Bad.0", 1), new("Bad.1", 1)], RunOf(process, arn).Counts.Failures);
        }

        await using var last = durable.Open(Perform);
        Assert.Equal([new("Bad.0", 1), new("Bad.1", 1)], RunOf(last, arn).Counts.Failures);
    }

    [Fact]
    public void A_rate_is_that_of_the_last_seconds_and_tells_how_long_the_rest_takes()
    {
        var pace = new MapRunPace();
        pace.Look(Counts(0, 10_000), Start);
        Assert.Null(pace.Rate);
        Assert.Null(pace.Left);
        for (var second = 1; second <= 20; second++)
            pace.Look(Counts(second <= 10 ? second * 10 : 100 + ((second - 10) * 100), 10_000), Start.AddSeconds(second));

        Assert.Equal(100, pace.Rate);
        Assert.Equal(TimeSpan.FromSeconds(89), pace.Left);
    }

    [Fact]
    public void What_a_redrive_takes_back_makes_no_rate()
    {
        var pace = new MapRunPace();
        pace.Look(Counts(50, null), Start);
        pace.Look(Counts(40, null), Start.AddSeconds(1));
        Assert.Null(pace.Rate);

        pace.Look(Counts(42, null), Start.AddSeconds(2));
        Assert.Equal((2d, null), (pace.Rate!.Value, pace.Left));
    }

    private static MapRunDescription RunOf(Durable.Process process, string arn) => Assert.Single(process.Engine.MapRunsOf(arn));

    private static MapRunCounts Counts(long succeeded, long? expected)
    {
        var tally = new MapRunTally(0, 0, succeeded, 0, 0, 0);
        return new MapRunCounts(tally, tally, succeeded, false, []) { ExpectedItems = expected };
    }

    private static ExecutionDescription Ended(ExecutionStatus status, string? error) => new()
    {
        Arn = "a",
        Name = "n",
        StateMachine = Durable.Machine("""{"StartAt":"S","States":{"S":{"Type":"Succeed"}}}"""),
        Status = status,
        StartDate = Start,
        Input = JsonValue.Null,
        Error = error,
    };
}
