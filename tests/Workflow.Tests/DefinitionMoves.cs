using Stateside.Engine.Store;
using Stateside.Language.Json;

namespace Stateside.Workflow.Tests;

/// <summary>What can happen in a definition without branches, and what did happen in a history, in the same words.</summary>
internal static class DefinitionMoves
{
    private const string End = "(end)";

    /// <summary>The states, transitions and retries that a definition's text provides for.</summary>
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
        }
    }

    /// <summary>The states, transitions and retries of an execution.</summary>
    public static IEnumerable<string> Of(IEnumerable<HistoryEvent> events)
    {
        string? state = null;
        string? error = null;
        foreach (var e in events)
        {
            var type = e.Type.Name();
            if (type.EndsWith("StateEntered", StringComparison.Ordinal))
            {
                var next = (string)e["name"]!;
                yield return next;
                if (state is not null)
                    yield return $"{state} -> {next}";
                (state, error) = (next, null);
            }
            else if (e.Type is HistoryEventType.ExecutionSucceeded or HistoryEventType.ExecutionFailed)
            {
                yield return $"{state} -> {End}";
            }
            else if (type.EndsWith("Scheduled", StringComparison.Ordinal))
            {
                if (error is not null)
                    yield return $"{state} retries {error}";
            }
            else if (e["error"] is string failure)
            {
                error = failure;
            }
        }
    }

    private static IEnumerable<JsonObject> Items(JsonObject state, string name) => state[name] is JsonArray items ? items.Cast<JsonObject>() : [];
}
