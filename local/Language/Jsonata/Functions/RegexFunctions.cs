using System.Globalization;
using System.Text;
using Stateside.Language.Json;

namespace Stateside.Language.Jsonata.Functions;

/// <summary>String functions that take a string or a regular expression.</summary>
internal static class RegexFunctions
{
    public static readonly NativeFunction[] All =
    [
        new("match", "<s-f<s:o>n?:a<o>>", 3, Match, FunctionShapes.Matches),
        new("contains", "<s-(sf):b>", 2, Contains, FunctionShapes.OfTwo),
        new("replace", "<s-(sf)(sf)n?:s>", 4, Replace),
        new("split", "<s-(sf)n?:a<s>>", 3, Split, FunctionShapes.Parts),
    ];

    /// <summary>The largest number of matches wanted; a negative one is an error.</summary>
    private static double Limit(JsonValue? limit, string code, int index)
    {
        if (limit is not JsonNumber number)
            return double.PositiveInfinity;
        return number.Double < 0 ? throw new JsonataException(code) { Value = number, Index = index } : number.Double;
    }

    /// <summary>The text to look for, which may not be undefined.</summary>
    private static string Required(JsonValue? pattern) => pattern is JsonString text ? text.Value : throw new JsonataException("T0410") { Index = 2 };

    private static JsonataArray? Match(JsonValue?[] arguments, Run run)
    {
        if (arguments[0] is not JsonString text)
            return null;
        var limit = Limit(arguments[2], "D3040", 3);
        var result = JsonataArray.Sequence();
        if (limit == 0)
            return result;
        run.HasInnerValues = true;
        var matcher = new Matcher((Callable)arguments[1]!, text.Value, run);
        while (matcher.HasMatch && result.Count < limit)
        {
            result.Add(JsonObject.Of(
                ("match", new JsonString(matcher.Value)),
                ("index", JsonNumber.Of(matcher.Start)),
                ("groups", matcher.Groups)));
            matcher.MoveNext();
        }

        return result;
    }

    private static JsonBoolean? Contains(JsonValue?[] arguments, Run run)
    {
        if (arguments[0] is not JsonString text || arguments[1] is not { } token)
            return null;
        if (token is not JsonString part)
            return JsonValue.From(new Matcher((Callable)token, text.Value, run).HasMatch);
        run.Seek(text.Value, part.Value);
        return JsonValue.From(text.Value.Contains(part.Value, StringComparison.Ordinal));
    }

    private static JsonString? Replace(JsonValue?[] arguments, Run run)
    {
        if (arguments[0] is not JsonString text)
            return null;
        if (arguments[1] is JsonString { Value.Length: 0 } nothing)
            throw new JsonataException("D3010") { Value = nothing, Index = 2 };
        var limit = Limit(arguments[3], "D3011", 4);
        if (limit == 0)
            return text;
        var result = arguments[1] is Callable pattern
            ? ReplaceMatches(text.Value, pattern, arguments[2], limit, run)
            : ReplaceText(text.Value, Required(arguments[1]), arguments[2], limit, run);
        return new JsonString(result);
    }

    private static string ReplaceText(string text, string pattern, JsonValue? replacement, double limit, Run run)
    {
        // A function in place of the text is not called here; the reference puts its source there, we nothing.
        var substitute = (replacement as JsonString)?.Value ?? (replacement is null ? "undefined" : "");
        var result = new StringBuilder();
        var position = 0;
        run.Seek(text, pattern);
        for (var count = 0; count < limit; count++)
        {
            var at = text.IndexOf(pattern, position, StringComparison.Ordinal);
            if (at < 0)
                break;
            run.Step();
            Grow(result, at - position + substitute.Length, run);
            result.Append(text, position, at - position).Append(substitute);
            position = at + pattern.Length;
        }

        return result.Append(text, position, text.Length - position).ToString();
    }

    private static string ReplaceMatches(string text, Callable pattern, JsonValue? replacement, double limit, Run run)
    {
        var matcher = new Matcher(pattern, text, run);
        if (!matcher.HasMatch)
            return text;
        var result = new StringBuilder();
        var position = 0;
        for (var count = 0; matcher.HasMatch && count < limit; count++)
        {
            result.Append(text, position, Math.Max(0, matcher.Start - position));
            if (replacement is Callable function)
            {
                run.HasInnerValues = true;
                var substitute = function.Invoke([matcher.Description], JsonValue.Null, run);
                Append(result, substitute is JsonString s ? s.Value : throw new JsonataException("D3012") { Value = substitute }, run);
            }
            else
            {
                Substitute(result, (replacement as JsonString)?.Value ?? throw new JsonataException("D3012"), matcher, run);
            }

            position = Math.Min(text.Length, matcher.Start + matcher.Value.Length);
            matcher.MoveNext();
        }

        return result.Append(text, position, text.Length - position).ToString();
    }

    /// <summary>Appends a replacement in which <c>$n</c> names a group, <c>$0</c> the match and <c>$$</c> a dollar sign.</summary>
    private static void Substitute(StringBuilder result, string replacement, Matcher match, Run run)
    {
        Grow(result, replacement.Length, run);
        var groups = Values.Items(match.Groups);
        var position = 0;
        for (var dollar = replacement.IndexOf('$', 0); dollar >= 0; dollar = replacement.IndexOf('$', position))
        {
            result.Append(replacement, position, dollar - position);
            position = dollar + 1;
            var next = position < replacement.Length ? replacement[position] : '\0';
            if (next == '$')
            {
                result.Append('$');
                position++;
            }
            else if (next == '0')
            {
                Append(result, match.Value, run);
                position++;
            }
            else
            {
                // As many digits as the number of groups has, but no more than name a group.
                var most = groups.Length == 0 ? 1 : (int)Math.Floor(Math.Log10(groups.Length)) + 1;
                var number = Number(replacement, position, most);
                if (most > 1 && number > groups.Length)
                    number = Number(replacement, position, most - 1);
                if (number < 0)
                {
                    result.Append('$');
                    continue;
                }

                if (number >= 1 && number <= groups.Length && groups[number - 1] is JsonString group)
                    Append(result, group.Value, run);
                position += number.ToString(CultureInfo.InvariantCulture).Length;
            }

            if (position >= replacement.Length)
                break;
        }

        if (position < replacement.Length)
            result.Append(replacement, position, replacement.Length - position);
    }

    private static void Append(StringBuilder result, string text, Run run)
    {
        run.Step();
        Grow(result, text.Length, run);
        result.Append(text);
    }

    /// <summary>Counts what is to be added: a short text may be replaced by a long one, over and over.</summary>
    private static void Grow(StringBuilder result, int more, Run run)
    {
        run.Allow(0, (long)result.Length + more);
        run.Make(more >> 2);
    }

    private static int Number(string text, int start, int most)
    {
        var length = 0;
        while (length < most && start + length < text.Length && char.IsAsciiDigit(text[start + length]))
            length++;
        return length == 0 ? -1 : int.Parse(text.AsSpan(start, length), NumberStyles.None, CultureInfo.InvariantCulture);
    }

    private static JsonArray? Split(JsonValue?[] arguments, Run run)
    {
        if (arguments[0] is not JsonString text)
            return null;
        var limit = Limit(arguments[2], "D3020", 3);
        var parts = new List<JsonValue>();
        if (limit == 0)
            return JsonArray.Empty;
        if (arguments[1] is not Callable separator)
        {
            // JavaScript's own split takes the whole part of a limit.
            SplitText(text.Value, Required(arguments[1]), parts, Math.Floor(limit), run);
            return JsonArray.Of([.. parts]);
        }

        var matcher = new Matcher(separator, text.Value, run);
        var start = 0;
        while (matcher.HasMatch && parts.Count < limit)
        {
            parts.Add(new JsonString(text.Value[Math.Min(start, matcher.Start)..Math.Max(start, matcher.Start)]));
            start = matcher.End;
            matcher.MoveNext();
        }

        if (parts.Count < limit)
            parts.Add(new JsonString(text.Value[start..]));
        return JsonArray.Of([.. parts]);
    }

    private static void SplitText(string text, string separator, List<JsonValue> parts, double limit, Run run)
    {
        if (separator.Length == 0)
        {
            for (var i = 0; i < text.Length && parts.Count < limit; i++)
            {
                run.Step();
                parts.Add(new JsonString(text[i].ToString()));
            }

            return;
        }

        run.Seek(text, separator);
        var start = 0;
        while (parts.Count < limit)
        {
            run.Step();
            var at = text.IndexOf(separator, start, StringComparison.Ordinal);
            parts.Add(new JsonString(at < 0 ? text[start..] : text[start..at]));
            if (at < 0)
                return;
            start = at + separator.Length;
        }
    }
}
