using Stateside.Language.Json;

namespace Stateside.Service.Console.Executions;

/// <summary>Finds a state in a definition as its author wrote it.</summary>
internal static class WrittenState
{
    /// <summary>The state of a name, with the ones inside it; null when there is none.</summary>
    public static JsonValue? Find(string definition, string name) =>
        JsonReader.TryParse(definition, out var json) ? Find(json as JsonObject, name) : null;

    private static JsonValue? Find(JsonObject? definition, string name)
    {
        if (definition?["States"] is not JsonObject states)
            return null;
        if (states[name] is { } own)
            return own;
        foreach (var key in states.Keys)
        {
            if (states[key] is not JsonObject state)
                continue;
            var inner = new List<JsonValue?>(state["Branches"] as JsonArray ?? JsonArray.Empty) { state["ItemProcessor"], state["Iterator"] };
            foreach (var definitionInside in inner)
            {
                if (Find(definitionInside as JsonObject, name) is { } found)
                    return found;
            }
        }

        return null;
    }
}
