using Stateside.Language.Json;
using Stateside.Language.Shapes;

namespace Stateside.Engine.Checks;

/// <summary>
/// Findings in the Static Analysis Results Interchange Format 2.1.0, which code scanning and editors read.
/// See https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html.
/// </summary>
internal static class SarifReport
{
    /// <summary>The report. Files that have relative paths are named from the root of what was looked at.</summary>
    /// <param name="findings">The findings.</param>
    /// <param name="version">The version of this program.</param>
    public static JsonObject Of(IReadOnlyList<Finding> findings, string version)
    {
        var codes = findings.Select(finding => finding.Diagnostic.Code).Distinct().Order(StringComparer.Ordinal).ToList();
        var driver = JsonObject.Of(
            ("name", JsonValue.From("Stateside")),
            ("version", JsonValue.From(version)),
            ("rules", JsonArray.Of(codes.Select(code => JsonObject.Of(
                ("id", JsonValue.From(code)),
                ("shortDescription", Text(Words(code))))))));
        return JsonObject.Of(
            ("$schema", JsonValue.From("https://json.schemastore.org/sarif-2.1.0.json")),
            ("version", JsonValue.From("2.1.0")),
            ("runs", JsonArray.Of([JsonObject.Of(
                ("tool", JsonObject.Of(("driver", driver))),
                ("columnKind", JsonValue.From("utf16CodeUnits")),
                ("results", JsonArray.Of(findings.Select(finding => Result(finding, codes)))))])));
    }

    private static JsonObject Result(Finding finding, List<string> codes)
    {
        var found = finding.Diagnostic;
        var message = found.Remedy is { } remedy ? $"{FindingText.Message(finding)} {remedy}" : FindingText.Message(finding);
        var location = Location(finding.File, found.Line, found.Column);
        if (found.Location is { } place)
            location = location.With("logicalLocations", JsonArray.Of([JsonObject.Of(("fullyQualifiedName", JsonValue.From(place)))]));
        var result = JsonObject.Of(
            ("ruleId", JsonValue.From(found.Code)),
            ("ruleIndex", JsonValue.From(codes.IndexOf(found.Code))),
            ("level", JsonValue.From(finding.IsError ? "error" : "warning")),
            ("message", Text(message)),
            ("locations", JsonArray.Of([location])));
        return finding.Origin is { File: { } file } origin
            ? result.With("relatedLocations", JsonArray.Of([Location(file, origin.Line, 0).With("message", Text(Declared(origin)))]))
            : result;
    }

    private static string Declared(ShapeOrigin origin) => $"{origin.Name} is declared here.";

    private static JsonObject Location(string file, int line, int column)
    {
        var place = JsonObject.Of(("artifactLocation", Artifact(file)));
        if (line > 0)
        {
            var region = JsonObject.Of(("startLine", JsonValue.From(line)));
            place = place.With("region", column > 0 ? region.With("startColumn", JsonValue.From(column)) : region);
        }

        return JsonObject.Of(("physicalLocation", place));
    }

    /// <summary>A file as a URI: of a relative path one that is relative, with the slashes of URIs on Windows too.</summary>
    private static JsonObject Artifact(string file)
    {
        var isDrive = file.Length > 1 && file[1] == ':';
        var path = string.Join('/', file.Split('/', '\\').Select(Uri.EscapeDataString));
        if (isDrive)
            return JsonObject.Of(("uri", JsonValue.From($"file:///{path.Replace("%3A", ":", StringComparison.Ordinal)}")));
        return file[0] is '/' or '\\'
            ? JsonObject.Of(("uri", JsonValue.From($"file://{path}")))
            : JsonObject.Of(("uri", JsonValue.From(path)), ("uriBaseId", JsonValue.From("%SRCROOT%")));
    }

    private static JsonObject Text(string text) => JsonObject.Of(("text", JsonValue.From(text)));

    private static string Words(string code) => $"{code[0]}{code[1..].Replace('_', ' ').ToLowerInvariant()}.";
}
