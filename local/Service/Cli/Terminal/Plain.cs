using System.Globalization;
using System.Text;
using Spectre.Console;

namespace Stateside.Service.Cli.Terminal;

/// <summary>
/// Texts of others (names, errors, inputs, what handlers log) as a terminal may be given them: control characters and
/// those that turn the reading direction become visible escapes, so that no text moves the cursor or passes for another line.
/// </summary>
internal static class Plain
{
    /// <summary>A text for one line.</summary>
    public static string Line(string text) => Escape(text, null);

    /// <summary>A text that may have several lines; those after the first are indented.</summary>
    public static string Lines(string text, string indent) => Escape(text.ReplaceLineEndings("\n").TrimEnd('\n'), indent);

    /// <summary>Cuts a text to so many columns, where wide characters take two.</summary>
    public static string Cut(string text, int columns)
    {
        if (text.GetCellWidth() <= columns)
            return text;
        var cut = new StringBuilder();
        var width = 1;
        var elements = StringInfo.GetTextElementEnumerator(text);
        while (elements.MoveNext())
        {
            var element = elements.GetTextElement();
            width += element.GetCellWidth();
            if (width > columns)
                break;
            cut.Append(element);
        }

        return cut.Append('…').ToString();
    }

    private static string Escape(string text, string? indent)
    {
        StringBuilder? plain = null;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            var isPair = char.IsHighSurrogate(c) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]);
            if (isPair || IsPlain(c))
            {
                plain?.Append(text, i, isPair ? 2 : 1);
                i += isPair ? 1 : 0;
                continue;
            }

            plain ??= new StringBuilder(text, 0, i, text.Length + 16);
            plain.Append(c switch
            {
                '\t' => "  ",
                '\n' when indent is not null => Environment.NewLine + indent,
                _ => $"\\u{(int)c:X4}",
            });
        }

        return plain?.ToString() ?? text;
    }

    // Format characters (Cf) hold the marks that turn the reading direction, and the joiners that emoji and some scripts need.
    private static bool IsPlain(char c) => char.GetUnicodeCategory(c) switch
    {
        UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate => false,
        UnicodeCategory.Format => c is '\u200C' or '\u200D',
        _ => true,
    };
}
