using Stateside.Language.Json;

namespace Stateside.Language.Validation;

/// <summary>
/// Looks at how states lead to one another, also where a definition's shape has findings: then at as much as is of the right shape.
/// </summary>
internal static class TransitionValidator
{
    public static void Validate(JsonObject machine, DiagnosticSink sink)
    {
        FindDuplicates(machine, JsonPlace.Root, new HashSet<string>(StringComparer.Ordinal), sink);
        ValidateScope(machine, JsonPlace.Root, sink, isMachine: true);
    }

    /// <summary>The definitions inside a state, each with its place.</summary>
    public static IEnumerable<(JsonObject Definition, JsonPlace Place)> Inner(JsonObject state, JsonPlace place)
    {
        var type = (state["Type"] as JsonString)?.Value;
        if (type == "Parallel")
        {
            foreach (var branch in Items(state, place, "Branches"))
                yield return branch;
        }

        foreach (var spelling in (string[])["ItemProcessor", "Iterator"])
        {
            if (type == "Map" && state[spelling] is JsonObject processor)
                yield return (processor, place.Member(spelling));
        }
    }

    /// <summary>The transitions of a state, each with the place of its target's name.</summary>
    public static IEnumerable<(string Target, JsonPlace Place)> Transitions(JsonObject state, JsonPlace place)
    {
        if (state["Next"] is JsonString next)
            yield return (next.Value, place.Member("Next"));
        foreach (var list in (string[])["Choices", "Catch"])
        {
            foreach (var (item, at) in Items(state, place, list))
            {
                if (item["Next"] is JsonString target)
                    yield return (target.Value, at.Member("Next"));
            }
        }

        if (state["Default"] is JsonString fallback)
            yield return (fallback.Value, place.Member("Default"));
    }

    /// <summary>The objects in a list of a state, each with its place.</summary>
    public static IEnumerable<(JsonObject Item, JsonPlace Place)> Items(JsonObject state, JsonPlace place, string list)
    {
        if (state[list] is not JsonArray items)
            yield break;
        for (var i = 0; i < items.Count; i++)
        {
            if (items[i] is JsonObject item)
                yield return (item, place.Member(list).Item(i));
        }
    }

    private static void FindDuplicates(JsonObject definition, JsonPlace place, HashSet<string> names, DiagnosticSink sink)
    {
        foreach (var (name, state, at) in States(definition, place))
        {
            if (!names.Add(name))
                sink.Error(DiagnosticCodes.DuplicateStateName, $"Duplicate State name: {name}", at);
            foreach (var (inner, innerPlace) in Inner(state, at))
                FindDuplicates(inner, innerPlace, names, sink);
        }
    }

    private static void ValidateScope(JsonObject definition, JsonPlace place, DiagnosticSink sink, bool isMachine)
    {
        if (definition["States"] is not JsonObject states || definition["StartAt"] is not JsonString start)
            return;
        var referred = new HashSet<string>(StringComparer.Ordinal);

        // The service asks for an end of the machine alone: what stands inside Map and Parallel states may go in circles.
        var ends = !isMachine;
        Refer(start.Value, place.Member("StartAt"));
        foreach (var (_, state, at) in States(definition, place))
        {
            ends |= state["End"] is JsonBoolean { Value: true } || state["Type"] is JsonString { Value: "Succeed" or "Fail" };
            foreach (var (target, targetPlace) in Transitions(state, at))
                Refer(target, targetPlace);
        }

        if (!ends)
            sink.Error(DiagnosticCodes.MissingEndState, "Workflow has no terminal state", null, place.Member("States"));
        foreach (var (name, state, at) in States(definition, place))
        {
            // A workflow without an end is not looked at for unreachable states.
            if (ends && !referred.Contains(name))
                sink.Error(DiagnosticCodes.MissingTransitionTarget, $"State \"{name}\" is not reachable.", at);
            foreach (var (inner, innerPlace) in Inner(state, at))
                ValidateScope(inner, innerPlace, sink, isMachine: false);
        }

        void Refer(string target, JsonPlace at)
        {
            if (states.ContainsKey(target))
                referred.Add(target);
            else
                sink.Error(DiagnosticCodes.MissingTransitionTarget, $"Missing 'Next' target: {target}", at);
        }
    }

    /// <summary>The states of a definition, each with its place.</summary>
    public static IEnumerable<(string Name, JsonObject State, JsonPlace Place)> States(JsonObject definition, JsonPlace place)
    {
        if (definition["States"] is not JsonObject states)
            yield break;
        for (var i = 0; i < states.Count; i++)
        {
            if (states.Values[i] is JsonObject state)
                yield return (states.Keys[i], state, place.Member("States").Member(states.Keys[i]));
        }
    }
}
