using System.Text.RegularExpressions;
using Stateside.Language.Json;

namespace Stateside.Service.Console.Pages;

/// <summary>JSON as pages show it: laid out, its parts in colors.</summary>
internal static partial class JsonMarkup
{
    /// <summary>A text in a block of its own; JSON is expected, and whatever else it is, it is shown as it is.</summary>
    public static Html Block(string text) => Html.Of($"""<pre class="code json" tabindex="0">{Colored(text)}</pre>""");

    /// <summary>JSON laid out, or the text as it is where it is none.</summary>
    public static string Indented(string text) => JsonReader.TryParse(text, out var json) ? JsonWriter.Indented(json) : text;

    /// <summary>The parts of a text in colors. No part of JSON goes over a line's end, so a line by itself comes out the same.</summary>
    public static Html Colored(string text)
    {
        var pieces = new List<Html>();
        var plain = 0;
        foreach (var match in Part().EnumerateMatches(text))
        {
            pieces.Add(Html.Of($"{text[plain..match.Index]}"));
            var part = text.Substring(match.Index, match.Length);
            pieces.Add(Html.Of($"<span class=\"{Kind(part, text, match.Index + match.Length)}\">{part}</span>"));
            plain = match.Index + match.Length;
        }

        pieces.Add(Html.Of($"{text[plain..]}"));
        return Html.Join(pieces);
    }

    private static string Kind(string part, string text, int end)
    {
        if (part[0] != '"')
            return char.IsAsciiLetter(part[0]) ? "w" : "n";

        // In a shape, a member that may be missing has a question mark behind its name.
        while (end < text.Length && text[end] is ' ' or '\t' or '?')
            end++;
        return end < text.Length && text[end] == ':' ? "k" : "s";
    }

    [GeneratedRegex("""
        "(?:[^"\\\n]|\\.)*"?|-?[0-9][0-9.eE+-]*|\b(?:true|false|null)\b
        """, RegexOptions.IgnorePatternWhitespace | RegexOptions.ExplicitCapture)]
    private static partial Regex Part();
}
