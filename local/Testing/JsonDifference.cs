using Stateside.Language.Json;

namespace Stateside.Testing;

/// <summary>Says where two values differ: every place, by the path of whoever compares them.</summary>
internal static class JsonDifference
{
    private const int MostShown = 20;
    private const int Longest = 400;

    /// <summary>The differences, as the end of a sentence; null where the values mean the same.</summary>
    /// <param name="expected">What is expected; a text in it is itself.</param>
    /// <param name="actual">What is there.</param>
    /// <param name="place">Where it is, such as <c>$.invoice</c>.</param>
    public static string? Of(JsonValue expected, JsonValue actual, string place) => ValueDifference.Between(expected, actual, place) switch
    {
        [] => null,
        [var only] => Told(only),
        var all when all.Count <= MostShown => $"{all.Count} differences\n  {string.Join("\n  ", all.Select(Told))}",
        var all => $"{all.Count} differences\n  {string.Join("\n  ", all.Take(MostShown).Select(Told))}\n  … and {all.Count - MostShown} more",
    };

    private static string Told(ValueDifference difference) => difference switch
    {
        { One: { } expected, Other: null } => $"{difference.Path} is missing, expected {TestJson.Short(expected)}",
        { One: null } => $"{difference.Path} was not expected, it is {TestJson.Short(difference.Other)}",
        { One: var expected, Other: var actual } =>
            $"{difference.Path} is {TestJson.Short(actual, Longest)}, expected {TestJson.Short(expected, Longest)}{Hint(expected, actual)}",
    };

    private static string Hint(JsonValue expected, JsonValue actual)
    {
        var isSpelled = expected is JsonString text && actual is not JsonString && actual.Text == text.Value;
        return isSpelled ? " (a string is the text itself: give the value without quotes)" : "";
    }
}
