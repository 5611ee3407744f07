using Stateside.Engine.Execution.Turns;
using Stateside.Engine.History;
using Stateside.Language.Definitions;
using Stateside.Language.Json;

namespace Stateside.Engine.Replay;

/// <summary>What a frame waits for has come: its wait or pause is over, or its task has taken too long.</summary>
internal sealed record DueMessage(Frame Frame) : Message;

/// <summary>A map run ended well, and its Map was left as recorded: what its children gave is not in the history.</summary>
internal sealed record MapRunRecordedMessage(Frame Frame, HistoryEvent Exited) : Message;

/// <summary>
/// A step of a replay: where it differs from an execution's. Each event is held against the record as it is written, and what comes next
/// goes on from what was recorded, so that one difference does not make another.
/// </summary>
internal sealed class ReplayStep(RunningExecution execution, StepFacts facts, DateTimeOffset now, ReplayPass pass) : Step(execution, facts, Moment.At(now))
{
    /// <summary>Holds what was written since against the record.</summary>
    public void Compare()
    {
        for (var i = pass.Compared(Events); i < Events.Count; i++)
            pass.Compare(Events[i]);
    }

    protected override void Take(Message message)
    {
        switch (message)
        {
            case DueMessage { Frame: { Phase: FramePhase.Working } frame }:
                TimeOut(frame);
                break;
            case DueMessage { Frame: var frame }:
                Wake(frame);
                break;
            case MapRunRecordedMessage recorded:
                LeaveMap(recorded.Frame, recorded.Exited);
                break;
            default:
                base.Take(message);
                break;
        }
    }

    protected override void Work(Frame frame)
    {
        Compare();
        if (pass.RecordedOf(frame.LastEventId) is not { } at)
        {
            // From here on the record tells nothing of this line.
            pass.Stop(frame);
            return;
        }

        if (frame.EnteredEventId == frame.LastEventId && frame.Phase == FramePhase.Entering)
        {
            frame.EnteredTime = pass.TimeOf(at);
            if (at["input"] is JsonValue input)
                frame.Input = input;
        }

        base.Work(frame);
    }

    protected override void Left(Frame frame, Departure departure, string? next)
    {
        Compare();
        if (pass.RecordedOf(frame.LastEventId) is not { } exited)
        {
            pass.Stop(frame);
            return;
        }

        if (exited["output"] is JsonValue output)
            departure = departure with { Output = output };
        if (ReplayPass.VariablesOf(exited) is { } variables)
            frame.Variables = frame.Variables.With(variables);
        switch (pass.Next(frame, exited, next))
        {
            case (WayOn.Leads, var then):
                base.Left(frame, departure, then);
                break;
            case (WayOn.IsCutOff, _):
                // As it stood then: about to enter the next state, which it does when it is redriven.
                frame.State = frame.Definition[next!];
                frame.Input = departure.Output;
                frame.Phase = FramePhase.Entering;
                break;
            default:
                pass.Stop(frame);
                break;
        }
    }

    private void LeaveMap(Frame frame, HistoryEvent exited)
    {
        var map = (MapState)frame.State;
        var before = frame.LastEventId;
        frame.Group = null;
        Append(frame, HistoryEvents.MapRunSucceeded());
        Append(frame, HistoryEvents.GroupSucceeded(map));
        frame.LastEventId = before;
        var departure = new Departure((JsonValue)exited["output"]!, ReplayPass.VariablesOf(exited) ?? JsonObject.Empty);
        Append(frame, HistoryEvents.StateExited(map, departure.Output, departure.Assigned));
        Left(frame, departure, map.Next);
    }
}
