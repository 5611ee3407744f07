using Stateside.Language.Json;

namespace Stateside.Conformance.Shapes;

/// <summary>Makes machines smaller, so that what is left of one that is wrong can be read.</summary>
internal static class MachineShrinker
{
    /// <summary>Machines with a little less in them.</summary>
    public static IEnumerable<MadeMachine> Smaller(MadeMachine machine)
    {
        foreach (var definition in WithoutStates(machine.Definition))
            yield return machine with { Definition = definition };
        foreach (var definition in Less(machine.Definition))
        {
            if (definition is JsonObject smaller)
                yield return machine with { Definition = smaller };
        }

        for (var i = 0; i < machine.Inputs.Count; i++)
        {
            foreach (var input in Less(machine.Inputs[i]))
                yield return machine with { Inputs = [.. machine.Inputs.Select((one, at) => at == i ? input : one)] };
        }
    }

    /// <summary>The definition without one of its states: whatever led to it leads where it led.</summary>
    private static IEnumerable<JsonObject> WithoutStates(JsonObject definition)
    {
        if (definition["States"] is not JsonObject states)
            yield break;
        foreach (var (name, state) in states)
        {
            if (((JsonObject)state)["Next"] is JsonString next)
            {
                var others = JsonObject.Of([.. states.Where(one => one.Key != name).Select(one => (one.Key, one.Value))]);
                yield return (JsonObject)Renamed(definition.With("States", others), name, next.Value);
            }
            else if (states.Count > 1)
            {
                // What led to an end ends.
                var others = JsonObject.Of([.. states.Where(one => one.Key != name).Select(one => (one.Key, one.Value is JsonObject before && before["Next"] is JsonString { Value: var to } && to == name
                    ? JsonObject.Of([.. before.Where(member => member.Key != "Next").Select(member => (member.Key, member.Value)), ("End", JsonValue.True)])
                    : one.Value))]);
                yield return definition.With("States", others);
            }
        }
    }

    private static JsonValue Renamed(JsonValue value, string name, string other) => value switch
    {
        JsonObject members => JsonObject.Of([.. members.Select(member => (member.Key,
            member.Key is "Next" or "Default" or "StartAt" && member.Value is JsonString text && text.Value == name ? new JsonString(other) : Renamed(member.Value, name, other)))]),
        JsonArray items => JsonArray.Of(items.Select(item => Renamed(item, name, other))),
        _ => value,
    };

    private static IEnumerable<JsonValue> Less(JsonValue value)
    {
        switch (value)
        {
            case JsonObject members:
                foreach (var (key, _) in members)
                    yield return JsonObject.Of([.. members.Where(member => member.Key != key).Select(member => (member.Key, member.Value))]);
                foreach (var (key, inner) in members)
                {
                    if (inner is JsonObject processor && processor["StartAt"] is not null)
                    {
                        foreach (var smaller in WithoutStates(processor))
                            yield return members.With(key, smaller);
                    }

                    foreach (var less in Less(inner))
                        yield return members.With(key, less);
                }

                break;
            case JsonArray items:
                for (var i = 0; i < items.Count; i++)
                    yield return JsonArray.Of(items.Where((_, at) => at != i));
                for (var i = 0; i < items.Count; i++)
                {
                    if (items[i] is JsonObject branch && branch["StartAt"] is not null)
                    {
                        foreach (var smaller in WithoutStates(branch))
                            yield return JsonArray.Of(items.Select((item, at) => at == i ? smaller : item));
                    }

                    foreach (var less in Less(items[i]))
                        yield return JsonArray.Of(items.Select((item, at) => at == i ? less : item));
                }

                break;
        }
    }
}
