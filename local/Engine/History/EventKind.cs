namespace Stateside.Engine.History;

/// <summary>What an event is about. A group is what a Parallel or a Map has around: branches, iterations or child executions.</summary>
internal enum EventSubject
{
    Execution, State, Task, Group, Iteration, MapRun, Evaluation,
}

/// <summary>What an event says of its subject; it is aborted when something around it ended.</summary>
internal enum EventSays
{
    Entered, Scheduled, Started, Submitted, Succeeded, Failed, TimedOut, Aborted, Exited, Redriven,
}

/// <summary>What a kind of event means: a row of <see cref="EventKinds"/>.</summary>
/// <param name="Type">The kind.</param>
/// <param name="Subject">What it is about.</param>
/// <param name="Says">What it says of that.</param>
/// <param name="StateType">The type of the state that it belongs to; null of those that belong to states of any type or to none.</param>
/// <param name="Details">The member that holds its details; null where it has none.</param>
/// <param name="Stage">Of a task that failed before its work did, the stage at which; null else.</param>
internal sealed record EventKind(
    HistoryEventType Type, EventSubject Subject, EventSays Says, string? StateType, string? Details, EventSays? Stage = null)
{
    /// <summary>The name as the API spells it.</summary>
    public string Name { get; } = Type.ToString();

    /// <summary>Whether it tells of something that went wrong.</summary>
    public bool IsFailure { get; } =
        Says is EventSays.Failed or EventSays.TimedOut or EventSays.Aborted || (Says == EventSays.Entered && StateType == "Fail");

    /// <summary>How its subject ended by it; null where it did not.</summary>
    public ExecutionStatus? End { get; } = Says switch
    {
        EventSays.Succeeded => ExecutionStatus.Succeeded,
        EventSays.Failed => ExecutionStatus.Failed,
        EventSays.TimedOut => ExecutionStatus.TimedOut,
        EventSays.Aborted => ExecutionStatus.Aborted,
        _ => null,
    };

    /// <summary>Whether an execution ends with it.</summary>
    public bool EndsExecution { get; } = Subject == EventSubject.Execution && Says is not (EventSays.Started or EventSays.Redriven);
}
