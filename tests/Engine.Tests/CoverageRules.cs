using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Stateside.Language.Json;

namespace Stateside.Engine.Tests;

/// <summary>
/// The rules of the language in tests/cases/rules.json and its chapters beside it, each with the tests that hold it, and the page
/// that is made of them.
/// </summary>
internal sealed partial class CoverageRules
{
    private const string Index = "tests/cases/rules.json";

    private readonly SourceTree _tree;
    private readonly Dictionary<string, HashSet<string>> _cases = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<string>> _tests = new(StringComparer.Ordinal);

    public CoverageRules(SourceTree tree)
    {
        _tree = tree;
        var index = (JsonObject)JsonReader.Parse(tree.TextOf(Index));
        var sources = (JsonArray)index["sources"]!;
        Clauses = [.. sources.SelectMany(source => ClausesOf((JsonObject)source))];
        Chapters = [.. ((JsonArray)index["chapters"]!).Select(key => ChapterOf(((JsonString)key).Value))];
    }

    /// <summary>The sections and pages that the rules are of.</summary>
    public IReadOnlyList<Clause> Clauses { get; }

    public IReadOnlyList<Chapter> Chapters { get; }

    public IEnumerable<Rule> Rules => Chapters.SelectMany(chapter => chapter.Rules);

    /// <summary>What keeps a test that a rule names from holding it; null when it runs.</summary>
    public string? Problem(string test)
    {
        var (name, item) = Split(test);
        if (Group(name) is { } group)
        {
            if (!_tree.Files.Contains($"tests/cases/{name}.json"))
                return $"there is no tests/cases/{name}.json";
            if (!RunsCases(group.Runner, group.Folder))
                return $"{group.Runner} does not run tests/cases/{group.Folder}";
            return item is null || CasesOf(name, group.Key).Contains(item) ? null : $"tests/cases/{name}.json has no case '{item}'";
        }

        var parts = name.Split('.');
        if (parts is not [var type, var method])
            return $"'{test}' is neither a case nor a test of a class";
        var files = _tree.Files.Where(file => IsClass(file, type)).ToList();
        if (files is not [var source])
            return $"there are {files.Count} files {type}.cs";
        if (!IsInSolution(source))
            return $"the project of {source} is not in the solution";
        return TestsOf(source).Contains(method) ? null : $"{source} has no test {method}";
    }

    /// <summary>The page.</summary>
    public string Page()
    {
        var page = new StringBuilder(Introduction());
        foreach (var chapter in Chapters)
        {
            page.Append(CultureInfo.InvariantCulture, $"\n## {chapter.Title}\n\n");
            if (chapter.Introduction is { } introduction)
                page.Append(introduction).Append("\n\n");
            page.Append("| Field | Rule | From | Held by |\n|---|---|---|---|\n");
            string? field = null;
            foreach (var rule in chapter.Rules)
            {
                var clause = Clauses.Single(clause => clause.Key == rule.Clause);
                page.Append(CultureInfo.InvariantCulture, $"| {(rule.Field == field ? "" : rule.Field)} | {rule.Sentence} ");
                page.Append(CultureInfo.InvariantCulture, $"| [{clause.Title}]({clause.Link}) | {HeldBy(rule)} |\n");
                field = rule.Field;
            }
        }

        return page.ToString();
    }

    private string Introduction()
    {
        var used = Rules.Select(rule => rule.Clause).Distinct().ToLookup(clause => clause[..clause.IndexOf('#', StringComparison.Ordinal)]);
        return string.Create(CultureInfo.InvariantCulture, $"""
            # What covers what

            {Rules.Count()} rules of the States Language and of the service, from {used["spec"].Count()} sections of the
            [specification](https://states-language.net/spec.html) and {used["guide"].Count()} pages of the
            [Developer Guide](https://docs.aws.amazon.com/step-functions/latest/dg/), in our own words, each with the tests that
            hold it. Where the service was seen to differ from what is written, the rule says what the service does.

            This page is made of `tests/cases/rules.json` and the chapters in `tests/cases/rules/`. `CoverageTests` holds that
            every section has a rule, every rule a test that runs, and the page what the rules say. After a change of them it is
            written by

            ```
            STATESIDE_SNAPSHOTS=accept dotnet test tests/Engine.Tests --filter CoverageTests
            ```

            Names without a class are files of cases in `tests/cases/`, with the cases meant in parentheses, or all of the file's:
            definitions and what is said of them (`DefinitionCaseTests`), machines and how they end (`ExecutionCaseTests`), paths
            (`PathCaseTests`) and intrinsic functions (`IntrinsicCaseTests`). Beside them stand recorded executions, the suite of
            JSONata and what Java answers: see [CONFORMANCE.md](CONFORMANCE.md).

            """).ReplaceLineEndings("\n");
    }

    /// <summary>The tests of a rule, those of one file together.</summary>
    private string HeldBy(Rule rule)
    {
        var cases = from test in rule.Tests
                    let parts = Split(test)
                    where Group(parts.Name) is not null
                    group parts.Item by parts.Name into file
                    let items = file.OfType<string>().ToList()
                    let shown = file.Key.StartsWith("definitions/", StringComparison.Ordinal) ? file.Key["definitions/".Length..] : file.Key
                    select $"[{shown}](../tests/cases/{file.Key}.json)"
                        + (items.Count == 0 ? "" : $" ({string.Join("; ", items.Select(item => Shown(file.Key, item)))})");
        var tests = from test in rule.Tests
                    where Group(Split(test).Name) is null
                    let parts = test.Split('.')
                    group parts[1] by parts[0] into type
                    select $"[{type.Key}](../{_tree.Files.First(file => IsClass(file, type.Key))}) `{string.Join("`, `", type)}`";
        return string.Join(", ", cases.Concat(tests));
    }

    private static string Shown(string file, string item)
    {
        var text = item.Replace("|", "\\|", StringComparison.Ordinal);
        return file.StartsWith("executions/", StringComparison.Ordinal) ? text : $"`{text}`";
    }

    private static (string Name, string? Item) Split(string test) =>
        test.Split(": ", 2) is [var name, var item] ? (name, item) : (test, null);

    /// <summary>Which class runs the cases of a file, and what names them in it; null for what is no file of cases.</summary>
    private static (string Folder, string Runner, string? Key)? Group(string name) => name.Split('/') switch
    {
        ["definitions", _] => ("definitions", "DefinitionCaseTests", null),
        ["executions", _] => ("executions", "ExecutionCaseTests", "about"),
        ["paths", _] => ("paths", "PathCaseTests", "path"),
        ["intrinsics", _] => ("intrinsics", "IntrinsicCaseTests", "call"),
        _ => null,
    };

    private HashSet<string> CasesOf(string name, string? key)
    {
        if (_cases.TryGetValue(name, out var found))
            return found;
        if (key is not null && ((JsonObject)JsonReader.Parse(_tree.TextOf($"tests/cases/{name}.json")))["cases"] is JsonArray cases)
            found = [.. cases.Select(item => ((JsonString)((JsonObject)item)[key]!).Value)];
        return _cases[name] = found ?? [];
    }

    /// <summary>Whether a class reads a folder of cases, and its project brings it along.</summary>
    private bool RunsCases(string runner, string folder)
    {
        var source = _tree.Files.Single(file => IsClass(file, runner));
        return _tree.TextOf(source).Contains($"\"cases\", \"{folder}\"", StringComparison.Ordinal)
            && TestsOf(source).Count > 0 && IsInSolution(source)
            && _tree.TextOf(ProjectOf(source)).Contains($"\"../cases/{folder}/**/*.json\"", StringComparison.Ordinal);
    }

    private bool IsInSolution(string source) =>
        _tree.TextOf("Functions.sln").Contains($"\"{ProjectOf(source).Replace('/', '\\')}\"", StringComparison.Ordinal);

    /// <summary>tests/X/…/Y.cs is of tests/X/X.csproj.</summary>
    private static string ProjectOf(string source) => source.Split('/')[1] is var project ? $"tests/{project}/{project}.csproj" : "";

    private static bool IsClass(string file, string type) =>
        file.StartsWith("tests/", StringComparison.Ordinal) && file.EndsWith($"/{type}.cs", StringComparison.Ordinal);

    /// <summary>The tests of a source that are not skipped.</summary>
    private HashSet<string> TestsOf(string source)
    {
        if (!_tests.TryGetValue(source, out var found))
        {
            found = _tests[source] = [.. Test().Matches(_tree.TextOf(source))
                .Where(test => !test.Groups["options"].Value.Contains("Skip", StringComparison.Ordinal))
                .Select(test => test.Groups["name"].Value)];
        }

        return found;
    }

    private static IEnumerable<Clause> ClausesOf(JsonObject source)
    {
        var sections = (JsonObject)source["sections"]!;
        var without = (JsonObject)source["without"]!;
        for (var i = 0; i < sections.Count; i++)
        {
            var key = sections.Keys[i];
            yield return new Clause(
                $"{Text(source, "key")}#{key}",
                ((JsonString)sections.Values[i]).Value,
                $"{Text(source, "before")}{key}{Text(source, "after")}",
                (without[key] as JsonString)?.Value);
        }
    }

    private Chapter ChapterOf(string key)
    {
        var chapter = (JsonObject)JsonReader.Parse(_tree.TextOf($"tests/cases/rules/{key}.json"));
        var rules = from rule in (JsonArray)chapter["rules"]!
                    let tests = ((JsonArray)((JsonObject)rule)["tests"]!).Select(test => ((JsonString)test).Value)
                    select new Rule(Text(rule, "id"), Text(rule, "field"), Text(rule, "clause"), Text(rule, "rule"), [.. tests]);
        return new Chapter(key, Text(chapter, "title"), (chapter["introduction"] as JsonString)?.Value, [.. rules]);
    }

    private static string Text(JsonValue item, string key) => ((JsonString)((JsonObject)item)[key]!).Value;

    /// <summary>A test with its attribute.</summary>
    [GeneratedRegex(
        @"\[(Fact|Theory)(?<options>\([^\]]*\))?\].*?\n    public (static )?(async )?[\w<>]+ (?<name>\w+)\(", RegexOptions.Singleline)]
    private static partial Regex Test();

    /// <summary>A section of the specification or a page of the guide.</summary>
    /// <param name="Key">How rules call it.</param>
    /// <param name="Title">Its title.</param>
    /// <param name="Link">Its address.</param>
    /// <param name="Without">Why no rule is of it; null when rules are.</param>
    internal sealed record Clause(string Key, string Title, string Link, string? Without);

    internal sealed record Chapter(string Key, string Title, string? Introduction, IReadOnlyList<Rule> Rules);

    internal sealed record Rule(string Id, string Field, string Clause, string Sentence, IReadOnlyList<string> Tests);
}
