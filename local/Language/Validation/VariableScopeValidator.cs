using Stateside.Language.Json;

namespace Stateside.Language.Validation;

/// <summary>
/// Variables that states inside a Parallel or Map assign may not have the name of one that can be assigned around it before. Like
/// <see cref="TransitionValidator"/> it looks at as much as is of the right shape.
/// See https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html#variable-scope.
/// </summary>
internal static class VariableScopeValidator
{
    public static void Validate(JsonObject machine, DiagnosticSink sink) => Validate(machine, JsonPlace.Root, [], sink);

    /// <param name="definition">The machine, a branch or an item processor.</param>
    /// <param name="place">Where it stands.</param>
    /// <param name="outer">Of the variables that it assigns, those that are assigned around it before.</param>
    /// <param name="sink">Takes what is found.</param>
    private static void Validate(JsonObject definition, JsonPlace place, HashSet<string> outer, DiagnosticSink sink)
    {
        var ways = new List<Way>();
        var inside = new List<(string State, JsonObject Definition, JsonPlace Place, HashSet<string> Names)>();
        foreach (var (name, state, at) in TransitionValidator.States(definition, place))
        {
            foreach (var way in Ways(name, state, at))
            {
                ways.Add(way);
                foreach (var key in way.Assigned)
                {
                    if (outer.Contains(NameOf(key)))
                    {
                        sink.Error(
                            DiagnosticCodes.DuplicateVariableName, $"The variable name '{NameOf(key)}' was already defined in a parent scope.",
                            way.Place.Member(key));
                    }
                }
            }

            foreach (var (inner, innerPlace) in TransitionValidator.Inner(state, at))
            {
                if (AssignedIn(inner) is { Count: > 0 } names)
                    inside.Add((name, inner, innerPlace, names));
            }
        }

        var before = new AssignedBefore(ways, inside.SelectMany(inner => inner.Names).ToHashSet(StringComparer.Ordinal));
        foreach (var (state, inner, innerPlace, names) in inside)
        {
            var visible = before.Of(state);
            names.RemoveWhere(name => !outer.Contains(name) && !visible(name));
            Validate(inner, innerPlace, names, sink);
        }
    }

    /// <summary>The variables that are assigned in a definition, at whatever depth.</summary>
    private static HashSet<string> AssignedIn(JsonObject definition)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var waiting = new Stack<JsonObject>([definition]);
        while (waiting.TryPop(out var one))
        {
            foreach (var (name, state, at) in TransitionValidator.States(one, JsonPlace.Root))
            {
                foreach (var way in Ways(name, state, at))
                    names.UnionWith(way.Assigned.Select(NameOf));
                foreach (var (inner, _) in TransitionValidator.Inner(state, at))
                    waiting.Push(inner);
            }
        }

        return names;
    }

    /// <summary>The ways out of a state, each with what is assigned on it: by the state, a rule or a catcher.</summary>
    private static IEnumerable<Way> Ways(string name, JsonObject state, JsonPlace place)
    {
        yield return new Way(name, ((state["Next"] ?? state["Default"]) as JsonString)?.Value, Keys(state), place.Member("Assign"));
        foreach (var list in (string[])["Choices", "Catch"])
        {
            foreach (var (item, at) in TransitionValidator.Items(state, place, list))
                yield return new Way(name, (item["Next"] as JsonString)?.Value, Keys(item), at.Member("Assign"));
        }
    }

    private static string[] Keys(JsonObject owner) => owner["Assign"] is JsonObject assign ? assign.Keys.ToArray() : [];

    internal static string NameOf(string key) => key.EndsWith(".$", StringComparison.Ordinal) ? key[..^2] : key;

    internal sealed record Way(string From, string? To, string[] Assigned, JsonPlace Place);
}
