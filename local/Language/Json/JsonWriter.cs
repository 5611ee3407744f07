using System.Buffers;
using System.Text;

namespace Stateside.Language.Json;

/// <summary>
/// Writes values as compact JSON text with the service's own escapes: only quotation marks, backslashes and control characters are
/// escaped, the latter as <c>\b \t \n \f \r</c> or <c>\u00XX</c>.
/// </summary>
public static class JsonWriter
{
    private const string Hex = "0123456789ABCDEF";
    private static readonly SearchValues<char> Special = SearchValues.Create([.. Enumerable.Range(0, 32).Select(c => (char)c), '"', '\\']);

    /// <summary>The compact text of a value, whatever text it was read from.</summary>
    internal static string Compact(JsonValue value)
    {
        switch (value)
        {
            case JsonNull:
                return "null";
            case JsonBoolean boolean:
                return boolean.Value ? "true" : "false";
            case JsonNumber number:
                return number.Token;
            default:
                var text = new StringBuilder(value.CompactLength);
                Append(text, value);
                return text.ToString();
        }
    }

    /// <summary>The text of a value, one member or item a line, two blanks a level.</summary>
    /// <param name="value">The value.</param>
    /// <returns>The text, with "\n" between lines and none at the end.</returns>
    public static string Indented(JsonValue value)
    {
        var text = new StringBuilder();
        AppendIndented(text, value, 0);
        return text.ToString();
    }

    /// <summary>A string as a JSON string.</summary>
    /// <param name="value">The characters.</param>
    /// <returns>The text with its quotation marks.</returns>
    internal static string Quote(string value)
    {
        var text = new StringBuilder(value.Length + 2);
        AppendQuoted(text, value);
        return text.ToString();
    }

    /// <summary>Appends the compact text of a value.</summary>
    /// <param name="text">What to append to.</param>
    /// <param name="value">The value.</param>
    /// <param name="asJava">Whether numbers are written as Jackson writes what they are to Java.</param>
    internal static void Append(StringBuilder text, JsonValue value, bool asJava = false)
    {
        switch (value)
        {
            case JsonNumber number when asJava:
                text.Append(JavaNumber.Json(number));
                break;
            case JsonString s:
                AppendQuoted(text, s.Value);
                break;
            case JsonArray array:
                text.Append('[');
                for (var i = 0; i < array.Count; i++)
                {
                    if (i > 0)
                        text.Append(',');
                    Append(text, array[i], asJava);
                }

                text.Append(']');
                break;
            case JsonObject members:
                text.Append('{');
                for (var i = 0; i < members.Count; i++)
                {
                    if (i > 0)
                        text.Append(',');
                    AppendQuoted(text, members.Keys[i]);
                    text.Append(':');
                    Append(text, members.Values[i], asJava);
                }

                text.Append('}');
                break;
            default:
                text.Append(Compact(value));
                break;
        }
    }

    /// <summary>The number of UTF-8 bytes of a string as a JSON string, with its quotation marks.</summary>
    /// <param name="value">The characters.</param>
    /// <returns>The number of bytes.</returns>
    internal static int QuotedLength(string value)
    {
        var length = Encoding.UTF8.GetByteCount(value) + 2;
        var rest = value.AsSpan();
        for (var at = rest.IndexOfAny(Special); at >= 0; at = rest.IndexOfAny(Special))
        {
            length += JsonEscape.Of(rest[at]) is null ? 5 : 1;
            rest = rest[(at + 1)..];
        }

        return length;
    }

    /// <summary>Writes a string as a JSON string in UTF-8.</summary>
    /// <param name="to">What to write to.</param>
    /// <param name="value">The characters.</param>
    internal static void Quote(IBufferWriter<byte> to, ReadOnlySpan<char> value)
    {
        to.Write("\""u8);
        for (var at = value.IndexOfAny(Special); at >= 0; at = value.IndexOfAny(Special))
        {
            Encoding.UTF8.GetBytes(value[..at], to);
            var c = value[at];
            Encoding.UTF8.GetBytes(JsonEscape.Of(c) ?? $"\\u00{Hex[c >> 4]}{Hex[c & 15]}", to);
            value = value[(at + 1)..];
        }

        Encoding.UTF8.GetBytes(value, to);
        to.Write("\""u8);
    }

    /// <summary>Appends a string as a JSON string.</summary>
    private static void AppendQuoted(StringBuilder text, string value)
    {
        text.Append('"');
        var rest = value.AsSpan();
        for (var at = rest.IndexOfAny(Special); at >= 0; at = rest.IndexOfAny(Special))
        {
            text.Append(rest[..at]);
            var c = rest[at];
            _ = JsonEscape.Of(c) is { } escape ? text.Append(escape) : text.Append("\\u00").Append(Hex[c >> 4]).Append(Hex[c & 15]);
            rest = rest[(at + 1)..];
        }

        text.Append(rest).Append('"');
    }

    private static void AppendIndented(StringBuilder text, JsonValue value, int level)
    {
        switch (value)
        {
            case JsonArray { Count: > 0 } array:
                text.Append('[');
                for (var i = 0; i < array.Count; i++)
                {
                    NewLine(text, i > 0, level + 1);
                    AppendIndented(text, array[i], level + 1);
                }

                NewLine(text, false, level);
                text.Append(']');
                break;
            case JsonObject { Count: > 0 } members:
                text.Append('{');
                for (var i = 0; i < members.Count; i++)
                {
                    NewLine(text, i > 0, level + 1);
                    AppendQuoted(text, members.Keys[i]);
                    text.Append(": ");
                    AppendIndented(text, members.Values[i], level + 1);
                }

                NewLine(text, false, level);
                text.Append('}');
                break;
            default:
                Append(text, value);
                break;
        }
    }

    private static void NewLine(StringBuilder text, bool comma, int level)
    {
        if (comma)
            text.Append(',');
        text.Append('\n').Append(' ', level * 2);
    }
}
