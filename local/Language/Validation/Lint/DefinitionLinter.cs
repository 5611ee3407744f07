using Stateside.Language.Json;

namespace Stateside.Language.Validation.Lint;

/// <summary>Warns of what the service accepts although its author can hardly mean it.</summary>
public static class DefinitionLinter
{
    /// <summary>Looks a definition over. One with errors is looked over as far as it can be understood.</summary>
    /// <param name="parsed">The definition.</param>
    /// <returns>The warnings, in the order of the text, each with a remedy.</returns>
    public static IReadOnlyList<Diagnostic> Lint(ParsedDefinition parsed)
    {
        ArgumentNullException.ThrowIfNull(parsed);
        var sink = new DiagnosticSink(parsed.Text);
        if (parsed.Source is not { } source)
            return [];
        LintScope(source, JsonPlace.Root, sink);
        SamLint.Check(source, JsonPlace.Root, sink);
        return [.. sink.Found.OrderBy(found => found.Line).ThenBy(found => found.Column)];
    }

    private static void LintScope(JsonObject definition, JsonPlace place, DiagnosticSink sink)
    {
        var scope = new LintScope(definition, place);
        ReachLint.Check(scope, sink);
        ShapeLint.Check(scope, sink);
        foreach (var state in scope.States)
        {
            StateLint.Check(state, sink);
            ErrorLint.Check(state, sink);
            foreach (var (inner, innerPlace) in TransitionValidator.Inner(state.Value, state.Place))
                LintScope(inner, innerPlace, sink);
        }
    }
}

/// <summary>One state as the linter sees it: maybe wrong in places.</summary>
internal sealed record LintState(string Name, JsonObject Value, JsonPlace Place)
{
    public string Type { get; } = (Value["Type"] as JsonString)?.Value ?? "";

    public JsonPlace At(string field) => Place.Member(field);

    public string? Text(string field) => (Value[field] as JsonString)?.Value;

    public double? Number(string field) => (Value[field] as JsonNumber)?.Double;

    public IEnumerable<(JsonObject Value, JsonPlace Place)> Items(string field) => TransitionValidator.Items(Value, Place, field);
}

/// <summary>States that can lead to one another: a whole machine's, a branch's, an item processor's.</summary>
internal sealed class LintScope
{
    public LintScope(JsonObject definition, JsonPlace place)
    {
        StartAt = (definition["StartAt"] as JsonString)?.Value;
        if (definition["States"] is not JsonObject states)
            return;
        for (var i = 0; i < states.Count; i++)
        {
            if (states.Values[i] is JsonObject state)
                States.Add(new LintState(states.Keys[i], state, place.Member("States").Member(states.Keys[i])));
        }
    }

    public string? StartAt { get; }

    public List<LintState> States { get; } = [];
}
