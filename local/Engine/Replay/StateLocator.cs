using Stateside.Language.Json;

namespace Stateside.Engine.Replay;

/// <summary>Says where in a definition's text a state stands, and the field of it that a finding is about.</summary>
/// <param name="text">The definition's text.</param>
internal sealed class StateLocator(string text)
{
    private readonly JsonLocator _locator = new(text);
    private readonly JsonObject? _source = JsonReader.TryParse(text, out var value) ? value as JsonObject : null;

    /// <summary>The position of what a finding is about; of its state where no field is, and null where the definition has no such state.</summary>
    /// <param name="finding">The finding.</param>
    public (int Line, int Column)? Locate(Finding finding)
    {
        if (_source is null || Find(_source, JsonPlace.Root, finding.State) is not var (state, place))
            return null;
        var field = FieldsOf(finding.Kind).FirstOrDefault(state.ContainsKey);
        var position = _locator.Locate(field is null ? place : place.Member(field));
        return (position.Line, position.Column);
    }

    private static string[] FieldsOf(FindingKind kind) => kind switch
    {
        FindingKind.Payload => ["Arguments", "Parameters", "InputPath"],
        FindingKind.Resource => ["Resource"],
        FindingKind.Role => ["Credentials"],
        FindingKind.Output => ["Output", "ResultSelector", "Result", "OutputPath", "ResultPath", "Parameters"],
        FindingKind.Variables => ["Assign"],
        FindingKind.Items => ["Items", "ItemsPath", "ItemReader"],
        FindingKind.Failure => ["Error", "ErrorPath", "Cause", "CausePath"],
        FindingKind.Next => ["Choices", "Next", "End"],
        _ => [],
    };

    private static (JsonObject State, JsonPlace Place)? Find(JsonObject definition, JsonPlace place, string name)
    {
        if (definition["States"] is not JsonObject states)
            return null;
        var at = place.Member("States");
        if (states[name] is JsonObject found)
            return (found, at.Member(name));
        foreach (var (key, value) in states)
        {
            if (value is not JsonObject state)
                continue;
            var inside = at.Member(key);
            foreach (var processor in (string[])["ItemProcessor", "Iterator"])
            {
                if (state[processor] is JsonObject inner && Find(inner, inside.Member(processor), name) is { } there)
                    return there;
            }

            var branches = state["Branches"] as JsonArray ?? JsonArray.Empty;
            for (var i = 0; i < branches.Count; i++)
            {
                if (branches[i] is JsonObject branch && Find(branch, inside.Member("Branches").Item(i), name) is { } there)
                    return there;
            }
        }

        return null;
    }
}
