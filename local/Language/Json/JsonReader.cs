using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Stateside.Language.Json;

/// <summary>A text that is not JSON, with the place where it stops being so.</summary>
/// <param name="problem">What is wrong there, one sentence.</param>
/// <param name="line">The line, from 1.</param>
/// <param name="column">The column in characters, from 1.</param>
public sealed class JsonSyntaxException(string problem, int line, int column) : FormatException($"line {line}, column {column}: {problem}")
{
    /// <summary>What is wrong, without the place.</summary>
    public string Problem { get; } = problem;

    /// <summary>The line, from 1.</summary>
    public int Line { get; } = line;

    /// <summary>The column in characters, from 1.</summary>
    public int Column { get; } = column;
}

/// <summary>Reads JSON text (RFC 8259: no comments, no trailing commas) into values.</summary>
public static class JsonReader
{
    /// <summary>Values nested more deeply than this are refused.</summary>
    public const int MaxDepth = 1000;

    /// <summary>Reads one value.</summary>
    /// <param name="text">The text.</param>
    /// <param name="keepText">Whether the value is to print as this very text (what a caller sent is echoed byte for byte).</param>
    /// <returns>The value.</returns>
    /// <exception cref="JsonSyntaxException">The text is not JSON.</exception>
    public static JsonValue Parse(string text, bool keepText = false)
    {
        ArgumentNullException.ThrowIfNull(text);
        var rented = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(text.Length));
        try
        {
            var length = Encoding.UTF8.GetBytes(text, rented);
            var value = ParseAll(rented.AsSpan(0, length));
            return keepText ? Kept(value, text) : value;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    /// <summary>Reads one value.</summary>
    /// <param name="utf8">The text in UTF-8; a byte order mark before it is passed over.</param>
    /// <returns>The value.</returns>
    /// <exception cref="JsonSyntaxException">The text is not JSON.</exception>
    public static JsonValue Parse(ReadOnlySpan<byte> utf8) => ParseAll(utf8.StartsWith(Encoding.UTF8.Preamble) ? utf8[3..] : utf8);

    private static JsonValue ParseAll(ReadOnlySpan<byte> utf8)
    {
        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = MaxDepth });
        try
        {
            reader.Read();
            var value = Read(ref reader);
            while (reader.Read())
            {
                // Anything but white space makes Read throw.
            }

            return value;
        }
        catch (JsonException e)
        {
            throw At(utf8, Problem(e), e.LineNumber ?? 0, e.BytePositionInLine ?? 0);
        }
        catch (InvalidOperationException)
        {
            var (line, byteInLine) = Place(utf8, (int)reader.TokenStartIndex);
            throw At(utf8, "The string holds bytes or surrogates that are not Unicode text.", line, byteInLine);
        }
    }

    /// <summary>Reads one value, or says that there is none.</summary>
    /// <param name="text">The text.</param>
    /// <param name="value">The value.</param>
    /// <param name="keepText">Whether the value is to print as this very text.</param>
    /// <returns>Whether the text is JSON.</returns>
    public static bool TryParse(string text, out JsonValue value, bool keepText = false)
    {
        try
        {
            value = Parse(text, keepText);
            return true;
        }
        catch (JsonSyntaxException)
        {
            value = JsonValue.Null;
            return false;
        }
    }

    /// <summary>What is wrong with a text that a reader read piece by piece, of which no more than the last piece is there.</summary>
    /// <param name="e">What the reader threw.</param>
    internal static JsonSyntaxException Refused(JsonException e) => new(Problem(e), (int)(e.LineNumber ?? 0) + 1, (int)(e.BytePositionInLine ?? 0) + 1);

    /// <summary>What Jackson says of values that are nested more deeply than it reads.</summary>
    /// <param name="depth">How deeply.</param>
    internal static string TooDeep(int depth) =>
        $"Document nesting depth ({depth}) exceeds the maximum allowed ({MaxDepth}, from `StreamReadConstraints.getMaxNestingDepth()`)";

    /// <summary>A JSON reader's current value; the reader stands on its last token afterwards.</summary>
    /// <param name="reader">A reader that stands on a value's first token.</param>
    internal static JsonValue Read(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.Null:
                return JsonValue.Null;
            case JsonTokenType.True:
                return JsonValue.True;
            case JsonTokenType.False:
                return JsonValue.False;
            case JsonTokenType.String:
                return new JsonString(reader.GetString()!);
            case JsonTokenType.Number:
                return ReadNumber(ref reader);
            case JsonTokenType.StartArray:
                {
                    var items = new List<JsonValue>();
                    while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                        items.Add(Read(ref reader));
                    return JsonArray.Of([.. items]);
                }

            default:
                {
                    var members = new JsonObject.Builder();
                    while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
                    {
                        var key = reader.GetString()!;
                        reader.Read();
                        members.Set(key, Read(ref reader));
                    }

                    return members.ToObject();
                }
        }
    }

    private static JsonNumber ReadNumber(ref Utf8JsonReader reader)
    {
        var token = reader.ValueSpan;
        if (token.Length < 19 && reader.TryGetInt64(out var whole) && !token.SequenceEqual("-0"u8))
            return JsonNumber.Of(whole);
        return JsonNumber.Parse(Encoding.UTF8.GetString(token));
    }

    private static JsonValue Kept(JsonValue value, string text)
    {
        // Literals and numbers are shared, so only containers and strings can carry a text; empty ones are shared too.
        if (value is JsonNull or JsonBoolean or JsonNumber || text.Length == value.CompactLength)
            return value;
        var own = value is JsonArray { Count: 0 } or JsonObject { Count: 0 } ? value.Copy() : value;
        own.KeepSourceText(text);
        return own;
    }

    private static string Problem(JsonException e)
    {
        // System.Text.Json ends its messages with a place of its own.
        var end = e.Message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        var problem = end > 0 ? e.Message[..end] : e.Message;

        // What it says to whoever programs with it is of no use to whoever wrote the text.
        return problem
            .Replace(" which is not supported in this mode. Change the reader options.", ".", StringComparison.Ordinal)
            .Replace(", when isFinalBlock is true", "", StringComparison.Ordinal);
    }

    private static JsonSyntaxException At(ReadOnlySpan<byte> utf8, string problem, long line, long byteInLine)
    {
        var start = 0;
        for (var i = 0L; i < line; i++)
        {
            var next = utf8[start..].IndexOf((byte)'\n');
            if (next < 0)
                break;
            start += next + 1;
        }

        var prefix = utf8.Slice(start, (int)Math.Min(byteInLine, utf8.Length - start));
        return new JsonSyntaxException(problem, (int)line + 1, Encoding.UTF8.GetCharCount(prefix) + 1);
    }

    private static (int Line, int ByteInLine) Place(ReadOnlySpan<byte> utf8, int index)
    {
        var before = utf8[..Math.Min(index, utf8.Length)];
        return (before.Count((byte)'\n'), before.Length - (before.LastIndexOf((byte)'\n') + 1));
    }
}
