using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Stateside.Service.Tests;

/// <summary>
/// Imports run one way. Projects make the walls between the big rooms, and these tests see that nobody builds a door; between the rooms
/// within a project these tests are the wall. A room is a folder, its name a namespace; what it uses is read from what was built.
/// </summary>
public sealed partial class ArchitectureTests
{
    /// <summary>What each project under local/ may reference.</summary>
    private static readonly Dictionary<string, string[]> Projects = new()
    {
        ["Language"] = [],
        ["Engine"] = ["Language"],
        ["Aws"] = ["Engine", "Language"],
        ["Service"] = ["Aws", "Engine", "Language"],
        ["Testing"] = ["Aws", "Engine", "Language"],
    };

    /// <summary>A folder with more files is two rooms.</summary>
    private const int MostFiles = 25;

    /// <summary>
    /// What each room uses of the others in its project: no more, and no less, so that the page tells how it is. A room that uses
    /// nothing stands first; every other one stands below what it uses, so that there is no circle. "." is the project's own folder.
    /// </summary>
    private static readonly Dictionary<string, string> Arrows = new()
    {
        ["Language"] = """
            Json:
            Shapes: Json
            Evaluation: Json Shapes
            Jsonata: Evaluation Json Shapes
            Jsonata/Patterns: Json Jsonata
            Jsonata/Functions: Evaluation Json Jsonata Jsonata/Patterns Shapes
            Jsonata/Nodes: Json Jsonata Jsonata/Patterns Shapes
            Jsonata/Parsing: Json Jsonata Jsonata/Functions Jsonata/Nodes Jsonata/Patterns Shapes
            Paths: Evaluation Json Shapes
            Conditions: Evaluation Json Paths Shapes
            Intrinsics: Evaluation Json Paths Shapes
            Templates: Conditions Evaluation Intrinsics Json Jsonata Jsonata/Parsing Paths Shapes
            Definitions: Conditions Evaluation Json Paths Shapes Templates
            Graph: Conditions Definitions Json Jsonata/Parsing Paths Templates
            Services: Definitions Json Shapes Templates
            Flow: Conditions Definitions Evaluation Json Paths Shapes Templates
            Validation: Conditions Definitions Evaluation Json Jsonata Jsonata/Parsing Paths Services Templates
            Validation/Lint: Definitions Json Templates Validation
            Roles: Definitions Intrinsics Json Jsonata/Parsing Services Templates
            """,
        ["Engine"] = """
            Files:
            Functions:
            Functions/Building: Functions
            Functions/Processes: Functions Functions/Building
            Functions/InProcess: Functions Functions/Processes
            Functions/Hosting: Files Functions Functions/Building Functions/InProcess Functions/Processes
            History:
            Items:
            Store:
            Execution/Turns: History Items Store
            Store/Data: History Store
            Execution: Execution/Turns History Items Store Store/Data
            Execution/Saving: Execution Execution/Turns History Store Store/Data
            Execution/Running: Execution Execution/Saving Execution/Turns History Items Store Store/Data
            Execution/StateTests: Execution Execution/Turns History Items Store
            Operations/Requests: Execution/Saving History Store
            Tasks: Execution Execution/Running Functions Functions/Hosting History Store Store/Data
            Logs: Execution Execution/Running History Store Tasks
            Tasks/Mocks: Execution Execution/Running Files Store Tasks
            Operations: Execution Execution/Running Execution/Saving Execution/StateTests History Operations/Requests Store Store/Data Tasks Tasks/Mocks
            Tasks/Services/Wire: Tasks
            Tasks/Services: Execution Execution/Running Items Store Tasks Tasks/Services/Wire
            Tasks/Http: Execution Execution/Running Store Tasks Tasks/Services
            Tasks/StepFunctions: Execution Execution/Running History Operations Store Tasks Tasks/Services Tasks/Services/Wire
            Template/Parsing: Files
            Template/Resolving: Template/Parsing
            Template/Roles: Template/Parsing Template/Resolving
            Template: Template/Parsing Template/Resolving Template/Roles
            Checks: Files Template Template/Parsing Template/Resolving
            .: Execution Execution/Running Execution/Saving Execution/StateTests Execution/Turns Functions Functions/Hosting History Logs Operations Store Store/Data Tasks Tasks/Http Tasks/Mocks Tasks/Services Tasks/Services/Wire Tasks/StepFunctions Template Template/Parsing
            Flow: . Files Functions Functions/Hosting Functions/InProcess Tasks Template
            Coverage: Execution/Turns Store Template Template/Parsing
            Replay: Execution/Turns History Store Tasks
            """,
        ["Aws"] = """
            Wire:
            Api: Wire
            Api/Access: Wire
            Services:
            DynamoDb/Values: Services
            DynamoDb/Expressions: DynamoDb/Values Services
            DynamoDb: DynamoDb/Expressions DynamoDb/Values Services
            S3: Services
            Sqs: Services
            Lambda: Services
            Sns: Lambda Services Sqs
            Secrets: Services
            Ssm: Services
            Sts: Services
            .: DynamoDb Lambda S3 Secrets Services Sns Sqs Ssm Sts
            Contents: . DynamoDb DynamoDb/Values S3 Services Sqs
            Endpoint: . Api Api/Access Wire
            """,
        ["Service"] = """
            Cli/Terminal:
            Cli/Options: Cli/Terminal
            Cli/Progress: Cli/Terminal
            Console/Pages:
            Console/Data: Console/Pages
            Console/Executions: Console/Pages
            Console/Machines: Console/Pages
            Console: Console/Data Console/Executions Console/Machines Console/Pages
            Cli/Serving: Cli/Progress Cli/Terminal Console Console/Pages
            Cli/Commands: Cli/Options Cli/Progress Cli/Serving Cli/Terminal Console/Pages
            Cli: Cli/Commands Cli/Terminal
            .: Cli Cli/Terminal
            """,
    };

    [Fact]
    public void Every_project_references_only_those_below_its_own()
    {
        var wrong = from project in Files("local", "*.csproj")
                    let room = Path.GetFileNameWithoutExtension(project.Path)
                    from reference in References(project, "ProjectReference")
                    let target = Path.GetFileNameWithoutExtension(reference.Text.Replace('\\', '/'))
                    where !Projects.TryGetValue(room, out var allowed) || !allowed.Contains(target)
                    select $"{reference.Place}: {room} references {target}";

        AssertNone(wrong);
    }

    [Fact]
    public void No_project_of_the_product_references_a_lambda_package()
    {
        var wrong = from project in Files("local", "*.csproj").Concat(Files("local", "*.props")).Concat(Files("local", "*.targets"))
                    from reference in References(project, "PackageReference")
                    where reference.Text.StartsWith("Amazon.Lambda.", StringComparison.OrdinalIgnoreCase)
                    select $"{reference.Place}: {reference.Text}";

        AssertNone(wrong);
    }

    [Fact]
    public void Handlers_and_product_know_nothing_of_each_other()
    {
        var handlers = from file in Files("functions", "*.cs").Concat(Files("tests/handlers", "*.cs"))
                       from mention in Mentions(file, StatesideName())
                       select $"{mention.Place}: a handler uses {mention.Text}";
        var product = from file in Files("local", "*.cs")
                      from mention in Mentions(file, HandlerName())
                      select $"{mention.Place}: the product uses {mention.Text}";
        var projects = from project in Files("functions", "*.csproj").Concat(Files("tests/handlers", "*.csproj"))
                       from reference in References(project, "ProjectReference")
                       select $"{reference.Place}: a handler's project references {reference.Text}";

        AssertNone(handlers.Concat(product).Concat(projects));
    }

    [Theory]
    [InlineData("Language", "Stateside.Language.dll")]
    [InlineData("Engine", "Stateside.Engine.dll")]
    [InlineData("Aws", "Stateside.Aws.dll")]
    [InlineData("Service", "stateside.dll")]
    public void Rooms_use_what_the_page_says_and_stand_below_it(string project, string assembly)
    {
        var actual = BuiltAssembly.Arrows(Path.Combine(AppContext.BaseDirectory, assembly), $"Stateside.{project}");
        var said = Arrows[project].Split('\n').Select(line => line.Split(':', 2))
            .Select(row => (Room: row[0], Uses: row[1].Split(' ', StringSplitOptions.RemoveEmptyEntries))).ToList();
        var wrong = new List<string>();
        foreach (var room in actual.Keys.Except(said.Select(row => row.Room)))
            wrong.Add($"{project}/{room} is not on the page");
        for (var i = 0; i < said.Count; i++)
        {
            var (room, uses) = said[i];
            if (!actual.TryGetValue(room, out var used))
            {
                wrong.Add($"{project}/{room} is no room");
                continue;
            }

            wrong.AddRange(used.Where(use => !uses.Contains(use.Key)).Select(use => $"{project}/{room} uses {use.Key}: {use.Value}"));
            wrong.AddRange(uses.Where(use => !used.ContainsKey(use)).Select(use => $"{project}/{room} does not use {use}"));
            wrong.AddRange(uses.Where(use => !said.Take(i).Any(row => row.Room == use)).Select(use => $"{project}/{room} stands before {use}, which it uses"));
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong) + "\nAs it is:\n" + string.Join('\n', InOrder(actual)));
    }

    [Fact]
    public void A_file_has_the_namespace_of_its_folder()
    {
        // Users of Testing have one namespace, whatever rooms it has.
        var wrong = from file in Files("local", "*.cs")
                    let folder = Path.GetDirectoryName(file.Path)!.Replace('\\', '/')
                    let said = file.Lines.FirstOrDefault(line => line.StartsWith("namespace ", StringComparison.Ordinal))
                    let expected = folder.StartsWith("local/Testing", StringComparison.Ordinal)
                        ? "namespace Stateside.Testing;"
                        : $"namespace Stateside.{folder["local/".Length..].Replace('/', '.')};"
                    where said is not null && said != expected
                    select $"{file.Path}: {said}";

        AssertNone(wrong);
    }

    [Fact]
    public void No_folder_holds_more_files_than_one_can_hold_in_the_head() =>
        AssertNone(Files("local", "*.cs").GroupBy(file => Path.GetDirectoryName(file.Path)).Where(folder => folder.Count() > MostFiles)
            .Select(folder => $"{folder.Key} holds {folder.Count()} files"));

    [Fact]
    public void Only_the_history_s_own_folder_knows_what_an_event_s_name_says()
    {
        var wrong = from file in Files("local", "*.cs")
                    where !file.Path.StartsWith("local/Engine/History/", StringComparison.Ordinal)
                    from line in file.Lines.Index()
                    where EventMember().IsMatch(line.Item) || EventNameAsked().IsMatch(line.Item)
                    select $"{file.Path}({line.Index + 1}): ask the table of EventKinds: {line.Item.Trim()}";

        AssertNone(wrong);
    }

    /// <summary>The rooms with what they use, each below what it uses.</summary>
    private static IEnumerable<string> InOrder(Dictionary<string, SortedDictionary<string, string>> arrows)
    {
        var left = new SortedDictionary<string, SortedDictionary<string, string>>(arrows, StringComparer.Ordinal);
        while (left.Count > 0)
        {
            var next = left.FirstOrDefault(room => !room.Value.Keys.Any(left.ContainsKey));
            if (next.Key is null)
            {
                yield return $"in a circle: {string.Join(", ", left.Keys)}";
                yield break;
            }

            yield return $"{next.Key}: {string.Join(' ', next.Value.Keys)}".TrimEnd();
            left.Remove(next.Key);
        }
    }

    private static void AssertNone(IEnumerable<string> wrong)
    {
        var found = wrong.ToList();
        Assert.True(found.Count == 0, string.Join('\n', found));
    }

    /// <summary>The files of a folder of the repository, without what builds leave there.</summary>
    private static IEnumerable<(string Path, string[] Lines)> Files(string folder, string pattern)
    {
        var root = Path.Combine(Project.RepoRoot, folder);
        return Directory.EnumerateFiles(root, pattern, SearchOption.AllDirectories)
            .Select(file => (Path: Path.GetRelativePath(Project.RepoRoot, file).Replace('\\', '/'), Full: file))
            .Where(file => !file.Path.Contains("/obj/", StringComparison.Ordinal) && !file.Path.Contains("/bin/", StringComparison.Ordinal))
            .Select(file => (file.Path, File.ReadAllLines(file.Full)));
    }

    /// <summary>Where code names something: in a using directive or in full. Comments and the file's own namespace do not count.</summary>
    private static IEnumerable<(string Place, string Text)> Mentions((string Path, string[] Lines) file, Regex name)
    {
        for (var i = 0; i < file.Lines.Length; i++)
        {
            var line = file.Lines[i];
            if (line.StartsWith("namespace ", StringComparison.Ordinal) || line.TrimStart().StartsWith("//", StringComparison.Ordinal))
                continue;
            foreach (Match match in name.Matches(Literal().Replace(line, "\"\"")))
                yield return ($"{file.Path}({i + 1})", match.Value);
        }
    }

    private static IEnumerable<(string Place, string Text)> References((string Path, string[] Lines) project, string element) =>
        from reference in XDocument.Parse(string.Join('\n', project.Lines), LoadOptions.SetLineInfo).Descendants(element)
        let include = reference.Attribute("Include")?.Value
        where include is not null
        select ($"{project.Path}({((System.Xml.IXmlLineInfo)reference).LineNumber})", include);

    [GeneratedRegex(@"\bStateside(\.\w+)+")]
    private static partial Regex StatesideName();

    [GeneratedRegex(@"\b(Amazon\.Lambda|OrderIntake|Shapes|Shipping)(\.\w+)+")]
    private static partial Regex HandlerName();

    /// <summary>A kind of event by its name.</summary>
    [GeneratedRegex(@"\bHistoryEventType\.[A-Z]|\bnameof\(HistoryEventType|\bstatic .*\.HistoryEventType;")]
    private static partial Regex EventMember();

    /// <summary>An event's name that is compared or searched rather than passed on.</summary>
    [GeneratedRegex(@"\bType\.(Name|ToString)\(\)\s*(\.|\[|==|!=|is\b|switch\b)|\w+ = \w+\.Type\.(Name|ToString)\(\);")]
    private static partial Regex EventNameAsked();

    /// <summary>A string on one line; names within it are words.</summary>
    [GeneratedRegex("\"(?:[^\"\\\\]|\\\\.)*\"")]
    private static partial Regex Literal();
}
