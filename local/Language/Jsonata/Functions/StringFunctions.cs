using System.Text;
using Stateside.Language.Evaluation;
using Stateside.Language.Json;

namespace Stateside.Language.Jsonata.Functions;

/// <summary>String functions without regular expressions. See https://docs.jsonata.org/string-functions.</summary>
internal static class StringFunctions
{
    public static readonly NativeFunction[] All =
    [
        new("string", "<x-b?:s>", 1, (arguments, run) =>
            JavaScriptText.Of(arguments[0], run, arguments[1] is JsonBoolean { Value: true }) is { } text ? new JsonString(text) : null, FunctionShapes.Text),
        Of("substring", "<s-nn?:s>", 3, Substring),
        Part("substringBefore", (text, at, _) => text[..at]),
        Part("substringAfter", (text, at, length) => text[(at + length)..]),
        Of("lowercase", "<s-:s>", 1, (text, _) => LetterCase.Lower(text)),
        Of("uppercase", "<s-:s>", 1, (text, _) => LetterCase.Upper(text)),
        new("length", "<s-:n>", 1, (arguments, _) => arguments[0] is JsonString text ? JsonNumber.Of(Length(text.Value)) : null),
        Of("trim", "<s-:s>", 1, (text, _) => Trim(text)),
        new("pad", "<s-ns?:s>", 3, (arguments, run) => arguments[0] is JsonString text ? new JsonString(Pad(text.Value, arguments, run)) : null),
        new("join", "<a<s>s?:s>", 2, Join),
        Of("base64encode", "<s-:s>", 1, (text, _) => Convert.ToBase64String(Array.ConvertAll(text.ToCharArray(), c => (byte)c))),
        Of("base64decode", "<s-:s>", 1, (text, _) => Base64Decode(text)),
    ];

    /// <summary>How many characters a string has, a surrogate pair counting as one.</summary>
    public static int Length(string text)
    {
        var length = text.Length;
        for (var i = 1; i < text.Length; i++)
        {
            if (char.IsSurrogatePair(text[i - 1], text[i]))
            {
                length--;
                i++;
            }
        }

        return length;
    }

    private static NativeFunction Of(string name, string signature, int arity, Func<string, JsonValue?[], string> body) =>
        new(name, signature, arity, (arguments, _) => arguments[0] is JsonString text ? new JsonString(body(text.Value, arguments)) : null);

    private static NativeFunction Part(string name, Func<string, int, int, string> part) =>
        new(name, "<s-s:s>", 2, (arguments, run) => arguments[0] is JsonString text ? new JsonString(Split(text.Value, arguments, part, run)) : null);

    private static string Split(string text, JsonValue?[] arguments, Func<string, int, int, string> part, Run run)
    {
        // JavaScript looks for an undefined argument as the word "undefined".
        var separator = arguments[1] is JsonString s ? s.Value : "undefined";
        run.Seek(text, separator);
        var at = text.IndexOf(separator, StringComparison.Ordinal);
        return at < 0 ? text : part(text, at, separator.Length);
    }

    private static string Substring(string text, JsonValue?[] arguments)
    {
        var start = arguments[1] is JsonNumber from ? from.Double : double.NaN;
        var length = arguments[2] is JsonNumber many ? many.Double : double.PositiveInfinity;
        var count = Length(text);
        if (count + start < 0)
            start = 0;
        if (length <= 0)
            return "";
        var end = start >= 0 ? start + length : count + start + length;
        if (arguments[2] is null)
            end = count;
        var first = Bound(start, count);
        var last = Bound(end, count);
        return first >= last ? "" : text[Offset(text, count, first)..Offset(text, count, last)];
    }

    /// <summary>An index as JavaScript's slice reads it: whole, from the end when negative, within the bounds.</summary>
    private static int Bound(double index, int count)
    {
        index = double.IsNaN(index) ? 0 : Math.Truncate(index);
        return (int)(index < 0 ? Math.Max(0, count + index) : Math.Min(index, count));
    }

    private static int Offset(string text, int count, int characters)
    {
        if (count == text.Length)
            return characters;
        var at = 0;
        for (; characters > 0; characters--)
            at += at + 1 < text.Length && char.IsSurrogatePair(text[at], text[at + 1]) ? 2 : 1;
        return at;
    }

    private static string Trim(string text)
    {
        var result = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            if (c is not (' ' or '\t' or '\n' or '\r'))
                result.Append(c);
            else if (result.Length > 0 && result[^1] != ' ')
                result.Append(' ');
        }

        if (result.Length > 0 && result[^1] == ' ')
            result.Length--;
        return result.ToString();
    }

    private static string Pad(string text, JsonValue?[] arguments, Run run)
    {
        var width = arguments[1] is JsonNumber number ? Math.Truncate(number.Double) : double.NaN;
        var unit = arguments[2] is JsonString { Value.Length: > 0 } given ? given.Value : " ";
        var missing = Math.Abs(width) - Length(text);
        if (!(missing > 0))
            return text;
        var length = (long)Math.Min(missing * Math.Min(unit.Length, 2), long.MaxValue / 2);
        run.Allow(0, text.Length + length);
        run.Make((text.Length + length) >> 2, 16);
        var times = (int)Math.Ceiling(missing / Length(unit));
        var padding = new StringBuilder(unit.Length * times).Insert(0, unit, times).ToString();
        padding = padding[..Offset(padding, Length(padding), (int)missing)];
        return width > 0 ? text + padding : padding + text;
    }

    private static JsonString? Join(JsonValue?[] arguments, Run run)
    {
        if (arguments[0] is not { } strings)
            return null;
        var separator = arguments[1] is JsonString s ? s.Value : "";
        var result = new StringBuilder();
        var items = Values.Items(strings);
        for (var i = 0; i < items.Length; i++)
        {
            run.Step();
            var text = (items[i] as JsonString)?.Value ?? "";
            run.Allow(0, (long)result.Length + separator.Length + text.Length);
            run.Make((separator.Length + text.Length) >> 2);
            if (i > 0)
                result.Append(separator);
            result.Append(text);
        }

        return new JsonString(result.ToString());
    }

    /// <summary>The bytes of a Base64 text, each a character.</summary>
    public static string Base64Decode(string text) => Encoding.Latin1.GetString(LooseBase64.Decode(text));
}
