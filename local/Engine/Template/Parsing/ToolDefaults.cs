using System.Globalization;
using System.Text.RegularExpressions;
using Stateside.Engine.Files;
using Stateside.Language.Json;

namespace Stateside.Engine.Template.Parsing;

/// <summary>
/// What aws-lambda-tools-defaults.json beside a template says to AWS's .NET tools about its deployment: files and values that they put
/// into the template, its parameters, the stack's name. See https://github.com/aws/aws-extensions-for-dotnet-cli.
/// </summary>
internal sealed partial class ToolDefaults
{
    /// <summary>The file's name.</summary>
    public const string FileName = "aws-lambda-tools-defaults.json";

    private const string Substitutions = "template-substitutions";
    private readonly MapNode? _root;

    private ToolDefaults(string file, MapNode? root) => (File, _root) = (file, root);

    /// <summary>The path of the file.</summary>
    public string File { get; }

    /// <summary>The stack's name; null when it does not say.</summary>
    public string? StackName => Text("stack-name") is { Length: > 0 } name ? name : null;

    /// <summary>The region to deploy to; null when it does not say.</summary>
    public string? Region => Text("region") is { Length: > 0 } region ? region : null;

    /// <summary>The parameters' values.</summary>
    public Dictionary<string, string> Parameters => Pairs("template-parameters")
        .DistinctBy(pair => pair.Key).ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal);

    /// <summary>Reads the file beside a template, where there is one and it does not name another template.</summary>
    /// <param name="template">The template's full path.</param>
    /// <param name="log">Takes a file that cannot be read.</param>
    public static ToolDefaults Find(string template, DiagnosticLog log)
    {
        var file = Path.Combine(Path.GetDirectoryName(template)!, FileName);
        if (!System.IO.File.Exists(file))
            return new(file, null);
        try
        {
            var root = TemplateParser.ParseFile(file, log);
            var defaults = new ToolDefaults(file, root as MapNode ?? throw new TemplateException(new(file, 1, 1), $"It is {root.Kind}, not a map."));
            var named = defaults.Text("template");
            return string.IsNullOrEmpty(named) || Path.GetFullPath(named.Replace('\\', '/'), Path.GetDirectoryName(file)!) == template
                ? defaults
                : new(file, null);
        }
        catch (TemplateException e)
        {
            log.Warn(e.Place ?? new(file, 1, 1), $"{FileName} is not read: {e.Problem}", "The template counts as it stands.");
            return new(file, null);
        }
    }

    /// <summary>
    /// A template in JSON with the substitutions made, as they are made in a template in JSON only: a text takes the file's text, anything
    /// else what its JSON means; what is no file is the value itself.
    /// </summary>
    public MapNode Substitute(MapNode template, DiagnosticLog log)
    {
        if (template.WholeOf is { IsJson: false })
            return template;
        foreach (var (path, value) in Pairs(Substitutions))
        {
            string[] keys = [.. PathPart().Matches(path.TrimStart('$')).Select(match => match.Groups["key"].Value)];
            if (Replaced(template, keys, old => Content(value, old, log)) is MapNode changed)
                template = changed;
            else
                log.Warn(PlaceOf(Substitutions), $"The template has no {path}, which template-substitutions names.", "Correct the path.");
        }

        return template;
    }

    /// <summary>A node with something else at the end of a path; null where the path leads nowhere.</summary>
    private static TemplateNode? Replaced(TemplateNode node, ReadOnlySpan<string> keys, Func<TemplateNode, TemplateNode> content)
    {
        if (keys.IsEmpty)
            return content(node);
        switch (node)
        {
            case MapNode map when map.Member(keys[0]) is { } member && Replaced(member.Value, keys[1..], content) is { } value:
                return new MapNode(map.Place, [.. map.Members.Select(other => ReferenceEquals(other, member) ? other with { Value = value } : other)]);
            case ListNode list when int.TryParse(keys[0], NumberStyles.None, CultureInfo.InvariantCulture, out var at) && at < list.Items.Count
                && Replaced(list.Items[at], keys[1..], content) is { } item:
                return new ListNode(list.Place, [.. list.Items.Select((other, i) => i == at ? item : other)]);
            default:
                return null;
        }
    }

    private TemplateNode Content(string value, TemplateNode old, DiagnosticLog log)
    {
        var place = PlaceOf(Substitutions);
        var isText = old is ScalarNode { Value: JsonString };
        var file = value.Contains('\0', StringComparison.Ordinal) ? "" : Path.GetFullPath(value.Replace('\\', '/'), Path.GetDirectoryName(File)!);
        try
        {
            if (!System.IO.File.Exists(file))
                return isText ? new ScalarNode(place, new JsonString(value)) : JsonTemplateParser.Parse(File, value, log);
            if (!isText)
                return TemplateParser.ParseFile(file, log);
            log.Files.Add(file);
            var start = new TemplatePlace(file, 1, 1);
            return new ScalarNode(start, new JsonString(UserFile.ReadNamedText(file))) { BlockStart = start };
        }
        catch (Exception e) when (e is TemplateException or IOException or UnauthorizedAccessException)
        {
            log.Warn(place, $"'{value}' cannot be put into the template: {e.Message}");
            return old;
        }
    }

    private string? Text(string option) => (_root?[option] as ScalarNode)?.Text;

    private TemplatePlace PlaceOf(string option) => _root?[option]?.Place ?? new(File, 1, 1);

    /// <summary>An option of pairs: an object, a list of name=value, or one text of them with semicolons between.</summary>
    private IEnumerable<KeyValuePair<string, string>> Pairs(string option) => _root?[option] switch
    {
        MapNode map => map.Members.Select(member => new KeyValuePair<string, string>(member.Key, (member.Value as ScalarNode)?.Text ?? "")),
        ListNode list => list.Items.OfType<ScalarNode>().SelectMany(item => Pair().Matches(item.Text ?? "").Take(1)).Select(PairOf),
        ScalarNode { Text: { } text } => Pair().Matches(text).Select(PairOf),
        _ => [],
    };

    private static KeyValuePair<string, string> PairOf(Match match) => new(match.Groups["name"].Value.Trim(), match.Groups["value"].Value.Trim());

    [GeneratedRegex("""(?:"(?<name>[^"]*)"|(?<name>[^=;"]+))\s*=\s*(?:"(?<value>[^"]*)"|(?<value>[^;]*))\s*(?:;|$)""", RegexOptions.CultureInvariant)]
    private static partial Regex Pair();

    [GeneratedRegex("""\['(?<key>[^']*)'\]|\["(?<key>[^"]*)"\]|\[(?<key>\d+)\]|(?<key>[^.\[\]]+)""", RegexOptions.CultureInvariant)]
    private static partial Regex PathPart();
}
