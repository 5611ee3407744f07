using Stateside.Engine.History;
using Stateside.Language.Definitions;

namespace Stateside.Engine.Execution.Turns;

/// <summary>What time brings: waits that are over, tasks and executions that take too long.</summary>
internal partial class Step
{
    /// <summary>When something is next due in an execution that waits.</summary>
    /// <param name="execution">The execution.</param>
    /// <param name="facts">What the service knows.</param>
    public static Due NextDue(RunningExecution execution, StepFacts facts)
    {
        if (execution.Status != ExecutionStatus.Running)
            return default;
        var frozen = facts.TimeoutsStandStill();
        var steady = frozen ? null : execution.Deadline;
        DateTimeOffset? wall = null;
        foreach (var frame in execution.Frames())
        {
            var its = DueOf(frame, frozen);
            if (its is null)
                continue;
            ref var due = ref frame.IsUntilDate ? ref wall : ref steady;
            if (due is null || its < due)
                due = its;
        }

        return new Due(steady, wall);
    }

    /// <summary>How long an execution may run. See https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html.</summary>
    /// <param name="definition">The machine's definition; null of a child, which has the service's own limit.</param>
    /// <param name="isExpress">Whether it is an Express execution.</param>
    /// <returns>The time from its start.</returns>
    public static TimeSpan TimeLimit(Definition? definition, bool isExpress)
    {
        var limit = isExpress ? TimeSpan.FromMinutes(5) : TimeSpan.FromDays(365);
        return definition?.TimeoutSeconds is { } seconds && seconds < limit.TotalSeconds ? TimeSpan.FromSeconds(seconds) : limit;
    }

    /// <summary>How much further the wall clock is than the steady one, by which due times are but for those that have a date.</summary>
    private TimeSpan WallAhead => _now - _steadyNow;

    private void TakeTimer()
    {
        var frozen = _facts.TimeoutsStandStill();
        if (!frozen && _execution.Deadline <= _steadyNow)
        {
            End(ExecutionStatus.TimedOut, HistoryEvents.ExecutionTimedOut(), null, null, 0);
            return;
        }

        // In the order of their due times, as if each had come alone.
        var due = _execution.Frames().Select(frame => (Frame: frame, Due: SteadyDueOf(frame, frozen))).Where(line => line.Due <= _steadyNow)
            .OrderBy(line => line.Due).ThenBy(line => line.Frame.Id).Select(line => line.Frame).ToList();
        foreach (var frame in due)
        {
            if (frame.Phase == FramePhase.Working)
                TimeOut(frame);
            else
                Wake(frame);
        }
    }

    /// <summary>When a frame is due by the clock that it follows; null when it is not.</summary>
    private static DateTimeOffset? DueOf(Frame frame, bool frozen) => frame.Due ?? (frozen ? null : frame.Task?.Due);

    /// <summary>The same by the steady clock.</summary>
    private DateTimeOffset? SteadyDueOf(Frame frame, bool frozen) =>
        frame.IsUntilDate ? DueOf(frame, frozen) - WallAhead : DueOf(frame, frozen);

    /// <summary>Lets a frame go on whose wait or pause is over.</summary>
    protected void Wake(Frame frame)
    {
        frame.Due = null;
        frame.Phase = frame.State is WaitState ? FramePhase.Returning : FramePhase.Retrying;
        _execution.Ready.Enqueue(frame);
    }

    private void Sleep(Frame frame, WaitState wait)
    {
        var raw = ContextOf(frame);
        var context = raw.With(DataFlow.EffectiveInput(wait, raw));
        var now = wait.Timestamp is null ? _steadyNow : _now;
        frame.Due = Scaled(now, wait.Timestamp is { } timestamp
            ? FieldValues.WaitUntil(timestamp, context)
            : now.AddSeconds(FieldValues.WaitSeconds(wait.Seconds!, context)));
        frame.Phase = FramePhase.Sleeping;
        if (frame.Due <= now)
            Wake(frame);
    }

    /// <summary>The time to wake up at, where waits are made shorter or longer than the definition says.</summary>
    private DateTimeOffset Scaled(DateTimeOffset now, DateTimeOffset due)
    {
        if (_facts.WaitScale == 1 || due <= now)
            return due;
        var ticks = (due - now).Ticks * _facts.WaitScale;
        return ticks < (DateTimeOffset.MaxValue - now).Ticks ? now.AddTicks((long)ticks) : DateTimeOffset.MaxValue;
    }
}
