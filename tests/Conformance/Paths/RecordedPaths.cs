using System.Text.RegularExpressions;
using Stateside.Language.Json;

namespace Stateside.Conformance.Paths;

/// <summary>A path that is written down somewhere.</summary>
/// <param name="Text">The path.</param>
/// <param name="Document">What it is read from.</param>
/// <param name="Expected">What it gives there; null where that is not written down.</param>
internal sealed record RecordedPath(string Text, JsonValue Document, JsonValue? Expected);

/// <summary>The paths that stand in recordings, each with the input of its case, and what AWS gave for it where that can be told.</summary>
internal static partial class RecordedPaths
{
    private static readonly string[] Folders = ["asl", "measured", "reports"];

    public static List<RecordedPath> Read(string folder)
    {
        var found = new Dictionary<(string Path, string Input), RecordedPath>();
        var cases = FilesOf(folder).SelectMany(file => LooseJson.ReadFile(file) as JsonArray ?? JsonArray.Empty);
        foreach (var one in cases.OfType<JsonObject>())
        {
            var input = InputOf(one);
            foreach (var text in TextsOf(one).SelectMany(PathsIn))
                found.TryAdd((text, input.Text), new RecordedPath(text, input, null));
            foreach (var (text, value) in ResultsOf(one))
                found[(text, input.Text)] = new RecordedPath(text, input, value);
        }

        return [.. found.Values];
    }

    private static IEnumerable<string> FilesOf(string folder) => Folders
        .Select(name => Path.Combine(folder, name))
        .Where(Directory.Exists)
        .SelectMany(name => Directory.GetFiles(name, "*.json").Order(StringComparer.Ordinal));

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

    /// <summary>A path is a text or an argument of a function; one that starts from elsewhere is read as if from the input.</summary>
    private static IEnumerable<string> PathsIn(string text)
    {
        if (text.StartsWith('$'))
            return [Root().Replace(text, "$")];
        return text.StartsWith("States.", StringComparison.Ordinal)
            ? Argument().Matches(text).Select(match => Root().Replace(match.Value, "$"))
            : [];
    }

    /// <summary>What AWS gave for the paths of a template, where a machine is one Pass state with a flat one.</summary>
    private static IEnumerable<(string Path, JsonValue Value)> ResultsOf(JsonObject one)
    {
        var template = one["expression"] is { } expression
            ? JsonObject.Of(("value.$", expression))
            : TemplateOf(one["definition"] as JsonObject);
        if (template is null || OutputOf(one["expected"]) is not JsonObject output)
            return [];
        return from member in template
               where member.Key.EndsWith(".$", StringComparison.Ordinal) && output.ContainsKey(member.Key[..^2])
               let text = (member.Value as JsonString)?.Value
               where text is not null && text.StartsWith("$.", StringComparison.Ordinal)
               select (text, output[member.Key[..^2]]!);
    }

    private static JsonObject? TemplateOf(JsonObject? definition) =>
        definition?["States"] is JsonObject { Count: 1 } states && states.Values[0] is JsonObject state
            && state["Type"] is JsonString { Value: "Pass" } && !state.ContainsKey("InputPath")
            ? state["Parameters"] as JsonObject
            : null;

    private static JsonValue? OutputOf(JsonValue? expected)
    {
        if (expected is not JsonObject answer)
            return null;
        if (answer["value"] is { } value)
            return JsonObject.Of(("value", value));
        if (answer["output"] is { } output)
            return output is JsonString text && JsonReader.TryParse(text.Value, out var parsed) ? parsed : output;
        return (from history in answer.Select(member => member.Value).OfType<JsonObject>()
                where history["events"] is JsonArray
                from happened in ((JsonArray)history["events"]!).OfType<JsonObject>()
                select (happened["executionSucceededEventDetails"] as JsonObject)?["output"]).FirstOrDefault(each => each is not null);
    }

    [GeneratedRegex(@"^\$(\$|[A-Za-z_]\w*)(?=$|[.\[])")]
    private static partial Regex Root();

    [GeneratedRegex(@"\$[^\s,()']*(?:\['[^']*'\][^\s,()']*)*")]
    private static partial Regex Argument();
}
