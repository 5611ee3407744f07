using System.Globalization;
using System.Text.Json;
using System.Xml;
using System.Xml.Linq;

namespace Stateside.Engine.Functions.Building;

/// <summary>
/// The files whose change makes a project's output stale: its own folder without output, what applies to it up the tree, what those
/// files import by plain path, and the same for every project it references, directly or as the last restore found.
/// </summary>
internal sealed class ProjectInputs
{
    private static readonly string[] Outputs = ["bin", "obj", "node_modules", "TestResults", "artifacts"];
    private static readonly string[] UpTheTree =
    [
        "Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props", "global.json", "nuget.config", "NuGet.config",
        "NuGet.Config",
    ];

    private readonly SortedDictionary<string, FileInfo> _files = new(StringComparer.Ordinal);
    private readonly HashSet<string> _projects = [];

    private readonly Func<string, string, bool>? _isOwn;

    private ProjectInputs(Func<string, string, bool>? isOwn) => _isOwn = isOwn;

    /// <summary>A text that changes when any input does: one line a file, with length and time.</summary>
    public string Fingerprint => string.Concat(_files.Select(file => string.Create(
        CultureInfo.InvariantCulture, $"{file.Key} {file.Value.Length} {file.Value.LastWriteTimeUtc.Ticks}\n")));

    /// <summary>The folders of the projects.</summary>
    public IEnumerable<string> Folders => _projects.Select(project => Path.GetDirectoryName(project)!);

    /// <summary>The project files and what they import: what a restore depends on.</summary>
    public DateTime NewestOfBuildFiles => _files.Values
        .Where(file => file.Extension is ".props" or ".targets" || file.Extension.EndsWith("proj", StringComparison.Ordinal)
            || UpTheTree.Contains(file.Name))
        .Max(file => file.LastWriteTimeUtc);

    /// <summary>When any file was changed last that code is compiled from; other files in a project's folder are copied at most.</summary>
    public DateTime NewestOfSources => _files.Values
        .Where(file => file.Extension is ".cs" or ".fs" or ".vb" or ".resx")
        .Aggregate(NewestOfBuildFiles, (newest, file) => file.LastWriteTimeUtc > newest ? file.LastWriteTimeUtc : newest);

    /// <summary>Gathers the inputs of a project.</summary>
    /// <param name="project">The project file.</param>
    /// <param name="isOwn">Whether a path in a folder is none of its inputs; see <see cref="FunctionHostOptions.IsOwn"/>.</param>
    public static ProjectInputs Of(string project, Func<string, string, bool>? isOwn = null)
    {
        var inputs = new ProjectInputs(isOwn);
        inputs.AddProject(Path.GetFullPath(project));
        return inputs;
    }

    private void AddProject(string project)
    {
        if (!File.Exists(project) || !_projects.Add(project))
            return;
        var folder = new DirectoryInfo(Path.GetDirectoryName(project)!);
        AddFolder(folder, folder.FullName);
        for (var at = folder; at is not null; at = at.Parent)
        {
            foreach (var name in UpTheTree)
                AddBuildFile(Path.Combine(at.FullName, name));
        }

        AddBuildFile(project);
        foreach (var reference in ReferencesOfRestore(folder.FullName))
            AddProject(reference);
    }

    private void AddFolder(DirectoryInfo folder, string code)
    {
        foreach (var file in folder.EnumerateFiles())
        {
            // An editor's own files come and go.
            if (!file.Name.StartsWith('.') && !file.Name.EndsWith('~') && file.Extension != ".user" && _isOwn?.Invoke(file.FullName, code) != true)
                _files[file.FullName] = file;
        }

        foreach (var child in folder.EnumerateDirectories())
        {
            if (!child.Name.StartsWith('.') && !Outputs.Contains(child.Name, StringComparer.OrdinalIgnoreCase) && child.LinkTarget is null
                && _isOwn?.Invoke(child.FullName, code) != true)
                AddFolder(child, code);
        }
    }

    private void AddBuildFile(string path)
    {
        var file = new FileInfo(path);
        if (!file.Exists)
            return;
        var isNew = _files.TryAdd(file.FullName, file);
        var isProject = file.Extension.EndsWith("proj", StringComparison.Ordinal);
        if ((!isNew && !isProject) || file.Extension is not (".props" or ".targets" or ".csproj" or ".fsproj" or ".vbproj"))
            return;
        foreach (var (kind, target) in Mentions(file.FullName))
        {
            var full = Path.GetFullPath(Path.Combine(file.DirectoryName!, target.Replace('\\', '/')));
            if (kind == "Import")
                AddBuildFile(full);
            else
                AddProject(full);
        }
    }

    // Conditions are not looked at: an input too many costs at most one build that finds nothing to do.
    private static List<(string Kind, string Target)> Mentions(string path)
    {
        try
        {
            return XDocument.Load(path).Descendants()
                .Select(element => (element.Name.LocalName, Target: element.Name.LocalName switch
                {
                    "Import" => element.Attribute("Project")?.Value,
                    "ProjectReference" => element.Attribute("Include")?.Value,
                    _ => null,
                }))
                .Where(mention => mention.Target is not null && !mention.Target.AsSpan().ContainsAny('$', '@', '*'))
                .Select(mention => (mention.LocalName, mention.Target!)).ToList();
        }
        catch (XmlException)
        {
            // The build will say it better.
            return [];
        }
    }

    private static List<string> ReferencesOfRestore(string folder)
    {
        var assets = Path.Combine(folder, "obj", "project.assets.json");
        if (!File.Exists(assets))
            return [];
        try
        {
            using var stream = File.OpenRead(assets);
            using var document = JsonDocument.Parse(stream);
            return document.RootElement.GetProperty("libraries").EnumerateObject()
                .Where(library => library.Value.TryGetProperty("msbuildProject", out _))
                .Select(library => Path.GetFullPath(Path.Combine(folder, library.Value.GetProperty("msbuildProject").GetString()!)))
                .ToList();
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or IOException)
        {
            return [];
        }
    }
}
