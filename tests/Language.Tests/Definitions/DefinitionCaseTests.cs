using Stateside.Language.Json;
using Stateside.Language.Validation;
using Stateside.Language.Validation.Lint;

namespace Stateside.Language.Tests.Definitions;

/// <summary>One small definition per rule, in tests/cases/definitions, each with what is to be said of it.</summary>
public class DefinitionCaseTests
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "cases", "definitions");

    public static TheoryData<string> Cases() =>
        [.. Directory.GetFiles(Folder, "*.json").Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_definition_is_diagnosed_as_its_case_says(string name)
    {
        var (parsed, wanted) = Read(name);

        Assert.Equal(Lines((JsonArray)wanted["diagnostics"]!), parsed.Diagnostics.Select(Line));
        Assert.Equal(parsed.Diagnostics.All(diagnostic => diagnostic.Severity != Severity.Error), parsed.IsValid);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_definition_is_linted_as_its_case_says(string name)
    {
        var (parsed, wanted) = Read(name);
        if (wanted["lint"] is not JsonArray lint)
            return;

        var found = DefinitionLinter.Lint(parsed);

        Assert.Equal(
            lint.Select(item => $"{Text(item, "code")} @ {Text(item, "location")}").Order(StringComparer.Ordinal),
            found.Select(warning => $"{warning.Code} @ {warning.Location}").Order(StringComparer.Ordinal));
        Assert.All(found, warning => Assert.False(string.IsNullOrEmpty(warning.Remedy)));
    }

    private static (ParsedDefinition Parsed, JsonObject Wanted) Read(string name)
    {
        var wanted = (JsonObject)JsonReader.Parse(File.ReadAllText(Path.Combine(Folder, name + ".json")));
        var text = wanted["text"] is JsonString verbatim ? verbatim.Value : wanted["definition"]!.Text;
        return (DefinitionParser.Parse(text, new DefinitionOptions { Express = wanted["type"] is JsonString { Value: "EXPRESS" } }), wanted);
    }

    private static IEnumerable<string> Lines(JsonArray diagnostics) => diagnostics.Select(item =>
        $"{Text(item, "severity")} {Text(item, "code")}: {Text(item, "message")} @ {Text(item, "location")}");

    private static string Line(Diagnostic diagnostic) =>
        $"{diagnostic.Severity.ToString().ToUpperInvariant()} {diagnostic.Code}: {diagnostic.Message} @ {diagnostic.Location}";

    private static string? Text(JsonValue item, string key) => (((JsonObject)item)[key] as JsonString)?.Value;
}
