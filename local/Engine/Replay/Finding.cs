using Stateside.Engine.History;
using Stateside.Language.Json;

namespace Stateside.Engine.Replay;

/// <summary>What of a state's visit is another than it was.</summary>
internal enum FindingKind
{
    /// <summary>What the state is given.</summary>
    Input,

    /// <summary>What its task is asked.</summary>
    Payload,

    /// <summary>Whom its task asks.</summary>
    Resource,

    /// <summary>Which role its task takes on.</summary>
    Role,

    /// <summary>What the state gives on.</summary>
    Output,

    /// <summary>Which variables it sets.</summary>
    Variables,

    /// <summary>How many items a Map has.</summary>
    Items,

    /// <summary>With which error or cause it fails.</summary>
    Failure,

    /// <summary>Where it leads.</summary>
    Next,

    /// <summary>What happens at all.</summary>
    Way,
}

/// <summary>A place where today's definition, given what was recorded, does something else.</summary>
internal sealed record Finding
{
    /// <summary>What is another.</summary>
    public required FindingKind Kind { get; init; }

    /// <summary>The number of the recorded event at which it shows: what was, or what came before.</summary>
    public required long EventId { get; init; }

    /// <summary>The state, as it is called today; empty where it is the execution itself.</summary>
    public required string State { get; init; }

    /// <summary>Which branch or iteration of each Parallel and Map around it, the outermost first.</summary>
    public IReadOnlyList<int> Path { get; init; } = [];

    /// <summary>What the state was given; null where that is not recorded.</summary>
    public JsonValue? Input { get; init; }

    /// <summary>What would happen now, in words that go on after "It would".</summary>
    public string Now { get; init; } = "";

    /// <summary>What happened then, in words that go on after "It did".</summary>
    public string Then { get; init; } = "";

    /// <summary>Where values differ: today's, and the recorded ones; empty where it is no value that differs.</summary>
    public IReadOnlyList<ValueDifference> Differences { get; init; } = [];

    /// <summary>What today's event says in that respect; null where nothing of it is a value.</summary>
    public JsonValue? Value { get; init; }

    /// <summary>What tells it from the findings of another pass.</summary>
    public (FindingKind, long) Key => (Kind, EventId);

    /// <summary>Words for an event, in the form that goes on after "It would".</summary>
    /// <param name="e">The event; null for none.</param>
    public static string Words(HistoryEvent? e)
    {
        var name = e?["name"] as string;
        return e switch
        {
            null => "do nothing more",
            { Subject: EventSubject.Execution, Says: EventSays.Succeeded } => "end the execution with its output",
            { Subject: EventSubject.Execution, Says: EventSays.Failed } => $"end the execution with {Error(e)}",
            { Subject: EventSubject.Execution, Says: EventSays.TimedOut } => "end the execution, which took too long",
            { Subject: EventSubject.Execution } => "end the execution, which was stopped",
            { Subject: EventSubject.State, Says: EventSays.Entered } => $"enter '{name}', a {e.Kind.StateType} state",
            { Subject: EventSubject.State } => $"leave '{name}'",
            { Subject: EventSubject.Task, Says: EventSays.Scheduled } => $"ask {e["resource"]}",
            { Subject: EventSubject.Task, Says: EventSays.TimedOut } => "give the task up, which took too long",
            { Subject: EventSubject.Task, Says: EventSays.Failed } => $"take {Error(e)} from the task",
            { Subject: EventSubject.Task, Says: EventSays.Submitted } => "take the answer that the task is under way",
            { Subject: EventSubject.Task, Says: EventSays.Started } => "see the task begin",
            { Subject: EventSubject.Task } => "take the task's answer",
            { Subject: EventSubject.Evaluation } => $"fail with {Error(e)} at {e["location"] ?? "an expression"}",
            { Subject: EventSubject.Iteration, Says: EventSays.Started } => $"begin with item {e["index"]} of '{name}'",
            { Subject: EventSubject.Iteration, Says: EventSays.Succeeded } => $"end item {e["index"]} of '{name}'",
            { Subject: EventSubject.Iteration } => $"fail item {e["index"]} of '{name}'",
            { Subject: EventSubject.Group, Says: EventSays.Started, Kind.StateType: "Map" } => "begin its items",
            { Subject: EventSubject.Group, Says: EventSays.Started } => "begin its branches",
            { Subject: EventSubject.Group, Says: EventSays.Succeeded } => "end well",
            { Subject: EventSubject.Group } => "fail",
            { Says: EventSays.Started } => "begin its map run",
            { Says: EventSays.Succeeded } => "end its map run well",
            _ => "fail its map run",
        };
    }

    private static string Error(HistoryEvent e) => e["error"] is string error
        ? e["cause"] is string cause ? $"{error} ({Short(cause)})" : error
        : "an error that is not recorded";

    private static string Short(string text) => text.Length <= 200 ? text : $"{text[..199]}…";
}
