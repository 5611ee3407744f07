using System.Globalization;

namespace OrderIntake;

/// <summary>
/// A JSON number as it was written. JSON sets no bounds, so 1e400 and a price of a hundred decimals must be told apart from
/// money before a decimal is made of them, which would overflow or round.
/// </summary>
internal sealed class JsonNumber
{
    public JsonNumber(string text)
    {
        Text = text;
        var exponentAt = text.AsSpan().IndexOfAny('e', 'E');
        var mantissa = exponentAt < 0 ? text : text[..exponentAt];
        var exponent = exponentAt < 0 ? 0 : double.Parse(text.AsSpan(exponentAt + 1), CultureInfo.InvariantCulture);
        var fraction = mantissa.Contains('.') ? mantissa.Length - mantissa.IndexOf('.') - 1 : 0;
        var digits = mantissa.TrimStart('-').Replace(".", "", StringComparison.Ordinal);
        var significant = digits.TrimEnd('0');
        if (significant == "")
            return;
        Sign = text[0] == '-' ? -1 : 1;
        Decimals = fraction - (digits.Length - significant.Length) - exponent;
    }

    public string Text { get; }

    public int Sign { get; }

    /// <summary>How many decimals the value has, trailing zeros aside; not above 0 for a whole number.</summary>
    public double Decimals { get; }

    /// <summary>Near enough to compare with a bound, infinite where it is huge.</summary>
    public double Approximate => double.Parse(Text, CultureInfo.InvariantCulture);

    /// <summary>The exact value, for a number within bounds.</summary>
    public decimal Value => decimal.Parse(Text, NumberStyles.Float, CultureInfo.InvariantCulture);
}
