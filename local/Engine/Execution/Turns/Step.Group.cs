using Stateside.Engine.History;
using Stateside.Engine.Items;
using Stateside.Engine.Store;
using Stateside.Language.Definitions;
using Stateside.Language.Evaluation;
using Stateside.Language.Json;

namespace Stateside.Engine.Execution.Turns;

/// <summary>Parallel and Map: beginning, gathering and dissolving branches and iterations.</summary>
internal partial class Step
{
    /// <summary>So many iterations of an inline Map run at a time, whatever its author says.</summary>
    private const int MaxInlineConcurrency = 40;

    /// <summary>Begins the branches of a Parallel.</summary>
    protected virtual void Branch(Frame frame, ParallelState state)
    {
        var raw = ContextOf(frame);
        var input = DataFlow.Arguments(state, raw.With(DataFlow.EffectiveInput(state, raw)));
        var started = Append(frame, HistoryEvents.ParallelStarted());
        var group = frame.Group = new FrameGroup
        {
            Input = input,
            Results = new JsonValue?[state.Branches.Count],
            Concurrency = state.Branches.Count,
            Generation = ++frame.Attempts,
        };
        frame.Phase = FramePhase.Gathering;
        for (; group.Next < state.Branches.Count; group.Next++)
        {
            Report(state, TransitionKind.Branch, group.Next);
            Begin(frame, group, NewFrame(frame, group.Next, state.Branches[group.Next], input, frame.Variables.Inner()), started);
        }
    }

    /// <summary>Begins the iterations of an inline Map.</summary>
    private void Iterate(Frame frame, MapState state)
    {
        var raw = ContextOf(frame);
        var context = raw.With(DataFlow.EffectiveInput(state, raw));
        var items = FieldValues.Items(state.Items, state.QueryLanguage, context);
        var concurrency = FieldValues.Concurrency(state.MaxConcurrency, context);
        var itemCount = MapItem.CountOf(items);
        var started = Append(frame, HistoryEvents.MapStarted(itemCount));
        var group = frame.Group = new FrameGroup
        {
            Input = context.Input,
            Items = items,
            Results = new JsonValue?[itemCount],
            Concurrency = concurrency == 0 ? MaxInlineConcurrency : (int)Math.Min(concurrency, MaxInlineConcurrency),
            ToleratedFailures = (int)FieldValues.ToleratedFailures(state.ToleratedFailureCount, state.ToleratedFailurePercentage, itemCount, context),
            Generation = ++frame.Attempts,
        };
        frame.Phase = FramePhase.Gathering;
        GoOn(frame, state, group, started);
    }

    /// <summary>Begins as many iterations as may run, each on a line that goes on from the given event.</summary>
    private void BeginIterations(Frame frame, MapState state, FrameGroup group, long previous)
    {
        if (group.Results.Length == 0)
            Report(state, TransitionKind.NoItems);
        while (group.Next < group.Results.Length && group.Running.Count < group.Concurrency)
        {
            var index = group.Next;
            var input = InputOf(frame, state, group, index);
            group.Next++;
            frame.IsChanged = true;
            Report(state, TransitionKind.Iteration, index);
            var started = Append(previous, HistoryEvents.IterationStarted(state, index));
            Begin(frame, group, NewFrame(frame, index, state.ItemProcessor, input, frame.Variables.Inner(), MapItem.At(group.Items!, index).Value), started);
        }
    }

    private void Begin(Frame frame, FrameGroup group, Frame inner, long previous)
    {
        inner.LastEventId = previous;
        group.Running.Add(inner);
        (_execution.Inner ??= []).Add(inner.Id, inner);
        _execution.Ready.Enqueue(inner);
    }

    private void SetResult(Frame frame, FrameGroup group, int index, JsonValue? value)
    {
        group.Results[index] = value;
        (_results ??= []).Add(new GroupResult(frame.Id, index));
    }

    private void FinishInner(Frame inner, JsonValue output)
    {
        var frame = inner.Parent!;
        if (frame.Group is not { } group)
            return;
        SetResult(frame, group, inner.Index, output);
        group.Succeeded++;
        frame.LastEventId = inner.LastEventId;
        if (frame.State is MapState map)
        {
            Append(frame, HistoryEvents.IterationSucceeded(map, inner.Index));
            GoOnOrFail(frame, map, group, inner.LastEventId);
        }
        else if (group.IsComplete)
        {
            Complete(frame, group);
        }
    }

    private void FailInner(Frame inner, FrameFailure failure)
    {
        var frame = inner.Parent!;
        if (frame.Group is not { } group)
            return;
        if (frame.State is MapState map)
        {
            Append(inner.LastEventId, HistoryEvents.IterationFailed(map, inner.Index));
            group.Failed++;
            if (group.Failed <= group.ToleratedFailures)
            {
                Halt(inner, group);
                frame.LastEventId = inner.LastEventId;
                SetResult(frame, group, inner.Index, ErrorOutput(failure));
                GoOnOrFail(frame, map, group, inner.LastEventId);
                return;
            }
        }

        frame.LastEventId = inner.LastEventId;
        if (inner.State is TaskState task && HistoryEvents.Aborted(task) is { } aborted)
            Append(inner.LastEventId, aborted);
        Halt(inner, group);
        Fail(frame, failure);
    }

    /// <summary>Ends all branches or iterations that still run; their lines break off where the frame's own line stands.</summary>
    private void Dissolve(Frame frame, FrameGroup group, FrameFailure failure)
    {
        frame.Group = null;
        frame.Remains = group;
        if (group.Run is { } run)
        {
            Append(frame, HistoryEvents.MapRunFailed(failure.Error, failure.Cause));
            EndRun(run, ExecutionStatus.Failed);
        }

        foreach (var inner in group.Running.ToArray())
        {
            if (frame.State is MapState map)
                Append(frame.LastEventId, HistoryEvents.IterationAborted(map, inner.Index));
            Abort(inner, group, frame.LastEventId);
        }
    }

    private void Abort(Frame inner, FrameGroup group, long previous)
    {
        Cancel(inner);
        if (inner.Group is { } deeperGroup)
        {
            inner.Group = null;
            inner.Remains = deeperGroup;
            foreach (var deeper in deeperGroup.Running.ToArray())
            {
                if (inner.State is MapState map)
                    Append(previous, HistoryEvents.IterationAborted(map, deeper.Index));
                Abort(deeper, deeperGroup, previous);
            }
        }

        inner.IsYetToEnter = inner.Phase == FramePhase.Entering;
        if (!inner.IsYetToEnter && HistoryEvents.Aborted(inner.State) is { } aborted)
            Append(previous, aborted);
        Halt(inner, group);
    }

    /// <summary>Begins the iterations that may run now; completes the Map when all have ended.</summary>
    private void GoOn(Frame frame, MapState map, FrameGroup group, long previous)
    {
        // The ones that are to begin later do so with what is put off.
        if (group.GoesOnFrom > 0)
            return;
        try
        {
            BeginIterations(frame, map, group, previous);
        }
        catch (EvaluationPutOffException)
        {
            group.GoesOnFrom = previous;
            PutOff(frame);
        }

        if (group.IsComplete)
            Complete(frame, group);
    }

    private void GoOnOrFail(Frame frame, MapState map, FrameGroup group, long previous)
    {
        try
        {
            GoOn(frame, map, group, previous);
        }
        catch (StatesException e)
        {
            FailEvaluation(frame, e);
        }
    }

    private void Complete(Frame frame, FrameGroup group) =>
        Succeed(frame, group, JsonArray.OfTexts([.. group.Results.Select(result => result ?? JsonValue.Null)]));

    /// <summary>Ends a group well and goes on with its result; null where that is more than any payload may be.</summary>
    private void Succeed(Frame frame, FrameGroup group, JsonValue? result)
    {
        frame.Group = null;
        Discard(group);
        var before = frame.LastEventId;
        if (group.Run is { } run)
        {
            run.Become(ExecutionStatus.Succeeded, _now);
            Append(frame, HistoryEvents.MapRunSucceeded());
        }

        Append(frame, HistoryEvents.GroupSucceeded(frame.State));
        frame.BeforeSucceededEventId = before;
        frame.Result = result;
        frame.Failure = result is null ? FrameFailure.Of(TaskFailure.TooLarge(frame.State.Name)) : null;
        Returning(frame);
    }

    /// <summary>Parallel and Map say that they failed; of a Task its attempts have said so.</summary>
    private void WriteStateFailed(Frame frame, WorkState state)
    {
        if (state is not TaskState)
            Append(frame, HistoryEvents.GroupFailed(state));
    }
}
