using Stateside.Engine.History;
using Stateside.Language.Json;

namespace Stateside.Engine.Replay;

/// <summary>A recorded visit to a Task state: what the task was given and what it answered, attempt by attempt.</summary>
/// <param name="Visit">The visit.</param>
/// <param name="Path">Which branch or iteration of each Parallel and Map around it, the outermost first; empty outside of them.</param>
/// <param name="Time">Which visit to the state it is on that path, from 1.</param>
/// <param name="Attempts">The attempts in order, those of redrives too.</param>
internal sealed record RecordedTask(Visit Visit, IReadOnlyList<int> Path, int Time, IReadOnlyList<RecordedAttempt> Attempts)
{
    /// <summary>The state.</summary>
    public string State => Visit.Name;

    /// <summary>The tasks that an execution asked for, in the order in which their states were entered.</summary>
    /// <param name="record">The execution.</param>
    /// <param name="timeline">Its timeline.</param>
    public static IReadOnlyList<RecordedTask> Of(RecordedExecution record, ExecutionTimeline timeline)
    {
        var tasks = new List<RecordedTask>();
        var times = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var visit in timeline.Visits.Where(visit => visit.Type == "Task"))
        {
            var path = PathOf(visit);
            var key = $"{string.Join('/', path)} {visit.Name}";
            var time = times[key] = times.GetValueOrDefault(key) + 1;
            var attempts = visit.Attempts.Where(attempt => record[attempt.BeginEventId].Says == EventSays.Scheduled);
            tasks.Add(new RecordedTask(visit, path, time, [.. attempts.Select((attempt, i) => RecordedAttempt.Of(record, attempt, i + 1))]));
        }

        return tasks;
    }

    /// <summary>Which branch or iteration of each Parallel and Map around a visit, the outermost first.</summary>
    /// <param name="visit">The visit.</param>
    public static int[] PathOf(Visit visit)
    {
        var path = new int[visit.Depth];
        for (var at = visit; at.Outer is not null; at = at.Outer)
            path[at.Depth - 1] = at.Iteration?.Index ?? at.Branch;
        return path;
    }
}

/// <summary>An attempt at a task, as it was recorded.</summary>
internal sealed record RecordedAttempt
{
    /// <summary>Its number in the visit, from 1.</summary>
    public required int Number { get; init; }

    /// <summary>The event that scheduled it.</summary>
    public required HistoryEvent Scheduled { get; init; }

    /// <summary>
    /// What it asked: the ARN of a function or an activity; of a service's task the action with its pattern, such as
    /// <c>invoke.waitForTaskToken</c>.
    /// </summary>
    public required string Resource { get; init; }

    /// <summary>The service of a service's task, such as <c>lambda</c>; null of a function's or an activity's ARN.</summary>
    public string? Service { get; init; }

    /// <summary>What it was given: the payload, or the parameters of a service's action; null of a record without data.</summary>
    public JsonValue? Payload { get; init; }

    /// <summary>What the request of a job or a callback was answered with; null where there was none.</summary>
    public JsonValue? Submitted { get; init; }

    /// <summary>What it gave; null where it gave nothing, and of a record without data.</summary>
    public JsonValue? Output { get; init; }

    /// <summary>The event with its outcome; null where none was recorded.</summary>
    public HistoryEvent? Outcome { get; init; }

    /// <summary>Whether it gave a result.</summary>
    public bool Succeeded => Outcome is { Says: EventSays.Succeeded };

    /// <summary>The error name; null where it did not fail, and of a record without data.</summary>
    public string? Error => Outcome is { Kind.IsFailure: true } failed ? failed["error"] as string : null;

    /// <summary>The cause; null for none.</summary>
    public string? Cause => Outcome is { Kind.IsFailure: true } failed ? failed["cause"] as string : null;

    /// <summary>When it was scheduled.</summary>
    public DateTimeOffset Begun => Scheduled.Timestamp;

    /// <summary>When a worker of an activity took it, or its request left; null where nothing was recorded.</summary>
    public DateTimeOffset? Started { get; init; }

    /// <summary>When it ended; null where no outcome was recorded.</summary>
    public DateTimeOffset? Ended => Outcome?.Timestamp;

    /// <summary>The name or ARN of the function it invoked; null where it invoked none, and where the record does not tell.</summary>
    public string? FunctionName => Service is null && Resource.Contains(":function:", StringComparison.Ordinal) ? Resource
        : IsInvocation ? ((Payload as JsonObject)?["FunctionName"] as JsonString)?.Value : null;

    /// <summary>What the function was sent; null where it invoked none.</summary>
    public JsonValue? FunctionPayload => IsInvocation ? (Payload as JsonObject)?["Payload"] ?? JsonObject.Empty : FunctionName is null ? null : Payload;

    /// <summary>What the function answered; null where it did not, or its answer is not the task's, as with a callback.</summary>
    public JsonValue? FunctionAnswer => !IsInvocation ? FunctionName is null ? null : Output
        : Resource == "invoke" ? (Output as JsonObject)?["Payload"] : null;

    private bool IsInvocation => Service == "lambda" && Resource.StartsWith("invoke", StringComparison.Ordinal);

    /// <summary>An attempt of a timeline.</summary>
    /// <param name="record">The execution.</param>
    /// <param name="attempt">The attempt.</param>
    /// <param name="number">Its number in the visit.</param>
    public static RecordedAttempt Of(RecordedExecution record, Attempt attempt, int number)
    {
        var scheduled = record[attempt.BeginEventId];
        var outcome = (attempt.ResultEventId ?? attempt.FailureEventId) is { } id ? record[id] : null;
        return new RecordedAttempt
        {
            Number = number,
            Scheduled = scheduled,
            Resource = scheduled["resource"] as string ?? "",
            Service = scheduled["resourceType"] as string,
            Payload = PayloadOf(scheduled),
            Submitted = attempt.SubmittedEventId is { } submitted ? record[submitted]["output"] as JsonValue : null,
            Output = outcome?["output"] as JsonValue,
            Outcome = outcome,
            Started = attempt.Started,
        };
    }

    /// <summary>What the task of an event was given, which of a service's action stands there as a text.</summary>
    /// <param name="scheduled">The event that scheduled it.</param>
    public static JsonValue? PayloadOf(HistoryEvent scheduled) => scheduled["input"] as JsonValue
        ?? (scheduled["parameters"] is string text && JsonReader.TryParse(text, out var parameters, keepText: true) ? parameters : null);
}
