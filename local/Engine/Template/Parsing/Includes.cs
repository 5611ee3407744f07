namespace Stateside.Engine.Template.Parsing;

/// <summary>
/// Files that a template names: AWS::Include and the code and definitions of resources.
/// See https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/transform-aws-include.html.
/// </summary>
internal sealed class Includes(DeploymentValues settings, DiagnosticLog log)
{
    private const string Transform = "Fn::Transform";

    /// <summary>So many files may include each other in a row: through a link to its own folder a file has any number of names.</summary>
    private const int Deepest = 32;

    private readonly Dictionary<string, TemplateNode> _read = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (int Depth, HashSet<string> Included)> _within = new(StringComparer.Ordinal);

    /// <summary>Puts the content of an included file in a map's place; keys that stand beside the macro win.</summary>
    /// <param name="node">A value that may be a map with Fn::Transform among its keys.</param>
    /// <param name="text">Computes the location.</param>
    /// <param name="asker">On whose behalf.</param>
    /// <returns>The value without the macro, or null when it cannot be had.</returns>
    public TemplateNode? Expand(TemplateNode? node, Func<TemplateNode, string?> text, Asker asker)
    {
        if (node is not MapNode map || map.Member(Transform) is not { } transform)
            return node;
        var content = Include(transform, text, asker);
        if (content is null)
            return null;
        if (map.Members.Count == 1)
            return content;
        if (content is not MapNode included)
        {
            log.Mistake(asker, transform.Place, $"The included file must hold a map, because other keys stand beside it, but it holds {content.Kind}.");
            return null;
        }

        var siblings = map.Members.Where(member => member.Key != Transform).ToList();
        return new MapNode(map.Place, [.. siblings, .. included.Members.Where(member => map.Member(member.Key) is null)]);
    }

    /// <summary>The template with the includes of its top level and of its sections, whose locations are written out.</summary>
    public MapNode ExpandSections(MapNode root)
    {
        var asker = Asker.Needing(null);
        string? Literal(TemplateNode location)
        {
            if (location is ScalarNode { Text: { } written })
                return written;
            log.Mistake(asker, location.Place, "The Location of an include of whole sections must be written out.");
            return null;
        }

        var whole = Expand(root, Literal, asker) as MapNode ?? root;
        return whole.Members.Any(member => member.Value is MapNode section && section.Member(Transform) is not null)
            ? new MapNode(whole.Place, [.. whole.Members.Select(member => member with { Value = Expand(member.Value, Literal, asker) ?? member.Value })])
            : whole;
    }

    /// <summary>The full path of a file that a template names, or null when it is not on this machine.</summary>
    public string? LocalFile(string location, TemplatePlace place, Asker asker)
    {
        if (settings.Find(location) is { } set)
            return Path.GetFullPath(set);
        if (location.StartsWith("s3://", StringComparison.OrdinalIgnoreCase) || location.StartsWith("https://", StringComparison.OrdinalIgnoreCase))
        {
            log.Unknown(asker, place, $"'{location}' is not on this machine.", $"Name the local file that stands for it with --set {location}=PATH.");
            return null;
        }

        if (!location.Contains('\0', StringComparison.Ordinal))
            return Path.GetFullPath(location.Replace('\\', '/'), Path.GetDirectoryName(place.File)!);
        log.Mistake(asker, place, "This is not the path of a file.");
        return null;
    }

    /// <summary>Says what is wrong with a file that a template names.</summary>
    public void Refuse(TemplateException e, string path, TemplatePlace place, Asker asker)
    {
        if (e.Place is { } inside)
            log.Mistake(asker, inside, e.Message[(inside.ToString().Length + 2)..]);
        else
            log.Mistake(asker, place, $"The file '{path}' cannot be read: {e.Message[(path.Length + 2)..]}", "Paths are relative to the file that names them.");
    }

    /// <summary>The content of a JSON or YAML file, or null with the finding made.</summary>
    private TemplateNode? ReadFile(string path, TemplatePlace place, Asker asker)
    {
        if (Enter(path, place, asker) is false)
            return null;
        if (_read.TryGetValue(path, out var known))
            return known;
        try
        {
            return _read[path] = TemplateParser.ParseFile(path, log);
        }
        catch (TemplateException e)
        {
            Refuse(e, path, place, asker);
            return null;
        }
    }

    /// <summary>Notes that one file includes another; false, with the finding made, where that one leads back to it.</summary>
    private bool Enter(string path, TemplatePlace place, Asker asker)
    {
        if (Way(path, place.File) is { } way)
        {
            log.Mistake(asker, place, $"The file '{path}' includes itself: {string.Join(" -> ", way.Append(path))}.", "Break the circle.");
            return false;
        }

        var depth = _within.GetValueOrDefault(place.File).Depth + 1;
        if (depth > Deepest)
        {
            log.Mistake(asker, place, $"More than {Deepest} files include each other in a row down to here.", "Does one include itself by another name?");
            return false;
        }

        _within.TryAdd(place.File, (0, []));
        _within[place.File].Included.Add(path);
        _within[path] = _within.TryGetValue(path, out var its) ? (Math.Max(its.Depth, depth), its.Included) : (depth, []);
        return true;
    }

    /// <summary>The files by which one includes another, both among them; null where it does not.</summary>
    private List<string>? Way(string from, string to)
    {
        var before = new Dictionary<string, string?>(StringComparer.Ordinal) { [from] = null };
        var open = new Queue<string>([from]);
        while (open.TryDequeue(out var at))
        {
            if (at == to)
            {
                var way = new List<string>();
                for (string? step = at; step is not null; step = before[step])
                    way.Insert(0, step);
                return way;
            }

            foreach (var next in _within.TryGetValue(at, out var its) ? its.Included : [])
            {
                if (before.TryAdd(next, at))
                    open.Enqueue(next);
            }
        }

        return null;
    }

    private TemplateNode? Include(TemplateMember transform, Func<TemplateNode, string?> text, Asker asker)
    {
        if (transform.Value is not MapNode call || (call["Name"] as ScalarNode)?.Text is not { } name)
        {
            log.Mistake(asker, transform.Place, "Fn::Transform takes a map with Name and Parameters.");
            return null;
        }

        if (name != "AWS::Include")
        {
            log.Unknown(asker, transform.Place, $"The macro '{name}' runs only in a deployment.", "Write its result into the template that is read here.");
            return null;
        }

        if ((call["Parameters"] as MapNode)?["Location"] is not { } location)
        {
            log.Mistake(asker, transform.Place, "AWS::Include needs the Location of a file in its Parameters.");
            return null;
        }

        return text(location) is { } written && LocalFile(written, location.Place, asker) is { } path ? ReadFile(path, location.Place, asker) : null;
    }
}
