using Stateside.Engine.History;
using Stateside.Language;
using Stateside.Language.Json;

namespace Stateside.Engine.Execution;

/// <summary>Failures: retriers, catchers, and the end of a line.</summary>
internal sealed partial class Step
{
    private void FailEvaluation(Frame frame, StatesException e) => Fail(frame, EvaluationFailure(frame, e));

    /// <summary>The evaluation of a field failed: the cause says where, and a failed expression leaves an event of its own.</summary>
    private FrameFailure EvaluationFailure(Frame frame, StatesException e)
    {
        // A test has no history whose events a cause could name.
        var cause = _execution.Probe is not null
            ? e.Cause
            : $"An error occurred while executing the state '{frame.State.Name}' (entered at the event id #{frame.EnteredEventId}). {e.Cause}";
        if (e.Error == ErrorNames.QueryEvaluationError)
        {
            // AWS links it past the entered event when the expression itself failed and nothing else has happened since.
            var previous = frame.LastEventId == frame.EnteredEventId && !e.IsRefusedValue ? frame.BeforeEnteredEventId : frame.LastEventId;
            frame.LastEventId = Append(previous, HistoryEvents.EvaluationFailed(e.Error, cause, e.Location, frame.State.Name));
        }

        return new FrameFailure(e.Error, cause);
    }

    private void Fail(Frame frame, FrameFailure failure)
    {
        if (frame.State is WorkState state)
        {
            if (frame.Group is { } group)
                Dissolve(frame, group, failure);
            if (Retry(frame, state, failure))
            {
                Discard(frame);
                return;
            }

            WriteStateFailed(frame, state, failure);
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
                // A catcher that cannot be applied catches nothing, nor does another.
                failure = EvaluationFailure(frame, e);
            }
        }

        FailLine(frame, failure);
    }

    /// <summary>Ends the frame's line, which nothing at its state could save.</summary>
    private void FailLine(Frame frame, FrameFailure failure)
    {
        if (frame.Parent is not null)
        {
            FailInner(frame, failure);
            return;
        }

        frame.Phase = FramePhase.Ended;
        End(ExecutionStatus.Failed, HistoryEvents.ExecutionFailed(failure.Error, failure.Cause), failure.Error, failure.Cause);
    }

    private bool Retry(Frame frame, WorkState state, FrameFailure failure)
    {
        for (var i = 0; i < state.Retry.Count; i++)
        {
            var retrier = state.Retry[i];
            if (!Matches(retrier.ErrorEquals, failure))
                continue;
            if (_execution.Probe is { } probe)
            {
                var isTried = EndTest(probe, frame, retrier, i, failure);
                if (isTried)
                    Report(state, TransitionKind.Retrier, i);
                return isTried;
            }

            frame.RetriesUsed ??= new int[state.Retry.Count];
            if (frame.RetriesUsed[i] >= retrier.MaxAttempts)
                return false;
            var pause = Pause(frame, retrier, frame.RetriesUsed[i]++);
            frame.RetryCount++;
            Report(state, TransitionKind.Retrier, i);
            frame.Phase = FramePhase.Sleeping;
            frame.Due = Scaled(_now + pause);
            if (pause == TimeSpan.Zero)
                Wake(frame);
            return true;
        }

        return false;
    }

    private TimeSpan Pause(Frame frame, Retrier retrier, int used)
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
            var catcher = state.Catch[i];
            if (!Matches(catcher.ErrorEquals, failure))
                continue;
            _execution.Probe?.Failure = failure;
            _execution.Probe?.CatchIndex = i;
            Exit(frame, DataFlow.Caught(state, catcher, ContextOf(frame), ErrorOutput(failure)), catcher.Next, TransitionKind.Catcher, i);
            return true;
        }

        return false;
    }

    /// <summary>What a catcher is given. A timeout has no cause, which reads as an empty one here and is absent from events.</summary>
    private static JsonObject ErrorOutput(FrameFailure failure) => JsonObject.Of(
        ("Error", JsonValue.From(failure.Error)),
        ("Cause", JsonValue.From(failure.Cause ?? (failure.Error == ErrorNames.Timeout ? "" : null))));

    /// <summary>
    /// Whether one of the names is for the failure. States.ALL leaves out what no state can handle; States.TaskFailed leaves out
    /// timeouts too. See https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html.
    /// </summary>
    private static bool Matches(IReadOnlyList<string> names, FrameFailure failure)
    {
        foreach (var name in names)
        {
            if (name == failure.Error || (failure.Alias is not null && name == failure.Alias))
                return true;
            if (failure.Error == ErrorNames.Runtime)
                continue;
            if (name == ErrorNames.All || (name == ErrorNames.TaskFailed && failure.Error != ErrorNames.Timeout))
                return true;
        }

        return false;
    }
}
