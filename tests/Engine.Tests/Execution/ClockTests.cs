using System.Collections.Concurrent;
using Stateside.Engine.Execution;
using Stateside.Engine.Execution.Running;
using Stateside.Engine.Execution.Saving;
using Stateside.Engine.Execution.Turns;
using Stateside.Engine.History;
using Stateside.Engine.Store;
using Stateside.Engine.Store.Data;
using Stateside.Language.Json;
using Stateside.Language.Validation;

namespace Stateside.Engine.Tests.Execution;

/// <summary>What takes a time follows time in which the process runs; what has a date follows the wall clock.</summary>
public class ClockTests
{
    private const string Wait = """{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":60,"End":true}}}""";

    private const string Callback = """
        {"StartAt":"T","States":{"T":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke.waitForTaskToken","Parameters":{"FunctionName":"f"},"End":true}}}
        """;

    private const string Arn = "arn:aws:states:us-east-1:123456789012:execution:M:e";

    /// <summary>A computer whose wall clock, counter and timers can move apart.</summary>
    private sealed class Computer : TimeProvider
    {
        private readonly ConcurrentQueue<IThreadPoolWorkItem> _work = new();
        private readonly List<Alarm> _alarms = [];
        private DateTimeOffset _wall = Machine.Start;
        private TimeSpan _counter = TimeSpan.FromDays(3);
        private TimeSpan _run;

        public override DateTimeOffset GetUtcNow() => _wall;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _counter.Ticks;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var alarm = new Alarm(this, () => callback(state));
            _alarms.Add(alarm);
            alarm.Change(dueTime, period);
            return alarm;
        }

        public void Queue(IThreadPoolWorkItem item) => _work.Enqueue(item);

        public void Set(TimeSpan by) => _wall += by;

        public void Sleep(TimeSpan time, bool isCounted)
        {
            _wall += time;
            _counter += isCounted ? time : TimeSpan.Zero;
        }

        /// <summary>Lets it run, with all that is due meanwhile.</summary>
        public void Run(double seconds)
        {
            Work();
            for (var end = _run + TimeSpan.FromSeconds(seconds); _run < end; Work())
            {
                var alarm = _alarms.MinBy(alarm => alarm.Due);
                var until = alarm?.Due < end ? alarm.Due : end;
                (_wall, _counter, _run) = (_wall + (until - _run), _counter + (until - _run), until);
                foreach (var due in _alarms.Where(alarm => alarm.Due <= until).ToList())
                    due.Ring();
            }
        }

        private void Work()
        {
            while (_work.TryDequeue(out var item))
                item.Execute();
        }

        private sealed class Alarm(Computer computer, Action ring) : ITimer
        {
            public TimeSpan Due { get; private set; } = TimeSpan.MaxValue;

            public void Ring()
            {
                Due = TimeSpan.MaxValue;
                ring();
            }

            public bool Change(TimeSpan dueTime, TimeSpan period)
            {
                Due = dueTime == Timeout.InfiniteTimeSpan ? TimeSpan.MaxValue : computer._run + dueTime;
                return true;
            }

            public void Dispose() => computer._alarms.Remove(this);

            public ValueTask DisposeAsync()
            {
                Dispose();
                return ValueTask.CompletedTask;
            }
        }
    }

    private sealed class Asked(Func<TaskRequest, TaskOutcome> answer) : ITaskHandler
    {
        public bool IsPrompt => true;

        public ValueTask<TaskOutcome> StartAsync(TaskRequest request, CancellationToken cancellationToken) => ValueTask.FromResult(answer(request));
    }

    private static async Task<ExecutionEngine> BeginAsync(Computer computer, string definition, Func<TaskRequest, TaskOutcome>? answer = null)
    {
        var engine = new ExecutionEngine(new EngineOptions
        {
            Time = computer,
            Queue = computer.Queue,
            HandlerOf = _ => new Asked(answer ?? (_ => new TaskOutcome.Completed(JsonValue.Null))),
        });
        var machine = new StateMachine
        {
            Arn = "arn:aws:states:us-east-1:123456789012:stateMachine:M",
            Name = "M",
            RoleArn = "",
            Type = StateMachineType.Standard,
            DefinitionText = definition,
            Definition = DefinitionParser.Parse(definition).Definition!,
            RevisionId = "r",
        };
        await engine.StartAsync(new StartRequest(machine, JsonObject.Empty) { Name = "e" });
        computer.Run(0);
        return engine;
    }

    private static string With(string definition, string field) => definition.Replace("\"End\":true", field + ",\"End\":true", StringComparison.Ordinal);

    /// <summary>Everything that lasts for a minute, with how the execution stands when it is over.</summary>
    public static TheoryData<string, ExecutionStatus> Minutes() => new()
    {
        { Wait, ExecutionStatus.Succeeded },
        { With(Callback, "\"TimeoutSeconds\":60"), ExecutionStatus.Failed },
        { With(Callback, "\"HeartbeatSeconds\":60"), ExecutionStatus.Failed },
        { Callback.Replace("{\"StartAt\"", "{\"TimeoutSeconds\":60,\"StartAt\"", StringComparison.Ordinal), ExecutionStatus.TimedOut },
        {
            With(Callback, """
                "TimeoutSeconds":1,"Retry":[{"ErrorEquals":["States.ALL"],"IntervalSeconds":58,"BackoffRate":1,"MaxAttempts":1}]
                """),
            ExecutionStatus.Failed
        },
    };

    [Theory]
    [MemberData(nameof(Minutes))]
    public async Task A_wall_clock_that_is_set_neither_holds_up_nor_hastens_what_takes_a_time(string definition, ExecutionStatus after)
    {
        foreach (var hours in new[] { -1, 2 })
        {
            var computer = new Computer();
            await using var engine = await BeginAsync(computer, definition);
            computer.Run(20);
            computer.Set(TimeSpan.FromHours(hours));
            computer.Run(39);
            Assert.Equal(ExecutionStatus.Running, engine.Describe(Arn)!.Status);
            computer.Run(1);
            Assert.Equal(after, engine.Describe(Arn)!.Status);
        }
    }

    [Theory]
    [MemberData(nameof(Minutes))]
    public async Task Time_in_which_the_computer_slept_is_not_counted_whether_its_counter_counts_it_or_not(string definition, ExecutionStatus after)
    {
        foreach (var isCounted in new[] { false, true })
        {
            var computer = new Computer();
            await using var engine = await BeginAsync(computer, definition);
            computer.Run(20);
            computer.Sleep(TimeSpan.FromHours(2), isCounted);
            computer.Run(38);
            Assert.Equal(ExecutionStatus.Running, engine.Describe(Arn)!.Status);
            computer.Run(2);
            Assert.Equal(after, engine.Describe(Arn)!.Status);
        }
    }

    [Fact]
    public async Task What_begins_right_after_the_computer_slept_waits_no_longer_for_that()
    {
        var computer = new Computer();
        string? token = null;
        await using var engine = await BeginAsync(
            computer,
            """
            {"StartAt":"T","States":{
              "T":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke.waitForTaskToken","Parameters":{"FunctionName":"f"},"Next":"W"},
              "W":{"Type":"Wait","Seconds":60,"End":true}}}
            """,
            request =>
            {
                token = request.Token;
                return new TaskOutcome.Completed(JsonValue.Null);
            });
        computer.Run(20);
        computer.Sleep(TimeSpan.FromHours(2), isCounted: true);

        // Before anything has looked how late it is.
        var told = engine.CompleteTaskAsync(token!, JsonValue.Null);
        computer.Run(60);

        Assert.Equal(TokenResult.Accepted, await told);
        Assert.Equal(ExecutionStatus.Succeeded, engine.Describe(Arn)!.Status);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(2)]
    public async Task A_wait_for_a_date_follows_the_wall_clock_that_is_set_and_events_have_its_dates(int hours)
    {
        var computer = new Computer();
        await using var engine = await BeginAsync(computer, """{"StartAt":"W","States":{"W":{"Type":"Wait","Timestamp":"2026-01-01T01:00:00Z","End":true}}}""");
        computer.Run(60);
        computer.Set(TimeSpan.FromHours(hours));
        if (hours < 0)
        {
            computer.Run(7100);
            Assert.Equal(ExecutionStatus.Running, engine.Describe(Arn)!.Status);
            computer.Run(100);
        }

        // Nobody says that a clock was set: it is looked at once a second.
        computer.Run(1);
        Assert.Equal(ExecutionStatus.Succeeded, engine.Describe(Arn)!.Status);
        Assert.InRange(engine.ReadHistory(Arn)!.Events[^1].Timestamp, computer.GetUtcNow().AddSeconds(-101), computer.GetUtcNow());
    }

    [Theory]
    [InlineData(3, 3)]
    [InlineData(10, 10)]
    [InlineData(12, 1)]
    public void A_lag_is_no_sleep(int late, int counted)
    {
        var computer = new Computer();
        var time = new SteadyTime(computer);
        time.Watch(TimeSpan.FromSeconds(1));

        var before = time.GetSteadyNow();
        computer.Sleep(TimeSpan.FromSeconds(late), isCounted: true);

        Assert.Equal(counted, (time.GetSteadyNow() - before).TotalSeconds);
    }

    [Fact]
    public void Who_asks_for_the_time_in_a_lag_keeps_it_from_going_back_after()
    {
        var computer = new Computer();
        var time = new SteadyTime(computer);
        time.Watch(TimeSpan.FromSeconds(1));
        computer.Sleep(TimeSpan.FromSeconds(10), isCounted: true);

        var before = time.GetSteadyNow();
        computer.Sleep(TimeSpan.FromSeconds(2), isCounted: true);

        Assert.Equal(TimeSpan.FromSeconds(2), time.GetSteadyNow() - before);
    }

    [Fact]
    public void Where_nobody_watches_nothing_is_taken_for_sleep()
    {
        var computer = new Computer();
        var time = new SteadyTime(computer);
        time.Watch(TimeSpan.FromSeconds(1));
        time.Watch(null);

        var before = time.GetSteadyNow();
        computer.Sleep(TimeSpan.FromHours(1), isCounted: true);

        Assert.Equal(TimeSpan.FromHours(1), time.GetSteadyNow() - before);
    }

    [Fact]
    public async Task Due_times_are_saved_as_the_wall_clock_goes_so_that_the_next_process_counts_on()
    {
        var computer = new Computer();
        var engine = await BeginAsync(computer, With(Callback, "\"TimeoutSeconds\":60"));
        computer.Run(20);
        computer.Sleep(TimeSpan.FromHours(2), isCounted: true);
        computer.Run(1);
        var execution = engine.FindActor(Arn)!.Execution;
        await engine.DisposeAsync();
        var turn = new Step(execution, new StepFacts { Region = "us-east-1", ActivityExists = _ => true }, engine.Moment).Run([ContinueMessage.Instance]);
        var writer = new RecordWriter();
        ExecutionRecords.WriteFrame(writer, execution.Root!, turn.WallAhead);

        var read = ExecutionRecords.ReadFrame(new RecordReader(writer.Take()), 1, execution);

        Assert.InRange((read.Task!.Due!.Value - computer.GetUtcNow()).TotalSeconds, 38, 40);
    }
}
