using System.Globalization;
using System.Numerics;

namespace Stateside.Language.Json;

/// <summary>
/// A number. One that was read keeps its token (<c>0.0</c> stays <c>0.0</c>, <c>1E3</c> stays <c>1E3</c>) until arithmetic makes
/// another; a made one prints in the shortest form that reads back to the same double.
/// </summary>
public sealed class JsonNumber : JsonValue, IComparable<JsonNumber>
{
    private const int SmallFrom = -1;
    private const int SmallTo = 256;
    private static readonly JsonNumber[] Small = [.. Enumerable.Range(SmallFrom, SmallTo - SmallFrom).Select(n => new JsonNumber(n, null, true))];

    private readonly bool _isInt64;
    private string? _token;

    private JsonNumber(double value, string? token, bool isInt64, long int64 = 0)
    {
        Double = value;
        _token = token;
        _isInt64 = isInt64;
        Int64 = isInt64 && int64 == 0 ? (long)value : int64;
    }

    /// <summary>The value as a double: the nearest one, or an infinity when the token is beyond its range.</summary>
    public double Double { get; }

    /// <summary>The value as a 64-bit integer; meaningful when <see cref="IsInt64"/>.</summary>
    public long Int64 { get; }

    /// <summary>Whether the number was written as an integer (no fraction, no exponent) and fits 64 bits.</summary>
    public bool IsInt64 => _isInt64;

    /// <summary>The number as it is printed.</summary>
    public string Token => _token ??= _isInt64 ? Int64.ToString(CultureInfo.InvariantCulture) : Format(Double);

    /// <summary>Whether there is a token yet: that of a number that was read, or that which a made one was printed as.</summary>
    internal bool HasToken => _token is not null;

    /// <summary>Whether the value is whole, however it is written: 3, 3.0, 3e2.</summary>
    public bool IsWhole => _isInt64 || (double.IsFinite(Double) && Math.Floor(Double) == Double);

    /// <inheritdoc/>
    public override JsonKind Kind => JsonKind.Number;

    /// <inheritdoc/>
    internal override int CompactLength => Token.Length;

    /// <inheritdoc/>
    internal override int HeldBytes => _isInt64 && Int64 is >= SmallFrom and < SmallTo ? 0 : OwnBytes + TextBytes + 16;

    /// <summary>A whole number.</summary>
    /// <param name="value">The number.</param>
    /// <returns>The value.</returns>
    public static JsonNumber Of(long value) =>
        value is >= SmallFrom and < SmallTo ? Small[value - SmallFrom] : new JsonNumber(value, null, true, value);

    /// <summary>A number made by arithmetic. A whole one within 2^53 prints as an integer.</summary>
    /// <param name="value">A finite number.</param>
    /// <returns>The value.</returns>
    public static JsonNumber Of(double value)
    {
        if (!double.IsFinite(value))
            throw new ArgumentOutOfRangeException(nameof(value), value, "JSON has no such number.");
        return Math.Abs(value) <= 9007199254740992 && Math.Floor(value) == value ? Of((long)value) : new JsonNumber(value, null, false);
    }

    /// <summary>A number as it was written.</summary>
    /// <param name="token">A valid JSON number.</param>
    /// <returns>The value.</returns>
    public static JsonNumber Parse(string token)
    {
        if (token.Length <= 20 && long.TryParse(token, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) && token != "-0")
            return Of(whole);
        return new JsonNumber(double.Parse(token, NumberStyles.Float, CultureInfo.InvariantCulture), token, false);
    }

    /// <summary>Compares by value: integers exactly, others as doubles.</summary>
    /// <param name="other">The other number.</param>
    /// <returns>Less than, equal to or more than zero.</returns>
    public int CompareTo(JsonNumber? other)
    {
        if (other is null)
            return 1;
        if (_isInt64 && other._isInt64)
            return Int64.CompareTo(other.Int64);
        return AsBigInteger() is { } a && other.AsBigInteger() is { } b ? a.CompareTo(b) : Double.CompareTo(other.Double);
    }

    /// <inheritdoc/>
    public override bool Equals(JsonValue? other) => other is JsonNumber number && CompareTo(number) == 0;

    /// <inheritdoc/>
    public override int GetHashCode() => Double.GetHashCode();

    /// <summary>A double as JavaScript prints it: shortest digits, an exponent from 1e21 up and below 1e-6.</summary>
    /// <param name="value">A finite number.</param>
    internal static string Format(double value)
    {
        if (value == 0)
            return "0";
        var text = value.ToString("R", CultureInfo.InvariantCulture);
        var at = text.IndexOf('E', StringComparison.Ordinal);
        if (at < 0)
            return text;

        // .NET turns to exponents earlier than JavaScript does; the digits are the same.
        var exponent = int.Parse(text.AsSpan(at + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        if (exponent is < -6 or >= 21)
            return $"{text[..at]}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent)}";
        var sign = value < 0 ? "-" : "";
        var digits = text[sign.Length..at].Replace(".", "", StringComparison.Ordinal);
        if (exponent < 0)
            return $"{sign}0.{new string('0', -exponent - 1)}{digits}";
        return digits.Length > exponent + 1
            ? $"{sign}{digits[..(exponent + 1)]}.{digits[(exponent + 1)..]}"
            : sign + digits.PadRight(exponent + 1, '0');
    }

    private BigInteger? AsBigInteger()
    {
        if (_isInt64)
            return Int64;
        return _token is { } token && !token.AsSpan().ContainsAny('.', 'e', 'E') ? BigInteger.Parse(token, CultureInfo.InvariantCulture) : null;
    }

    internal override JsonValue Copy() => new JsonNumber(Double, Token, _isInt64, Int64);

    private protected override bool FindForeignNumbers() => JavaNumber.IsForeign(this);
}
