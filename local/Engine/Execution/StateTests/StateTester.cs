using Stateside.Engine.Execution.Turns;
using Stateside.Engine.History;
using Stateside.Engine.Store;
using Stateside.Language.Definitions;
using Stateside.Language.Evaluation;
using Stateside.Language.Json;

namespace Stateside.Engine.Execution.StateTests;

/// <summary>
/// Tests one state: an execution of that state alone, which is kept nowhere, moved by the same step as every other. What a mock gives
/// takes the place of the state's work; without one a Task's work is done for real. A Wait state does not keep anybody waiting.
/// See https://docs.aws.amazon.com/step-functions/latest/dg/test-state-isolation.html.
/// </summary>
/// <param name="options">How the engine whose tasks are used is set up.</param>
/// <param name="longTurns">Where evaluating may take long; null where it may everywhere.</param>
internal sealed class StateTester(EngineOptions options, LongTurns? longTurns = null)
{
    /// <summary>A test takes no longer than this.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    private long _tests;

    /// <summary>Tests a state.</summary>
    /// <param name="test">The state and what it finds around it.</param>
    /// <param name="cancellationToken">Ends the test that nobody waits for any more.</param>
    public async Task<StateTestResult> RunAsync(StateTest test, CancellationToken cancellationToken = default)
    {
        var execution = Execution(test);
        var probe = new StateProbe(test);
        var facts = new StepFacts
        {
            Region = options.Location.Region,
            ActivityExists = _ => true,
            ReportsTransitions = true,
            Limits = EvaluationLimits.Default with { Clock = options.EvaluationClock, Ending = cancellationToken, MayTakeLong = longTurns is null ? null : longTurns.IsHere },
        };
        var now = execution.StartDate;
        var transitions = new List<Transition>();
        var exchange = new HttpExchange(test.RevealsSecrets);
        for (Message? message = StartMessage.Instance; message is not null;)
        {
            var step = new StateTestStep(execution, facts, Moment.At(now), probe);
            Message[] messages = [message];
            var turn = execution.PutOff is { Count: > 0 }
                ? await longTurns!.RunAsync(() => step.Run(messages)).WaitAsync(cancellationToken).ConfigureAwait(false)
                : step.Run(messages);
            if (turn.Defect is StateTestException refused)
                throw refused;
            if (turn.Defect is { } defect)
                throw new InvalidOperationException($"The state '{test.State.Name}' could not be tested.", defect);
            transitions.AddRange(turn.Transitions ?? []);
            if (execution.PutOff is { Count: > 0 })
                message = ContinueMessage.Instance;
            else if (execution.Root is { Phase: FramePhase.Sleeping, Due: { } due } && execution.Status == ExecutionStatus.Running)
                (message, now) = (TimerMessage.Instance, due);
            else if (execution.Status != ExecutionStatus.Running)
                message = null;
            else if (test.Mock is { } mock)
                message = new MockedMessage(mock.Result, mock.Result is null ? new FrameFailure(mock.Error, mock.Cause) : null);
            else
                message = await WorkAsync(execution, turn.Effects.OfType<StartTaskEffect>().Single(), exchange, cancellationToken).ConfigureAwait(false);
        }

        return ResultOf(execution, probe, transitions) with { Exchange = exchange.Sent is null ? null : exchange };
    }

    private RunningExecution Execution(StateTest test)
    {
        var chance = new Chance(Chance.Derive(options.Seed, "test", Interlocked.Increment(ref _tests)));
        var (machine, name) = (chance.NextId().ToString(), chance.NextId().ToString());
        var definition = new Definition(test.State.Name, [test.State]) { QueryLanguage = test.State.QueryLanguage };
        return new RunningExecution
        {
            Arn = options.Location.Arn("states", $"express:{machine}:{name}"),
            Name = name,
            StateMachine = new StateMachine
            {
                Arn = options.Location.Arn("states", $"stateMachine:{machine}"),
                Name = machine,
                Type = StateMachineType.Express,
                RoleArn = test.RoleArn ?? "",
                DefinitionText = "",
                Definition = definition,
                RevisionId = "",
            },
            Definition = definition,
            Input = test.Input,
            StartDate = options.Time.GetUtcNow(),
            Seed = chance.NextBits(),
            IsExpress = true,
        };
    }

    /// <summary>Does a Task's work.</summary>
    private async Task<Message> WorkAsync(
        RunningExecution execution, StartTaskEffect effect, HttpExchange exchange, CancellationToken cancellationToken)
    {
        if (options.HandlerOf(effect.Resource) is not { } handler)
            return new TaskFailedMessage(effect.Task, TaskFailure.NotPerformed(effect.Resource.Text));
        var limit = effect.Timeout is { } timeout && timeout < Limit ? timeout : Limit;
        using var late = new CancellationTokenSource(limit, options.Time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        var request = new TaskRequest(effect.Resource, effect.Payload, effect.Token, Describe(execution), effect.StateName)
        {
            CredentialsRoleArn = effect.CredentialsRoleArn,
            Timeout = limit,
            Exchange = exchange,
        };
        try
        {
            var outcome = await handler.StartAsync(request, both.Token).AsTask().WaitAsync(both.Token).ConfigureAwait(false);
            return ((outcome as TaskOutcome.Delayed)?.Outcome ?? outcome) switch
            {
                TaskOutcome.Completed completed => new TaskSucceededMessage(effect.Task, completed.Output),
                TaskOutcome.Failed failed => new TaskFailedMessage(effect.Task, failed.Failure),
                _ => new TaskFailedMessage(effect.Task, new TaskFailure(ErrorNames.Runtime, $"A test does not wait for {effect.Resource.Text}: give it a mock.")),
            };
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested)
        {
            return new TaskFailedMessage(effect.Task, new TaskFailure(ErrorNames.Timeout, null));
        }
    }

    private static ExecutionDescription Describe(RunningExecution execution) => new()
    {
        Arn = execution.Arn,
        Name = execution.Name,
        StateMachine = execution.StateMachine,
        Status = execution.Status,
        StartDate = execution.StartDate,
        Input = execution.Input,
    };

    private static StateTestResult ResultOf(RunningExecution execution, StateProbe probe, List<Transition> transitions)
    {
        probe.Inspection.Variables = Visible(execution.Root!.Variables);
        return new StateTestResult
        {
            Status = probe switch
            {
                { CatchIndex: not null, Departure: not null } => StateTestStatus.CaughtError,
                { Departure: not null } => StateTestStatus.Succeeded,
                { Pause: not null } => StateTestStatus.Retriable,
                _ => StateTestStatus.Failed,
            },
            Output = probe.Departure?.Output,
            NextState = probe.Next,
            Error = execution.Error ?? probe.Failure?.Error,
            Cause = execution.Error is null ? probe.Failure?.Cause : execution.Cause,
            Inspection = probe.Inspection,
            RetryIndex = probe.RetryIndex,
            RetryPause = probe.Pause,
            CatchIndex = probe.CatchIndex,
            Transitions = transitions,
        };
    }

    private static JsonObject? Visible(VariableScope scope) => scope.Own.Count == 0 ? null : scope.Own;
}
