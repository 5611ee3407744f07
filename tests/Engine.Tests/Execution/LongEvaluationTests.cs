using Stateside.Engine.Execution;
using Stateside.Engine.Execution.Running;
using Stateside.Engine.Execution.StateTests;
using Stateside.Engine.History;
using Stateside.Engine.Store;
using Stateside.Language.Definitions;
using Stateside.Language.Json;
using Stateside.Language.Validation;

namespace Stateside.Engine.Tests.Execution;

/// <summary>What takes long to evaluate does so in a few places of its own, and holds up nothing else.</summary>
public class LongEvaluationTests
{
    private const string Long = "$count([1..100000].($ + 1))";

    private const string LongPass = """{"QueryLanguage":"JSONata","StartAt":"P","States":{"P":{"Type":"Pass","Output":"{% """ + Long + """ %}","End":true}}}""";

    /// <summary>A clock that test code moves, and which holds whoever evaluates in a place for it.</summary>
    private sealed class Clock : TimeProvider
    {
        private long _ticks = Machine.Start.UtcTicks;

        public Func<bool> IsPlace { get; set; } = () => false;

        public SemaphoreSlim Reached { get; } = new(0);

        public ManualResetEventSlim GoOn { get; } = new();

        public override DateTimeOffset GetUtcNow() => new(Volatile.Read(ref _ticks), TimeSpan.Zero);

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp()
        {
            if (IsPlace() && !GoOn.IsSet)
            {
                Reached.Release();
                GoOn.Wait(CancellationToken.None);
            }

            return Volatile.Read(ref _ticks);
        }

        public void Advance(int seconds) => Interlocked.Add(ref _ticks, seconds * TimeSpan.TicksPerSecond);
    }

    private static StateMachine MachineOf(string definition)
    {
        var parsed = DefinitionParser.Parse(definition);
        Assert.True(parsed.IsValid, string.Join('\n', parsed.Diagnostics.Select(d => $"{d.Location}: {d.Message}")));
        return new StateMachine
        {
            Arn = "arn:aws:states:us-east-1:123456789012:stateMachine:M",
            Name = "M",
            RoleArn = "",
            Type = StateMachineType.Standard,
            DefinitionText = definition,
            Definition = parsed.Definition!,
            RevisionId = "r",
        };
    }

    private static string After(int seconds, string definition) => definition.Replace(
        "\"StartAt\":\"P\",\"States\":{", $$"""
        "StartAt":"W","States":{"W":{"Type":"Wait","Seconds":{{seconds}},"Next":"P"},
        """, StringComparison.Ordinal);

    private static async Task<string> StartAsync(ExecutionEngine engine, string definition) =>
        (await engine.StartAsync(new StartRequest(MachineOf(definition), JsonObject.Empty))).Execution.Arn;

    private static Task<ExecutionDescription> EndAsync(ExecutionEngine engine, string arn) =>
        engine.WhenEndedAsync(arn, TestContext.Current.CancellationToken).WaitAsync(Machine.Patience);

    [Fact]
    public async Task Due_times_are_told_while_all_places_are_taken_by_what_began_with_them()
    {
        var (clock, evaluation) = (new Clock(), new Clock());
        await using var engine = new ExecutionEngine(new EngineOptions { Time = clock, EvaluationClock = evaluation, TimerThreads = true, HandlerOf = _ => null });
        evaluation.IsPlace = engine.LongTurns.IsHere;
        var slow = new[] { await StartAsync(engine, After(5, LongPass)), await StartAsync(engine, After(5, LongPass)) };
        var quick = await StartAsync(engine, After(6, LongPass.Replace(Long, "1", StringComparison.Ordinal)));

        clock.Advance(5);
        foreach (var _ in slow)
            await evaluation.Reached.WaitAsync(TestContext.Current.CancellationToken);
        clock.Advance(1);
        var ended = await EndAsync(engine, quick);
        var before = slow.Select(arn => engine.Describe(arn)!.Status).ToList();
        evaluation.GoOn.Set();

        Assert.Equal("1", ended.Output!.Text);
        Assert.Equal([ExecutionStatus.Running, ExecutionStatus.Running], before);
        foreach (var arn in slow)
            Assert.Equal("100000", (await EndAsync(engine, arn)).Output!.Text);
    }

    [Fact]
    public async Task An_execution_that_waits_for_a_place_can_be_stopped_and_others_begin_meanwhile()
    {
        var clock = new Clock();
        await using var engine = new ExecutionEngine(new EngineOptions { Time = new VirtualTime(Machine.Start), EvaluationClock = clock, HandlerOf = _ => null });
        clock.IsPlace = engine.LongTurns.IsHere;
        var begun = new List<string>();
        for (var i = 0; i < Environment.ProcessorCount + 3; i++)
            begun.Add(await StartAsync(engine, LongPass));
        await clock.Reached.WaitAsync(TestContext.Current.CancellationToken);

        var stopped = await engine.StopAsync(begun[^1], "enough", null).WaitAsync(Machine.Patience, TestContext.Current.CancellationToken);
        var quick = await EndAsync(engine, await StartAsync(engine, LongPass.Replace(Long, "1", StringComparison.Ordinal)));
        clock.GoOn.Set();

        Assert.Equal(ExecutionStatus.Aborted, stopped.Status);
        Assert.Equal(
            [HistoryEventType.ExecutionStarted, HistoryEventType.PassStateEntered, HistoryEventType.ExecutionAborted],
            engine.ReadHistory(begun[^1])!.Events.Select(e => e.Type));
        Assert.Equal("1", quick.Output!.Text);
        foreach (var arn in begun[..^1])
            Assert.Equal(ExecutionStatus.Succeeded, (await EndAsync(engine, arn)).Status);
    }

    [Fact]
    public async Task The_test_of_a_state_takes_long_in_the_same_places()
    {
        var places = new List<bool>();
        var clock = new Clock();
        using var longTurns = new LongTurns();
        clock.IsPlace = () =>
        {
            places.Add(longTurns.IsHere());
            return false;
        };
        var tester = new StateTester(new EngineOptions { Time = new VirtualTime(Machine.Start), EvaluationClock = clock, HandlerOf = _ => null }, longTurns);

        var result = await tester.RunAsync(
            new StateTest { State = (PassState)DefinitionParser.Parse(LongPass).Definition!["P"], Input = JsonObject.Empty }, TestContext.Current.CancellationToken);

        Assert.Equal("100000", result.Output!.Text);
        Assert.Contains(true, places);
        Assert.DoesNotContain(false, places[places.IndexOf(true)..]);
    }

    /// <summary>A state's fields that take long to evaluate, one of each place where they are.</summary>
    public static TheoryData<string> Fields() =>
    [
        """{"Type":"Pass","Output":"{% LONG %}","End":true}""",
        """{"Type":"Pass","Assign":{"a":"{% LONG %}"},"End":true}""",
        """{"Type":"Choice","Choices":[{"Condition":"{% LONG < 1 %}","Next":"E"}],"Default":"E"}""",
        """{"Type":"Wait","Seconds":"{% LONG > 1 ? 1 : 2 %}","Output":"{% LONG %}","End":true}""",
        """{"Type":"Succeed","Output":"{% LONG %}"}""",
        """{"Type":"Fail","Error":"{% $string(LONG) %}"}""",
        """{"Type":"Task","Resource":"arn:aws:lambda:us-east-1:123456789012:function:f","Arguments":"{% LONG %}","Output":"{% LONG %}","End":true}""",
        """{"Type":"Task","Resource":"arn:aws:lambda:us-east-1:123456789012:function:f","TimeoutSeconds":"{% LONG %}","Retry":[{"ErrorEquals":["Bad"],"MaxAttempts":1}],"End":true}""",
        """{"Type":"Task","Resource":"arn:aws:lambda:us-east-1:123456789012:function:bad","Retry":[{"ErrorEquals":["Bad"],"MaxAttempts":1}],"Catch":[{"ErrorEquals":["Bad"],"Output":"{% LONG %}","Next":"E"}],"End":true}""",
        """{"Type":"Task","Resource":"arn:aws:lambda:us-east-1:123456789012:function:bad","Catch":[{"ErrorEquals":["Bad"],"Output":"{% LONG + $string(1) %}","Next":"E"}],"End":true}""",
        """{"Type":"Parallel","Arguments":"{% LONG %}","Branches":[{"StartAt":"A","States":{"A":{"Type":"Pass","End":true}}},{"StartAt":"B","States":{"B":{"Type":"Pass","End":true}}}],"Output":"{% LONG %}","End":true}""",
        """{"Type":"Parallel","Branches":[{"StartAt":"A","States":{"A":{"Type":"Fail"}}},{"StartAt":"B","States":{"B":{"Type":"Wait","Seconds":9,"End":true}}}],"Catch":[{"ErrorEquals":["States.ALL"],"Output":"{% LONG %}","Next":"E"}],"End":true}""",
        """{"Type":"Map","Items":"{% [LONG, 2, 3] %}","ItemProcessor":{"StartAt":"A","States":{"A":{"Type":"Pass","End":true}}},"End":true}""",
        """{"Type":"Map","Items":[1,2,3],"ToleratedFailureCount":"{% LONG %}","ItemProcessor":{"StartAt":"A","States":{"A":{"Type":"Fail"}}},"End":true}""",
        """{"Type":"Map","Items":[1,2,3],"ItemSelector":{"a":"{% LONG %}"},"ItemProcessor":{"StartAt":"A","States":{"A":{"Type":"Pass","End":true}}},"End":true}""",
        """{"Type":"Map","Items":[1,2,3],"MaxConcurrency":1,"ItemSelector":{"a":"{% $states.context.Map.Item.Value = 2 ? LONG : 0 %}"},"ItemProcessor":{"StartAt":"A","States":{"A":{"Type":"Pass","End":true}}},"End":true}""",
        """{"Type":"Map","Items":[1,2,3],"ItemSelector":{"a":"{% LONG + $string(1) %}"},"Catch":[{"ErrorEquals":["States.ALL"],"Output":"{% LONG %}","Next":"E"}],"ItemProcessor":{"StartAt":"A","States":{"A":{"Type":"Pass","End":true}}},"End":true}""",
        """{"Type":"Map","Items":"{% [LONG, 2] %}","ItemSelector":{"a":"{% LONG %}"},"ToleratedFailureCount":"{% LONG %}","ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"EXPRESS"},"StartAt":"A","States":{"A":{"Type":"Pass","End":true}}},"End":true}""",
    ];

    [Theory]
    [MemberData(nameof(Fields))]
    public async Task What_is_put_off_writes_the_history_that_it_would_have_written_at_once(string state)
    {
        var definition = """{"QueryLanguage":"JSONata","StartAt":"S","States":{"S":""" + state.Replace("LONG", Long, StringComparison.Ordinal)
            + (state.Contains("\"E\"", StringComparison.Ordinal) ? ""","E":{"Type":"Succeed"}}}""" : "}}");
        var (putOff, atOnce) = (await RunAsync(definition, isOrdered: false), await RunAsync(definition, isOrdered: true));
        Assert.Equal(atOnce, putOff);
    }

    private static async Task<string> RunAsync(string definition, bool isOrdered)
    {
        await using var engine = new ExecutionEngine(new EngineOptions
        {
            Time = new VirtualTime(Machine.Start),
            OrdersOutcomes = isOrdered,
            HandlerOf = resource => new FakeFunction(resource.Text),
        });
        var arn = (await engine.StartAsync(new StartRequest(MachineOf(definition), JsonObject.Empty) { Name = "e" })).Execution.Arn;
        var ended = await EndAsync(engine, arn);
        var events = engine.ReadHistory(arn)!.Events.Select(e => $"{e.Id}<{e.PreviousEventId} {e.Timestamp:T} {e.Type} {e.Details}");
        return $"{ended.Status} {ended.Error} {ended.Cause} {ended.Output?.Text}\n{string.Join('\n', events)}";
    }

    private sealed class FakeFunction(string name) : ITaskHandler
    {
        public ValueTask<TaskOutcome> StartAsync(TaskRequest request, CancellationToken cancellationToken) => ValueTask.FromResult<TaskOutcome>(
            name.EndsWith("bad", StringComparison.Ordinal) ? new TaskOutcome.Failed(new TaskFailure("Bad", null)) : new TaskOutcome.Completed(JsonValue.True));
    }
}
