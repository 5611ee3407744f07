using System.Globalization;
using System.Text;
using Stateside.Language.Json;

namespace Stateside.Engine.Replay;

/// <summary>Values as C# writes them, so that they mean the same whatever stands in them, and nothing in them is hidden from a reader.</summary>
internal static class CSharpText
{
    private const int Longest = 100;

    /// <summary>A text as a string literal.</summary>
    /// <param name="text">The text.</param>
    public static string Literal(string text)
    {
        var literal = new StringBuilder("\"");
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            literal.Append(c switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                _ when IsHidden(text, i) => Escape(c),
                _ => c.ToString(),
            });
        }

        return literal.Append('"').ToString();
    }

    /// <summary>A value as a string literal of its JSON: an object or a list as a raw one, on as many lines as it needs.</summary>
    /// <param name="value">The value.</param>
    /// <param name="indent">The blanks before its lines.</param>
    public static string Json(JsonValue value, int indent)
    {
        if (value is not (JsonObject or JsonArray))
            return Literal(JsonWriter.Compact(value));
        var blanks = new string(' ', indent);
        var lines = new StringBuilder();
        AppendLines(lines, value, indent);
        var text = Visible(lines.ToString());
        var quotes = Quotes(text);
        return IsShort(value) ? $"{quotes}{text}{quotes}" : $"{quotes}\n{blanks}{text}\n{blanks}{quotes}";
    }

    /// <summary>Whether a value's JSON has a place in the line where it is written.</summary>
    /// <param name="value">The value.</param>
    public static bool IsShort(JsonValue value) => value.CompactLength <= Longest;

    /// <summary>What has a place in a line stands in one; of the rest each member and item begins one.</summary>
    private static void AppendLines(StringBuilder lines, JsonValue value, int indent)
    {
        if (value is not (JsonObject or JsonArray))
        {
            lines.Append(JsonWriter.Compact(value));
            return;
        }

        var isObject = value is JsonObject;
        IEnumerable<(string? Name, JsonValue Value)> parts = value is JsonObject members
            ? members.Select(member => ((string?)member.Key, member.Value))
            : ((JsonArray)value).Select(item => ((string?)null, item));
        var isOnOneLine = IsShort(value);
        var blanks = new string(' ', indent + 2);
        lines.Append(isObject ? '{' : '[');
        foreach (var (i, (name, part)) in parts.Index())
        {
            lines.Append(i == 0 ? "" : isOnOneLine ? ", " : ",").Append(isOnOneLine ? "" : $"\n{blanks}");
            if (name is not null)
                lines.Append(JsonWriter.Quote(name)).Append(": ");
            AppendLines(lines, part, indent + 2);
        }

        lines.Append(isOnOneLine ? "" : $"\n{new string(' ', indent)}").Append(isObject ? '}' : ']');
    }

    /// <summary>A value that is no object and no list, as an expectation takes it: a string is the text itself.</summary>
    /// <param name="value">The value.</param>
    public static string Expected(JsonValue value) => value switch
    {
        JsonString text => Literal(text.Value),
        JsonBoolean boolean => boolean.Value ? "true" : "false",
        JsonNumber { IsInt64: true, Int64: >= int.MinValue and <= int.MaxValue } number => number.Token,
        JsonNull => "(object?)null",
        _ => $"System.Text.Json.Nodes.JsonNode.Parse({Literal(JsonWriter.Compact(value))})",
    };

    /// <summary>A text for a comment of one line.</summary>
    /// <param name="text">The text.</param>
    public static string Comment(string text)
    {
        var comment = new StringBuilder();
        for (var i = 0; i < text.Length; i++)
            comment.Append(IsHidden(text, i) ? Escape(text[i]) : text[i].ToString());
        return comment.ToString();
    }

    /// <summary>A name of C# made of words; what cannot stand in one becomes a line between them.</summary>
    /// <param name="words">The words.</param>
    public static string Name(string words)
    {
        var name = new StringBuilder();
        foreach (var c in words)
        {
            if (char.IsAsciiLetterOrDigit(c))
                name.Append(c);
            else if (name.Length > 0 && name[^1] != '_')
                name.Append('_');
        }

        var made = name.ToString().Trim('_');
        return made.Length == 0 ? "_" : char.IsAsciiDigit(made[0]) ? $"_{made}" : char.ToUpperInvariant(made[0]) + made[1..];
    }

    /// <summary>A duration.</summary>
    /// <param name="time">The duration.</param>
    public static string Duration(TimeSpan time) => time.Ticks % TimeSpan.TicksPerSecond == 0
        ? string.Create(CultureInfo.InvariantCulture, $"TimeSpan.FromSeconds({time.Ticks / TimeSpan.TicksPerSecond})")
        : string.Create(CultureInfo.InvariantCulture, $"TimeSpan.FromMilliseconds({Math.Ceiling(time.TotalMilliseconds)})");

    /// <summary>A time, to the millisecond.</summary>
    /// <param name="time">The time.</param>
    public static string Time(DateTimeOffset time)
    {
        var utc = time.ToUniversalTime();
        return string.Create(CultureInfo.InvariantCulture,
            $"new DateTimeOffset({utc.Year}, {utc.Month}, {utc.Day}, {utc.Hour}, {utc.Minute}, {utc.Second}, {utc.Millisecond}, TimeSpan.Zero)");
    }

    /// <summary>More quotation marks than stand in a row anywhere in a text, three at least.</summary>
    private static string Quotes(string text)
    {
        var (longest, run) = (2, 0);
        foreach (var c in text)
            longest = Math.Max(longest, run = c == '"' ? run + 1 : 0);
        return new string('"', longest + 1);
    }

    /// <summary>
    /// A text with nothing hidden in it but the ends of its lines. In JSON such characters stand only in strings, where an escape means the
    /// same; of what a record says none reaches a terminal.
    /// </summary>
    /// <param name="text">The text.</param>
    public static string Visible(string text)
    {
        var visible = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
            visible.Append(text[i] != '\n' && IsHidden(text, i) ? Escape(text[i]) : text[i].ToString());
        return visible.ToString();
    }

    private static string Escape(char c) => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:X4}");

    /// <summary>What ends a line, turns its direction, is not seen, or is half a character.</summary>
    private static bool IsHidden(string text, int at) => char.GetUnicodeCategory(text[at]) switch
    {
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
            or UnicodeCategory.OtherNotAssigned or UnicodeCategory.PrivateUse => true,
        UnicodeCategory.SpaceSeparator => text[at] != ' ',
        UnicodeCategory.Surrogate => char.IsHighSurrogate(text[at])
            ? at + 1 >= text.Length || !char.IsLowSurrogate(text[at + 1])
            : at == 0 || !char.IsHighSurrogate(text[at - 1]),
        _ => false,
    };
}
