using Stateside.Language.Json;

namespace Stateside.Testing;

/// <summary>Finds where two values differ, so that a failure can say so: every place, by the path of whoever compares them.</summary>
internal sealed class JsonDifference
{
    private const int MostShown = 20;
    private const int Longest = 400;

    private readonly List<string> _found = [];

    private JsonDifference()
    {
    }

    /// <summary>The differences, as the end of a sentence; null where the values mean the same.</summary>
    /// <param name="expected">What is expected; a text in it is itself.</param>
    /// <param name="actual">What is there.</param>
    /// <param name="place">Where it is, such as <c>$.invoice</c>.</param>
    public static string? Of(JsonValue expected, JsonValue actual, string place)
    {
        var difference = new JsonDifference();
        difference.Compare(expected, actual, place);
        return difference._found switch
        {
            [] => null,
            [var only] => only,
            var all when all.Count <= MostShown => $"{all.Count} differences\n  {string.Join("\n  ", all)}",
            var all => $"{all.Count} differences\n  {string.Join("\n  ", all.Take(MostShown))}\n  … and {all.Count - MostShown} more",
        };
    }

    private void Compare(JsonValue expected, JsonValue actual, string place)
    {
        switch (expected, actual)
        {
            case (JsonObject wanted, JsonObject found):
                foreach (var (name, value) in wanted)
                {
                    if (found.TryGetValue(name, out var other))
                        Compare(value, other, Member(place, name));
                    else
                        _found.Add($"{Member(place, name)} is missing, expected {TestJson.Short(value)}");
                }

                foreach (var (name, value) in found)
                {
                    if (!wanted.ContainsKey(name))
                        _found.Add($"{Member(place, name)} was not expected, it is {TestJson.Short(value)}");
                }

                break;
            case (JsonArray wanted, JsonArray found):
                for (var i = 0; i < Math.Min(wanted.Count, found.Count); i++)
                    Compare(wanted[i], found[i], $"{place}[{i}]");
                if (wanted.Count != found.Count)
                    _found.Add($"{place} has {found.Count} items, expected {wanted.Count}");
                break;
            default:
                if (!expected.Equals(actual))
                    _found.Add($"{place} is {TestJson.Short(actual, Longest)}, expected {TestJson.Short(expected, Longest)}{Hint(expected, actual)}");
                break;
        }
    }

    private static string Hint(JsonValue expected, JsonValue actual)
    {
        var isSpelled = expected is JsonString text && actual is not JsonString && actual.Text == text.Value;
        return isSpelled ? " (a string is the text itself: give the value without quotes)" : "";
    }

    /// <summary>The path of a member, as one would write it.</summary>
    private static string Member(string place, string name)
    {
        var isPlain = name.Length > 0 && !char.IsAsciiDigit(name[0]) && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');
        return isPlain ? $"{place}.{name}" : $"{place}['{name}']";
    }
}
