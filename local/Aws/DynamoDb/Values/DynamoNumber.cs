using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;
using Stateside.Aws.Services;

namespace Stateside.Aws.DynamoDb.Values;

/// <summary>
/// A number as DynamoDB keeps it: up to 38 significant digits, of a magnitude from 1E-130 to 9.99…E+125, or zero. It comes back as it
/// was meant, not as it was written: 1.50 as 1.5, 1e3 as 1000.
/// See https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html#HowItWorks.DataTypes.Number.
/// </summary>
internal readonly partial struct DynamoNumber : IComparable<DynamoNumber>, IEquatable<DynamoNumber>
{
    private const int MostDigits = 38;
    private const int LargestMagnitude = 125;
    private const int SmallestMagnitude = -130;

    private readonly BigInteger _digits;
    private readonly int _exponent;

    private DynamoNumber(BigInteger digits, int exponent)
    {
        _digits = digits;
        _exponent = exponent;
    }

    /// <summary>How many bytes it counts in an item.</summary>
    public int Size => _digits.IsZero ? 1 : ((DigitCount + 1) / 2) + 1 + (_digits.Sign < 0 ? 1 : 0);

    private int DigitCount => BigInteger.Abs(_digits).ToString(CultureInfo.InvariantCulture).Length;

    private int Magnitude => DigitCount - 1 + _exponent;

    /// <summary>Reads a number.</summary>
    /// <exception cref="StoreRefusal">It is none, or none that DynamoDB can keep.</exception>
    public static DynamoNumber Parse(string text)
    {
        var match = Form().Match(text);
        if (!match.Success || match.Groups[2].Length + match.Groups[3].Length == 0)
            throw Refusals.Invalid(text.Length == 0 ? "The parameter cannot be converted to a numeric value" : $"The parameter cannot be converted to a numeric value: {text}");
        var digits = (match.Groups[2].Value + match.Groups[3].Value).TrimStart('0');
        if (digits.Length == 0)
            return default;
        var exponent = BigInteger.Parse("0" + match.Groups[5].Value, CultureInfo.InvariantCulture);
        if (match.Groups[4].Value == "-")
            exponent = -exponent;
        exponent -= match.Groups[3].Length;
        var significant = digits.TrimEnd('0');
        exponent += digits.Length - significant.Length;
        var sign = match.Groups[1].Value == "-" ? -1 : 1;

        // An exponent beyond any integer is out of range whatever its size.
        var bounded = (int)BigInteger.Max(-1_000_000, BigInteger.Min(1_000_000, exponent));
        CheckRange(significant.Length, bounded);
        return new DynamoNumber(sign * BigInteger.Parse(significant, CultureInfo.InvariantCulture), bounded);
    }

    public static DynamoNumber operator +(DynamoNumber a, DynamoNumber b)
    {
        var exponent = Math.Min(a._exponent, b._exponent);
        return Of(a.At(exponent) + b.At(exponent), exponent);
    }

    public static DynamoNumber operator -(DynamoNumber a, DynamoNumber b) => a + new DynamoNumber(-b._digits, b._exponent);

    public int CompareTo(DynamoNumber other)
    {
        var exponent = Math.Min(_exponent, other._exponent);
        return At(exponent).CompareTo(other.At(exponent));
    }

    public bool Equals(DynamoNumber other) => _digits == other._digits && _exponent == other._exponent;

    public override bool Equals(object? obj) => obj is DynamoNumber other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(_digits, _exponent);

    public override string ToString()
    {
        if (_digits.IsZero)
            return "0";
        var sign = _digits.Sign < 0 ? "-" : "";
        var digits = BigInteger.Abs(_digits).ToString(CultureInfo.InvariantCulture);
        if (_exponent >= 0)
            return sign + digits + new string('0', _exponent);
        return digits.Length > -_exponent
            ? $"{sign}{digits[..(digits.Length + _exponent)]}.{digits[(digits.Length + _exponent)..]}"
            : $"{sign}0.{new string('0', -_exponent - digits.Length)}{digits}";
    }

    /// <summary>Bytes that compare as the numbers do.</summary>
    public byte[] ToKey()
    {
        if (_digits.IsZero)
            return [0x80];
        var digits = BigInteger.Abs(_digits).ToString(CultureInfo.InvariantCulture);
        var key = new byte[digits.Length + 3];
        key[0] = 0x81;
        key[1] = (byte)(Magnitude - SmallestMagnitude);
        for (var i = 0; i < digits.Length; i++)
            key[i + 2] = (byte)(digits[i] - '0' + 1);

        // Of two negative numbers the larger magnitude comes first: every byte turned over, and the end above any digit.
        if (_digits.Sign < 0)
        {
            for (var i = 0; i < key.Length; i++)
                key[i] = (byte)~key[i];
        }

        return key;
    }

    private static DynamoNumber Of(BigInteger digits, int exponent)
    {
        if (digits.IsZero)
            return default;
        while (true)
        {
            var shorter = BigInteger.DivRem(digits, 10, out var rest);
            if (!rest.IsZero)
                break;
            digits = shorter;
            exponent++;
        }

        var number = new DynamoNumber(digits, exponent);
        CheckRange(number.DigitCount, exponent);
        return number;
    }

    private static void CheckRange(int digits, int exponent)
    {
        if (digits - 1 + exponent > LargestMagnitude)
            throw Refusals.Invalid("Number overflow. Attempting to store a number with magnitude larger than supported range");
        if (digits - 1 + exponent < SmallestMagnitude)
            throw Refusals.Invalid("Number underflow. Attempting to store a number with magnitude smaller than supported range");
        if (digits > MostDigits)
            throw Refusals.Invalid("Attempting to store more than 38 significant digits in a Number");
    }

    private BigInteger At(int exponent) => _digits * BigInteger.Pow(10, _exponent - exponent);

    [GeneratedRegex(@"^([+-]?)([0-9]*)(?:\.([0-9]*))?(?:[eE]([+-]?)([0-9]+))?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
