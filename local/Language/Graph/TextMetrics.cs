using System.Globalization;
using System.Text;

namespace Stateside.Language.Graph;

/// <summary>
/// How wide texts are, from a table of our own, so that a drawing is the same on every machine. The widths are those of Helvetica and
/// the fonts made after it, with room for somewhat wider ones.
/// </summary>
internal static class TextMetrics
{
    /// <summary>What a text may be wider than the table says when the viewer's font is another.</summary>
    private const double Safety = 1.08;

    private const double Bold = 1.06;

    private const string Ellipsis = "…";

    /// <summary>Thousandths of the font size for the characters from space to tilde.</summary>
    private static readonly short[] Ascii =
    [
        278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278,
        556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556,
        1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778,
        667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556,
        333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556,
        556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
    ];

    /// <summary>How wide a text is at most.</summary>
    public static double Width(string text, double size, bool bold = false)
    {
        var units = 0;
        foreach (var rune in text.EnumerateRunes())
            units += Units(rune);
        return units * size / 1000 * Safety * (bold ? Bold : 1);
    }

    /// <summary>Breaks a text into lines, between its words where it has any; what does not fit the last line is cut off.</summary>
    public static IReadOnlyList<string> Wrap(string text, double size, double width, int lines, bool bold = false)
    {
        var broken = new List<string>();
        var rest = text;
        while (broken.Count < lines - 1 && Width(rest, size, bold) > width)
        {
            var at = BreakAt(rest, size, width, bold);
            broken.Add(rest[..at].TrimEnd());
            rest = rest[at..].TrimStart();
        }

        broken.Add(Shorten(rest, size, width, bold));
        return broken;
    }

    /// <summary>A text that fits: itself, or as much of it as fits with an ellipsis.</summary>
    public static string Shorten(string text, double size, double width, bool bold = false)
    {
        if (Width(text, size, bold) <= width)
            return text;
        var end = Fitting(text, size, width - Width(Ellipsis, size, bold), bold);
        return text[..end].TrimEnd() + Ellipsis;
    }

    /// <summary>Where to end the first line: behind the last gap between words that fits, else in the middle of a word.</summary>
    private static int BreakAt(string text, double size, double width, bool bold)
    {
        var fits = Math.Max(Fitting(text, size, width, bold), 1);
        if (char.IsHighSurrogate(text[fits - 1]) && fits < text.Length)
            fits++;
        for (var at = fits; at > fits / 3 && at > 0; at--)
        {
            if (at < text.Length && IsGap(text, at))
                return at;
        }

        return fits;
    }

    /// <summary>Whether a line may end before the character at a place: a blank, behind a joining sign, or where camel case starts a word.</summary>
    private static bool IsGap(string text, int at) =>
        text[at] == ' '
        || text[at - 1] is '-' or '_' or '.' or '/' or ':' or ','
        || (char.IsUpper(text[at]) && (char.IsLower(text[at - 1]) || char.IsDigit(text[at - 1])));

    /// <summary>How many characters fit.</summary>
    private static int Fitting(string text, double size, double width, bool bold)
    {
        var factor = size / 1000 * Safety * (bold ? Bold : 1);
        var units = 0;
        var at = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            units += Units(rune);
            if (units * factor > width)
                return at;
            at += rune.Utf16SequenceLength;
        }

        return text.Length;
    }

    private static int Units(Rune rune)
    {
        var value = rune.Value;
        if (value is >= ' ' and <= '~')
            return Ascii[value - ' '];
        if (value < 0x1100)
        {
            return Rune.GetUnicodeCategory(rune) switch
            {
                UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark => 0,
                UnicodeCategory.Control or UnicodeCategory.Format => 1000,
                UnicodeCategory.UppercaseLetter => 800,
                _ => 700,
            };
        }

        // Beyond the alphabets: punctuation is about an em at most, ideographs are one, pictures are more.
        return value >= 0x1F000 ? 1400 : 1050;
    }
}
