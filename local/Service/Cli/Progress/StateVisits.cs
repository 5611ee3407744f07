using Stateside.Engine.Store;

namespace Stateside.Service.Cli.Progress;

/// <summary>One visit to a state, as the events tell it.</summary>
internal sealed class StateVisit
{
    public required string Name { get; init; }

    /// <summary>Task, Pass, …</summary>
    public required string Type { get; init; }

    /// <summary>The Parallel or Map visit it happened in; null outside of one.</summary>
    public required StateVisit? Outer { get; init; }

    public required DateTimeOffset Entered { get; init; }

    /// <summary>When the state was left; null while it works, or when it never was.</summary>
    public DateTimeOffset? Left { get; set; }

    /// <summary>The last failed attempt; null when there was none.</summary>
    public string? Error { get; set; }

    /// <summary>How many attempts failed.</summary>
    public int Failures { get; set; }

    /// <summary>Whether the state ended without being left.</summary>
    public bool IsFailed { get; set; }

    /// <summary>How many Parallel and Map states are around it.</summary>
    public int Depth => Outer is null ? 0 : Outer.Depth + 1;

    /// <summary>Whether it happened in that Parallel or Map visit.</summary>
    public bool IsWithin(StateVisit visit) => Outer is not null && (ReferenceEquals(Outer, visit) || Outer.IsWithin(visit));
}

/// <summary>Follows an execution's events state by state.</summary>
internal sealed class StateVisits
{
    private readonly Dictionary<long, StateVisit> _lines = [];

    /// <summary>What an event says of a visit.</summary>
    public enum Change
    {
        None,
        Entered,
        Left,
        AttemptFailed,
        Retried,
        Failed,
    }

    /// <summary>Takes the next event.</summary>
    /// <param name="e">The event.</param>
    /// <returns>What it says, and of which visit.</returns>
    public (Change Change, StateVisit? Visit) Take(HistoryEvent e)
    {
        var line = _lines.GetValueOrDefault(e.PreviousEventId);
        if (e.Type.EnteredStateType() is { } type)
        {
            var visit = new StateVisit
            {
                Name = (string)e["name"]!,
                Type = type,
                Outer = line is null || line.Left is null ? line : line.Outer,
                Entered = e.Timestamp,
            };
            _lines[e.Id] = visit;
            return (Change.Entered, visit);
        }

        if (e.Type.IsStateExited())
        {
            // The line of a Parallel or Map goes on from its last branch or iteration.
            var visit = line;
            while (visit is not null && visit.Name != (string)e["name"]!)
                visit = visit.Outer;
            if (visit is not null)
            {
                visit.Left = e.Timestamp;
                _lines[e.Id] = visit;
            }

            return (Change.Left, visit);
        }

        if (line is not null)
            _lines[e.Id] = line;
        switch (e.Type)
        {
            case HistoryEventType.TaskFailed or HistoryEventType.TaskTimedOut or HistoryEventType.LambdaFunctionFailed
                or HistoryEventType.LambdaFunctionTimedOut or HistoryEventType.ActivityFailed or HistoryEventType.ActivityTimedOut
                or HistoryEventType.TaskSubmitFailed or HistoryEventType.TaskStartFailed or HistoryEventType.EvaluationFailed when line is not null:
                line.Error = e["error"] as string;
                line.Failures++;
                return (Change.AttemptFailed, line);
            case HistoryEventType.TaskScheduled or HistoryEventType.LambdaFunctionScheduled or HistoryEventType.ActivityScheduled
                when line is { Failures: > 0 }:
                return (Change.Retried, line);
            case HistoryEventType.ExecutionFailed or HistoryEventType.ExecutionAborted or HistoryEventType.ExecutionTimedOut:
                if (line is not null)
                    line.IsFailed = true;
                return (Change.Failed, line);
            default:
                return (Change.None, line);
        }
    }
}
