using Stateside.Language.Json;

namespace Stateside.Testing;

/// <summary>Finds where two values differ, so that a failure can say so in one line.</summary>
internal static class JsonDifference
{
    /// <summary>The first difference, as the end of a sentence; null where the values mean the same.</summary>
    public static string? First(JsonValue expected, JsonValue actual) => First(expected, actual, "$");

    private static string? First(JsonValue expected, JsonValue actual, string place)
    {
        switch (expected, actual)
        {
            case (JsonObject wanted, JsonObject found):
                foreach (var (name, value) in wanted)
                {
                    var member = $"{place}.{name}";
                    if (!found.TryGetValue(name, out var other))
                        return $"{member} is missing, expected {TestJson.Short(value)}";
                    if (First(value, other, member) is { } difference)
                        return difference;
                }

                foreach (var (name, value) in found)
                {
                    if (!wanted.ContainsKey(name))
                        return $"{place}.{name} was not expected, it is {TestJson.Short(value)}";
                }

                return null;
            case (JsonArray wanted, JsonArray found):
                for (var i = 0; i < Math.Min(wanted.Count, found.Count); i++)
                {
                    if (First(wanted[i], found[i], $"{place}[{i}]") is { } difference)
                        return difference;
                }

                return wanted.Count == found.Count ? null : $"{place} has {found.Count} items, expected {wanted.Count}";
            default:
                return expected.Equals(actual) ? null : $"{place} is {TestJson.Short(actual)}, expected {TestJson.Short(expected)}";
        }
    }
}
