using System.Globalization;
using System.Text;

namespace OrderIntake;

/// <summary>The order breaks rules; the message has one problem a line, each with its place in the order.</summary>
public sealed class InvalidOrderException(string message) : Exception(message);

/// <summary>
/// Collects what is wrong with an order. The text travels as the cause of a failed task, which AWS cuts at 32,768
/// characters, JSON escapes and stack trace included; so it is bounded here.
/// </summary>
internal sealed class Problems
{
    private const int MostLines = 100;
    private const int MostBytes = 16 * 1024;
    private const int LongestQuote = 40;

    private readonly StringBuilder _text = new();
    private int _bytes;
    private int _shown;

    public int Count { get; private set; }

    public void Add(string place, string problem)
    {
        var line = $"{place}: {problem}";
        _bytes += BytesInJson(line);
        if (_shown == Count++ && _shown < MostLines && _bytes <= MostBytes)
        {
            _text.Append(_shown++ == 0 ? "" : "\n").Append(line);
        }
    }

    public override string ToString() => _shown == Count ? _text.ToString() : $"{_text}\nand {Count - _shown} more";

    /// <summary>A text from the order in quotes: cut, and with nothing left in it that could start or hide a line.</summary>
    public static string Quote(string value)
    {
        var quote = new StringBuilder("\"");
        var length = 0;
        foreach (var character in value.EnumerateRunes())
        {
            if (length++ == LongestQuote)
                return quote.Append("…\"").ToString();
            quote.Append(Escape(character));
        }
        return quote.Append('"').ToString();
    }

    /// <summary>A number of the order as its sender wrote it: cut, since JSON allows any length.</summary>
    public static string Quote(JsonNumber number) =>
        number.Text.Length <= LongestQuote ? number.Text : number.Text[..LongestQuote] + "…";

    private static string Escape(Rune character) => character.Value switch
    {
        '"' => "\\\"",
        '\\' => @"\\",
        '\n' => @"\n",
        '\r' => @"\r",
        '\t' => @"\t",
        _ => Rune.GetUnicodeCategory(character) is UnicodeCategory.Control or UnicodeCategory.Format
            or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
            ? $"\\u{character.Value:x4}"
            : character.ToString(),
    };

    // The line break, quotes and backslashes take two bytes each in a JSON text.
    private static int BytesInJson(string line) =>
        Encoding.UTF8.GetByteCount(line) + line.AsSpan().Count('"') + line.AsSpan().Count('\\') + 2;
}
