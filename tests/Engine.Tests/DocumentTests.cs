using System.Text.RegularExpressions;
using Stateside.Engine.History;

namespace Stateside.Engine.Tests;

/// <summary>
/// What our documents name in code font is there: files, folders, types, members, tests, options, variables, anchors. What is not ours
/// to declare (AWS's, .NET's and other programs' words, files that are made at run time) stands in DocumentWords.txt.
/// </summary>
public sealed partial class DocumentTests
{
    private static readonly SourceTree Tree = SourceTree.Repository;
    private static readonly Document[] Documents = [.. Tree.Files.Where(IsDocument).Select(path => new Document(path, Tree.TextOf(path)))];
    private static readonly string[] AllowedWords = [.. Tree.TextOf("tests/Engine.Tests/DocumentWords.txt").Split('\n')
        .Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#')];

    [Fact]
    public void What_a_document_names_is_there() => AssertNone(
        from document in Documents
        from name in Unknown(document)
        where !AllowedWords.Contains(name)
        select $"{document.Path}: there is no {name}");

    [Fact]
    public void The_list_of_words_that_are_not_ours_holds_no_more_than_is_needed()
    {
        var needed = Documents.SelectMany(Unknown).ToHashSet();
        Assert.Equal(AllowedWords.Distinct(), AllowedWords);
        AssertNone(AllowedWords.Except(needed).Select(word => $"DocumentWords.txt: {word} is ours, or no document names it"));
    }

    [Fact]
    public void A_member_named_behind_its_file_stands_in_that_file() => AssertNone(
        from document in Documents
        from Match row in MemberOfFile().Matches(document.Prose)
        let files = Tree.Find(row.Groups["file"].Value, document.Folder).ToList()
        from member in row.Groups["member"].Captures.Select(capture => capture.Value)
        where !files.Exists(file => Tree.WordsOf(file).Contains(member))
        select $"{document.Path}: {row.Groups["file"].Value} has no {member}");

    [Fact]
    public void Every_link_leads_to_a_file_and_a_heading() => AssertNone(
        from document in Documents
        from Match link in Link().Matches(document.Prose)
        let target = link.Groups["target"].Value
        where !target.Contains("://", StringComparison.Ordinal) && !Leads(document, target)
        select $"{document.Path}: {target} leads nowhere");

    [Fact]
    public void No_line_of_local_s_pages_is_longer_than_one_of_the_code_may_be() => AssertNone(
        from document in Documents
        where document.Folder == "local" && document.Path != "local/API.md"
        from line in document.Text.Split('\n').Index()
        where line.Item.Length > 140 && line.Item[0] != '|'
        select $"{document.Path}({line.Index + 1}): {line.Item.Length} columns");

    [Fact]
    public void The_table_of_events_has_each_type_once()
    {
        var types = EventRows().SelectMany(row => row.Types).ToList();
        Assert.Equal(Enum.GetNames<HistoryEventType>().Order(StringComparer.Ordinal), types.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_table_of_events_says_what_makes_each_and_where_it_is_written()
    {
        var factories = Factories();
        var calls = Calls(factories.Select(factory => factory.Name).Distinct());
        var rows = EventRows();
        var wrong = from row in rows
                    from type in row.Types
                    let made = factories.Where(factory => factory.Type == type).Select(factory => factory.Name).ToHashSet()
                    let written = calls.Where(call => made.Contains(call.Factory)).Select(call => call.Place).ToHashSet()
                    where row.IsNotYet
                        ? written.Count > 0
                        : !made.SetEquals(row.Factories) || row.Places.Count == 0 || !written.IsSupersetOf(row.Places)
                    select $"{type}: made by {string.Join(", ", made)}, written in {string.Join(", ", written.Order())}";

        // A factory's types may come from fewer places than the factory is called in, but each call is somebody's.
        var silent = from call in calls
                     where !rows.Exists(row => row.Factories.Contains(call.Factory) && row.Places.Contains(call.Place))
                     select $"{call.Place} calls {call.Factory}, which no row says";

        AssertNone(wrong.Concat(silent));
    }

    [Fact]
    public void A_broken_name_is_found()
    {
        var document = new Document("local/README.md", """
            A path `Engine/Execution/Turns/Stop.cs`, a folder `local/Engine/Execution/Turn/`, a file `Stop.cs`, a glob `Engine/Stop*.cs`,
            a type `ExecutionVew`, a member `Step.TakeNothing` and one that is there, `Step.TakeTimer`, a test `No_such_test`, plain
            TimeoutTests, a variable `STATESIDE_NOTHING`, an option `--no-such-option`, `dotnet run --project local/Srvice`.
            Of ours: `Engine/Execution/Turns/Step.cs`, `Step.*.cs`, `Engine/Execution/`; not ours: `$.x`, `{"a": 1}`, `aws s3 ls`, `.sync`.
            """);

        Assert.Equal(
            [
                "Engine/Execution/Turns/Stop.cs", "local/Engine/Execution/Turn/", "Stop.cs", "Engine/Stop*.cs", "ExecutionVew",
                "Step.TakeNothing", "No_such_test", "STATESIDE_NOTHING", "--no-such-option", "local/Srvice", "TimeoutTests",
            ],
            Unknown(document));
        Assert.False(Leads(document, "#no-such-heading"));
        Assert.False(Leads(document, "NOTHING.md"));
    }

    private static bool IsDocument(string path) =>
        path is "README.md" or "CHANGELOG.md" or "bench/README.md"
        || (path.EndsWith(".md", StringComparison.Ordinal) && path.Split('/')[0] is "docs" or "local");

    /// <summary>What a document names that the source tree does not know.</summary>
    private static IEnumerable<string> Unknown(Document document)
    {
        var found = from Match span in CodeSpan().Matches(document.Prose)
                    from name in UnknownIn(Blanks().Replace(span.Groups["text"].Value, " "), document)
                    select name;
        var paths = from block in document.Blocks
                    from Match path in PathFromTheRoot().Matches(block)
                    where !IsMade(path.Value) && !Tree.Find(path.Value, "").Any()
                    select path.Value;
        var tests = from Match test in TestClass().Matches(document.Prose)
                    where !Tree.Knows(test.Value) && !document.Words.Contains(test.Value)
                    select test.Value;
        var drawn = from block in document.Drawings
                    from Match name in DrawnName().Matches(block)
                    from unknown in UnknownIn(name.Value, document)
                    select unknown;
        return found.Concat(paths).Concat(tests).Concat(drawn).Distinct();
    }

    private static IEnumerable<string> UnknownIn(string text, Document document)
    {
        if (text.StartsWith("--", StringComparison.Ordinal))
        {
            var option = text.Split(' ')[0];
            return Tree.Says(option) ? [] : [option];
        }

        if (text.Contains(' ', StringComparison.Ordinal))
            return PathFromTheRoot().Matches(text).Select(match => match.Value).Where(path => !IsMade(path) && !Tree.Find(path, "").Any());
        if (PlainPath().IsMatch(text) || FileName().IsMatch(text))
            return IsMade(text) || Tree.Find(text, document.Folder).Any() || document.Files.Contains(text) ? [] : [text];
        if (Variable().IsMatch(text) || TestName().IsMatch(text))
            return Tree.Says(text) || document.Words.Contains(text) ? [] : [text];
        var name = Name().Match(text);
        return name.Success && !IsShouted(text) && !Knows(name.Groups["name"].Value, document) ? [name.Groups["name"].Value] : [];
    }

    private static bool Knows(string name, Document document) =>
        Tree.KnowsName(name) || name.Split('.').All(document.Words.Contains) || Tree.Find(name, "").Any();

    /// <summary>GET, SET, ID: words of a protocol rather than names.</summary>
    private static bool IsShouted(string text) => text.All(c => char.IsUpper(c) || char.IsDigit(c));

    /// <summary>Whether a build or a run makes it.</summary>
    private static bool IsMade(string path) => path.Split('/').Any(SourceTree.Unread.Contains);

    private static bool Leads(Document document, string target)
    {
        var (file, anchor) = target.Split('#') is [var before, var after] ? (before, after) : (target, null);
        var path = file.Length == 0 ? document.Path : Path.GetRelativePath(".", Path.Combine(document.Folder, file)).Replace('\\', '/');
        if (!Tree.Files.Contains(path) && !Tree.Folders.Contains(path.TrimEnd('/')))
            return false;
        return anchor is null || new Document(path, Tree.TextOf(path)).Anchors.Contains(anchor);
    }

    /// <summary>The rows of the table of events.</summary>
    private static List<EventRow> EventRows()
    {
        return [.. from cells in Documents.Single(document => document.Path == "local/README.md").Rows("## History events")
                   let isNotYet = cells[2].Trim() == "not yet"
                   select new EventRow(
                       [.. Spans(cells[1])],
                       isNotYet ? [] : [.. Spans(cells[2])],
                       isNotYet ? [] : [.. from Match file in PlacesOfFile().Matches(cells[3])
                                           from method in file.Groups["method"].Captures
                                           select $"{file.Groups["file"].Value} {method.Value}"],
                       isNotYet)];

        static IEnumerable<string> Spans(string cell) => CodeSpan().Matches(cell).Select(match => match.Groups["text"].Value);
    }

    /// <summary>Which factory makes which type.</summary>
    private static List<(string Name, string Type)> Factories()
    {
        var found = new List<(string, string)>();
        var name = "";
        foreach (var line in Tree.TextOf("local/Engine/History/HistoryEvents.cs").Split('\n'))
        {
            if (Factory().Match(line) is { Success: true } factory)
                name = factory.Groups["name"].Value;
            found.AddRange(EventType().Matches(line).Select(type => (name, type.Groups["type"].Value)));
        }

        return found;
    }

    /// <summary>Where the engine calls a factory, as "Step.cs Enter".</summary>
    private static List<(string Factory, string Place)> Calls(IEnumerable<string> factories)
    {
        var made = factories.ToHashSet();
        var found = new List<(string, string)>();
        foreach (var file in Tree.Files.Where(file => file.StartsWith("local/Engine/Execution/Turns/", StringComparison.Ordinal)))
        {
            var method = "";
            foreach (var line in Tree.TextOf(file).Split('\n'))
            {
                if (Method().Match(line) is { Success: true } begins)
                    method = begins.Groups["name"].Value;
                found.AddRange(FactoryCall().Matches(line).Select(call => call.Groups["name"].Value).Where(made.Contains)
                    .Select(factory => (factory, $"{Path.GetFileName(file)} {method}")));
            }
        }

        return found;
    }

    private static void AssertNone(IEnumerable<string> wrong)
    {
        var found = wrong.Distinct().ToList();
        Assert.True(found.Count == 0, "Documents and code differ:\n" + string.Join('\n', found));
    }

    private sealed record EventRow(IReadOnlyList<string> Types, HashSet<string> Factories, HashSet<string> Places, bool IsNotYet);

    /// <summary>Code font within a line, or over two.</summary>
    [GeneratedRegex(@"(?<ticks>`+)(?<text>[^`]+)\k<ticks>")]
    private static partial Regex CodeSpan();

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();

    /// <summary>A path within a command.</summary>
    [GeneratedRegex(@"(?<![\w./*$-])(local|tests|bench|build|docs|samples|functions|statemachine|\.ci)/[\w./*-]*\w(?![\w/*$-])")]
    private static partial Regex PathFromTheRoot();

    /// <summary>A path or a glob: parts of a name's letters with slashes between them.</summary>
    [GeneratedRegex(@"^[\w.*-]+(/[\w.*-]+)*/?(?<=/.*)$")]
    private static partial Regex PlainPath();

    [GeneratedRegex(@"^[\w.*-]*\w\.(cs|cjs|csproj|css|db|json|js|md|mjs|ndjson|png|props|py|sh|sln|svg|targets|template|toml|txt|xml)$")]
    private static partial Regex FileName();

    /// <summary>An environment variable of ours.</summary>
    [GeneratedRegex(@"^STATESIDE_\w+$")]
    private static partial Regex Variable();

    /// <summary>A test's name: a sentence.</summary>
    [GeneratedRegex(@"^[A-Z][A-Za-z0-9]*(_[A-Za-z0-9]+)+$")]
    private static partial Regex TestName();

    /// <summary>A class of tests, in code font or out of it.</summary>
    [GeneratedRegex(@"(?<![\w`./])[A-Z]\w+Tests\b(?![.`])")]
    private static partial Regex TestClass();

    /// <summary>A type, a member, or a member of a type.</summary>
    [GeneratedRegex(@"^(?<name>[A-Z]\w*(\.[A-Z]\w*)*)(<\w+>)?(\([^)]*\))?$")]
    private static partial Regex Name();

    /// <summary>A file with members of it in parentheses behind it.</summary>
    [GeneratedRegex(@"`(?<file>[\w./*-]+\.\w+)`\s\((`(?<member>\w+)`(, )?)+\)")]
    private static partial Regex MemberOfFile();

    /// <summary>A file with names of its methods behind it.</summary>
    [GeneratedRegex(@"`(?<file>[\w.]+\.cs)`( (?<method>[A-Z]\w+),?)+")]
    private static partial Regex PlacesOfFile();

    /// <summary>In a drawing: a path, a member of a type, or a name of two words.</summary>
    [GeneratedRegex(@"\b[A-Z]\w*([./][A-Z]\w*)+|\b[A-Z][a-z]+[A-Z]\w*|\bI[A-Z]\w+(\.\w+)?")]
    private static partial Regex DrawnName();

    [GeneratedRegex(@"^    (public|private) static EventContent\?? (?<name>\w+)\(")]
    private static partial Regex Factory();

    [GeneratedRegex(@"\bHistoryEventType\.(?<type>[A-Z]\w+)")]
    private static partial Regex EventType();

    [GeneratedRegex(@"\bHistoryEvents\.(?<name>\w+)\(")]
    private static partial Regex FactoryCall();

    /// <summary>Where a method of a type that stands on its own begins.</summary>
    [GeneratedRegex(@"^    (public|private|protected|internal) [^=;(]*?\b(?<name>\w+)\(")]
    private static partial Regex Method();
}
