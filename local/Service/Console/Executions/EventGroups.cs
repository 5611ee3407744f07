using Stateside.Engine.History;

namespace Stateside.Service.Console.Executions;

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
    /// <summary>The words of the groups, as addresses spell them.</summary>
    public static IReadOnlyList<string> Words { get; } = [.. Enum.GetNames<EventGroup>().Select(name => name.ToLowerInvariant())];

    /// <summary>Whether a kind belongs to one of some groups.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="groups">A bit for each group.</param>
    public static bool IsIn(EventKind kind, int groups) =>
        (groups & (1 << (int)Of(kind))) != 0 || (kind.IsFailure && (groups & (1 << (int)EventGroup.Failure)) != 0);

    private static EventGroup Of(EventKind kind) => kind switch
    {
        { Subject: EventSubject.Execution } => EventGroup.Execution,
        { Says: EventSays.Entered } => EventGroup.Entered,
        { Says: EventSays.Exited } => EventGroup.Exited,
        { Subject: EventSubject.Group or EventSubject.Iteration or EventSubject.MapRun } => EventGroup.Group,
        _ => EventGroup.Task,
    };
}
