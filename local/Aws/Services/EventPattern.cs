using System.Net;
using Stateside.Language.Json;

namespace Stateside.Aws.Services;

/// <summary>
/// Patterns that events match or do not, as EventBridge, Lambda's filters and SNS's policies have them.
/// See https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html.
/// </summary>
internal static class EventPattern
{
    private const string Or = "$or";

    /// <summary>Whether a value matches a pattern: each of the pattern's members must.</summary>
    public static bool Matches(JsonObject pattern, JsonValue value)
    {
        foreach (var (name, expected) in pattern)
        {
            if (name == Or && expected is JsonArray alternatives)
            {
                if (!alternatives.OfType<JsonObject>().Any(alternative => Matches(alternative, value)))
                    return false;
                continue;
            }

            var its = (value as JsonObject)?[name];
            if (!(expected is JsonObject inner ? MatchesInside(inner, its) : MatchesAny(expected as JsonArray ?? JsonArray.Empty, its)))
                return false;
        }

        return true;
    }

    /// <summary>Whether a value, or one of its elements, is what one of the rules says.</summary>
    /// <param name="rules">The rules.</param>
    /// <param name="value">The value; null where there is none.</param>
    public static bool MatchesAny(JsonArray rules, JsonValue? value) => value is JsonArray items && items.Count > 0
        ? items.Any(item => rules.Any(rule => MatchesRule(rule, item)))
        : rules.Any(rule => MatchesRule(rule, value is JsonArray ? null : value));

    private static bool MatchesInside(JsonObject pattern, JsonValue? value) =>
        value is JsonArray items ? items.Any(item => Matches(pattern, item)) : Matches(pattern, value ?? JsonValue.Null);

    private static bool MatchesRule(JsonValue rule, JsonValue? value)
    {
        if (rule is not JsonObject { Count: 1 } operation)
            return value is not null && rule.Equals(value);
        var (name, operand) = operation.First();
        return name switch
        {
            "exists" => (value is not null and not JsonObject) == (operand is JsonBoolean { Value: true }),
            "anything-but" => value is not null && !IsAmong(operand, value),
            _ => value is not null && Holds(name, operand, value),
        };
    }

    private static bool IsAmong(JsonValue operand, JsonValue value) => operand switch
    {
        JsonArray values => values.Any(one => one.Equals(value)),
        JsonObject { Count: 1 } operation => operation.First() is var (name, inner)
            && (inner as JsonArray ?? JsonArray.Of(inner)).Any(one => Holds(name, one, value)),
        _ => operand.Equals(value),
    };

    private static bool Holds(string name, JsonValue operand, JsonValue value) => (name, operand, value) switch
    {
        ("prefix", JsonString prefix, JsonString text) => text.Value.StartsWith(prefix.Value, StringComparison.Ordinal),
        ("suffix", JsonString suffix, JsonString text) => text.Value.EndsWith(suffix.Value, StringComparison.Ordinal),
        ("prefix", JsonObject folded, JsonString text) => Folded(folded) is { } prefix && text.Value.StartsWith(prefix, StringComparison.OrdinalIgnoreCase),
        ("suffix", JsonObject folded, JsonString text) => Folded(folded) is { } suffix && text.Value.EndsWith(suffix, StringComparison.OrdinalIgnoreCase),
        ("equals-ignore-case", JsonString other, JsonString text) => text.Value.Equals(other.Value, StringComparison.OrdinalIgnoreCase),
        ("wildcard", JsonString wildcard, JsonString text) => MatchesWildcard(wildcard.Value, text.Value),
        ("cidr", JsonString block, JsonString text) =>
            IPNetwork.TryParse(block.Value, out var network) && IPAddress.TryParse(text.Value, out var address) && network.Contains(address),
        ("numeric", JsonArray comparisons, JsonNumber number) => MatchesNumbers(comparisons, number),
        _ => false,
    };

    private static string? Folded(JsonObject operation) => (operation["equals-ignore-case"] as JsonString)?.Value;

    private static bool MatchesNumbers(JsonArray comparisons, JsonNumber number)
    {
        for (var i = 0; i + 1 < comparisons.Count; i += 2)
        {
            if (comparisons[i] is not JsonString comparison || comparisons[i + 1] is not JsonNumber other)
                return false;
            var order = number.CompareTo(other);
            var holds = comparison.Value switch { "=" => order == 0, "<" => order < 0, "<=" => order <= 0, ">" => order > 0, ">=" => order >= 0, _ => false };
            if (!holds)
                return false;
        }

        return comparisons.Count > 0;
    }

    /// <summary>Whether a text is what a pattern with stars says; each star stands for any characters, also none.</summary>
    private static bool MatchesWildcard(string pattern, string text)
    {
        var parts = pattern.Split('*');
        if (parts.Length == 1)
            return pattern == text;
        if (text.Length < parts[0].Length + parts[^1].Length
            || !text.StartsWith(parts[0], StringComparison.Ordinal) || !text.EndsWith(parts[^1], StringComparison.Ordinal))
            return false;
        var at = parts[0].Length;
        var end = text.Length - parts[^1].Length;
        foreach (var part in parts[1..^1])
        {
            var found = text.IndexOf(part, at, end - at, StringComparison.Ordinal);
            if (found < 0)
                return false;
            at = found + part.Length;
        }

        return true;
    }
}
