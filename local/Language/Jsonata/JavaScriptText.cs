using System.Buffers;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Stateside.Language.Json;

namespace Stateside.Language.Jsonata;

/// <summary>
/// Values as text the way $string gives them: JSON as JavaScript writes it, numbers to 15 digits, functions as empty strings.
/// </summary>
/// <param name="run">The evaluation, whose guards count the work; null outside one.</param>
/// <param name="text">Where to.</param>
/// <param name="indent">How many blanks a level; 0 for one line.</param>
internal sealed class JavaScriptText(Run? run, StringBuilder text, int indent)
{
    /// <summary>No string an evaluation makes may be longer.</summary>
    private const int MaxLength = 1 << 26;

    /// <summary>What an error tells of a value is no longer.</summary>
    private const int MostTold = 1 << 20;

    /// <summary>What is not written as it is: quotation marks, backslashes, control characters and halves of surrogate pairs.</summary>
    private static readonly SearchValues<char> Special = SearchValues.Create(
        [.. Enumerable.Range(0, 32).Concat(Enumerable.Range(0xD800, 0x800)).Select(code => (char)code), '"', '\\']);

    /// <summary>How much is written between two looks at what there is room for.</summary>
    private const int Stride = 1024;

    private int _level;
    private int _checked = Stride;

    /// <summary>The text of a value, a string as it is; null for undefined.</summary>
    public static string? Of(JsonValue? value, Run run, bool prettify = false)
    {
        switch (value)
        {
            case null:
                return null;
            case JsonString s:
                return s.Value;
            case Callable:
                return "";
            case JsonNumber number:
                return double.IsFinite(number.Double) ? Number(number) : throw new JsonataException("D3001") { Value = number };
            case JsonataArray { IsInputWrapper: true } wrapper:
                value = wrapper[0];
                break;
        }

        var builder = new StringBuilder();
        new JavaScriptText(run, builder, prettify ? 2 : 0).Append(value);
        return builder.ToString();
    }

    public static void CheckLength(long length)
    {
        if (length > MaxLength)
            throw JsonataException.Guard($"The evaluation makes a string of more than {MaxLength} characters.");
    }

    /// <summary>A number as JavaScript writes it, to 15 digits when it has a fraction.</summary>
    public static string Number(JsonNumber number) =>
        number.IsInt64 && Math.Abs(number.Double) <= 9007199254740992
            ? number.Int64.ToString(CultureInfo.InvariantCulture)
            : JsonNumber.Format(Rounded(number.Double));

    /// <summary>A number as it is after it went through text.</summary>
    public static double Rounded(double value) =>
        Math.Floor(value) == value || !double.IsFinite(value)
            ? value
            : double.Parse(value.ToString("E14", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    public void Append(JsonValue? value)
    {
        switch (value)
        {
            case null or JsonNull:
                text.Append("null");
                break;
            case JsonString s:
                AppendString(s.Value);
                break;
            case JsonBoolean boolean:
                text.Append(boolean.Value ? "true" : "false");
                break;
            case JsonNumber number:
                AppendNumber(number);
                break;
            case JsonObject members:
                AppendObject(members);
                break;
            case Callable:
                text.Append("\"\"");
                break;
            case TupleValue tuple:
                Append(tuple.Context);
                break;
            default:
                AppendArray(Values.Items(value));
                break;
        }
    }

    private void AppendNumber(JsonNumber number)
    {
        if (number.IsInt64 && Math.Abs(number.Double) <= 9007199254740992)
            text.Append(CultureInfo.InvariantCulture, $"{number.Int64}");
        else
            text.Append(Values.IsNumeric(number, out _) ? Number(number) : "null");
    }

    private void AppendObject(JsonObject members)
    {
        if (members.Count == 0)
        {
            text.Append("{}");
            return;
        }

        Open('{');
        for (var i = 0; i < members.Count; i++)
        {
            Next(i);
            AppendString(members.Keys[i]);
            text.Append(indent > 0 ? ": " : ":");
            Append(members.Values[i]);
        }

        Close('}');
    }

    private void AppendArray(ReadOnlySpan<JsonValue?> items)
    {
        if (items.Length == 0)
        {
            text.Append("[]");
            return;
        }

        Open('[');
        for (var i = 0; i < items.Length; i++)
        {
            Next(i);
            Append(items[i]);
        }

        Close(']');
    }

    private void Open(char bracket)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        run?.Step();
        text.Append(bracket);
        _level++;
    }

    private void Close(char bracket)
    {
        _level--;
        if (indent > 0)
            text.Append('\n').Append(' ', _level * indent);
        text.Append(bracket);
    }

    private void Next(int index)
    {
        Check(0);
        if (index > 0)
            text.Append(',');
        if (indent > 0)
            text.Append('\n').Append(' ', _level * indent);
    }

    /// <summary>Sees to it that there is room for more, whatever holds it many times over.</summary>
    private void Check(int more)
    {
        if (text.Length + more > _checked)
            CheckAll(more);
    }

    private void CheckAll(int more)
    {
        if (run is null && text.Length + more > MostTold)
            throw JsonataException.OutOfMemory();
        run?.Allow(0, (long)text.Length + more);
        run?.Make(more + Stride, 2);
        _checked = text.Length + more + Stride;
    }

    private void AppendString(string value)
    {
        Check(value.Length);
        text.Append('"');
        var rest = value.AsSpan();
        for (var at = rest.IndexOfAny(Special); at >= 0; at = rest.IndexOfAny(Special))
        {
            text.Append(rest[..at]);
            var c = rest[at];
            if (char.IsHighSurrogate(c) && at + 1 < rest.Length && char.IsLowSurrogate(rest[at + 1]))
                text.Append(c).Append(rest[++at]);
            else
                text.Append(JsonEscape.Of(c) ?? $"\\u{(int)c:x4}");
            rest = rest[(at + 1)..];
        }

        text.Append(rest).Append('"');
    }
}
