using System.Globalization;
using System.Numerics;
using Stateside.Language.Evaluation;
using Stateside.Language.Json;

namespace Stateside.Language.Intrinsics;

/// <summary>The values of a call's arguments, read as the kinds its function wants.</summary>
internal sealed class IntrinsicArguments(
    IntrinsicFunction function, IntrinsicArgument[] written, JsonValue[] values, EvaluationContext context)
{
    /// <summary>No text that a function makes is longer: it could go nowhere.</summary>
    private const int LongestText = 8 << 20;

    public int Count => values.Length;

    public Chance Chance => context.Chance;

    public ReadOnlySpan<JsonValue> Values => values;

    public JsonValue this[int index] => values[index];

    public JsonArray Array(int index) => values[index] as JsonArray ?? throw Invalid();

    public JsonObject Object(int index) => values[index] as JsonObject ?? throw Invalid();

    public string String(int index) => values[index] is JsonString text ? text.Value : throw Invalid();

    public string String(int index, int longest) => String(index) is { } text && text.Length <= longest ? text : throw Invalid();

    /// <summary>A string with its backslashes: as written in the definition, or as it was found.</summary>
    public string Source(int index) => written[index].Source ?? String(index);

    /// <summary>A 32-bit number. Of one with a fraction or an exponent, Java's cast: the fraction is cut off, and it ends at the bounds.</summary>
    public int Truncated(int index)
    {
        var number = Number(index);
        return JavaNumber.IsDouble(number) ? (int)Math.Clamp(number.Double, int.MinValue, int.MaxValue) : Whole(number);
    }

    /// <summary>
    /// A 32-bit number. One with a fraction or an exponent is rounded to the nearest 64-bit number, a half upwards, and of that the lower
    /// half counts.
    /// </summary>
    public int Rounded(int index)
    {
        var number = Number(index);
        if (!JavaNumber.IsDouble(number))
            return Whole(number);
        // Where the sum could not be told from its neighbor there is nothing to round, or nothing to add.
        var value = number.Double;
        var rounds = Math.Abs(value) < 4503599627370496 && value != 0.49999999999999994;
        return unchecked((int)Bounded(Math.Floor(rounds ? value + 0.5 : value)));
    }

    /// <summary>What starts a random number: a number without its fraction; of one beyond 64 bits, the lower ones.</summary>
    public long Seed(int index)
    {
        var number = Number(index);
        if (number.IsInt64)
            return number.Int64;
        return JavaNumber.IsDouble(number)
            ? Bounded(number.Double)
            : (long)(ulong)(BigInteger.Parse(number.Token, CultureInfo.InvariantCulture) & ulong.MaxValue);
    }

    /// <summary>The text of a value, as far as there is room for it.</summary>
    public string Text(JsonValue value)
    {
        Charge(value);
        return JavaValue.Text(value);
    }

    /// <summary>Counts that all of a value is looked at, or written out.</summary>
    /// <param name="value">The value.</param>
    /// <param name="before">How many characters are written already.</param>
    /// <exception cref="StatesException">There is not the room for it.</exception>
    public void Charge(JsonValue value, int before = 0)
    {
        var size = value is JsonString text ? text.Value.Length : value.CompactLength;
        if (before + (long)size > LongestText || (size > 64 && context.Budget.Take(size >> 6, 2L * size) != Shortage.None))
            throw new StatesException(ErrorNames.DataLimitExceeded, $"The function {function.Name} was given or gives more than there is room for.");
    }

    public IntrinsicProblemException Invalid(string? reason = null) => function.InvalidArguments(reason);

    public IntrinsicProblemException InvalidTemplate(string reason) => new($"Invalid template in {function.Name}: {reason}");

    private static long Bounded(double value) => value >= long.MaxValue ? long.MaxValue : value <= long.MinValue ? long.MinValue : (long)value;

    private JsonNumber Number(int index) => values[index] as JsonNumber ?? throw Invalid();

    private int Whole(JsonNumber number) => number.Double is >= int.MinValue and <= int.MaxValue ? (int)number.Double : throw Invalid();
}
