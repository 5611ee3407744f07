using Stateside.Language.Json;

namespace Stateside.Language.Paths;

/// <summary>The operators of filters, by their spelling. See https://github.com/json-path/JsonPath#filter-operators.</summary>
internal sealed class FilterOperator
{
    public static readonly FilterOperator Matches = new((_, _) => false);

    private static readonly FilterOperator Same = new(AreEqual);
    private static readonly FilterOperator In = new((left, right) => right is JsonArray items && Contains(items, left));

    private static readonly Dictionary<string, FilterOperator> BySpelling = new(StringComparer.OrdinalIgnoreCase)
    {
        ["=="] = Same,
        ["!="] = new((left, right) => !AreEqual(left, right)),
        ["==="] = new(AreSameKindAndEqual),
        ["!=="] = new((left, right) => !AreSameKindAndEqual(left, right)),
        ["<"] = new((left, right) => Compare(left, right) < 0),
        ["<="] = new((left, right) => Compare(left, right) <= 0),
        [">"] = new((left, right) => Compare(left, right) > 0),
        [">="] = new((left, right) => Compare(left, right) >= 0),
        ["=~"] = Matches,
        ["in"] = In,
        ["nin"] = new((left, right) => !In.Holds(left, right)),
        ["contains"] = new(DoesContain),
        ["all"] = new((left, right) => left is JsonArray all && right is JsonArray wanted && wanted.All(item => Contains(all, item))),
        ["subsetof"] = new((left, right) => left is JsonArray some && right is JsonArray all && some.All(item => Contains(all, item))),
        ["anyof"] = new((left, right) => left is JsonArray some && right is JsonArray all && some.Any(item => Contains(all, item))),
        ["noneof"] = new((left, right) => left is JsonArray some && right is JsonArray all && !some.Any(item => Contains(all, item))),
        ["size"] = new((left, right) => right is JsonNumber size && Size(left) == size.Double),
        ["empty"] = new((left, right) => right is JsonBoolean empty && IsEmpty(left) == empty.Value),
    };

    private readonly Func<JsonValue?, JsonValue?, bool> _holds;

    private FilterOperator(Func<JsonValue?, JsonValue?, bool> holds) => _holds = holds;

    public bool Holds(JsonValue? left, JsonValue? right) => _holds(left, right);

    public static FilterOperator? Find(string spelling) => BySpelling.GetValueOrDefault(spelling);

    /// <summary>A string and a number are equal when the one, read as the kind of the left side, equals the other.</summary>
    private static bool AreEqual(JsonValue? left, JsonValue? right) => (left, right) switch
    {
        (null, _) or (_, null) => false,
        (JsonString text, JsonNumber number) => text.Value == number.Token,
        (JsonNumber number, JsonString text) => JsonReader.TryParse(text.Value, out var read) && read is JsonNumber other && number.CompareTo(other) == 0,
        _ => left.Equals(right),
    };

    private static bool AreSameKindAndEqual(JsonValue? left, JsonValue? right) => left?.Kind == right?.Kind && AreEqual(left, right);

    private static int? Compare(JsonValue? left, JsonValue? right) => (left, right) switch
    {
        (JsonNumber a, JsonNumber b) => a.CompareTo(b),
        (JsonString a, JsonString b) => string.CompareOrdinal(a.Value, b.Value),
        (JsonString a, JsonNumber b) => string.CompareOrdinal(a.Value, b.Token),
        (JsonNumber a, JsonString b) => string.CompareOrdinal(a.Token, b.Value),
        _ => null,
    };

    private static bool Contains(JsonArray items, JsonValue? wanted)
    {
        foreach (var item in items.AsSpan())
        {
            if (AreEqual(item, wanted))
                return true;
        }

        return false;
    }

    private static bool DoesContain(JsonValue? left, JsonValue? right) => (left, right) switch
    {
        (JsonString text, JsonString part) => text.Value.Contains(part.Value, StringComparison.Ordinal),
        (JsonArray items, _) => Contains(items, right),
        _ => false,
    };

    private static int? Size(JsonValue? value) => value switch
    {
        JsonString text => text.Value.Length,
        JsonArray items => items.Count,
        _ => null,
    };

    private static bool? IsEmpty(JsonValue? value) => value switch
    {
        JsonString text => text.Value.Length == 0,
        JsonArray items => items.Count == 0,
        JsonObject members => members.Count == 0,
        _ => null,
    };
}
