using System.Text.RegularExpressions;
using Stateside.Language.Json;

namespace Stateside.Conformance.Paths;

/// <summary>The paths that stand in recordings, each with the input of its case, and what AWS gave for it where that can be told.</summary>
internal static partial class RecordedPaths
{
    private static readonly string[] Folders = ["asl", "measured", "reports"];

    public static List<RecordedPath> Read(string folder)
    {
        var found = new Dictionary<(string, string), RecordedPath>();
        foreach (var file in Folders.Select(name => Path.Combine(folder, name)).Where(Directory.Exists).SelectMany(name => Directory.GetFiles(name, "*.json")).Order(StringComparer.Ordinal))
        {
            if (LooseJson.ReadFile(file) is not JsonArray cases)
                continue;
            foreach (var one in cases.OfType<JsonObject>())
            {
                var input = InputOf(one);
                foreach (var text in TextsOf(one).SelectMany(PathsIn))
                    found.TryAdd((text, input.Text), new RecordedPath(text, input, null));
                foreach (var (text, value) in ResultsOf(one))
                    found[(text, input.Text)] = new RecordedPath(text, input, value);
            }
        }

        return [.. found.Values];
    }

    private static JsonValue InputOf(JsonObject one) => one["input"] switch
    {
        JsonString text when JsonReader.TryParse(text.Value, out var parsed) => parsed,
        { } value => value,
        null => JsonObject.Empty,
    };

    private static IEnumerable<string> TextsOf(JsonValue value) => value switch
    {
        JsonString text when text.Value.StartsWith('{') && JsonReader.TryParse(text.Value, out var parsed) => TextsOf(parsed),
        JsonString text => [text.Value],
        JsonArray items => items.SelectMany(TextsOf),
        JsonObject members => members.SelectMany(member => TextsOf(member.Value)),
        _ => [],
    };

    /// <summary>A path is the whole text or an argument of a function; one into the context or a variable is read as if into the input.</summary>
    private static IEnumerable<string> PathsIn(string text)
    {
        if (text.StartsWith('$'))
            return [Root().Replace(text, "$")];
        return text.StartsWith("States.", StringComparison.Ordinal) ? Argument().Matches(text).Select(match => Root().Replace(match.Value, "$")) : [];
    }

    /// <summary>What AWS gave for the paths of a template, where a machine is one Pass state with a flat template.</summary>
    private static IEnumerable<(string Path, JsonValue Value)> ResultsOf(JsonObject one)
    {
        if (one["expression"] is JsonString expression)
            return expression.Value.StartsWith("$.", StringComparison.Ordinal) && one["expected"] is JsonObject expected && expected["value"] is { } value ? [(expression.Value, value)] : [];
        if (one["definition"] is not JsonObject definition || definition["States"] is not JsonObject { Count: 1 } states)
            return [];
        if (states.Values[0] is not JsonObject state || state["Type"] is not JsonString { Value: "Pass" } || state["Parameters"] is not JsonObject template || state.ContainsKey("InputPath"))
            return [];
        return OutputOf(one["expected"]) is JsonObject output
            ? template.Where(member => member.Key.EndsWith(".$", StringComparison.Ordinal) && member.Value is JsonString text && text.Value.StartsWith("$.", StringComparison.Ordinal))
                .Where(member => output.ContainsKey(member.Key[..^2]))
                .Select(member => (((JsonString)member.Value).Value, output[member.Key[..^2]]!))
            : [];
    }

    private static JsonValue? OutputOf(JsonValue? expected) => expected switch
    {
        JsonObject answer when answer["output"] is { } output => output is JsonString text && JsonReader.TryParse(text.Value, out var parsed) ? parsed : output,
        JsonObject answer when answer["value"] is { } value => JsonObject.Of(("value", value)),
        JsonObject answer => answer.Select(member => member.Value).OfType<JsonObject>().Select(each => each["events"]).OfType<JsonArray>()
            .SelectMany(events => events.OfType<JsonObject>()).Select(each => (each["executionSucceededEventDetails"] as JsonObject)?["output"]).FirstOrDefault(each => each is not null),
        _ => null,
    };

    [GeneratedRegex(@"^\$(\$|[A-Za-z_]\w*)(?=$|[.\[])")]
    private static partial Regex Root();

    [GeneratedRegex(@"\$[^\s,()']*(?:\['[^']*'\][^\s,()']*)*")]
    private static partial Regex Argument();
}

/// <summary>A path of a recording.</summary>
/// <param name="Text">The path.</param>
/// <param name="Input">The document.</param>
/// <param name="Value">What AWS gave; null where that cannot be told.</param>
internal sealed record RecordedPath(string Text, JsonValue Input, JsonValue? Value);
