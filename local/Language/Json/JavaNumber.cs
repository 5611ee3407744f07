using System.Globalization;
using System.Numerics;

namespace Stateside.Language.Json;

/// <summary>
/// What a number is to the service, which reads JSON as Java's Jackson does: an Integer, a Long, a BigInteger or, written with a fraction
/// or an exponent, a Double.
/// </summary>
internal static class JavaNumber
{
    public static bool IsDouble(JsonNumber number) => !number.IsInt64 && number.Token.AsSpan().ContainsAny('.', 'e', 'E');

    /// <summary>The number as Java prints it.</summary>
    public static string Text(JsonNumber number)
    {
        if (number.IsInt64 || IsShort(number))
            return number.Token;
        if (IsDouble(number))
            return Text(number.Double);
        return number.Token == "-0" ? "0" : number.Token;
    }

    /// <summary>The number as Jackson writes it: as Java prints it, and as a string where JSON has no such number.</summary>
    public static string Json(JsonNumber number) =>
        double.IsFinite(number.Double) || !IsDouble(number) ? Text(number) : $"\"{Text(number)}\"";

    /// <summary>
    /// A double as Java prints it: at least one decimal, an exponent from 1.0E7 up and below 0.001, and no more digits than read back to
    /// it, which Java keeps to since version 19.
    /// </summary>
    public static string Text(double value)
    {
        if (!double.IsFinite(value))
            return double.IsNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";
        var text = value.ToString("R", CultureInfo.InvariantCulture);
        if (value == 0 || Math.Abs(value) is >= 0.001 and < 10_000_000)
            return text.Contains('.', StringComparison.Ordinal) ? text : text + ".0";

        // Where one digit would do, Java takes the nearest two: 4.9E-324.
        var sign = value < 0 ? "-" : "";
        var (digits, exponent) = Scientific(text.AsSpan(sign.Length));
        if (digits.Length == 1)
            (digits, exponent) = Scientific(value.ToString("E1", CultureInfo.InvariantCulture).AsSpan(sign.Length));
        return $"{sign}{digits[0]}.{(digits.Length > 1 ? digits[1..] : "0")}E{exponent}";
    }

    /// <summary>
    /// What a number is after an evaluation of the service's, whose numbers are longs and doubles: one without a fraction an integer, one
    /// that no JSON has a string.
    /// </summary>
    public static JsonValue Passed(JsonNumber number)
    {
        if (!IsForeign(number))
            return number;
        var value = number.Double;
        if (!double.IsFinite(value))
            return new JsonString(Text(value));
        return Math.Floor(value) == value && Math.Abs(value) < 9223372036854775808 ? JsonNumber.Of((long)value) : JsonNumber.Parse(Text(value));
    }

    /// <summary>Whether an evaluation would write a number otherwise than it is written.</summary>
    public static bool IsForeign(JsonNumber number)
    {
        if (number.IsInt64)
            return false;

        // Java and JavaScript print fractions of a usual size alike.
        var value = Math.Abs(number.Double);
        if (number.HasToken ? IsShort(number) : value is >= 0.001 and < 10_000_000)
            return false;
        return Math.Floor(value) == value || !double.IsFinite(value) || Text(number.Double) != number.Token;
    }

    /// <summary>The hash code of the Java object that the number becomes.</summary>
    public static int Hash(JsonNumber number)
    {
        if (number.IsInt64)
            return (int)number.Int64 == number.Int64 ? (int)number.Int64 : Fold(number.Int64);
        if (IsDouble(number))
            return Fold(BitConverter.DoubleToInt64Bits(number.Double));

        var value = BigInteger.Parse(number.Token, CultureInfo.InvariantCulture);
        var hash = 0;
        var bytes = BigInteger.Abs(value).ToByteArray(isUnsigned: true, isBigEndian: true).AsSpan();
        for (var length = (bytes.Length - 1) % 4 + 1; !bytes.IsEmpty; bytes = bytes[length..], length = 4)
        {
            var word = 0;
            foreach (var b in bytes[..length])
                word = (word << 8) | b;
            hash = unchecked((31 * hash) + word);
        }

        return unchecked(hash * value.Sign);
    }

    /// <summary>Whether two numbers become equal Java objects: of the same class, and of the same value.</summary>
    public static bool AreEqual(JsonNumber a, JsonNumber b)
    {
        if (a.IsInt64 && b.IsInt64)
            return a.Int64 == b.Int64;
        if (IsDouble(a) || IsDouble(b))
            return IsDouble(a) && IsDouble(b) && BitConverter.DoubleToInt64Bits(a.Double) == BitConverter.DoubleToInt64Bits(b.Double);
        return Text(a) == Text(b);
    }

    /// <summary>Whether a number is a fraction of a usual size in few digits, which has no shorter form and no other in Java.</summary>
    private static bool IsShort(JsonNumber number)
    {
        var token = number.Token.AsSpan();
        return Math.Abs(number.Double) is >= 0.001 and < 10_000_000
            && token.Length < 16 && token[^1] != '0' && token.Contains('.') && !token.ContainsAny('e', 'E');
    }

    private static int Fold(long bits) => unchecked((int)(bits ^ (long)((ulong)bits >> 32)));

    /// <summary>The digits of a number, the first of them not 0, and the exponent of that one.</summary>
    private static (string Digits, int Exponent) Scientific(ReadOnlySpan<char> text)
    {
        var at = text.IndexOf('E');
        var exponent = at < 0 ? 0 : int.Parse(text[(at + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        var mantissa = at < 0 ? text : text[..at];
        var point = mantissa.IndexOf('.');
        var digits = mantissa.ToString().Replace(".", "", StringComparison.Ordinal).TrimStart('0');
        exponent += point < 0 ? mantissa.Length - 1 : mantissa[0] == '0' ? digits.Length - (mantissa.Length - 1) : point - 1;
        digits = digits.TrimEnd('0');
        return (digits, exponent);
    }
}
