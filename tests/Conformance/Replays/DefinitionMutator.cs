using Stateside.Language.Evaluation;
using Stateside.Language.Json;

namespace Stateside.Conformance.Replays;

/// <summary>A changed definition.</summary>
/// <param name="Definition">The definition.</param>
/// <param name="Kind">What was changed.</param>
/// <param name="State">The state that was changed; null where it is where the definition starts.</param>
internal sealed record DefinitionMutation(JsonObject Definition, string Kind, string? State);

/// <summary>Changes a definition in one place, as somebody might who edits it.</summary>
internal static class DefinitionMutator
{
    /// <summary>The kinds of change.</summary>
    public static readonly IReadOnlyList<string> Kinds =
    [
        "a transition moved", "an end put off", "a state made the end", "a path changed", "a value changed", "a rule turned", "rules swapped",
        "a retrier removed", "a retrier's attempts changed", "a catcher removed", "a catcher moved", "an error renamed", "a field removed",
        "an expression changed", "a type changed",
    ];

    /// <summary>A changed definition; null where the change that came up has no place in it.</summary>
    public static DefinitionMutation? Mutate(JsonObject definition, string kind, Chance chance)
    {
        var scopes = new List<JsonObject>();
        Scopes(definition, scopes);
        var scope = Pick(scopes, chance);
        var states = (JsonObject)scope["States"]!;
        var name = Pick(states.Keys.ToArray(), chance);
        var state = (JsonObject)states[name]!;
        var mutated = Mutated(kind, state, [.. states.Keys.ToArray().Where(other => other != name)], chance);
        if (mutated is null || mutated.Equals(state))
            return null;
        var replaced = (JsonObject)Replace(definition, states, states.With(name, mutated));
        return new DefinitionMutation(replaced, kind, name);
    }

    private static JsonObject? Mutated(string kind, JsonObject state, string[] others, Chance chance)
    {
        switch (kind)
        {
            case "a transition moved" when state["Next"] is JsonString && others.Length > 0:
                return state.With("Next", JsonValue.From(Pick(others, chance)));
            case "an end put off" when state["End"] is not null && others.Length > 0:
                return Without(state, "End").With("Next", JsonValue.From(Pick(others, chance)));
            case "a state made the end" when state["Next"] is JsonString:
                return Without(state, "Next").With("End", JsonValue.True);
            case "a path changed":
                return Change(state, chance, (key, value) => (key.EndsWith(".$", StringComparison.Ordinal) || key.EndsWith("Path", StringComparison.Ordinal)) && value is JsonString { Value: ['$', ..] },
                    value => JsonValue.From(((JsonString)value).Value == "$" ? "$.other" : "$"));
            case "a value changed":
                return Change(state, chance, (key, value) => !key.EndsWith('$') && !key.EndsWith("Path", StringComparison.Ordinal) && key is not ("Type" or "Next" or "Resource" or "QueryLanguage" or "Default" or "Comment" or "End" or "StartAt")
                    && value is JsonString or JsonNumber or JsonBoolean && value is not JsonString { Value: ['{', '%', ..] }, value => value switch
                    {
                        JsonString text => JsonValue.From($"{text.Value}x"),
                        JsonNumber number => JsonValue.From(number.Double + 1),
                        JsonBoolean boolean => JsonValue.From(!boolean.Value),
                        _ => value,
                    });
            case "a rule turned" when state["Choices"] is JsonArray { Count: > 0 } rules:
                var at = (int)chance.NextInt64(0, rules.Count);
                if (rules[at] is not JsonObject rule || rule["Condition"] is not null)
                    return null;
                var condition = JsonObject.Of([.. rule.Where(member => member.Key is not ("Next" or "Assign" or "Comment")).Select(member => (member.Key, member.Value))]);
                var turned = JsonObject.Of([("Not", condition), .. rule.Where(member => member.Key is "Next" or "Assign" or "Comment").Select(member => (member.Key, member.Value))]);
                return state.With("Choices", JsonArray.Of(rules.Select((other, i) => i == at ? turned : other)));
            case "rules swapped" when state["Choices"] is JsonArray { Count: > 1 } rules:
                return state.With("Choices", JsonArray.Of(rules.Reverse()));
            case "a retrier removed" when state["Retry"] is JsonArray { Count: > 0 } retriers:
                return state.With("Retry", JsonArray.Of(retriers.Skip(1)));
            case "a retrier's attempts changed" when state["Retry"] is JsonArray { Count: > 0 } retriers && retriers[0] is JsonObject retrier:
                return state.With("Retry", JsonArray.Of([retrier.With("MaxAttempts", JsonValue.From(chance.NextInt64(0, 6))), .. retriers.Skip(1)]));
            case "a catcher removed" when state["Catch"] is JsonArray { Count: > 0 } catchers:
                return state.With("Catch", JsonArray.Of(catchers.Skip(1)));
            case "a catcher moved" when state["Catch"] is JsonArray { Count: > 0 } catchers && catchers[0] is JsonObject catcher && others.Length > 0:
                return state.With("Catch", JsonArray.Of([catcher.With("Next", JsonValue.From(Pick(others, chance))), .. catchers.Skip(1)]));
            case "an error renamed" when (state["Retry"] ?? state["Catch"]) is JsonArray { Count: > 0 } handlers && handlers[0] is JsonObject handler:
                return state.With(state["Retry"] is null ? "Catch" : "Retry", JsonArray.Of([handler.With("ErrorEquals", JsonArray.Of(JsonValue.From("Another"))), .. handlers.Skip(1)]));
            case "a field removed" when state.Count > 2:
                var keys = state.Keys.ToArray().Where(key => key is "Parameters" or "Arguments" or "Output" or "OutputPath" or "InputPath" or "ResultPath" or "ResultSelector" or "Result" or "Assign"
                    or "ItemSelector" or "ItemsPath" or "Items" or "TimeoutSeconds" or "HeartbeatSeconds" or "Retry" or "Catch" or "MaxConcurrency").ToArray();
                return keys.Length == 0 ? null : Without(state, Pick(keys, chance));
            case "an expression changed":
                return Change(state, chance, (_, value) => value is JsonString { Value: var text } && text.StartsWith("{%", StringComparison.Ordinal) && text.EndsWith("%}", StringComparison.Ordinal),
                    value => JsonValue.From($"{{% [{((JsonString)value).Value[2..^2].Trim()}, 1] %}}"));
            case "a type changed" when ((JsonString)state["Type"]!).Value is "Pass" or "Task" && state["Retry"] is null && state["Catch"] is null:
                return JsonObject.Of([("Type", JsonValue.From("Wait")), ("Seconds", JsonValue.From(1)),
                    .. state.Where(member => member.Key is "Next" or "End" or "QueryLanguage").Select(member => (member.Key, member.Value))]);
            default:
                return null;
        }
    }

    /// <summary>Changes one of the values in a state that may be, not those of states within it.</summary>
    private static JsonObject? Change(JsonObject state, Chance chance, Func<string, JsonValue, bool> may, Func<JsonValue, JsonValue> change)
    {
        var count = 0;
        Walk(state, "", value => { count++; return value; });
        if (count == 0)
            return null;
        var chosen = chance.NextInt64(0, count);
        return (JsonObject)Walk(state, "", value => chosen-- == 0 ? change(value) : value);

        JsonValue Walk(JsonValue value, string key, Func<JsonValue, JsonValue> take) => value switch
        {
            JsonObject when key is "ItemProcessor" or "Iterator" => value,
            JsonArray when key is "Branches" => value,
            _ when may(key, value) => take(value),
            JsonObject members => JsonObject.Of([.. members.Select(member => (member.Key, Walk(member.Value, member.Key, take)))]),
            JsonArray items => JsonArray.Of([.. items.Select(item => Walk(item, key, take))]),
            _ => value,
        };
    }

    private static void Scopes(JsonValue value, List<JsonObject> scopes)
    {
        if (value is JsonObject members)
        {
            if (members["StartAt"] is JsonString && members["States"] is JsonObject)
                scopes.Add(members);
            foreach (var (_, member) in members)
                Scopes(member, scopes);
        }
        else if (value is JsonArray items)
        {
            foreach (var item in items)
                Scopes(item, scopes);
        }
    }

    private static JsonValue Replace(JsonValue value, JsonValue old, JsonValue replacement) => ReferenceEquals(value, old) ? replacement : value switch
    {
        JsonObject members => JsonObject.Of([.. members.Select(member => (member.Key, Replace(member.Value, old, replacement)))]),
        JsonArray items => JsonArray.Of(items.Select(item => Replace(item, old, replacement))),
        _ => value,
    };

    private static JsonObject Without(JsonObject state, string key) =>
        JsonObject.Of([.. state.Where(member => member.Key != key).Select(member => (member.Key, member.Value))]);

    private static T Pick<T>(IReadOnlyList<T> of, Chance chance) => of[(int)chance.NextInt64(0, of.Count)];
}
