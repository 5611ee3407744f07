using Stateside.Language.Json;
using Stateside.Language.Paths;

namespace Stateside.Language.Tests.Paths;

/// <summary>One file per rule, in tests/cases/paths: paths, each with what it gives, how it fails or that it is refused.</summary>
public sealed class PathCaseTests
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "cases", "paths");

    public static TheoryData<string, string> Paths()
    {
        var paths = new TheoryData<string, string>();
        foreach (var file in Directory.GetFiles(Folder, "*.json").Order(StringComparer.Ordinal))
        {
            foreach (var item in (JsonArray)Read(file)["cases"]!)
                paths.Add(Path.GetFileName(file), Text(item, "path")!);
        }

        return paths;
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void A_path_ends_as_its_case_says(string file, string text)
    {
        var cases = Read(Path.Combine(Folder, file));
        var wanted = (JsonObject)((JsonArray)cases["cases"]!).Single(item => Text(item, "path") == text);
        if (wanted["refused"] is not null)
        {
            Assert.False(JsonPath.TryParse(text, out _, out _));
            return;
        }

        var document = cases["document"]!;
        var path = JsonPath.Parse(text);
        var outcome = path.Steps.Evaluate(document, document, out var value);
        if (wanted["gives"] is { } gives)
        {
            Assert.Equal((PathOutcome.Found, gives.Text), (outcome, value.Text));
            Assert.True(path.IsDefinite || value is JsonArray);
            return;
        }

        var expected = wanted["missing"] is null ? PathOutcome.Unfit : PathOutcome.Missing;
        Assert.Equal((expected, Text(wanted, "missing") ?? Text(wanted, "unfit")), (outcome, path.Steps.DescribeFailure(document, document)));
    }

    private static JsonObject Read(string file) => (JsonObject)JsonReader.Parse(File.ReadAllText(file));

    private static string? Text(JsonValue item, string key) => (((JsonObject)item)[key] as JsonString)?.Value;
}
