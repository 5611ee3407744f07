using System.Text.RegularExpressions;
using System.Xml.Linq;
using Stateside.Engine.Tests.Functions;

namespace Stateside.Engine.Tests;

/// <summary>
/// Imports run one way: Language ← Engine ← Service, and inside Engine History ← Store ← Execution ← Tasks, Functions, Template. Projects make
/// the walls between the big rooms, and these tests see that nobody builds a door; between folders these tests are the wall.
/// </summary>
public sealed partial class ArchitectureTests
{
    /// <summary>What each project under local/ may reference.</summary>
    private static readonly Dictionary<string, string[]> Rooms = new()
    {
        ["Language"] = [],
        ["Engine"] = ["Language"],
        ["Service"] = ["Engine", "Language"],
        ["Testing"] = ["Engine", "Language"],
    };

    /// <summary>What each folder of Engine may use of the others. Files at its root compose them and may use all.</summary>
    private static readonly Dictionary<string, string[]> Folders = new()
    {
        ["History"] = [],
        ["Store"] = ["History"],
        ["Execution"] = ["History", "Store"],
        ["Tasks"] = ["History", "Store", "Execution", "Functions"],
        ["Functions"] = ["Store", "Execution"],
        ["Embedded"] = ["Store", "Execution", "Tasks", "Template"],
        ["Template"] = ["Store", "Execution"],
        ["Logs"] = ["History", "Store", "Execution", "Tasks"],
        ["Coverage"] = ["Store", "Execution", "Template"],
    };

    /// <summary>What each folder of Service may use of the others. Program composes them.</summary>
    private static readonly Dictionary<string, string[]> ServiceFolders = new()
    {
        ["Api"] = [],
        ["Console"] = ["Api"],
        ["Cli"] = ["Api", "Console"],
    };

    [Fact]
    public void Every_project_references_only_rooms_below_its_own()
    {
        var wrong = from project in Files("local", "*.csproj")
                    let room = Path.GetFileNameWithoutExtension(project.Path)
                    from reference in References(project, "ProjectReference")
                    let target = Path.GetFileNameWithoutExtension(reference.Text.Replace('\\', '/'))
                    where !Rooms.TryGetValue(room, out var allowed) || !allowed.Contains(target)
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

    [Fact]
    public void Source_files_use_only_rooms_below_their_own()
    {
        var wrong = from room in Rooms
                    from file in Files($"local/{room.Key}", "*.cs")
                    from mention in Mentions(file, StatesideName())
                    let used = mention.Text.Split('.')[1]
                    where used != room.Key && Rooms.ContainsKey(used) && !room.Value.Contains(used)
                    select $"{mention.Place}: {room.Key} uses {mention.Text}";

        AssertNone(wrong);
    }

    [Fact]
    public void Folders_of_the_engine_use_only_those_below_their_own() => AssertFolders("Engine", Folders);

    [Fact]
    public void Folders_of_the_service_use_only_those_below_their_own() => AssertFolders("Service", ServiceFolders);

    [Fact]
    public void Every_folder_of_engine_and_service_has_its_place_in_the_order()
    {
        foreach (var (room, folders) in new[] { ("Engine", Folders), ("Service", ServiceFolders) })
        {
            var unknown = Files($"local/{room}", "*.cs").Select(file => file.Path[$"local/{room}/".Length..].Split('/'))
                .Where(parts => parts.Length > 1 && parts[0] != "Properties" && !folders.ContainsKey(parts[0])).Select(parts => parts[0]).Distinct();
            AssertNone(unknown.Select(folder => $"local/{room}/{folder}: say here what this folder may use"));
        }
    }

    [Fact]
    public void The_folders_of_the_language_that_stand_alone_use_no_other()
    {
        var wrong = from folder in new[] { "Json" }
                    from file in Files($"local/Language/{folder}", "*.cs")
                    from mention in Mentions(file, StatesideName())
                    where !mention.Text.StartsWith($"Stateside.Language.{folder}", StringComparison.Ordinal)
                    select $"{mention.Place}: Language/{folder} uses {mention.Text}";

        AssertNone(wrong);
    }

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

    private static void AssertFolders(string room, Dictionary<string, string[]> folders)
    {
        var wrong = from folder in folders
                    from file in Files($"local/{room}/{folder.Key}", "*.cs")
                    from mention in Mentions(file, StatesideName())
                    let parts = mention.Text.Split('.')
                    where parts[1] == room && parts.Length > 2
                    let used = parts[2]
                    where used != folder.Key && !folder.Value.Contains(used)
                    select $"{mention.Place}: {room}/{folder.Key} uses {mention.Text}";

        AssertNone(wrong);
    }

    private static void AssertNone(IEnumerable<string> wrong)
    {
        var found = wrong.ToList();
        Assert.True(found.Count == 0, "Imports run the wrong way:\n" + string.Join('\n', found));
    }

    /// <summary>The files of a folder of the repository, without what builds leave there.</summary>
    private static IEnumerable<(string Path, string[] Lines)> Files(string folder, string pattern)
    {
        var root = Path.Combine(HandlerFixtures.RepoRoot, folder);
        if (!Directory.Exists(root))
            return [];
        return Directory.EnumerateFiles(root, pattern, SearchOption.AllDirectories)
            .Select(file => (Path: Path.GetRelativePath(HandlerFixtures.RepoRoot, file).Replace('\\', '/'), Full: file))
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
