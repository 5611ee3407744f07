using Stateside.Engine.Execution.Turns;
using Stateside.Language.Json;

namespace Stateside.Engine.Coverage;

/// <summary>A report as JSON: what a run writes and what later is read to put runs together.</summary>
internal static class CoverageJson
{
    /// <summary>What the names of such files end in.</summary>
    public const string Extension = ".stateside.json";

    private const string Format = "stateside-coverage-1";

    /// <summary>Writes a report.</summary>
    /// <returns>The JSON text, indented.</returns>
    public static string Write(CoverageReport report) => JsonWriter.Indented(JsonObject.Of(
        ("format", JsonValue.From(Format)),
        ("states", Write(report.Entered)),
        ("transitions", Write(report.Transitions)),
        ("machines", JsonArray.Of(report.Machines.Select(Write))))) + "\n";

    /// <summary>Reads a report.</summary>
    /// <param name="text">The JSON text.</param>
    /// <param name="file">Where it comes from, for messages.</param>
    /// <exception cref="CoverageException">It is none.</exception>
    public static CoverageReport Read(string text, string file)
    {
        if (!JsonReader.TryParse(text, out var value) || value is not JsonObject report || (report["format"] as JsonString)?.Value != Format)
            throw new CoverageException($"{file}: This is no coverage report of Stateside of the form {Format}. Run the tests again with this version.");
        try
        {
            return new CoverageReport([.. Objects(report, "machines").Select(ReadMachine)]);
        }
        catch (Exception e) when (e is FormatException or ArgumentException)
        {
            throw new CoverageException($"{file}: This coverage report is damaged ({e.Message}). Run the tests again.");
        }
    }

    private static JsonObject Write(CoverageRatio ratio) => JsonObject.Of(
        ("covered", JsonValue.From(ratio.Covered)), ("total", JsonValue.From(ratio.Total)), ("percent", JsonValue.From(Math.Floor(ratio.Percent * 100) / 100)));

    private static JsonObject Write(MachineCoverage machine) => JsonObject.Of(
        ("name", JsonValue.From(machine.Name)),
        ("file", JsonValue.From(machine.File)),
        ("root", JsonValue.From(machine.Root)),
        ("states", JsonArray.Of(machine.States.Select(Write))),
        ("definition", JsonValue.From(machine.Definition)));

    private static JsonObject Write(StateCoverage state) => JsonObject.Of(
        ("name", JsonValue.From(state.Name)),
        ("type", JsonValue.From(state.Type)),
        ("line", JsonValue.From(state.Line)),
        ("entered", JsonValue.From(state.Entered)),
        ("transitions", JsonArray.Of(state.Transitions.Select(Write))));

    private static JsonObject Write(TransitionCoverage way)
    {
        var written = new JsonObject.Builder()
            .Set("kind", JsonValue.From(way.Kind.ToString()))
            .Set("index", JsonValue.From(way.Index))
            .Set("line", JsonValue.From(way.Line));
        if (way.To is not null)
            written.Set("to", JsonValue.From(way.To));
        if (way.Errors.Count > 0)
            written.Set("errors", JsonArray.Of(way.Errors.Select(JsonValue.From)));
        return written.Set("taken", JsonValue.From(way.Taken)).ToObject();
    }

    private static MachineCoverage ReadMachine(JsonObject machine) => new(
        Text(machine, "name") ?? throw Missing("name"),
        Text(machine, "file"),
        Text(machine, "root"),
        Text(machine, "definition") ?? throw Missing("definition"),
        [.. Objects(machine, "states").Select(ReadState)]);

    private static StateCoverage ReadState(JsonObject state) =>
        new(Text(state, "name") ?? throw Missing("name"), Text(state, "type") ?? throw Missing("type"), (int)Number(state, "line"))
        {
            Entered = Number(state, "entered"),
            Transitions = [.. Objects(state, "transitions").Select(ReadWay)],
        };

    private static TransitionCoverage ReadWay(JsonObject way) =>
        new(Enum.Parse<TransitionKind>(Text(way, "kind") ?? throw Missing("kind")), (int)Number(way, "index"), (int)Number(way, "line"))
        {
            To = Text(way, "to"),
            Errors = [.. (way["errors"] as JsonArray ?? JsonArray.Empty).OfType<JsonString>().Select(error => error.Value)],
            Taken = Number(way, "taken"),
        };

    private static string? Text(JsonObject value, string key) => (value[key] as JsonString)?.Value;

    private static long Number(JsonObject value, string key) => value[key] is JsonNumber number ? (long)number.Double : throw Missing(key);

    private static IEnumerable<JsonObject> Objects(JsonObject value, string key) =>
        (value[key] as JsonArray ?? throw Missing(key)).Select(item => item as JsonObject ?? throw Missing(key));

    private static FormatException Missing(string key) => new($"'{key}' is missing or of another type");
}
