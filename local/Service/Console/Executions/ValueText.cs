using Stateside.Language.Json;
using Stateside.Service.Console.Pages;

namespace Stateside.Service.Console.Executions;

/// <summary>Values as panels show them: JSON laid out and colored up to a size, with the way to the rest of a large one.</summary>
internal static class ValueText
{
    private const int MostColored = 20_000;
    private const int MostShown = 60_000;

    /// <summary>A text that may be JSON.</summary>
    /// <param name="text">The text.</param>
    /// <param name="whole">Where all of it can be had; null for nowhere.</param>
    public static Html Block(string text, string? whole = null)
    {
        var isJson = JsonReader.TryParse(text, out var value);
        var shown = isJson ? JsonWriter.Indented(value!) : text;
        var isCut = shown.Length > MostShown;
        if (isCut)
            shown = shown[..MostShown];
        var block = !isJson || shown.Length > MostColored ? Html.Of($"""<pre class="code" tabindex="0">{shown}</pre>""") : JsonMarkup.Block(shown);
        return !isCut ? block : Html.Of(
            $"""{block}<p class="hint">This is the beginning of {text.Length} characters.{(whole is null ? null : Html.Of($" <a href=\"{whole}\" target=\"_blank\" rel=\"noopener\">Show all</a>"))}</p>""");
    }

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
