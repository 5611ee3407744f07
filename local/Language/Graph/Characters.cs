using System.Globalization;
using System.Text;

namespace Stateside.Language.Graph;

/// <summary>Names and texts are whatever an author or a stranger wrote; these make them fit for a drawing.</summary>
internal static class Characters
{
    private const char Replacement = '\uFFFD';

    /// <summary>A text on one line, with a sign in place of each character that would not be seen or that would turn its neighbors around.</summary>
    public static string Visible(string text)
    {
        StringBuilder? changed = null;
        var at = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            // A lone surrogate enumerates as the replacement character already.
            var wanted = rune.Value is '\n' or '\r' or '\t' ? new Rune(' ')
                : Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
                    or UnicodeCategory.ParagraphSeparator or UnicodeCategory.OtherNotAssigned ? new Rune(Replacement)
                : rune;
            if (changed is null && (wanted != rune || char.IsSurrogate(text[at]) != (rune.Utf16SequenceLength == 2)))
                changed = new StringBuilder(text, 0, at, text.Length);
            changed?.Append(wanted.ToString());
            at += rune.Utf16SequenceLength;
        }

        return changed?.ToString() ?? text;
    }

    /// <summary>Writes a text into XML, in an element or between double quotes. What XML cannot hold becomes the replacement character.</summary>
    public static StringBuilder AppendXml(this StringBuilder builder, string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            switch (c)
            {
                case '&':
                    builder.Append("&amp;");
                    break;
                case '<':
                    builder.Append("&lt;");
                    break;
                case '>':
                    builder.Append("&gt;");
                    break;
                case '"':
                    builder.Append("&quot;");
                    break;
                case '\'':
                    builder.Append("&#39;");
                    break;
                case '\t' or '\n' or '\r':
                    builder.Append("&#").Append((int)c).Append(';');
                    break;
                case < ' ' or '\uFFFE' or '\uFFFF' or (>= '\u007F' and <= '\u009F'):
                    builder.Append(Replacement);
                    break;
                default:
                    if (char.IsHighSurrogate(c) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
                        builder.Append(c).Append(text[++i]);
                    else
                        builder.Append(char.IsSurrogate(c) ? Replacement : c);
                    break;
            }
        }

        return builder;
    }
}
