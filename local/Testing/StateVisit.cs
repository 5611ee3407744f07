using Stateside.Engine.History;
using Stateside.Language.Json;

namespace Stateside.Testing;

/// <summary>One stay of an execution in a state.</summary>
public sealed class StateVisit
{
    private readonly List<TaskAttempt> _attempts = [];
    private readonly List<string> _errors = [];
    private readonly List<string> _retried = [];

    internal StateVisit(HistoryEvent entered, string state, JsonValue? input)
    {
        Entered = entered;
        State = state;
        Input = input;
    }

    /// <summary>The state's name.</summary>
    public string State { get; }

    /// <summary>The event that it was entered with.</summary>
    public HistoryEvent Entered { get; }

    /// <summary>The event that it was left with; null where it was not left: it failed, was aborted, or is still the present one.</summary>
    public HistoryEvent? Exited { get; internal set; }

    /// <summary>The state's input.</summary>
    public JsonValue? Input { get; }

    /// <summary>The state's output; null where it was not left.</summary>
    public JsonValue? Output { get; internal set; }

    /// <summary>The variables that were assigned as it was left.</summary>
    public JsonObject Assigned { get; internal set; } = JsonObject.Empty;

    /// <summary>The attempts at its task, in order; none of other states.</summary>
    public IReadOnlyList<TaskAttempt> Attempts => _attempts;

    /// <summary>The errors that it met, in order, those that were retried and the one that was caught or was the end of it.</summary>
    public IReadOnlyList<string> Errors => _errors;

    /// <summary>The state that came next; null where none did.</summary>
    public string? Next { get; internal set; }

    /// <summary>How often it was tried again.</summary>
    public int Retries => _retried.Count;

    /// <summary>The error that a catcher caught; null where none did.</summary>
    public string? Caught { get; internal set; }

    /// <summary>How long it took; so far, where it was not left.</summary>
    public TimeSpan Duration { get; internal set; }

    /// <summary>The errors after which it was tried again, in order.</summary>
    internal IReadOnlyList<string> Retried => _retried;

    internal void Retry(string error) => _retried.Add(error);

    internal void Add(TaskAttempt attempt) => _attempts.Add(attempt);

    internal void Add(string error) => _errors.Add(error);
}

/// <summary>One attempt at a task, as the history tells of it.</summary>
public sealed class TaskAttempt
{
    internal TaskAttempt(HistoryEvent scheduled, JsonValue payload)
    {
        Scheduled = scheduled;
        Payload = payload;
    }

    /// <summary>The event that it was scheduled with.</summary>
    public HistoryEvent Scheduled { get; }

    /// <summary>What was sent: of a Lambda function its event, of any other task its arguments.</summary>
    public JsonValue Payload { get; }

    /// <summary>What it gave, of a function its result; null where it gave nothing.</summary>
    public JsonValue? Result { get; internal set; }

    /// <summary>The error name; null where it did not fail.</summary>
    public string? Error { get; internal set; }

    /// <summary>The cause; null for none.</summary>
    public string? Cause { get; internal set; }
}
