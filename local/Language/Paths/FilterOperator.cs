using System.Buffers;
using System.Globalization;
using Stateside.Language.Json;

namespace Stateside.Language.Paths;

/// <summary>
/// The operators of filters. What stands in a filter is a text always, and the kind of the left side says how the right one is read:
/// <c>@.count == 5</c> is true of the number 5, of 5.0 and of the text "5". Kinds that cannot be compared are neither equal nor
/// unequal.
/// </summary>
internal sealed class FilterOperator
{
    /// <summary>The text <c>null</c>, however it came to be one, stands for a null.</summary>
    private const string NullText = "null";

    public static readonly FilterOperator Matches = new("=~", _ => false);

    private readonly Func<int, bool> _holds;
    private readonly bool _isEquality;

    private FilterOperator(string spelling, Func<int, bool> holds)
    {
        Spelling = spelling;
        _holds = holds;
        _isEquality = spelling is "==" or "!=";
    }

    /// <summary>All of them, in the order in which they are looked for: <c>@.a!='>='</c> is a comparison by <c>>=</c>.</summary>
    public static IReadOnlyList<FilterOperator> All { get; } =
    [
        new("==", order => order == 0),
        new(">=", order => order >= 0),
        new("<=", order => order <= 0),
        new("!=", order => order != 0),
        new("<", order => order < 0),
        new(">", order => order > 0),
        Matches,
    ];

    public string Spelling { get; }

    public bool Holds(JsonValue left, JsonValue right)
    {
        if (left is JsonNumber a && right is JsonNumber b)
            return !IsLongInteger(a) && !IsLongInteger(b) && _holds(a.CompareTo(b));
        if (left is JsonString { Value: not NullText } x && right is JsonString { Value: not NullText } y)
            return _holds(string.CompareOrdinal(x.Value, y.Value));

        // Nulls that are looked up are equal to each other and have no order; the text goes before everything else.
        if (!_isEquality && (left is JsonNull || right is JsonNull))
            return left is JsonNull && right is JsonNull && Spelling is "<=" or ">=";
        var (isLeftNull, isRightNull) = (IsNull(left), IsNull(right));
        if (isLeftNull || isRightNull)
            return _holds((isLeftNull ? 0 : 1) - (isRightNull ? 0 : 1));
        return Compare(left, right) is { } order && _holds(order);
    }

    private static bool IsNull(JsonValue value) => value is JsonNull or JsonString { Value: NullText };

    private static int? Compare(JsonValue left, JsonValue right) => (left, right) switch
    {
        (JsonNumber a, JsonString b) => IsLongInteger(a) || ReadNumber(b.Value) is not { } number ? null : a.CompareTo(number),
        (JsonBoolean a, JsonString b) => a.Value.CompareTo(b.Value.Equals("true", StringComparison.OrdinalIgnoreCase)),
        (JsonBoolean a, JsonBoolean b) => a.Value.CompareTo(b.Value),
        _ => null,
    };

    /// <summary>Whether it is an integer beyond 64 bits, which the library compares with nothing.</summary>
    private static bool IsLongInteger(JsonNumber number) =>
        Math.Abs(number.Double) >= long.MaxValue && !number.IsInt64 && !number.Token.AsSpan().ContainsAny('.', 'e', 'E');

    private static readonly SearchValues<char> OfNumbers = SearchValues.Create("+-.eE0123456789");

    /// <summary>The number that a text is; null when it is none.</summary>
    public static JsonNumber? ReadNumber(string text)
    {
        const NumberStyles Style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        return !text.AsSpan().ContainsAnyExcept(OfNumbers) && double.TryParse(text, Style, CultureInfo.InvariantCulture, out _)
            ? JsonNumber.Parse(text)
            : null;
    }
}
