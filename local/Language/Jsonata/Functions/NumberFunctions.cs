using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Stateside.Language.Json;

namespace Stateside.Language.Jsonata.Functions;

/// <summary>Numeric functions. See https://docs.jsonata.org/numeric-functions.</summary>
internal static partial class NumberFunctions
{
    public static readonly NativeFunction[] All =
    [
        new("number", "<(nsb)-:n>", 1, (arguments, _) => arguments[0] is { } value ? Cast(value) : null),
        Of("floor", "<n-:n>", 1, (number, _) => Math.Floor(number)),
        Of("ceil", "<n-:n>", 1, (number, _) => Math.Ceiling(number)),
        Of("round", "<n-n?:n>", 2, (number, arguments) => Round(number, arguments[1] is JsonNumber precision ? precision.Double : 0), FunctionShapes.Rounded),
        Of("abs", "<n-:n>", 1, (number, _) => Math.Abs(number)),
        Of("sqrt", "<n-:n>", 1, (number, _) => number < 0
            ? throw new JsonataException("D3060") { Value = JsonNumber.Of(number), Index = 1 }
            : Math.Sqrt(number)),
        Of("power", "<n-n:n>", 2, Power),
        new("random", "<:n>", 0, (_, run) => JsonNumber.Of(run.Chance.NextDouble())),
        new("formatNumber", "<n-so?:s>", 3, (arguments, _) => arguments[0] is JsonNumber number
            ? new JsonString(NumberPicture.Format(number.Double, (arguments[1] as JsonString)?.Value ?? "undefined", arguments[2] as JsonObject))
            : null),
        new("formatBase", "<n-n?:s>", 2, FormatBase),
        new("formatInteger", "<n-s:s>", 2, (arguments, _) => arguments[0] is JsonNumber number
            ? new JsonString(IntegerPicture.Parse(Picture(arguments[1])).Format(Math.Floor(number.Double)))
            : null),
        new("parseInteger", "<s-s:n>", 2, (arguments, _) => arguments[0] is JsonString text
            ? Values.Number(IntegerPicture.Parse(Picture(arguments[1])).Read(text.Value))
            : null, FunctionShapes.Of(ShapeTraits.NotFinite)),
    ];

    /// <summary>Rounds to a number of decimals, halves to the even neighbor.</summary>
    public static double Round(double value, double precision = 0)
    {
        var shifted = Shift(value, precision);
        var result = Math.Floor(shifted + 0.5);
        if (shifted == 0.49999999999999994 || Math.Abs(shifted) >= 4503599627370496)
            result = Math.Round(shifted);
        if (Math.Abs(result - shifted) == 0.5 && Math.Abs(result % 2) == 1)
            result--;
        result = Shift(result, -precision);
        return result == 0 ? 0 : result;
    }

    /// <summary>Moves the decimal point, in the digits, since a multiplication could round.</summary>
    private static double Shift(double value, double places)
    {
        if (places == 0 || !double.IsFinite(value))
            return value;
        var text = JsonNumber.Format(value);
        var at = text.IndexOf('e', StringComparison.Ordinal);
        var exponent = places + (at < 0 ? 0 : double.Parse(text.AsSpan(at + 1), CultureInfo.InvariantCulture));
        if (Math.Floor(exponent) != exponent)
            return double.NaN;
        var mantissa = at < 0 ? text : text[..at];
        return double.Parse($"{mantissa}e{Math.Clamp(exponent, -9999, 9999):F0}", CultureInfo.InvariantCulture);
    }

    private static NativeFunction Of(string name, string signature, int arity, Func<double, JsonValue?[], double> body, NativeShape? shape = null) =>
        new(name, signature, arity, (arguments, _) => arguments[0] is JsonNumber number ? Values.Number(body(number.Double, arguments)) : null, shape);

    private static string Picture(JsonValue? picture) =>
        picture is JsonString text ? text.Value : throw new JsonataException("T0410") { Index = 2 };

    private static double Power(double number, JsonValue?[] arguments)
    {
        var exponent = arguments[1] is JsonNumber n ? n.Double : double.NaN;
        var result = double.IsInfinity(exponent) && Math.Abs(number) == 1 ? double.NaN : Math.Pow(number, exponent);
        return double.IsFinite(result)
            ? result
            : throw new JsonataException("D3061") { Value = JsonNumber.Of(number), Value2 = arguments[1], Index = 1 };
    }

    private static JsonNumber Cast(JsonValue value)
    {
        switch (value)
        {
            case JsonNumber number:
                return number;
            case JsonBoolean boolean:
                return JsonNumber.Of(boolean.Value ? 1 : 0);
            case JsonString text when Decimal().IsMatch(text.Value):
                var result = double.Parse(text.Value, NumberStyles.Float, CultureInfo.InvariantCulture);
                if (double.IsFinite(result))
                    return JsonNumber.Of(result);
                break;
            case JsonString text when Prefixed().IsMatch(text.Value):
                return Values.Number(WithPrefix(text.Value));
        }

        throw new JsonataException("D3030") { Value = value, Index = 1 };
    }

    /// <summary>A number with one of JavaScript's prefixes, or NaN.</summary>
    private static double WithPrefix(string text)
    {
        text = text.Trim();
        if (text.Length < 3 || text[0] != '0')
            return double.NaN;
        var radix = text[1] switch { 'x' or 'X' => 16, 'o' or 'O' => 8, 'b' or 'B' => 2, _ => 0 };
        var result = 0.0;
        foreach (var c in text.AsSpan(2))
        {
            if (!char.IsAsciiHexDigit(c) || Convert.ToInt32(c.ToString(), 16) is var digit && digit >= radix)
                return double.NaN;
            result = (result * radix) + digit;
        }

        return result;
    }

    private static JsonString? FormatBase(JsonValue?[] arguments, Run run)
    {
        if (arguments[0] is not JsonNumber number)
            return null;
        var value = Round(number.Double);
        var radix = arguments[1] is JsonNumber given ? Round(given.Double) : 10;
        if (!(radix >= 2 && radix <= 36))
            throw new JsonataException("D3100") { Value = Values.Number(radix) };
        if (radix == 10 || !double.IsFinite(value))
            return new JsonString(JsonNumber.Format(value));

        // Digits beyond a double's precision are zeros, as JavaScript writes them.
        var digits = new StringBuilder();
        var rest = Math.Abs(value);
        for (; rest >= 9007199254740992; rest /= radix)
            digits.Insert(0, '0');
        rest = Math.Floor(rest);
        do
        {
            digits.Insert(0, "0123456789abcdefghijklmnopqrstuvwxyz"[(int)(rest % radix)]);
            rest = Math.Floor(rest / radix);
        }
        while (rest > 0);
        return new JsonString((value < 0 ? "-" : "") + digits);
    }

    [GeneratedRegex(@"^-?[0-9]+(\.[0-9]+)?([Ee][-+]?[0-9]+)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Decimal();

    [GeneratedRegex(@"^(0[xX][0-9A-Fa-f]+)|(0[oO][0-7]+)|(0[bB][0-1]+)\z", RegexOptions.CultureInvariant)]
    private static partial Regex Prefixed();
}
