using System.Text.Json.Nodes;

namespace Stateside.Conformance.Chaos;

/// <summary>
/// Judges the history of an execution that succeeded, as the API gives it and by rules of its own: knows nothing of the engine.
/// </summary>
internal static class HistoryVerifier
{
    private static readonly string[] Ends = ["ExecutionSucceeded", "ExecutionFailed", "ExecutionAborted", "ExecutionTimedOut"];

    /// <summary>What is wrong with a history; null when nothing is.</summary>
    /// <param name="events">Its events.</param>
    /// <param name="visits">How often each state must have been entered.</param>
    public static string? Fault(IReadOnlyList<JsonObject> events, IReadOnlyDictionary<string, int> visits)
    {
        if (events.Count == 0)
            return "the history is empty";
        if (Type(events[0]) != "ExecutionStarted")
            return $"the history begins with {Type(events[0])}";
        for (var i = 0; i < events.Count; i++)
        {
            var (id, previous) = ((long)events[i]["id"]!, (long)events[i]["previousEventId"]!);
            if (id != i + 1)
                return $"event {i + 1} has the id {id}";
            if (previous < 0 || previous >= id)
                return $"event {id} points at event {previous}";
            if (previous == 0 && id > 2)
                return $"event {id} points at no event";
            if (i > 0 && Time(events[i]) < Time(events[i - 1]))
                return $"event {id} is earlier than the one before it";
            if (i < events.Count - 1 && Ends.Contains(Type(events[i])) && Type(events[i + 1]) == "ExecutionRedriven")
                continue;
            if (Ends.Contains(Type(events[i])) != (i == events.Count - 1))
                return i == events.Count - 1 ? $"the history ends with {Type(events[i])}" : $"event {id} is {Type(events[i])} and not the last";
        }

        return Type(events[^1]) != "ExecutionSucceeded" ? $"the history ends with {Type(events[^1])}" : VisitFault(events, visits) ?? TaskFault(events) ?? ActivityFault(events) ?? WaitFault(events);
    }

    /// <summary>How often a state's task was scheduled.</summary>
    public static int Attempts(IReadOnlyList<JsonObject> events) => events.Count(e => Type(e) is "LambdaFunctionScheduled" or "TaskScheduled" or "ActivityScheduled");

    /// <summary>Every state is entered as often as the definition and the input say, and left as often, each time by a line that leads back to its entry.</summary>
    private static string? VisitFault(IReadOnlyList<JsonObject> events, IReadOnlyDictionary<string, int> visits)
    {
        var entered = events.Where(e => Type(e).EndsWith("StateEntered", StringComparison.Ordinal)).ToList();
        var wrong = entered.GroupBy(Entered).FirstOrDefault(state => visits.GetValueOrDefault(state.Key) != state.Count());
        if (wrong is not null)
            return $"{wrong.Key} was entered {wrong.Count()} times instead of {visits.GetValueOrDefault(wrong.Key)}";
        if (visits.FirstOrDefault(visit => visit.Value > 0 && entered.All(e => Entered(e) != visit.Key)) is { Key: { } never })
            return $"{never} was never entered";
        var open = entered.Select(e => (long)e["id"]!).ToHashSet();
        foreach (var exited in events.Where(e => Type(e).EndsWith("StateExited", StringComparison.Ordinal)))
        {
            var name = (string)exited["stateExitedEventDetails"]!["name"]!;
            var at = exited;
            while (!(Type(at).EndsWith("StateEntered", StringComparison.Ordinal) && Entered(at) == name))
            {
                if ((long)at["previousEventId"]! is 0)
                    return $"event {exited["id"]} leaves {name} on a line that never entered it";
                at = events[(int)(long)at["previousEventId"]! - 1];
            }

            if (!open.Remove((long)at["id"]!))
                return $"event {exited["id"]} leaves {name}, which was entered with event {at["id"]} and left already";
        }

        return open.Count > 0 ? $"event {open.Min()} enters a state that is never left" : null;
    }

    /// <summary>Every task that was scheduled started once and came to one end.</summary>
    private static string? TaskFault(IReadOnlyList<JsonObject> events)
    {
        foreach (var scheduled in events.Where(e => Type(e) is "LambdaFunctionScheduled" or "TaskScheduled"))
        {
            var kind = Type(scheduled).Replace("Scheduled", "", StringComparison.Ordinal);
            var started = Followers(scheduled).Where(e => Type(e) == kind + "Started").ToList();
            if (started.Count != 1)
                return $"the task of event {scheduled["id"]} has started {started.Count} times";
            var at = started[0];
            if (Followers(at).SingleOrDefault(e => Type(e) == "TaskSubmitted") is { } submitted)
                at = submitted;
            var ends = Followers(at).Where(e => Type(e) == kind + "Succeeded" || Type(e) == kind + "Failed" || Type(e) == kind + "TimedOut").ToList();
            if (ends.Count != 1)
                return $"the task of event {scheduled["id"]} has ended {ends.Count} times";
        }

        return null;

        IEnumerable<JsonObject> Followers(JsonObject e) => events.Where(other => (long)other["previousEventId"]! == (long)e["id"]!);
    }

    /// <summary>Every activity's task came to one end, whether a worker had taken it by then or not.</summary>
    private static string? ActivityFault(IReadOnlyList<JsonObject> events)
    {
        var scheduled = events.Count(e => Type(e) == "ActivityScheduled");
        var ended = events.Where(e => Type(e) is "ActivitySucceeded" or "ActivityTimedOut").Select(e => (long)e["previousEventId"]!).ToList();
        return ended.Count != scheduled || ended.Distinct().Count() != scheduled ? $"{scheduled} tasks for workers have ended {ended.Count} times" : null;
    }

    private static string? WaitFault(IReadOnlyList<JsonObject> events)
    {
        foreach (var exited in events.Where(e => Type(e) == "WaitStateExited"))
        {
            // Times on the wire are whole milliseconds.
            var waited = Time(exited) - Time(events[(int)(long)exited["previousEventId"]! - 1]);
            if (waited < ChaosMachines.Wait.TotalSeconds - 0.002)
                return $"the Wait state that event {exited["id"]} leaves took {waited} s";
        }

        return null;
    }

    private static string Type(JsonObject e) => (string)e["type"]!;

    private static double Time(JsonObject e) => (double)e["timestamp"]!;

    private static string Entered(JsonObject e) => (string)e["stateEnteredEventDetails"]!["name"]!;
}
