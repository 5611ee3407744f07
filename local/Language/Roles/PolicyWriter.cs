using Stateside.Language.Json;

namespace Stateside.Language.Roles;

/// <summary>Writes permissions as a policy.</summary>
internal static class PolicyWriter
{
    /// <summary>A whole policy.</summary>
    /// <param name="needs">What it must allow.</param>
    /// <param name="resource">How a resource is written.</param>
    public static JsonObject Document(IEnumerable<Permission> needs, Func<string, JsonValue> resource) => JsonObject.Of(
        ("Version", JsonValue.From("2012-10-17")),
        ("Statement", JsonArray.Of(Statements(needs, resource))));

    /// <summary>The statements: what is allowed on the same resources under the same condition is one.</summary>
    public static IEnumerable<JsonValue> Statements(IEnumerable<Permission> needs, Func<string, JsonValue> resource)
    {
        var ofResource = needs.GroupBy(need => (need.Resource, Condition(need))).Select(group => (
            group.Key,
            First: group.First(),
            Actions: group.Select(need => need.Action).Distinct().ToList()));
        var statements = ofResource.GroupBy(group => (Actions: string.Join(' ', group.Actions), group.Key.Item2));
        foreach (var statement in statements)
        {
            var first = statement.First();
            var built = new JsonObject.Builder();
            built.Set("Effect", JsonValue.From("Allow"));
            built.Set("Action", OneOrMore([.. first.Actions.Select(action => (JsonValue)JsonValue.From(action))]));
            built.Set("Resource", OneOrMore([.. statement.Select(group => resource(group.Key.Resource))]));
            if (first.First.Condition is { } condition)
                built.Set("Condition", condition);
            yield return built.ToObject();
        }
    }

    private static string? Condition(Permission need) => need.Condition is { } condition ? JsonWriter.Compact(condition) : null;

    private static JsonValue OneOrMore(JsonValue[] values) => values.Length == 1 ? values[0] : JsonArray.Of(values);
}
