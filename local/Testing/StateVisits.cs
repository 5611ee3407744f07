using Stateside.Engine.Store;
using Stateside.Language.Json;

namespace Stateside.Testing;

/// <summary>Reads a history as the stays in states that it tells of. Each event points at the one before it on its own line.</summary>
internal sealed class StateVisits
{
    private readonly Dictionary<long, StateVisit> _visitOf = [];
    private readonly Dictionary<long, StateVisit> _exits = [];
    private readonly List<StateVisit> _visits = [];

    private StateVisits()
    {
    }

    public static IReadOnlyList<StateVisit> Read(IReadOnlyList<HistoryEvent> events, DateTimeOffset end)
    {
        var reader = new StateVisits();
        string? lastError = null;
        foreach (var e in events)
        {
            var name = e.Type.Name();
            if (e.Type.IsStateEntered())
                reader.Enter(e);
            else if (reader.Of(e) is { } visit)
                reader.Note(visit, e, name, lastError);
            if (e["error"] is string error && !name.StartsWith("Execution", StringComparison.Ordinal))
                lastError = error;
        }

        foreach (var visit in reader._visits)
            visit.Duration = (visit.Exited?.Timestamp ?? end) - visit.Entered.Timestamp;
        return reader._visits;
    }

    private void Enter(HistoryEvent e)
    {
        var visit = new StateVisit(e, (string)e["name"]!, Json(e["input"]));
        _visits.Add(visit);
        _visitOf[e.Id] = visit;
        if (_exits.TryGetValue(e.PreviousEventId, out var before))
            before.Next = visit.State;
    }

    private StateVisit? Of(HistoryEvent e)
    {
        // An exit names its state; it may point past the events of what went on inside.
        if (e["output"] is not null && e["name"] is string name && e.Type.IsStateExited())
            return Around(e, visit => visit.State == name);
        return e.Type is HistoryEventType.ParallelStateFailed or HistoryEventType.MapStateFailed or HistoryEventType.ParallelStateStarted or HistoryEventType.MapStateStarted
            ? Around(e, visit => visit.Entered.Type is HistoryEventType.ParallelStateEntered or HistoryEventType.MapStateEntered)
            : _visitOf.GetValueOrDefault(e.PreviousEventId);
    }

    /// <summary>The stay on an event's own line, or else the last one of that kind that is not over.</summary>
    private StateVisit? Around(HistoryEvent e, Func<StateVisit, bool> isIt) =>
        _visitOf.TryGetValue(e.PreviousEventId, out var visit) && isIt(visit)
            ? visit
            : _visits.FindLast(visit => visit.Exited is null && isIt(visit));

    private void Note(StateVisit visit, HistoryEvent e, string name, string? lastError)
    {
        _visitOf[e.Id] = visit;
        if (name.EndsWith("Scheduled", StringComparison.Ordinal))
        {
            visit.Retries = visit.Attempts.Count;
            visit.Add(new TaskAttempt(e, Payload(e)));
        }
        else if (name is "ParallelStateStarted" or "MapStateStarted" && visit.Errors.Count > 0)
        {
            visit.Retries++;
        }
        else if (name is "ParallelStateFailed" or "MapStateFailed")
        {
            visit.Add(lastError ?? "");
        }
        else if (e["error"] is string error)
        {
            // What cannot be evaluated is told once by itself and again by what it ends.
            visit.Add(error);
            if (visit.Attempts is [.., var attempt] && e.Type != HistoryEventType.EvaluationFailed)
                (attempt.Error, attempt.Cause) = (error, e["cause"] as string);
        }
        else if (name.EndsWith("Succeeded", StringComparison.Ordinal) && visit.Attempts is [.., var done])
        {
            done.Result = TaskPayload.ResultOf(IsInvoke(done.Scheduled), Json(e["output"]) ?? JsonValue.Null);
        }
        else if (e.Type.IsStateExited())
        {
            Exit(visit, e);
        }
    }

    private void Exit(StateVisit visit, HistoryEvent e)
    {
        visit.Exited = e;
        visit.Output = Json(e["output"]);
        _exits[e.Id] = visit;
        if (e["assignedVariables"] is EventDetails assigned)
        {
            visit.Assigned = JsonObject.Of([.. assigned.Fields.Select(field => (field.Name, JsonReader.TryParse((string)field.Value!, out var value) ? value : JsonValue.Null))]);
        }

        // Left after an error that no further attempt made good.
        var isCaught = visit.Attempts is [.., var last] ? last.Error is not null : visit.Errors.Count > visit.Retries;
        visit.Caught = isCaught && visit.Errors.Count > 0 ? visit.Errors[^1] : null;
    }

    private static JsonValue Payload(HistoryEvent scheduled) =>
        TaskPayload.Of(IsInvoke(scheduled), Json(scheduled["input"] ?? scheduled["parameters"]) ?? JsonValue.Null);

    private static bool IsInvoke(HistoryEvent scheduled) => scheduled["resourceType"] is "lambda" or "aws-sdk:lambda";

    private static JsonValue? Json(object? value) => value switch
    {
        JsonValue json => json,
        string text => JsonReader.TryParse(text, out var json) ? json : JsonValue.From(text),
        _ => null,
    };
}
