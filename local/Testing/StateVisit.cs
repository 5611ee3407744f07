using System.Text.Json;
using Stateside.Engine.History;
using Stateside.Language.Json;

namespace Stateside.Testing;

/// <summary>One stay of an execution in a state.</summary>
public sealed class StateVisit
{
    private readonly List<TaskAttempt> _attempts = [];
    private readonly List<string> _errors = [];
    private readonly List<string> _retried = [];
    private readonly JsonSerializerOptions _serializer;

    internal StateVisit(HistoryEvent entered, string state, JsonValue? input, JsonSerializerOptions serializer)
    {
        _serializer = serializer;
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

    /// <summary>The state's input as an object.</summary>
    /// <typeparam name="T">The type to read.</typeparam>
    /// <returns>The object.</returns>
    /// <exception cref="WorkflowAssertionException">It is of another shape.</exception>
    public T InputAs<T>() => TestJson.To<T>(Input ?? JsonValue.Null, _serializer, $"The input of {State}");

    /// <summary>The state's output as an object.</summary>
    /// <typeparam name="T">The type to read.</typeparam>
    /// <returns>The object.</returns>
    /// <exception cref="WorkflowAssertionException">The state was not left, or its output is of another shape.</exception>
    public T OutputAs<T>() =>
        TestJson.To<T>(
            Output ?? throw new WorkflowAssertionException($"{State} was not left, so it has no output."), _serializer, $"The output of {State}");

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

    /// <summary>The map runs that it began, in order.</summary>
    internal List<string> MapRuns { get; } = [];

    /// <summary>The executions that its task started, in order.</summary>
    internal List<string> Started { get; } = [];

    /// <summary>The errors after which it was tried again, in order.</summary>
    internal IReadOnlyList<string> Retried => _retried;

    internal void Retry(string error) => _retried.Add(error);

    internal void Add(TaskAttempt attempt) => _attempts.Add(attempt);

    internal void Add(string error) => _errors.Add(error);
}

/// <summary>One attempt at a task, as the history tells of it.</summary>
public sealed class TaskAttempt
{
    private readonly string _state;
    private readonly JsonSerializerOptions _serializer;

    internal TaskAttempt(HistoryEvent scheduled, JsonValue payload, string state, JsonSerializerOptions serializer)
    {
        _state = state;
        _serializer = serializer;
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

    /// <summary>What was sent as an object.</summary>
    /// <typeparam name="T">The type to read.</typeparam>
    /// <returns>The object.</returns>
    /// <exception cref="WorkflowAssertionException">It is of another shape.</exception>
    public T Input<T>() => TestJson.To<T>(Payload, _serializer, $"What {_state} sent");

    /// <summary>What it gave as an object.</summary>
    /// <typeparam name="T">The type to read.</typeparam>
    /// <returns>The object.</returns>
    /// <exception cref="WorkflowAssertionException">It gave nothing, or it is of another shape.</exception>
    public T Output<T>()
    {
        var result = Result ?? throw new WorkflowAssertionException(
            $"The task of {_state} gave nothing{(Error is null ? "" : $", but failed with {Error}")}.");
        return TestJson.To<T>(result, _serializer, $"What {_state} was given");
    }
}
