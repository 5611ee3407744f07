using Stateside.Engine.Execution;
using Stateside.Engine.Execution.Running;
using Stateside.Engine.Execution.StateTests;
using Stateside.Engine.History;
using Stateside.Engine.Store;
using Stateside.Language.Definitions;
using Stateside.Language.Json;
using Stateside.Language.Validation;

namespace Stateside.Engine.Tests.Execution;

/// <summary>An execution whose turn takes long keeps nobody waiting who only asks, and can be stopped.</summary>
public class BusyExecutionTests
{
    private const string Endless = """
        {"QueryLanguage":"JSONata","StartAt":"Before","States":{
          "Before":{"Type":"Pass","Next":"Endless"},
          "Endless":{"Type":"Pass","Output":"{% ($f := function($n){ $f($n + 1) }; $f(0)) %}","End":true}}}
        """;

    private const string Activity = """
        {"StartAt":"First","States":{
          "First":{"Type":"Wait","Seconds":1,"Next":"Slow"},
          "Slow":{"Type":"Task","Resource":"arn:aws:states:us-east-1:123456789012:activity:a","End":true}}}
        """;

    /// <summary>Blocks whoever comes by first, until it is let go on.</summary>
    private sealed class Gate : TimeProvider
    {
        private int _passed;

        public SemaphoreSlim Reached { get; } = new(0);

        public SemaphoreSlim GoOn { get; } = new(0);

        public override long GetTimestamp()
        {
            Pass();
            return 0;
        }

        public void Pass()
        {
            if (Interlocked.Increment(ref _passed) != 1)
                return;
            Reached.Release();
            GoOn.Wait(CancellationToken.None);
        }
    }

    private static (ExecutionEngine Engine, StateMachine Machine) Engine(string definition, Gate? evaluation = null, Gate? work = null)
    {
        var engine = new ExecutionEngine(new EngineOptions
        {
            Time = new VirtualTime(Machine.Start),
            EvaluationClock = evaluation,
            HandlerOf = _ => null,
            ActivityExists = _ =>
            {
                work?.Pass();
                return true;
            },
        });
        return (engine, new StateMachine
        {
            Arn = "arn:aws:states:us-east-1:123456789012:stateMachine:M",
            Name = "M",
            RoleArn = "",
            Type = StateMachineType.Standard,
            DefinitionText = definition,
            Definition = DefinitionParser.Parse(definition).Definition!,
            RevisionId = "r",
        });
    }

    private static Task<ExecutionDescription> BeginAsync(ExecutionEngine engine, StateMachine machine) => Task.Run(async () =>
        (await engine.StartAsync(new StartRequest(machine, JsonObject.Empty) { Name = "e" })).Execution);

    private const string Arn = "arn:aws:states:us-east-1:123456789012:execution:M:e";

    [Fact]
    public async Task Who_only_asks_does_not_wait_for_a_turn_and_is_told_how_it_stood_before()
    {
        var gate = new Gate();
        var (engine, machine) = Engine(Activity, work: gate);
        await using var ends = engine;
        await BeginAsync(engine, machine);
        await gate.Reached.WaitAsync(TestContext.Current.CancellationToken);

        var (description, history, listed) = await Task.Run(() => (engine.Describe(Arn)!, engine.ReadHistory(Arn)!, engine.List(new ExecutionQuery(machine.Arn))))
            .WaitAsync(Machine.Patience, TestContext.Current.CancellationToken);
        await Task.Run(() => engine.FindActor(Arn)!.Post(Stateside.Engine.Execution.Turns.ContinueMessage.Instance), TestContext.Current.CancellationToken)
            .WaitAsync(Machine.Patience, TestContext.Current.CancellationToken);
        gate.GoOn.Release();

        Assert.Equal(ExecutionStatus.Running, description.Status);
        Assert.Equal(2, description.EventCount);
        Assert.Equal([HistoryEventType.ExecutionStarted, HistoryEventType.WaitStateEntered], history.Events.Select(e => e.Type));
        Assert.Equal(Arn, Assert.Single(listed).Arn);
    }

    [Fact]
    public async Task Stop_reaches_an_evaluation_under_way()
    {
        var gate = new Gate();
        var (engine, machine) = Engine(Endless, gate);
        await using var ends = engine;
        var begun = BeginAsync(engine, machine);
        await gate.Reached.WaitAsync(TestContext.Current.CancellationToken);

        var stopped = engine.StopAsync(Arn, "enough", null);
        gate.GoOn.Release();
        var execution = await stopped.WaitAsync(Machine.Patience, TestContext.Current.CancellationToken);
        await begun;

        Assert.Equal((ExecutionStatus.Aborted, "enough"), (execution.Status, execution.Error));
        Assert.Equal(HistoryEventType.ExecutionAborted, engine.ReadHistory(Arn)!.Events[^1].Type);
    }

    [Fact]
    public async Task What_is_evaluated_when_the_service_ends_is_broken_off_and_nobody_is_told_of_half_a_turn()
    {
        var gate = new Gate();
        var (engine, machine) = Engine(Endless, gate);
        _ = BeginAsync(engine, machine);
        await gate.Reached.WaitAsync(TestContext.Current.CancellationToken);

        var ended = engine.DisposeAsync();
        gate.GoOn.Release();
        await ended;

        Assert.Equal(ExecutionStatus.Running, engine.Describe(Arn)!.Status);
        Assert.Empty(engine.ReadHistory(Arn)!.Events);

        // Nor is what reaches it afterwards taken for done.
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => engine.StopAsync(Arn, null, null).WaitAsync(Machine.Patience, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task The_test_of_a_state_is_broken_off_when_nobody_waits_for_it_any_more()
    {
        var gate = new Gate();
        var tester = new StateTester(new EngineOptions { Time = new VirtualTime(Machine.Start), EvaluationClock = gate, HandlerOf = _ => null });
        var state = (PassState)DefinitionParser.Parse(Endless).Definition!["Endless"];
        using var caller = new CancellationTokenSource();

        var test = Task.Run(() => tester.RunAsync(new StateTest { State = state, Input = JsonObject.Empty }, caller.Token));
        await gate.Reached.WaitAsync(TestContext.Current.CancellationToken);
        await caller.CancelAsync();
        gate.GoOn.Release();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => test.WaitAsync(Machine.Patience, TestContext.Current.CancellationToken));
    }
}
