using Stateside.Engine.Store;
using Stateside.Language.Json;

namespace Stateside.Workflow.Tests;

/// <summary>What can happen in a definition, and what did happen in a history, in the same words.</summary>
internal static class DefinitionMoves
{
    private const string End = "(end)";

    /// <summary>The states, transitions and retries that a definition's text provides for, those of branches too.</summary>
    public static IEnumerable<string> Of(JsonObject definition)
    {
        foreach (var (name, value) in (JsonObject)definition["States"]!)
        {
            var state = (JsonObject)value;
            yield return name;
            foreach (var owner in Items(state, "Choices").Concat(Items(state, "Catch")).Prepend(state))
            {
                foreach (var next in new[] { owner["Next"], owner["Default"] }.OfType<JsonString>())
                    yield return $"{name} -> {next.Value}";
            }

            if (state["End"] == JsonValue.True || state["Type"] is JsonString { Value: "Succeed" or "Fail" })
                yield return $"{name} -> {End}";
            foreach (var error in Items(state, "Retry").SelectMany(retrier => (JsonArray)retrier["ErrorEquals"]!))
                yield return $"{name} retries {((JsonString)error).Value}";
            foreach (var move in Items(state, "Branches").SelectMany(Of))
                yield return move;
        }
    }

    /// <summary>The states, transitions and retries of an execution. Events of branches stand among each other; each points at the one before it on its own line.</summary>
    public static IEnumerable<string> Of(IReadOnlyList<HistoryEvent> events)
    {
        var byId = events.ToDictionary(e => e.Id);
        var followed = events.Where(IsEntry).Select(e => e.PreviousEventId).ToHashSet();
        foreach (var e in events)
        {
            var previous = byId.GetValueOrDefault(e.PreviousEventId);
            if (IsEntry(e))
            {
                yield return (string)e["name"]!;
                if (previous is not null && IsExit(previous))
                    yield return $"{previous["name"]} -> {e["name"]}";
                if (e.Type == HistoryEventType.FailStateEntered)
                    yield return $"{e["name"]} -> {End}";
            }
            else if (IsExit(e) && !followed.Contains(e.Id))
            {
                yield return $"{e["name"]} -> {End}";
            }
            else if (e.Type.Name().EndsWith("Scheduled", StringComparison.Ordinal) && previous?["error"] is string error)
            {
                yield return $"{StateOf(e)} retries {error}";
            }
        }

        string StateOf(HistoryEvent e)
        {
            while (!IsEntry(e))
                e = byId[e.PreviousEventId];
            return (string)e["name"]!;
        }
    }

    private static bool IsEntry(HistoryEvent e) => e.Type.Name().EndsWith("StateEntered", StringComparison.Ordinal);

    private static bool IsExit(HistoryEvent e) => e.Type.Name().EndsWith("StateExited", StringComparison.Ordinal);

    private static IEnumerable<JsonObject> Items(JsonObject state, string name) => state[name] is JsonArray items ? items.Cast<JsonObject>() : [];
}
