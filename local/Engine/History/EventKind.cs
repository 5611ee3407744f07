namespace Stateside.Engine.History;

/// <summary>What an event is about.</summary>
internal enum EventSubject
{
    /// <summary>The execution as a whole.</summary>
    Execution,

    /// <summary>A visit to a state.</summary>
    State,

    /// <summary>An attempt at a Task state's work.</summary>
    Task,

    /// <summary>What a Parallel or a Map has around: its branches, iterations or child executions.</summary>
    Group,

    /// <summary>An iteration of an inline Map.</summary>
    Iteration,

    /// <summary>A distributed Map's run.</summary>
    MapRun,

    /// <summary>The evaluation of a field.</summary>
    Evaluation,
}

/// <summary>What an event says of its subject.</summary>
internal enum EventSays
{
    /// <summary>It was entered.</summary>
    Entered,

    /// <summary>Somebody was asked to do it.</summary>
    Scheduled,

    /// <summary>It began.</summary>
    Started,

    /// <summary>The request was accepted; the work goes on.</summary>
    Submitted,

    /// <summary>It ended well.</summary>
    Succeeded,

    /// <summary>It ended with an error.</summary>
    Failed,

    /// <summary>It took too long.</summary>
    TimedOut,

    /// <summary>It ended because something around it did.</summary>
    Aborted,

    /// <summary>It was left.</summary>
    Exited,

    /// <summary>It goes on after it had ended without success.</summary>
    Redriven,
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
