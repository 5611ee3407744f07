using System.Text.Json.Nodes;

namespace Stateside.Conformance.Simulation;

/// <summary>What holds of every history at every moment, as the API gives it: knows nothing of the engine.</summary>
internal static class HistoryRules
{
    private static readonly string[] Ends = ["ExecutionSucceeded", "ExecutionFailed", "ExecutionAborted", "ExecutionTimedOut"];

    /// <summary>What is wrong with a history; null when nothing is.</summary>
    /// <param name="events">Its events.</param>
    /// <param name="isOver">Whether its execution is over.</param>
    /// <param name="redrives">How often it was redriven.</param>
    /// <param name="mayGoBack">Whether the wall clock was set back.</param>
    public static string? Fault(IReadOnlyList<JsonObject> events, bool isOver, int redrives, bool mayGoBack)
    {
        if (events.Count == 0)
            return isOver ? "the history of an execution that is over is empty" : null;
        if (Type(events[0]) != "ExecutionStarted")
            return $"the history begins with {Type(events[0])}";
        var wasEnd = false;
        for (var i = 0; i < events.Count; i++)
        {
            var (type, id, previous) = (Type(events[i]), (long)events[i]["id"]!, (long)events[i]["previousEventId"]!);
            if (id != i + 1)
                return $"event {i + 1} has the id {id}";
            if (previous < 0 || previous >= id)
                return $"event {id} points at event {previous}";
            if (!mayGoBack && i > 0 && Time(events[i]) < Time(events[i - 1]))
                return $"event {id} is earlier than the one before it";
            if (wasEnd != (type == "ExecutionRedriven"))
                return wasEnd ? $"event {id} is {type} and comes after the end" : $"event {id} redrives an execution that is not over";
            wasEnd = Ends.Contains(type);
        }

        // An end that is saved may be told a moment later, and so may a redrive.
        if (isOver && !wasEnd && events.Count(e => Type(e) == "ExecutionRedriven") <= redrives)
            return $"the execution is over, and its history ends with {Type(events[^1])}";
        return ExitFault(events) ?? TaskFault(events);
    }

    public static string Type(JsonObject e) => (string)e["type"]!;

    /// <summary>What was entered is left once at most.</summary>
    private static string? ExitFault(IReadOnlyList<JsonObject> events)
    {
        var left = new HashSet<long>();
        foreach (var exited in events.Where(e => Type(e).EndsWith("StateExited", StringComparison.Ordinal)))
        {
            var name = (string)exited["stateExitedEventDetails"]!["name"]!;
            var at = exited;
            while (!(Type(at).EndsWith("StateEntered", StringComparison.Ordinal) && (string)at["stateEnteredEventDetails"]!["name"]! == name))
            {
                // What goes on after a redrive does not say where it was entered.
                if (Type(at) == "ExecutionRedriven")
                    break;
                if ((long)at["previousEventId"]! is 0)
                    return $"event {exited["id"]} leaves {name} on a line that never entered it";
                at = events[(int)(long)at["previousEventId"]! - 1];
            }

            if (Type(at) != "ExecutionRedriven" && !left.Add((long)at["id"]!))
                return $"event {exited["id"]} leaves {name}, which was entered with event {at["id"]} and left already";
        }

        return null;
    }

    /// <summary>What was scheduled starts once at most, and comes to one end at most.</summary>
    private static string? TaskFault(IReadOnlyList<JsonObject> events)
    {
        var starts = new Dictionary<long, int>();
        var ends = new Dictionary<long, int>();
        foreach (var e in events)
        {
            var (type, previous) = (Type(e), (long)e["previousEventId"]!);
            if (type is "LambdaFunctionStarted" or "TaskStarted" or "ActivityStarted")
                starts[previous] = starts.GetValueOrDefault(previous) + 1;
            if (type is "TaskSucceeded" or "TaskFailed" or "TaskTimedOut" || (type.StartsWith("LambdaFunction", StringComparison.Ordinal)
                || type.StartsWith("Activity", StringComparison.Ordinal)) && (type.EndsWith("Succeeded", StringComparison.Ordinal)
                || type.EndsWith("Failed", StringComparison.Ordinal) || type.EndsWith("TimedOut", StringComparison.Ordinal)))
            {
                ends[previous] = ends.GetValueOrDefault(previous) + 1;
            }
        }

        if (starts.FirstOrDefault(count => count.Value > 1) is { Value: > 1 } started)
            return $"the task of event {started.Key} has started {started.Value} times";
        return ends.FirstOrDefault(count => count.Value > 1) is { Value: > 1 } ended ? $"the task of event {ended.Key} has ended {ended.Value} times" : null;
    }

    private static double Time(JsonObject e) => (double)e["timestamp"]!;
}
