using Stateside.Engine.Execution;
using Stateside.Engine.History;
using Stateside.Engine.Tasks;
using Stateside.Engine.Tests.Execution;
using Stateside.Language.Definitions;
using Stateside.Language.Json;

namespace Stateside.Engine.Tests.Tasks;

public sealed class ActivityTests
{
    private const string Arn = "arn:aws:states:us-east-1:123456789012:activity:pack";

    private static readonly string Machine = TaskFixture.TaskMachine(Arn);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_worker_takes_a_task_with_the_input_as_it_was_written_and_finishes_it()
    {
        await using var tasks = new TaskFixture();
        tasks.CreateActivity("pack");
        var execution = tasks.Start(Machine, """{ "a" : 1 }""");

        var task = await tasks.Activities.GetTaskAsync(Arn, "Eve", cancellationToken: Cancellation);
        tasks.Engine.CompleteTask(task!.Token, JsonValue.True);
        var ended = await tasks.EndAsync(execution);

        Assert.Equal("""{ "a" : 1 }""", task.Input);
        Assert.Equal("true", ended.Output!.Text);
        Assert.Equal("Eve", tasks.Event(ended, HistoryEventType.ActivityStarted)["workerName"]);
        Assert.Equal(["ActivityScheduled", "ActivityStarted", "ActivitySucceeded"], tasks.Kinds(ended).Where(kind => kind.StartsWith("Activity", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Workers_that_wait_are_served_in_the_order_in_which_they_came()
    {
        await using var tasks = new TaskFixture();
        tasks.CreateActivity("pack");
        var first = tasks.Activities.GetTaskAsync(Arn, "first", cancellationToken: Cancellation);
        var second = tasks.Activities.GetTaskAsync(Arn, "second", cancellationToken: Cancellation);
        Assert.False(first.IsCompleted);

        var machine = tasks.Create(Machine);
        tasks.Engine.Start(new StartRequest(machine, JsonValue.From(1L)));
        Assert.Equal("1", (await first)!.Input);
        Assert.False(second.IsCompleted);
        tasks.Engine.Start(new StartRequest(machine, JsonValue.From(2L)));
        Assert.Equal("2", (await second)!.Input);
    }

    [Fact]
    public async Task A_task_that_nobody_waits_for_any_more_is_passed_over()
    {
        await using var tasks = new TaskFixture();
        tasks.CreateActivity("pack");
        var stopped = tasks.Start(Machine, "1");
        await tasks.Engine.StopAsync(stopped.Arn, null, null);
        tasks.Engine.Start(new StartRequest(tasks.Create(Machine), JsonValue.From(2L)));

        Assert.Equal("2", (await tasks.Activities.GetTaskAsync(Arn, null, cancellationToken: Cancellation))!.Input);
    }

    [Fact]
    public async Task A_task_that_comes_when_nobody_waits_for_it_any_more_is_given_to_no_worker_that_waits()
    {
        await using var tasks = new TaskFixture();
        tasks.CreateActivity("pack");
        var stopped = tasks.Start(Machine, "1");
        var taken = await tasks.Activities.GetTaskAsync(Arn, null, cancellationToken: Cancellation);
        await tasks.Engine.StopAsync(stopped.Arn, null, null);
        var next = tasks.Activities.GetTaskAsync(Arn, null, cancellationToken: Cancellation);

        // As a task does that comes back from a worker which was not told of it.
        await tasks.Activities.StartAsync(
            new TaskRequest(((TaskState)stopped.StateMachine.Definition["Do"]).Resource, JsonValue.From(1L), taken!.Token, stopped, "Do"), Cancellation);
        tasks.Engine.Start(new StartRequest(tasks.Create(Machine), JsonValue.From(2L)));

        Assert.Equal("2", (await next)!.Input);
    }

    [Fact]
    public async Task A_poll_ends_with_nothing_after_a_minute()
    {
        var time = new HandMovedTime();
        await using var tasks = new TaskFixture(time: time);
        tasks.CreateActivity("pack");

        var poll = tasks.Activities.GetTaskAsync(Arn, null, cancellationToken: Cancellation);
        Assert.False(poll.IsCompleted);
        time.FireTimersDueIn(TimeSpan.FromSeconds(60));

        Assert.Null(await poll);
    }

    [Fact]
    public async Task A_worker_that_has_gone_is_given_no_task()
    {
        await using var tasks = new TaskFixture();
        tasks.CreateActivity("pack");
        using var gone = new CancellationTokenSource();
        var lost = tasks.Activities.GetTaskAsync(Arn, null, cancellationToken: gone.Token);
        var next = tasks.Activities.GetTaskAsync(Arn, "next", cancellationToken: Cancellation);
        await gone.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => lost);
        tasks.Start(Machine, "1");
        Assert.Equal("1", (await next)!.Input);
    }

    [Fact]
    public async Task No_more_than_a_thousand_workers_wait_at_one_activity()
    {
        await using var tasks = new TaskFixture();
        tasks.CreateActivity("pack");
        using var over = new CancellationTokenSource();
        var polls = Enumerable.Range(0, 1000).Select(_ => tasks.Activities.GetTaskAsync(Arn, null, cancellationToken: over.Token)).ToList();

        await Assert.ThrowsAsync<ActivityWorkerLimitException>(() => tasks.Activities.GetTaskAsync(Arn, null, cancellationToken: Cancellation));
        await tasks.Activities.DeleteAsync(Arn);
        Assert.All(await Task.WhenAll(polls), Assert.Null);
    }

    [Fact]
    public async Task Creating_an_activity_again_gives_the_first_one_and_deleting_it_again_does_nothing()
    {
        await using var tasks = new TaskFixture();

        var created = tasks.CreateActivity("pack");
        Assert.Equal(Arn, created.Arn);
        Assert.Same(created, tasks.CreateActivity("pack"));
        Assert.Same(created, tasks.Catalog.FindActivity(Arn));
        Assert.Equal([created], tasks.Catalog.ListActivities());
        await tasks.Activities.DeleteAsync(Arn);
        await tasks.Activities.DeleteAsync(Arn);
        Assert.Null(tasks.Catalog.FindActivity(Arn));
        Assert.Null(await tasks.Activities.GetTaskAsync(Arn, null, cancellationToken: Cancellation));
    }

    /// <summary>A clock whose timers fire when the test says so.</summary>
    private sealed class HandMovedTime : TimeProvider
    {
        private readonly List<(TimerCallback Callback, object? State, TimeSpan Due)> _timers = [];

        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            _timers.Add((callback, state, dueTime));
            return System.CreateTimer(_ => { }, null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        public void FireTimersDueIn(TimeSpan due)
        {
            foreach (var timer in _timers.Where(timer => timer.Due == due).ToList())
                timer.Callback(timer.State);
        }
    }
}
