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

    private static void Validate(JsonObject definition, JsonPlace place, HashSet<string> outer, DiagnosticSink sink)
    {
        var ways = new List<Way>();
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
        }

        var byTarget = ways.Where(way => way.To is not null).ToLookup(way => way.To!, StringComparer.Ordinal);
        var isAssigning = ways.Exists(way => way.Assigned.Length > 0);
        foreach (var (name, state, at) in TransitionValidator.States(definition, place))
        {
            var visible = isAssigning ? null : outer;
            foreach (var (inner, innerPlace) in TransitionValidator.Inner(state, at))
                Validate(inner, innerPlace, visible ??= [.. outer, .. AssignedBefore(name, byTarget)], sink);
        }
    }

    /// <summary>The variables that are assigned on some way to a state.</summary>
    private static HashSet<string> AssignedBefore(string state, ILookup<string, Way> byTarget)
    {
        var before = new HashSet<string>(StringComparer.Ordinal) { state };
        var names = new HashSet<string>(StringComparer.Ordinal);
        var asked = new Queue<string>(before);
        while (asked.TryDequeue(out var target))
        {
            foreach (var way in byTarget[target])
            {
                names.UnionWith(way.Assigned.Select(NameOf));
                if (before.Add(way.From))
                    asked.Enqueue(way.From);
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

    private static string NameOf(string key) => key.EndsWith(".$", StringComparison.Ordinal) ? key[..^2] : key;

    private sealed record Way(string From, string? To, string[] Assigned, JsonPlace Place);
}
