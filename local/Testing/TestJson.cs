using System.Text.Json;
using Stateside.Language.Json;

namespace Stateside.Testing;

/// <summary>JSON for tests: a text is JSON as it stands, anything else is serialized.</summary>
internal static class TestJson
{
    public static JsonValue Of(object? value, JsonSerializerOptions options, string what) => value switch
    {
        null => JsonValue.Null,
        JsonValue json => json,
        string text => Parse(text, what),
        System.Text.Json.Nodes.JsonNode node => Parse(node.ToJsonString(), what),
        _ => JsonReader.Parse(JsonSerializer.SerializeToUtf8Bytes(value, value.GetType(), options)),
    };

    /// <summary>A member of an event's details as JSON; null where it has none.</summary>
    public static JsonValue? OfDetail(object? value) => value switch
    {
        JsonValue json => json,
        string text => JsonReader.TryParse(text, out var json) ? json : JsonValue.From(text),
        _ => null,
    };

    public static T To<T>(JsonValue value, JsonSerializerOptions options, string what)
    {
        if (value is T same)
            return same;
        try
        {
            return JsonSerializer.Deserialize<T>(value.Text, options)!;
        }
        catch (JsonException e)
        {
            throw new WorkflowAssertionException($"{what} is no {typeof(T).Name}: {e.Message}\n{Short(value, 400)}");
        }
    }

    /// <summary>A value on one line, cut where it is long.</summary>
    public static string Short(JsonValue? value, int length = 120)
    {
        var text = value is null ? "nothing" : JsonWriter.Compact(value);
        return text.Length <= length ? text : $"{text[..length]}…";
    }

    private static JsonValue Parse(string text, string what)
    {
        try
        {
            return JsonReader.Parse(text, keepText: true);
        }
        catch (JsonSyntaxException e)
        {
            throw new WorkflowAssertionException(
                $"{what} is not JSON: {e.Message} A text is taken for JSON as it stands; for a JSON string give JsonValue.From(\"…\"). It was: {(text.Length > 80 ? text[..80] + "…" : text)}");
        }
    }
}
