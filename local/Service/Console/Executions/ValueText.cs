using Stateside.Language.Json;

namespace Stateside.Service.Console.Executions;

/// <summary>Values of events as texts.</summary>
internal static class ValueText
{
    /// <summary>What a field of an event holds as text; null for nothing.</summary>
    public static string? Of(object? value) => value switch
    {
        null => null,
        JsonValue json => json.Text,
        string text => text,
        long number => number.ToString(System.Globalization.CultureInfo.InvariantCulture),
        Engine.History.EventDetails details => Object(details).Text,
        _ => value.ToString(),
    };

    private static JsonObject Object(Engine.History.EventDetails details)
    {
        var members = new JsonObject.Builder(details.Fields.Count);
        foreach (var (name, value) in details.Fields)
        {
            if (Of(value) is { } text)
                members.Set(name, JsonReader.TryParse(text, out var json) ? json : JsonValue.From(text));
        }

        return members.ToObject();
    }
}
