using System.Text.Json;
using Stateside.Engine.History;
using Stateside.Language.Definitions;
using Stateside.Language.Json;

namespace Stateside.Testing;

/// <summary>The visits of a timeline with what the events say of them.</summary>
internal static class StateVisits
{
    /// <summary>Reads a history.</summary>
    /// <param name="definition">The machine's definition.</param>
    /// <param name="events">The events.</param>
    /// <param name="end">When the execution ended, or the present time.</param>
    /// <param name="serializer">How its JSON becomes objects.</param>
    /// <returns>The visits in the order in which they began.</returns>
    public static IReadOnlyList<StateVisit> Read(
        Definition definition, IReadOnlyList<HistoryEvent> events, DateTimeOffset end, JsonSerializerOptions serializer)
    {
        var timeline = ExecutionTimeline.Of(definition, events);
        var redrives = events.Where(e => e is { Subject: EventSubject.Execution, Says: EventSays.Redriven }).Select(e => e.Id).ToList();

        // An execution that was redriven ended before, too.
        var ends = events.Where(e => e.Kind.EndsExecution && timeline.LastVisit(e) is { } visit && !(visit.ExitedEventId < e.Id))
            .ToLookup(e => timeline.LastVisit(e)!);
        var read = timeline.Visits.ToDictionary(visit => visit, visit => Read(visit, events, end, ends[visit], redrives, serializer));
        foreach (var visit in timeline.Visits)
        {
            if (timeline.PlaceOf(visit.PreviousEventId).Visit is { } before && before.ExitedEventId == visit.PreviousEventId)
                read[before].Next = visit.Name;
        }

        foreach (var run in timeline.MapRuns)
            read[run.Map].MapRuns.Add(run.Arn);
        foreach (var e in events)
        {
            if (ChildRuns.StartedBy(e) is { } started && timeline.PlaceOf(e.Id).Visit is { } visit && !read[visit].Started.Contains(started))
                read[visit].Started.Add(started);
        }

        return [.. timeline.Visits.Select(visit => read[visit])];
    }

    private static StateVisit Read(
        Visit visit, IReadOnlyList<HistoryEvent> events, DateTimeOffset end, IEnumerable<HistoryEvent> ends, List<long> redrives,
        JsonSerializerOptions serializer)
    {
        var entered = Event(visit.Id);
        var read = new StateVisit(entered, visit.Name, TestJson.OfDetail(entered["input"]), serializer)
        {
            Exited = visit.ExitedEventId is { } exited ? Event(exited) : null,
            Duration = (visit.Ended ?? end) - visit.Entered,
        };
        foreach (var (i, attempt) in visit.Attempts.Index())
        {
            // What goes on after a redrive was not retried.
            if (i > 0 && !redrives.Exists(id => id > visit.Attempts[i - 1].BeginEventId && id <= attempt.BeginEventId))
                read.Retry(visit.Attempts[i - 1].Error ?? "");
            var failure = attempt.FailureEventId is { } failed ? Event(failed) : null;
            if (Event(attempt.BeginEventId) is { Says: EventSays.Scheduled } scheduled)
            {
                // What cannot be evaluated after it is the state's error, not the task's.
                var ofTask = failure?.Subject == EventSubject.Task ? failure : null;
                read.Add(new TaskAttempt(scheduled, Payload(scheduled), visit.Name, serializer)
                {
                    Result = attempt.ResultEventId is { } result
                        ? TaskPayload.ResultOf(IsInvoke(scheduled), TestJson.OfDetail(Event(result)["output"]) ?? JsonValue.Null)
                        : null,
                    Error = ofTask?["error"] as string,
                    Cause = ofTask?["cause"] as string,
                });
            }

            if (attempt.Status == VisitStatus.Failed && (attempt.Error ?? (visit.Type == "Task" ? null : "")) is { } error)
                read.Add(error);
        }

        foreach (var deadly in ends.Select(last => last["error"] as string).OfType<string>().Where(deadly => !read.Errors.Contains(deadly)))
            read.Add(deadly);
        if (visit.Status == VisitStatus.Caught && read.Errors is [.., var caught])
            read.Caught = caught;
        read.Output = TestJson.OfDetail(read.Exited?["output"]);
        if (read.Exited?["assignedVariables"] is EventDetails assigned)
            read.Assigned = JsonObject.Of([.. assigned.Fields.Select(field => (field.Name, TestJson.OfDetail(field.Value) ?? JsonValue.Null))]);
        return read;

        HistoryEvent Event(long id) => events[(int)id - 1];
    }

    private static JsonValue Payload(HistoryEvent scheduled) =>
        TaskPayload.Of(IsInvoke(scheduled), TestJson.OfDetail(scheduled["input"] ?? scheduled["parameters"]) ?? JsonValue.Null);

    private static bool IsInvoke(HistoryEvent scheduled) => scheduled["resourceType"] is "lambda" or "aws-sdk:lambda";
}
