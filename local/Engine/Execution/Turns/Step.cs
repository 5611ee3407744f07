using Stateside.Engine.History;
using Stateside.Engine.Store;
using Stateside.Language.Definitions;
using Stateside.Language.Evaluation;
using Stateside.Language.Json;

namespace Stateside.Engine.Execution.Turns;

/// <summary>What a step asks of the service around it: facts, not actions.</summary>
internal sealed record StepFacts
{
    /// <summary>The region in ARNs and events.</summary>
    public required string Region { get; init; }

    /// <summary>Whether an activity of that ARN exists.</summary>
    public required Func<string, bool> ActivityExists { get; init; }

    /// <summary>Whether timeouts and heartbeats stand still, as they do while a debugger holds the handlers.</summary>
    public Func<bool> TimeoutsStandStill { get; init; } = () => false;

    /// <summary>What Wait states and the pauses before retries are multiplied by.</summary>
    public double WaitScale { get; init; } = 1;

    /// <summary>What evaluating a state's fields may take, and what breaks it off: the service ends, or nobody waits for it any more.</summary>
    public EvaluationLimits Limits { get; init; } = EvaluationLimits.Default;

    /// <summary>Whether a turn is to tell the transitions it took.</summary>
    public bool ReportsTransitions { get; init; }
}

/// <summary>
/// Moves an execution: takes messages, looks at each ready frame's state, moves it. Pure but for the execution it is given: no
/// clock, no chance but the execution's, nothing outside; what is to happen there leaves as effects, and what happened as events.
/// Entered and exited events are written here and nowhere else.
/// </summary>
/// <remarks>
/// How things end here:
/// a line finishes (its state has no next) or fails (nothing at its state saved it); of a branch or an iteration the group takes that in.
/// An inner line leaves, and is no more, or halts, and stays as it stood for a redrive; what halted is discarded once nobody redrives it.
/// A group completes (all are in) and succeeds, or is dissolved by a failure, which aborts whatever still runs inside.
/// What a frame waits for outside is canceled.
/// The execution ends without success, or finishes with its root; either way it closes. A run-time error ends it where it happens.
/// </remarks>
internal partial class Step
{
    /// <summary>A history's last event has this number. See https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html.</summary>
    public const int MaxEvents = 25_000;

    /// <summary>Payloads of more UTF-8 bytes fail with States.DataLimitExceeded.</summary>
    public const int MaxPayloadBytes = 262_144;

    /// <summary>A turn that moves frames this often is cut, so that other executions get theirs.</summary>
    private const int MaxMoves = 512;

    /// <summary>So is one whose evaluations took so many steps.</summary>
    private const long MaxSteps = 131_072;

    private readonly RunningExecution _execution;
    private readonly StepFacts _facts;
    private readonly DateTimeOffset _now;
    private readonly DateTimeOffset _steadyNow;
    private readonly List<HistoryEvent> _events = [];
    private List<Effect>? _effects;
    private List<GroupResult>? _results;
    private List<Frame>? _left;
    private bool _isRedriven;
    private readonly long _firstEventId;
    private List<Frame>? _scheduled;
    private readonly List<Transition>? _transitions;
    private readonly Budget _budget;

    /// <summary>A step of one turn.</summary>
    /// <param name="execution">The execution, which is changed.</param>
    /// <param name="facts">What the service knows.</param>
    /// <param name="now">The time of this turn.</param>
    public Step(RunningExecution execution, StepFacts facts, Moment now)
    {
        _execution = execution;
        _facts = facts;
        (_now, _steadyNow) = now;
        _firstEventId = execution.LastEventId + 1;
        _transitions = facts.ReportsTransitions ? [] : null;
        _budget = new Budget(facts.Limits);
    }

    /// <summary>
    /// Stops the execution in the midst of this turn, should it be evaluating for long: the message is on its way to the next one. From
    /// another thread.
    /// </summary>
    public void Interrupt(StopMessage stop) => _budget.Interrupt(stop);

    /// <summary>One turn: all ready frames move until each waits or ends.</summary>
    /// <param name="messages">What reached the execution, in order.</param>
    /// <returns>What the turn did.</returns>
    /// <exception cref="OperationCanceledException">The service ends: the turn is not to be saved.</exception>
    public Turn Run(IReadOnlyList<Message> messages)
    {
        Exception? defect = null;
        string? broken = null;
        try
        {
            foreach (var message in messages)
                Take(message);
            if (_execution.PutOff is { Count: > 0 } putOff && _facts.Limits.MayTakeLong?.Invoke() != false)
            {
                while (putOff.TryDequeue(out var frame))
                    _execution.Ready.Enqueue(frame);
            }

            for (var moves = 0; moves < MaxMoves && _budget.Steps < MaxSteps && IsRunning && _execution.Ready.TryDequeue(out var frame); moves++)
                Move(frame);
            WriteStarted();
        }
        catch (OperationCanceledException) when (_budget.Interruption is StopMessage stop && !_facts.Limits.Ending.IsCancellationRequested)
        {
            Take(stop);
        }
        catch (OperationCanceledException) when (_facts.Limits.Ending.IsCancellationRequested)
        {
            throw;
        }
        catch (HistoryFullException)
        {
            broken = "The execution reached the maximum number of history events (25000).";
        }
        catch (Exception e)
        {
            // An execution that can be carried no further ends and says why, rather than wait for ever.
            defect = e;
            broken = $"Stateside failed to carry the execution on, which is a defect of Stateside: {e.Message}";
        }

        if (broken is not null)
            End(ExecutionStatus.Failed, HistoryEvents.ExecutionFailed(ErrorNames.Runtime, broken), ErrorNames.Runtime, broken, _execution.LastEventId);
        var segment = _events.Count == 0 ? null : new HistorySegment(_firstEventId, _events);
        return new Turn(
            segment,
            (IReadOnlyList<Effect>?)_effects ?? [],
            (IReadOnlyList<GroupResult>?)_results ?? [],
            (IReadOnlyList<Frame>?)_left ?? [],
            IsRunning && _execution.Ready.Count > 0,
            defect)
        {
            IsRedriven = _isRedriven,
            WallAhead = WallAhead,
            Transitions = _transitions,
        };
    }

    /// <summary>The variables that the first state finds.</summary>
    protected virtual VariableScope FirstVariables => VariableScope.Empty;

    /// <summary>How often a state was tried again that is entered now.</summary>
    protected virtual int FirstRetryCount => 0;

    /// <summary>The role that the context object names; null for none.</summary>
    protected virtual string? RoleArn => _execution.StateMachine.RoleArn;

    /// <summary>Gathers what the data is at each stage; null where nobody asks.</summary>
    protected virtual Inspection? Inspection => null;

    /// <summary>The events of this turn so far.</summary>
    protected IReadOnlyList<HistoryEvent> Events => _events;

    private bool IsRunning => _execution.Status == ExecutionStatus.Running;

    /// <summary>Takes one message.</summary>
    protected virtual void Take(Message message)
    {
        if (message is RedriveMessage redrive && !IsRunning && (redrive.ClientToken is null || redrive.ClientToken != _execution.RedriveToken))
        {
            redrive.IsTaken = true;
            Redrive(redrive);
            _isRedriven = IsRunning;
        }

        if (!IsRunning)
        {
            if (message is StopMessage late)
                late.StopDate = _execution.StopDate;
            return;
        }

        switch (message)
        {
            case RedriveMessage { Generation: { } generation } when _execution is { Parent: { } parent, Root: not null }:
                // It goes on for the map run's new gathering.
                _execution.Parent = parent with { Generation = generation };
                _execution.Root.IsChanged = true;
                break;
            case StartMessage:
                Start();
                break;
            case TimerMessage:
                TakeTimer();
                break;
            case StopMessage stop:
                End(ExecutionStatus.Aborted, HistoryEvents.ExecutionAborted(stop.Error, stop.Cause), stop.Error, stop.Cause, 0);
                stop.StopDate = _execution.StopDate;
                break;
            case TaskMessage task:
                TakeTaskMessage(task);
                break;
            case MapRunMessage news:
                TakeMapRunMessage(news);
                break;
            case UpdateMapRunMessage update:
                TakeMapRunUpdate(update);
                break;
            case ContinueMessage:
                break;
        }
    }

    private void Start()
    {
        var e = _execution;
        Append(null, HistoryEvents.ExecutionStarted(e.Input, e.StateMachine.RoleArn, e.AliasArn, e.VersionArn));
        e.Root = NewFrame(null, 0, e.Definition, e.Input, FirstVariables);
        e.Ready.Enqueue(e.Root);
    }

    private Frame NewFrame(Frame? parent, int index, Definition definition, JsonValue input, VariableScope variables, JsonValue? item = null) => new()
    {
        Id = ++_execution.LastFrameId,
        Parent = parent,
        Index = index,
        Definition = definition,
        State = definition[definition.StartAt],
        Input = input,
        Variables = variables,
        Item = item,
        Phase = FramePhase.Entering,
    };

    private void Move(Frame frame)
    {
        var phase = frame.Phase;
        var before = default(Standing);
        try
        {
            switch (phase)
            {
                case FramePhase.Entering:
                    Enter(frame);
                    before = StandingOf(frame);
                    Work(frame);
                    break;
                case FramePhase.Retrying:
                    before = StandingOf(frame);
                    Work(frame);
                    break;
                case FramePhase.Returning:
                    before = StandingOf(frame);
                    Return(frame);
                    break;
                case FramePhase.Gathering when frame is { State: MapState map, Group: { GoesOnFrom: > 0 and var previous } group }:
                    group.GoesOnFrom = 0;
                    GoOn(frame, map, group, previous);
                    break;
            }
        }
        catch (StatesException e)
        {
            FailEvaluation(frame, e);
        }
        catch (EvaluationPutOffException)
        {
            PutOff(frame, before, phase == FramePhase.Returning ? phase : FramePhase.Retrying);
        }
    }

    private Standing StandingOf(Frame frame) => new(_events.Count, _execution.LastEventId, frame.LastEventId, frame.Attempts, frame.Result);

    /// <summary>Takes back what a frame did since it stood so; it does it again where evaluating may take long.</summary>
    private void PutOff(Frame frame, Standing before, FramePhase phase)
    {
        _events.RemoveRange(before.Events, _events.Count - before.Events);
        _execution.LastEventId = before.LastEventId;
        (frame.LastEventId, frame.Attempts, frame.Result, frame.Phase) = (before.FrameLastEventId, before.Attempts, before.Result, phase);
        PutOff(frame);
    }

    private void PutOff(Frame frame) => (_execution.PutOff ??= new Queue<Frame>()).Enqueue(frame);

    private void Enter(Frame frame)
    {
        frame.EnteredTime = _now;
        frame.RetryCount = FirstRetryCount;
        frame.RetriesUsed = null;

        // A Map reads its input anew, so that its event shows none of the caller's layout.
        var input = frame.State is MapState ? frame.Input.WithoutSourceText() : frame.Input;
        Append(frame, HistoryEvents.StateEntered(frame.State, input));
        frame.EnteredEventId = frame.LastEventId;
        Report(frame.State, TransitionKind.Entered);

        // What a Parallel or Map made for its branches and iterations has come through no exit.
        if (frame.Input.IsTooDeep && TaskFailure.TooLarge(frame.State.Name) is var failure)
            throw new StatesException(failure.Error!, failure.Cause!);
    }

    /// <summary>Tells a transition to whoever asked for them.</summary>
    private void Report(State state, TransitionKind kind, int index = 0) => _transitions?.Add(new Transition(state.Name, kind, index));

    /// <summary>Does the work of the state that a frame has entered, or does it again.</summary>
    protected virtual void Work(Frame frame)
    {
        switch (frame.State)
        {
            case PassState pass:
                Exit(frame, DataFlow.Pass(pass, ContextOf(frame)), pass.Next);
                break;
            case ChoiceState choice:
                Choose(frame, choice);
                break;
            case WaitState wait:
                Sleep(frame, wait);
                break;
            case SucceedState succeed:
                Exit(frame, DataFlow.Through(succeed, succeed.Output, succeed.Assign, ContextOf(frame)), null);
                break;
            case FailState fail:
                var raw = ContextOf(frame);
                var context = raw.With(DataFlow.EffectiveInput(fail, raw));
                var failure = new FrameFailure(FieldValues.Text(fail.Error, context), FieldValues.Text(fail.Cause, context));
                Report(fail, TransitionKind.End);
                Fail(frame, failure);
                break;
            case TaskState task:
                Schedule(frame, task);
                break;
            case ParallelState parallel:
                Branch(frame, parallel);
                break;
            case MapState map:
                Gather(frame, map);
                break;
        }
    }

    /// <summary>Begins what a Map iterates over.</summary>
    protected virtual void Gather(Frame frame, MapState state)
    {
        if (state.IsDistributed)
            Distribute(frame, state);
        else
            Iterate(frame, state);
    }

    private void Return(Frame frame)
    {
        if (frame.Failure is { } failure)
        {
            frame.Failure = null;
            Fail(frame, failure);
        }
        else if (frame.State is WaitState wait)
        {
            Exit(frame, DataFlow.Through(wait, wait.Output, wait.Assign, ContextOf(frame)), wait.Next);
        }
        else if (frame.Result is { } result)
        {
            frame.Result = null;
            var state = (WorkState)frame.State;
            Exit(frame, DataFlow.Result(state, ContextOf(frame), result), state.Next);
        }
    }

    private void Choose(Frame frame, ChoiceState choice)
    {
        var raw = ContextOf(frame);
        var context = raw.With(DataFlow.EffectiveInput(choice, raw));
        for (var i = 0; i < choice.Choices.Count; i++)
        {
            var rule = choice.Choices[i];
            if (rule.Condition.Matches(context))
            {
                Exit(frame, DataFlow.Through(choice, rule.Output ?? choice.Output, rule.Assign, raw), rule.Next, TransitionKind.ChoiceRule, i);
                return;
            }
        }

        if (choice.Default is null)
            throw new StatesException(ErrorNames.Runtime, "Failed to transition out of the state. The state does not point to a next state.");
        Exit(frame, DataFlow.Through(choice, choice.Output, choice.Assign, raw), choice.Default, TransitionKind.Default);
    }

    /// <summary>Leaves a state, and the frame with it when there is no next one.</summary>
    private void Exit(Frame frame, Departure departure, string? next, TransitionKind kind = TransitionKind.Next, int index = 0)
    {
        var (output, assigned) = departure;
        var failure = IsTooLarge(output) ? FrameFailure.Of(TaskFailure.TooLarge(frame.State.Name)) : Assign(frame, assigned);
        if (failure is not null)
        {
            // What a catcher made is not caught once more.
            if (kind == TransitionKind.Catcher)
                FailLine(frame, failure);
            else
                Fail(frame, failure);
            return;
        }

        if (frame.BeforeSucceededEventId != 0)
        {
            frame.LastEventId = frame.BeforeSucceededEventId;
            frame.BeforeSucceededEventId = 0;
        }

        Append(frame, HistoryEvents.StateExited(frame.State, output, assigned));
        Report(frame.State, next is null ? TransitionKind.End : kind, index);
        Left(frame, departure, next);
    }

    /// <summary>Goes on after a state that was left.</summary>
    protected virtual void Left(Frame frame, Departure departure, string? next)
    {
        var output = departure.Output;
        if (next is null)
        {
            FinishLine(frame, output);
            return;
        }

        frame.State = frame.Definition[next];
        frame.Input = output;
        frame.Phase = FramePhase.Entering;
        _execution.Ready.Enqueue(frame);
    }

    /// <summary>Whether a value has more bytes, or is nested more deeply, than any payload may be.</summary>
    private static bool IsTooLarge(JsonValue value) => value.Utf8Length > MaxPayloadBytes || value.IsTooDeep;

    private FrameFailure? Assign(Frame frame, JsonObject assigned)
    {
        if (assigned.Count == 0)
            return null;
        var after = frame.Variables.With(assigned);
        var bytes = _execution.VariableBytes + Bytes(after) - Bytes(frame.Variables);
        if (IsTooLarge(assigned) || bytes > MaxVariableBytes)
        {
            return new FrameFailure(
                ErrorNames.DataLimitExceeded,
                $"The state '{frame.State.Name}' assigned variables with a size exceeding the maximum number of bytes service limit.");
        }

        _execution.VariableBytes = bytes;
        frame.Variables = after;
        return null;
    }

    private static int Bytes(VariableScope scope) => scope.Own.Count == 0 ? 0 : scope.Own.CompactLength;

    /// <summary>All variables of an execution may take this many bytes.</summary>
    private const long MaxVariableBytes = 10 * 1024 * 1024;

    /// <summary>Ends a frame's line well: the root's with the execution.</summary>
    private void FinishLine(Frame frame, JsonValue output)
    {
        if (frame.Parent is not null)
        {
            Leave(frame);
            FinishInner(frame, output);
            return;
        }

        frame.Phase = FramePhase.Ended;
        _execution.Output = output;
        Append(frame, HistoryEvents.ExecutionSucceeded(output));
        Close(ExecutionStatus.Succeeded);
    }

    /// <summary>Takes a branch or an iteration out of the execution.</summary>
    private void Leave(Frame frame)
    {
        EndLine(frame);
        _execution.Inner!.Remove(frame.Id);
        (_left ??= []).Add(frame);
        var parent = frame.Parent!;
        parent.Group?.Running.Remove(frame);
        (parent.Group ?? parent.Remains)?.Halted.Remove(frame);
    }

    /// <summary>Ends a branch or an iteration where it stands; its frame stays for a redrive until something handles the failure.</summary>
    private void Halt(Frame frame, FrameGroup group)
    {
        EndLine(frame);
        group.Running.Remove(frame);
        group.Halted.Add(frame);
    }

    private void EndLine(Frame frame)
    {
        if (frame.Phase == FramePhase.Ended)
            return;
        frame.Phase = FramePhase.Ended;
        frame.Task = null;
        _execution.VariableBytes -= Bytes(frame.Variables);
    }

    /// <summary>Lets go of what remained of a frame's group: nobody will redrive it any more.</summary>
    private void Discard(Frame frame)
    {
        if (frame.Remains is not { } remains)
            return;
        Discard(remains);
        frame.Remains = null;
    }

    private void Discard(FrameGroup group)
    {
        foreach (var inner in group.Halted.ToArray())
        {
            Discard(inner);
            Leave(inner);
        }
    }

    /// <summary>Ends the whole execution without success; its unfinished frames stay, for a redrive.</summary>
    /// <param name="status">How it ends.</param>
    /// <param name="content">The event that says so.</param>
    /// <param name="error">The error name; null for none.</param>
    /// <param name="cause">The cause; null for none.</param>
    /// <param name="previous">The event that it points at: where a line has failed; 0 where the end comes from without.</param>
    private void End(ExecutionStatus status, EventContent content, string? error, string? cause, long previous)
    {
        foreach (var frame in _execution.Frames())
            Cancel(frame);
        _execution.Error = error;
        _execution.Cause = cause;
        var id = Append(previous, content);
        _execution.Root?.LastEventId = id;
        Close(status);
    }

    /// <summary>Takes note that the execution is over.</summary>
    protected void Close(ExecutionStatus status)
    {
        _execution.Status = status;
        _execution.StopDate = _now;
        _execution.Ready.Clear();
        _execution.PutOff?.Clear();
    }

    /// <summary>Writes an event on a frame's line; null writes one before there is any frame.</summary>
    protected long Append(Frame? frame, EventContent content)
    {
        var id = Append(frame?.LastEventId ?? 0, content);
        if (frame is not null)
            frame.LastEventId = id;
        return id;
    }

    private long Append(long previous, EventContent content)
    {
        if (_execution.LastEventId >= MaxEvents - 1 && !EventKinds.Of(content.Type).EndsExecution && !_execution.IsExpress)
            throw new HistoryFullException();
        var id = ++_execution.LastEventId;
        _events.Add(new HistoryEvent(id, previous, _now, content.Type, content.Details));
        return id;
    }

    /// <summary>What the fields of a frame's state are evaluated on.</summary>
    protected EvaluationContext ContextOf(Frame frame, string? token = null, ContextItem? item = null)
    {
        _budget.Begin();
        return new EvaluationContext
        {
            Input = frame.Input,
            Variables = frame.Variables,
            Now = _now,
            Budget = _budget,
            Inspection = Inspection,
            // The items that a Map begins at one event each have a chance of their own.
            Chance = new Chance(Chance.Derive(_execution.Seed, "", frame.LastEventId | (item is { } of ? (of.Index + 1L) << 32 : 0))),
            MakeContextObject = () => ContextObjectOf(frame, token, item),
        };
    }

    /// <summary>The context object that a frame's state sees.</summary>
    protected virtual JsonObject ContextObjectOf(Frame frame, string? token, ContextItem? item)
    {
        var e = _execution;
        return new ContextObject
        {
            ExecutionArn = e.Arn,
            ExecutionInput = e.Input,
            ExecutionName = e.Name,
            StartTime = e.StartDate,
            RoleArn = RoleArn,
            RedriveCount = e.IsExpress ? null : e.RedriveCount,
            RedriveTime = e.RedriveDate,
            StateMachineArn = e.StateMachine.Arn,
            StateMachineName = e.StateMachine.Name,
            StateName = frame.State.Name,
            EnteredTime = frame.EnteredTime,
            RetryCount = frame.State is WorkState ? frame.RetryCount : null,
            TaskToken = token,
            MapItem = item ?? InnermostItem(frame),
        }.ToJson();
    }

    private static ContextItem? InnermostItem(Frame frame)
    {
        for (var f = frame; f is not null; f = f.Parent)
        {
            if (f.Item is not null)
                return new ContextItem(f.Index, f.Item, f.Parent?.Group?.Items is JsonObject members ? members.Keys[f.Index] : null, null);
        }

        return null;
    }

    /// <summary>What evaluating one state's fields may find changed already when it is put off.</summary>
    private readonly record struct Standing(int Events, long LastEventId, long FrameLastEventId, int Attempts, JsonValue? Result);

    /// <summary>Unwinds a turn that would write more events than a history may have.</summary>
    private sealed class HistoryFullException : Exception;
}
