using Stateside.Engine.History;
using Stateside.Language.Definitions;
using Stateside.Language.Evaluation;

namespace Stateside.Engine.Execution.Turns;

/// <summary>
/// Redrive: an execution that ended without success goes on where it stood, with the input and the variables it had there; what had
/// ended well is not done again. See https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html.
/// </summary>
internal partial class Step
{
    /// <summary>Maps that cannot go on, to be dealt with once all around them have gone on, which that may end.</summary>
    private List<(Frame Frame, FrameGroup Group, StatesException Failure)>? _stuck;

    private void Redrive(RedriveMessage message)
    {
        var e = _execution;
        if (e.Status == ExecutionStatus.Succeeded && message.Generation is { } asks)
        {
            // The map run's child ended well while the map run failed, which did not hear of it any more.
            e.Parent = e.Parent! with { Generation = asks };
            (_effects ??= []).Add(new ReportEndEffect());
            return;
        }

        if (e.IsExpress || e.Status == ExecutionStatus.Succeeded || e.Root is null)
            return;
        e.Status = ExecutionStatus.Running;
        e.StopDate = null;
        e.Error = null;
        e.Cause = null;
        e.RedriveCount++;
        e.RedriveDate = _now;
        e.RedriveToken = message.ClientToken;
        e.Deadline = _steadyNow + TimeLimit(e.Parent is null ? e.Definition : null, isExpress: false);
        if (e.Parent is { } parent && message.Generation is { } generation)
            e.Parent = parent with { Generation = generation };
        var redriven = Append(e.LastEventId, HistoryEvents.ExecutionRedriven(e.RedriveCount));
        Resume(e.Root, redriven);
        foreach (var (frame, group, failure) in _stuck ?? [])
        {
            // What was dealt with before may have ended it.
            if (IsRunning && frame.Phase == FramePhase.Gathering && frame.Group == group)
                FailEvaluation(frame, failure);
        }

        _stuck = null;
    }

    private void Resume(Frame frame, long redriven)
    {
        var isEntering = frame.Phase == FramePhase.Ended ? frame.IsYetToEnter : frame.Phase == FramePhase.Entering;
        frame.IsYetToEnter = false;
        if (frame.Phase == FramePhase.Ended && frame.Parent is not null)
            _execution.VariableBytes += Bytes(frame.Variables);
        frame.LastEventId = redriven;
        frame.RetryCount = 0;
        frame.RetriesUsed = null;
        frame.Due = null;
        frame.Task = null;
        frame.Result = null;
        frame.Failure = null;
        if ((frame.Remains ?? frame.Group) is { } group)
        {
            Regroup(frame, group, redriven);
            return;
        }

        // A Fail state is entered anew; every other one does its work again without being entered twice.
        frame.Phase = isEntering || frame.State is FailState ? FramePhase.Entering : FramePhase.Retrying;
        _execution.Ready.Enqueue(frame);
    }

    /// <summary>Goes on with the branches and iterations that did not end well; the results of the others stay.</summary>
    private void Regroup(Frame frame, FrameGroup group, long redriven)
    {
        frame.Remains = null;
        frame.Group = group;
        frame.Phase = FramePhase.Gathering;
        group.Generation = ++frame.Attempts;
        group.Failed = 0;
        group.GoesOnFrom = 0;
        if (group.Run is { } run)
        {
            run.RedriveCount++;
            run.RedriveDate = _now;
            run.HasResults = false;
            run.Become(ExecutionStatus.Running, _now);
            group.Failure = null;
            Append(frame, HistoryEvents.MapRunRedriven(run.Arn, run.RedriveCount));
            (_effects ??= []).Add(RunOf(frame, (MapState)frame.State, group) with { IsBegun = true });
            return;
        }

        foreach (var inner in group.Halted.Concat(group.Running).OrderBy(inner => inner.Id).ToArray())
        {
            group.Halted.Remove(inner);
            group.Running.Remove(inner);
            group.Running.Add(inner);
            if (group.Results[inner.Index] is not null)
                SetResult(frame, group, inner.Index, null);
            Resume(inner, redriven);
        }

        if (frame.State is not MapState map)
            return;
        try
        {
            GoOn(frame, map, group, redriven);
        }
        catch (StatesException e)
        {
            (_stuck ??= []).Add((frame, group, e));
        }
    }
}
