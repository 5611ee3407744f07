using System.Text.RegularExpressions;
using Stateside.Language.Json;

namespace Stateside.Language.Validation.Lint;

/// <summary>
/// Paths into data whose shape the definition itself shows, and which does not hold them: the result of a Pass, a template or a
/// ResultSelector that becomes the whole input of the next state. Where anything is open, nothing is said.
/// </summary>
internal static partial class ShapeLint
{
    private static readonly string[] InputFields = ["ItemsPath", "SecondsPath", "TimestampPath", "TimeoutSecondsPath", "HeartbeatSecondsPath", "ErrorPath", "CausePath"];

    public static void Check(LintScope scope, DiagnosticSink sink)
    {
        var shapes = new Dictionary<string, List<JsonObject?>>(StringComparer.Ordinal);
        foreach (var state in scope.States)
        {
            var result = ResultOf(state);
            if (result is not null)
                CheckPath(state.Text("OutputPath"), [result], state.At("OutputPath"), "what the state itself gives", sink);
            var output = state.Value.ContainsKey("OutputPath") ? null : result;
            foreach (var (target, place) in TransitionValidator.Transitions(state.Value, state.Place))
            {
                if (!shapes.TryGetValue(target, out var known))
                    shapes[target] = known = [];

                // What a catcher hands on is an error, whose shape is not the state's.
                known.Add(place.Outer == state.Place ? output : null);
            }
        }

        foreach (var state in scope.States)
        {
            if (state.Name == scope.StartAt || !shapes.TryGetValue(state.Name, out var before))
                continue;
            var inputs = before.OfType<JsonObject>().ToList();
            if (inputs.Count == before.Count)
                CheckInput(state, inputs, sink);
        }
    }

    /// <summary>The shape of what a state gives, before its OutputPath; null when it is not known.</summary>
    private static JsonObject? ResultOf(LintState state)
    {
        if (IsJsonata(state) || state.Value["ResultPath"] is { } path and not JsonString { Value: "$" })
            return null;
        return state.Type switch
        {
            "Pass" => (state.Value["Result"] ?? state.Value["Parameters"]) as JsonObject,
            "Task" or "Parallel" or "Map" => state.Value["ResultSelector"] as JsonObject,
            _ => null,
        };
    }

    private static void CheckInput(LintState state, List<JsonObject> inputs, DiagnosticSink sink)
    {
        if (IsJsonata(state))
            return;
        const string Where = "what the states before it give";
        if (state.Value.ContainsKey("InputPath"))
        {
            CheckPath(state.Text("InputPath"), inputs, state.At("InputPath"), Where, sink);
            return;
        }

        if (state.Value["Parameters"] is JsonObject parameters && state.Type != "Map")
        {
            CheckTemplate(parameters, inputs, state.At("Parameters"), Where, sink);
            return;
        }

        foreach (var field in InputFields)
        {
            // With an ItemReader, ItemsPath is looked up in what was read.
            if (field == "ItemsPath" && state.Value.ContainsKey("ItemReader"))
                continue;
            CheckPath(state.Text(field), inputs, state.At(field), Where, sink);
        }
    }

    private static void CheckTemplate(JsonObject template, List<JsonObject> inputs, JsonPlace place, string where, DiagnosticSink sink)
    {
        for (var i = 0; i < template.Count; i++)
        {
            var at = place.Member(template.Keys[i]);
            if (template.Values[i] is JsonObject inner)
                CheckTemplate(inner, inputs, at, where, sink);
            else if (template.Keys[i].EndsWith(".$", StringComparison.Ordinal) && template.Values[i] is JsonString path)
                CheckPath(path.Value, inputs, at, where, sink);
        }
    }

    private static void CheckPath(string? path, List<JsonObject> inputs, JsonPlace place, string where, DiagnosticSink sink)
    {
        if (path is null || !PlainPath().IsMatch(path) || inputs.Exists(input => Resolves(input, path[2..].Split('.'))))
            return;
        sink.Warning(
            LintCodes.PathNeverResolves,
            $"The path '{path}' is not in {where}.",
            place,
            "Correct the path, or let the state before give it.");
    }

    private static bool Resolves(JsonObject shape, string[] names)
    {
        JsonValue value = shape;
        foreach (var name in names)
        {
            // A part that is worked out in the run can be anything.
            if (value is not JsonObject members)
                return false;
            if (members.ContainsKey(name + ".$"))
                return true;
            if (!members.TryGetValue(name, out var next))
                return false;
            value = next;
        }

        return true;
    }

    private static bool IsJsonata(LintState state) => state.Text("QueryLanguage") == "JSONata" || state.Value.ContainsKey("Output");

    [GeneratedRegex(@"^\$(\.[A-Za-z_][A-Za-z0-9_]*)+$", RegexOptions.CultureInvariant)]
    private static partial Regex PlainPath();
}
