using Stateside.Language.Json;

namespace Stateside.Language.Validation;

/// <summary>
/// Variables that states inside a Parallel or Map assign may not have the name of one that a state around it assigns. Like
/// <see cref="TransitionValidator"/> it reads a definition whose shape was found right.
/// See https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html#variable-scope.
/// </summary>
internal static class VariableScopeValidator
{
    public static void Validate(JsonObject machine, DiagnosticSink sink) => Validate(machine, JsonPlace.Root, [], sink);

    private static void Validate(JsonObject definition, JsonPlace place, HashSet<string> outer, DiagnosticSink sink)
    {
        var visible = new HashSet<string>(outer, StringComparer.Ordinal);
        foreach (var (_, state, at) in TransitionValidator.States(definition, place))
        {
            foreach (var (assign, assignPlace) in Assigns(state, at))
            {
                foreach (var key in assign.Keys)
                {
                    var name = key.EndsWith(".$", StringComparison.Ordinal) ? key[..^2] : key;
                    visible.Add(name);
                    if (outer.Contains(name))
                        sink.Schema($"Variable '{name}' is already assigned in an outer scope", assignPlace, assignPlace.Member(key));
                }
            }
        }

        foreach (var (_, state, at) in TransitionValidator.States(definition, place))
        {
            foreach (var (inner, innerPlace) in TransitionValidator.Inner(state, at))
                Validate(inner, innerPlace, visible, sink);
        }
    }

    /// <summary>What a state assigns itself, by its rules and by its catchers.</summary>
    private static IEnumerable<(JsonObject Assign, JsonPlace Place)> Assigns(JsonObject state, JsonPlace place)
    {
        if (state["Assign"] is JsonObject own)
            yield return (own, place.Member("Assign"));
        foreach (var list in (string[])["Choices", "Catch"])
        {
            foreach (var (item, at) in TransitionValidator.Items(state, place, list))
            {
                if (item["Assign"] is JsonObject assign)
                    yield return (assign, at.Member("Assign"));
            }
        }
    }
}
