using Stateside.Engine.History;
using Stateside.Language.Definitions;
using Stateside.Language.Evaluation;
using Stateside.Language.Json;

namespace Stateside.Engine.Execution.Turns;

/// <summary>Failures: retriers, catchers, and the end of a line.</summary>
internal partial class Step
{
    private void FailEvaluation(Frame frame, StatesException e) => Fail(frame, EvaluationFailure(frame, e));

    /// <summary>The evaluation of a field failed: the cause says where, and a failed expression leaves an event of its own.</summary>
    private FrameFailure EvaluationFailure(Frame frame, StatesException e)
    {
        var cause = CauseOf(frame, e);
        if (e.Error == ErrorNames.QueryEvaluationError)
            Append(frame, HistoryEvents.EvaluationFailed(e.Error, cause, e.Location, frame.State.Name));
        return new FrameFailure(e.Error, cause);
    }

    /// <summary>What an evaluation's failure says of where it happened.</summary>
    protected virtual string CauseOf(Frame frame, StatesException e) =>
        $"An error occurred while executing the state '{frame.State.Name}' (entered at the event id #{frame.EnteredEventId}). {e.Cause}";

    private void Fail(Frame frame, FrameFailure failure)
    {
        frame.BeforeSucceededEventId = 0;
        if (failure.Error != ErrorNames.Runtime && frame.State is WorkState state)
        {
            if (frame.Group is { } group)
                Dissolve(frame, group, failure);
            if (Retry(frame, state, failure))
            {
                Discard(frame);
                return;
            }

            var before = frame.LastEventId;
            var standing = StandingOf(frame);
            WriteStateFailed(frame, state);
            try
            {
                if (Catch(frame, state, failure))
                {
                    Discard(frame);
                    return;
                }
            }
            catch (StatesException e)
            {
                // A catcher that cannot be applied catches nothing, nor does another: where it stood, the state fails a second time.
                frame.LastEventId = before;
                failure = EvaluationFailure(frame, e);
                if (failure.Error != ErrorNames.Runtime)
                    WriteStateFailed(frame, state);
            }
            catch (EvaluationPutOffException)
            {
                PutOff(frame, standing, FramePhase.Returning);
                frame.Failure = failure;
                return;
            }
        }

        FailLine(frame, failure);
    }

    /// <summary>
    /// Ends the frame's line, which nothing at its state could save; the execution with it where it is the root's, or a run-time error
    /// ends it: of that nothing around the frame or beside it has anything to say.
    /// </summary>
    private void FailLine(Frame frame, FrameFailure failure)
    {
        if (frame.Parent is not null && failure.Error != ErrorNames.Runtime)
        {
            FailInner(frame, failure);
            return;
        }

        var (error, cause) = (failure.Error, failure.Cause);
        if (frame.Group is { Run: { } run })
        {
            Append(frame, HistoryEvents.MapRunFailed(error, cause));
            EndRun(run, ExecutionStatus.Failed);
        }

        if (frame.Parent?.Group is { } around)
            Halt(frame, around);
        frame.Phase = FramePhase.Ended;
        End(ExecutionStatus.Failed, HistoryEvents.ExecutionFailed(error, cause), error, cause, frame.LastEventId);
    }

    private bool Retry(Frame frame, WorkState state, FrameFailure failure)
    {
        for (var i = 0; i < state.Retry.Count; i++)
        {
            if (!Matches(state.Retry[i].ErrorEquals, failure))
                continue;
            if (!Retry(frame, state, i, failure))
                return false;
            Report(state, TransitionKind.Retrier, i);
            return true;
        }

        return false;
    }

    /// <summary>Lets the retrier that is for a failure try the state again.</summary>
    /// <returns>Whether it had an attempt left.</returns>
    protected virtual bool Retry(Frame frame, WorkState state, int index, FrameFailure failure)
    {
        var retrier = state.Retry[index];
        frame.RetriesUsed ??= new int[state.Retry.Count];
        if (frame.RetriesUsed[index] >= retrier.MaxAttempts)
            return false;
        var pause = Pause(frame, retrier, frame.RetriesUsed[index]++);
        frame.RetryCount++;
        frame.Phase = FramePhase.Sleeping;
        frame.Due = Scaled(_steadyNow, _steadyNow + pause);
        if (pause == TimeSpan.Zero)
            Wake(frame);
        return true;
    }

    /// <summary>How long a retrier pauses that was used so often.</summary>
    protected TimeSpan Pause(Frame frame, Retrier retrier, int used)
    {
        var seconds = retrier.IntervalSeconds * Math.Pow(retrier.BackoffRate, used);
        seconds = Math.Min(seconds, retrier.MaxDelaySeconds ?? 31_622_400);
        if (retrier.FullJitter)
            seconds *= new Chance(Chance.Derive(_execution.Seed, "jitter", frame.LastEventId)).NextDouble();
        return TimeSpan.FromSeconds(seconds);
    }

    private bool Catch(Frame frame, WorkState state, FrameFailure failure)
    {
        for (var i = 0; i < state.Catch.Count; i++)
        {
            if (!Matches(state.Catch[i].ErrorEquals, failure))
                continue;
            Catch(frame, state, i, failure);
            return true;
        }

        return false;
    }

    /// <summary>Leaves the state by the catcher that is for a failure.</summary>
    protected virtual void Catch(Frame frame, WorkState state, int index, FrameFailure failure)
    {
        var catcher = state.Catch[index];
        Exit(frame, DataFlow.Caught(state, catcher, ContextOf(frame), ErrorOutput(failure)), catcher.Next, TransitionKind.Catcher, index);
    }

    /// <summary>What a catcher is given. A timeout has no cause, which reads as an empty one here and is absent from events.</summary>
    private static JsonObject ErrorOutput(FrameFailure failure) => JsonObject.Of(
        ("Error", JsonValue.From(failure.Error)),
        ("Cause", JsonValue.From(failure.Cause ?? (failure.Error == ErrorNames.Timeout ? "" : null))));

    /// <summary>
    /// Whether one of the names is for the failure, which is none of States.Runtime: that ends the execution, whoever gave it and whatever
    /// names there are. States.TaskFailed leaves out timeouts.
    /// See https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html.
    /// </summary>
    private static bool Matches(IReadOnlyList<string> names, FrameFailure failure)
    {
        foreach (var name in names)
        {
            if (name == failure.Error || (failure.Alias is not null && name == failure.Alias))
                return true;
            if (name == ErrorNames.All || (name == ErrorNames.TaskFailed && failure.Error != ErrorNames.Timeout))
                return true;
        }

        return false;
    }
}
