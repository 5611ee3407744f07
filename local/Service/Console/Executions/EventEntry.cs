using Stateside.Engine.Store;

namespace Stateside.Service.Console.Executions;

/// <summary>What is kept of an event: enough to list and filter a history of 25,000 without its payloads.</summary>
/// <param name="Type">The kind.</param>
/// <param name="Ticks">When it happened, in ticks of UTC.</param>
/// <param name="PreviousEventId">The event before it.</param>
/// <param name="Visit">The visit it belongs to; null of the execution's own.</param>
/// <param name="Iteration">The iteration that it begins or ends; null of the others.</param>
internal readonly record struct EventEntry(HistoryEventType Type, long Ticks, int PreviousEventId, Visit? Visit, Iteration? Iteration)
{
    /// <summary>When it happened.</summary>
    public DateTimeOffset Time => new(Ticks, TimeSpan.Zero);
}

/// <summary>The kinds of event by what a reader looks for.</summary>
internal enum EventGroup
{
    /// <summary>The execution itself.</summary>
    Execution,

    /// <summary>States entered.</summary>
    Entered,

    /// <summary>States left.</summary>
    Exited,

    /// <summary>Work of Task states, of functions and of activities.</summary>
    Task,

    /// <summary>Branches, iterations and map runs.</summary>
    Group,

    /// <summary>Whatever failed, timed out or was aborted.</summary>
    Failure,
}

/// <summary>Which kinds of event belong together.</summary>
internal static class EventGroups
{
    private static readonly EventGroup[] Main = [.. Enum.GetValues<HistoryEventType>().Select(Of)];

    private static readonly bool[] Failures = [.. Enum.GetValues<HistoryEventType>().Select(type => IsFailure(type.Name()))];

    /// <summary>The words of the groups, as addresses spell them.</summary>
    public static IReadOnlyList<string> Words { get; } = [.. Enum.GetNames<EventGroup>().Select(name => name.ToLowerInvariant())];

    /// <summary>Whether a kind belongs to one of some groups.</summary>
    /// <param name="type">The kind.</param>
    /// <param name="groups">A bit for each group.</param>
    public static bool IsIn(HistoryEventType type, int groups) =>
        (groups & (1 << (int)Main[(int)type])) != 0 || (Failures[(int)type] && (groups & (1 << (int)EventGroup.Failure)) != 0);

    /// <summary>Whether a kind tells of something that went wrong.</summary>
    public static bool IsFailure(HistoryEventType type) => Failures[(int)type];

    private static EventGroup Of(HistoryEventType type)
    {
        var name = type.Name();
        if (name.StartsWith("Execution", StringComparison.Ordinal))
            return EventGroup.Execution;
        if (type.IsStateEntered())
            return EventGroup.Entered;
        if (type.IsStateExited())
            return EventGroup.Exited;
        if (name.StartsWith("Map", StringComparison.Ordinal) || name.StartsWith("Parallel", StringComparison.Ordinal))
            return EventGroup.Group;
        return EventGroup.Task;
    }

    private static bool IsFailure(string name) =>
        name.EndsWith("Failed", StringComparison.Ordinal) || name.EndsWith("TimedOut", StringComparison.Ordinal)
        || name.EndsWith("Aborted", StringComparison.Ordinal) || name == nameof(HistoryEventType.FailStateEntered);
}
