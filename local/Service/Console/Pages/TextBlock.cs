using Stateside.Language.Json;

namespace Stateside.Service.Console.Pages;

/// <summary>Texts as pages show them: JSON laid out and colored up to a size, with the way to the rest of a large one.</summary>
internal static class TextBlock
{
    private const int MostColored = 20_000;
    private const int MostShown = 60_000;

    /// <summary>A text that may be JSON.</summary>
    /// <param name="text">The text.</param>
    /// <param name="whole">Where all of it can be had; null for nowhere.</param>
    public static Html Of(string text, string? whole = null)
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
}
