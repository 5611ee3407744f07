using Stateside.Language.Json;

namespace Stateside.Engine.Tasks.Http;

/// <summary>
/// JSON as a form, URL-encoded, with arrays written as the API takes them.
/// See https://docs.aws.amazon.com/step-functions/latest/dg/call-https-apis.html#connect-http-task-definition.
/// </summary>
internal static class HttpForm
{
    /// <summary>Encodes a body.</summary>
    /// <param name="body">The body.</param>
    /// <param name="arrayFormat">INDICES, REPEAT, COMMAS, BRACKETS or NONE; null is INDICES.</param>
    public static string Encode(JsonValue body, string? arrayFormat)
    {
        var pairs = new List<string>();
        if (body is JsonObject members)
        {
            foreach (var (name, value) in members)
                Write(pairs, name, value, arrayFormat ?? "INDICES");
        }
        else if (body is not JsonNull)
        {
            pairs.Add(Escaped(body));
        }

        return string.Join('&', pairs);
    }

    private static void Write(List<string> pairs, string name, JsonValue value, string arrayFormat)
    {
        switch (value)
        {
            case JsonObject members:
                foreach (var (member, its) in members)
                    Write(pairs, $"{name}[{member}]", its, arrayFormat);
                break;
            case JsonArray items when arrayFormat is "COMMAS" && !items.Any(item => item is JsonArray or JsonObject):
                pairs.Add($"{Uri.EscapeDataString(name)}={string.Join(',', items.Select(Escaped))}");
                break;
            case JsonArray items when arrayFormat == "NONE":
                pairs.Add($"{Uri.EscapeDataString(name)}={Uri.EscapeDataString(JsonWriter.Compact(items))}");
                break;
            case JsonArray items:
                for (var i = 0; i < items.Count; i++)
                {
                    var at = arrayFormat switch
                    {
                        "REPEAT" => name,
                        "BRACKETS" => $"{name}[]",
                        _ => $"{name}[{i}]",
                    };
                    Write(pairs, at, items[i], arrayFormat);
                }

                break;
            default:
                pairs.Add($"{Uri.EscapeDataString(name)}={Escaped(value)}");
                break;
        }
    }

    private static string Escaped(JsonValue value) => Uri.EscapeDataString(value switch
    {
        JsonNull => "",
        JsonString text => text.Value,
        _ => JsonWriter.Compact(value),
    });
}
