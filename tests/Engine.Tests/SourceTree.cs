using System.Text.RegularExpressions;
using Stateside.Engine.Tests.Functions;

namespace Stateside.Engine.Tests;

/// <summary>A document: its prose, and the blocks of code that were taken out of it.</summary>
internal sealed partial class Document
{
    public Document(string path, string text)
    {
        Path = path;
        Folder = path.Contains('/', StringComparison.Ordinal) ? path[..path.LastIndexOf('/')] : "";
        Text = text;
        Prose = Block().Replace(text, "");
        var blocks = Block().Matches(text);
        Blocks = [.. blocks.Select(block => block.Groups["code"].Value)];
        Words = [.. blocks.Where(block => block.Groups["info"].Value != "names")
            .SelectMany(block => Word().Matches(block.Value)).Select(word => word.Value)];
        Drawings = [.. blocks.Where(block => block.Groups["info"].Value == "names").Select(block => block.Groups["code"].Value)];
        Files = [.. blocks.SelectMany(block => BlockFile().Matches(block.Groups["info"].Value)).Select(file => file.Groups["file"].Value)];
        Anchors = [.. Heading().Matches(Prose).Select(heading => Slug(heading.Groups["title"].Value.Trim()))];
    }

    public string Path { get; }

    public string Folder { get; }

    public string Text { get; }

    public string Prose { get; }

    public IReadOnlyList<string> Blocks { get; }

    /// <summary>The blocks that draw how our own types stand to each other, marked as "names".</summary>
    public IReadOnlyList<string> Drawings { get; }

    /// <summary>The words of its other blocks, which a guide's own code declares.</summary>
    public HashSet<string> Words { get; }

    /// <summary>The files that its blocks are.</summary>
    public HashSet<string> Files { get; }

    public HashSet<string> Anchors { get; }

    /// <summary>The cells of the first table behind a text, without its head; the first cell is empty.</summary>
    public IEnumerable<string[]> Rows(string behind) => Text[Text.IndexOf(behind, StringComparison.Ordinal)..].Split('\n')
        .SkipWhile(line => !line.StartsWith('|')).TakeWhile(line => line.StartsWith('|')).Skip(2).Select(line => line.Split('|'));

    /// <summary>An anchor as GitHub makes it of a heading.</summary>
    private static string Slug(string title) =>
        string.Concat(title.ToLowerInvariant().Where(c => char.IsLetterOrDigit(c) || c is ' ' or '-' or '_')).Replace(' ', '-');

    /// <summary>A word of letters, digits and underscores.</summary>
    [GeneratedRegex(@"\w+")]
    internal static partial Regex Word();

    [GeneratedRegex(@"^```(?<info>[^\n]*)\n(?<code>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();

    /// <summary>What a block of a guide says of itself: which file it is.</summary>
    [GeneratedRegex(@"\b(file|test|output)=(?<file>\S+)")]
    private static partial Regex BlockFile();

    [GeneratedRegex(@"^#+ (?<title>.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();
}

/// <summary>The repository as a clone has it, and what its code declares, uses and says.</summary>
internal sealed partial class SourceTree
{
    /// <summary>Folders that builds, runs and tools make.</summary>
    public static readonly string[] Unread = ["bin", "obj", ".git", ".vs", ".stateside", "node_modules", "TestResults", "artifacts"];

    private static readonly Lazy<SourceTree> Shared = new(() => Read(HandlerFixtures.RepoRoot));

    private readonly string _root;
    private readonly Dictionary<string, HashSet<string>> _words = new(StringComparer.Ordinal);
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private readonly HashSet<string> _spoken = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<string>> _types = new(StringComparer.Ordinal);
    private readonly List<string> _texts = [];

    private SourceTree(string root) => _root = root;

    /// <summary>The repository that the tests were built from.</summary>
    public static SourceTree Repository => Shared.Value;

    public HashSet<string> Files { get; } = new(StringComparer.Ordinal);

    public HashSet<string> Folders { get; } = new(StringComparer.Ordinal);

    public static SourceTree Read(string root)
    {
        var tree = new SourceTree(root);
        tree.Walk("");
        foreach (var file in tree.Files)
        {
            if (file.EndsWith(".cs", StringComparison.Ordinal))
                tree.ReadCode(file);
            else if (Path.GetExtension(file) is ".py" or ".sh" or ".mjs" or ".csproj" or ".props" or ".targets" || file == ".ci/run")
                tree._texts.Add(tree.TextOf(file));
        }

        return tree;
    }

    public string TextOf(string path) => File.ReadAllText(Path.Combine(_root, path)).ReplaceLineEndings("\n");

    public void Write(string path, string text) => File.WriteAllText(Path.Combine(_root, path), text);

    /// <summary>The words of a file's code.</summary>
    public HashSet<string> WordsOf(string file) =>
        _words.TryGetValue(file, out var words) ? words : [.. Document.Word().Matches(TextOf(file)).Select(word => word.Value)];

    /// <summary>Whether code has a word as a name.</summary>
    public bool Knows(string word) => _known.Contains(word);

    /// <summary>Whether some text of the repository's programs has it, as a whole.</summary>
    public bool Says(string text) => Knows(text) || _texts.Exists(source =>
        source.Contains(text, StringComparison.Ordinal) && Regex.IsMatch(source, $@"(^|[^\w-]){Regex.Escape(text)}($|[^\w-])"));

    /// <summary>Whether a name is one of code's, or AWS's that the product speaks; of a member, whether its type has it.</summary>
    public bool KnowsName(string name)
    {
        var parts = name.Split('.');
        if (parts.Length == 1)
            return Knows(name) || _spoken.Contains(name);
        return _types.TryGetValue(parts[^2], out var files) ? files.Exists(file => WordsOf(file).Contains(parts[^1])) : Says(name);
    }

    /// <summary>What a path or a glob means: from a document's folder, the root or local/; a bare name anywhere.</summary>
    public IEnumerable<string> Find(string path, string folder)
    {
        var wanted = path.TrimEnd('/');
        var all = path.EndsWith('/') ? Folders : Files.Concat(Folders);
        if (!wanted.Contains('/', StringComparison.Ordinal))
        {
            var name = Glob(wanted);
            return all.Where(entry => name.IsMatch(entry[(entry.LastIndexOf('/') + 1)..]));
        }

        var places = new[] { "", $"{folder}/", "local/" }.Distinct().Select(place => Glob(place + wanted)).ToList();
        return all.Where(entry => places.Exists(place => place.IsMatch(entry)));
    }

    private static Regex Glob(string glob) => new($"^{Regex.Escape(glob).Replace("\\*", "[^/]*", StringComparison.Ordinal)}$");

    private void Walk(string folder)
    {
        foreach (var entry in new DirectoryInfo(Path.Combine(_root, folder)).EnumerateFileSystemInfos())
        {
            var path = folder.Length == 0 ? entry.Name : $"{folder}/{entry.Name}";
            if (entry is FileInfo)
            {
                Files.Add(path);
            }
            else if (!Unread.Contains(entry.Name))
            {
                Folders.Add(path);
                Walk(path);
            }
        }
    }

    private void ReadCode(string file)
    {
        var text = TextOf(file);

        // What these tests say to be missing would be there.
        if (!file.EndsWith("/DocumentTests.cs", StringComparison.Ordinal))
            _texts.Add(text);
        var words = _words[file] = new(StringComparer.Ordinal);
        foreach (Match token in CodeToken().Matches(text))
        {
            if (token.Groups["word"].Success)
                words.Add(token.Value);
            else if (token.Groups["literal"].Success && file.StartsWith("local/", StringComparison.Ordinal))
                _spoken.UnionWith(Document.Word().Matches(token.Value).Select(word => word.Value));
        }

        _known.UnionWith(words);
        foreach (Match type in TypeDeclaration().Matches(text))
        {
            if (!_types.TryGetValue(type.Groups["name"].Value, out var files))
                _types[type.Groups["name"].Value] = files = [];
            files.Add(file);
        }
    }

    [GeneratedRegex(@"\b(class|struct|interface|enum|record|delegate\s+[\w<>?]+)\s+(?<name>[A-Z]\w*)")]
    private static partial Regex TypeDeclaration();

    /// <summary>Comments, literals and words of C#.</summary>
    [GeneratedRegex(
        "//[^\n]*|/\\*.*?\\*/|(?<literal>\"{3,}.*?\"{3,}|@\"(?:[^\"]|\"\")*\"|\"(?:[^\"\\\\\n]|\\\\.)*\")"
        + "|'(?:[^'\\\\]|\\\\[^']+|\\\\')'|(?<word>[A-Za-z_]\\w*)",
        RegexOptions.Singleline)]
    private static partial Regex CodeToken();
}
