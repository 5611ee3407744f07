using System.Diagnostics.CodeAnalysis;
using Stateside.Engine.Execution;
using Stateside.Engine.Execution.Running;
using Stateside.Engine.History;
using Stateside.Engine.Store;
using Stateside.Engine.Store.Data;
using Stateside.Language.Json;

namespace Stateside.Engine.Tests.Store;

/// <summary>A defect of ours keeps one execution from going on: whoever waits for that one hears of it, and all others go on.</summary>
public sealed class DefectTests : IDisposable
{
    private const string Callback = """
        {"StartAt":"W","States":{"W":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke.waitForTaskToken",
          "Parameters":{"FunctionName":"f","Payload":{"t.$":"$$.Task.Token"}},"End":true}}}
        """;

    private const string Pass = """{"StartAt":"A","States":{"A":{"Type":"Pass","End":true}}}""";
    private const string Wait = """{"StartAt":"A","States":{"A":{"Type":"Wait","Seconds":3600,"End":true}}}""";

    private readonly Durable _durable = new();
    private readonly TaskCompletionSource<string> _token = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly InvalidOperationException _ours = new("ours");
    private volatile bool _isBroken;

    public void Dispose() => _durable.Dispose();

    [Fact]
    public async Task A_turn_that_can_never_be_saved_is_told_to_whoever_waits_for_it_and_the_execution_stays_as_it_was()
    {
        string arn;
        var token = "";
        await using (var process = _durable.Open(Ask, decisions: Decisions))
        {
            arn = await HereAsync(() => process.StartAsync(Callback));
            token = await _token.Task.WaitAsync(TestContext.Current.CancellationToken);
            var ended = process.Engine.WhenEndedAsync(arn, TestContext.Current.CancellationToken);
            _isBroken = true;

            Assert.Same(_ours, await Assert.ThrowsAsync<InvalidOperationException>(() => HereAsync(() => process.Engine.CompleteTaskAsync(token, JsonValue.From(1)).AsTask())));

            Assert.Same(_ours, Assert.Single(process.Defects));
            Assert.Same(_ours, await Assert.ThrowsAsync<InvalidOperationException>(() => ended));
            Assert.Same(_ours, await Assert.ThrowsAsync<InvalidOperationException>(() => process.Engine.StopAsync(arn, null, null)));
            Assert.Same(_ours, await Assert.ThrowsAsync<InvalidOperationException>(() => process.Engine.WhenEndedAsync(arn, TestContext.Current.CancellationToken)));
            Assert.Equal(ExecutionStatus.Running, process.Engine.Describe(arn)!.Status);
            Assert.Equal(ExecutionStatus.Succeeded, (await process.EndAsync(await HereAsync(() => process.StartAsync(Pass, name: "other")))).Status);
            process.Defects.Clear();
        }

        await using var next = _durable.Open(Ask);
        next.Engine.Restore();
        Assert.Equal(TokenResult.Accepted, await next.Engine.CompleteTaskAsync(token, JsonValue.From(2)));
        Assert.Equal("2", (await next.EndAsync(arn)).Output!.Text);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_beginning_that_can_never_be_saved_is_told_to_whoever_asked_for_it_and_leaves_its_name_free(bool isPatient)
    {
        await using var process = _durable.Open(Ask, decisions: Decisions);
        var request = new StartRequest(Durable.Machine(Pass), JsonObject.Empty) { Name = "e", IsPatient = isPatient };
        _isBroken = true;

        Assert.Same(_ours, await Assert.ThrowsAsync<InvalidOperationException>(() => HereAsync(() => process.Engine.StartAsync(request).AsTask())));

        Assert.Same(_ours, Assert.Single(process.Defects));
        _isBroken = false;
        Assert.True((await HereAsync(() => process.Engine.StartAsync(request).AsTask())).Started);
        process.Defects.Clear();
    }

    [Fact]
    public async Task Whoever_starts_an_execution_hears_that_it_is_saved_though_its_due_time_cannot_be_set()
    {
        var time = new BrokenTimers { Breaks = 1 };
        using var data = DataStore.Open(_durable.Folder);
        await using var engine = new ExecutionEngine(new EngineOptions { Time = time, HandlerOf = _ => null, Data = data });
        var defects = new List<Exception>();
        engine.Defect += (_, e) => defects.Add(e);

        var (execution, _) = await engine.StartAsync(new StartRequest(Durable.Machine(Wait), JsonObject.Empty) { Name = "e" });

        Assert.Same(time.Thrown, Assert.Single(defects));
        Assert.Equal(ExecutionStatus.Aborted, (await engine.StopAsync(execution.Arn, null, null)).Status);
    }

    [Fact]
    public async Task One_execution_that_cannot_go_on_is_set_aside_and_named_and_the_others_go_on()
    {
        string whole;
        await using (var process = _durable.Open(Ask))
        {
            using var held = process.Engine.HoldTime();
            await process.StartAsync(Wait, name: "broken");
            whole = await process.StartAsync(Callback, name: "whole", machine: "N");
            await _token.Task.WaitAsync(TestContext.Current.CancellationToken);
        }

        var time = new BrokenTimers { Breaks = 1 };
        using var data = DataStore.Open(_durable.Folder);
        await using var engine = new ExecutionEngine(new EngineOptions { Time = time, HandlerOf = _ => new Durable.Handler(Ask), Data = data });
        var (defects, damaged) = (new List<Exception>(), new List<RecordDamagedException>());
        engine.Defect += (_, e) => defects.Add(e);
        engine.Damaged += damaged.Add;

        Assert.Equal(2, engine.Restore());

        Assert.Same(time.Thrown, Assert.Single(defects));
        Assert.EndsWith(":broken", Assert.Single(damaged).Subject, StringComparison.Ordinal);
        Assert.Throws<RecordDamagedException>(() => engine.Describe(damaged[0].Subject));
        Assert.Equal(TokenResult.Accepted, await engine.CompleteTaskAsync(await _token.Task, JsonValue.From(1)));
        Assert.Equal(ExecutionStatus.Succeeded, (await engine.WhenEndedAsync(whole, TestContext.Current.CancellationToken)).Status);
    }

    /// <summary>Commits each write where it is brought, and fails that of the execution <c>e</c> while it is broken.</summary>
    private CommitDecisions Decisions => new()
    {
        AtOnce = () => true,
        Failure = writes => _isBroken && writes.Any(write => write is ExecutionActor { Execution.Name: "e" }) ? _ours : null,
    };

    /// <summary>On a thread that saves at once.</summary>
    private static Task<T> HereAsync<T>(Func<Task<T>> run) => Task.Run(run).WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);

    private ValueTask<TaskOutcome> Ask(TaskRequest request)
    {
        _token.TrySetResult(request.Token);
        return ValueTask.FromResult<TaskOutcome>(new TaskOutcome.Completed(JsonValue.Null));
    }

    /// <summary>A clock whose timers cannot be set so many times.</summary>
    [SuppressMessage("Reliability", "CA2213", Justification = "The timer never fires.")]
    private sealed class BrokenTimers : TimeProvider
    {
        private int _breaks;

        public required int Breaks { init => _breaks = value; }

        public InvalidOperationException Thrown { get; } = new("timer");

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            new Timer(this, base.CreateTimer(callback, state, dueTime, period));

        private sealed class Timer(BrokenTimers time, ITimer timer) : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => Interlocked.Decrement(ref time._breaks) >= 0 ? throw time.Thrown : timer.Change(dueTime, period);

            public void Dispose() => timer.Dispose();

            public ValueTask DisposeAsync() => timer.DisposeAsync();
        }
    }
}
