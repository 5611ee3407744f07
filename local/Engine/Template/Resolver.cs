using System.Text;
using Stateside.Language.Json;

namespace Stateside.Engine.Template;

/// <summary>
/// Computes values of the template as a deployment would: intrinsic functions, conditions, references. A value that cannot be computed
/// is null and the finding is in the log; so is one that AWS::NoValue takes away, without a finding.
/// See https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html.
/// </summary>
internal sealed partial class Resolver(
    MapNode root, DeploymentFacts facts, ParameterSet parameters, ResourceSet resources, Settings settings, DiagnosticLog log)
{
    private readonly MapNode? _mappings = root["Mappings"] as MapNode;
    private readonly MapNode? _conditions = root["Conditions"] as MapNode;

    /// <summary>Computes a value.</summary>
    /// <param name="node">The value as it is written.</param>
    /// <param name="asker">On whose behalf.</param>
    /// <returns>The value, or null when there is none.</returns>
    public JsonValue? Resolve(TemplateNode node, Asker asker)
    {
        switch (node)
        {
            case ScalarNode { Value: JsonString s } scalar when s.Value.Contains("{{resolve:", StringComparison.Ordinal):
                return DynamicReferences(s.Value, scalar.Place, asker);
            case ScalarNode scalar:
                return scalar.Value;
            case ListNode list:
                return JsonArray.Of([.. list.Items.Select(item => Resolve(item, asker)).OfType<JsonValue>()]);
            case MapNode { Intrinsic: { } call } when call.Key != "Fn::Transform":
                return Call(call, asker);
            default:
                return ResolveMap((MapNode)node, asker);
        }
    }

    /// <summary>Computes a value that must be text; numbers and Booleans become text as CloudFormation writes them.</summary>
    /// <param name="node">The value as it is written.</param>
    /// <param name="what">What it is, for the message.</param>
    /// <param name="asker">On whose behalf.</param>
    /// <returns>The text, or null when there is none.</returns>
    public string? Text(TemplateNode? node, string what, Asker asker)
    {
        if (node is null || Resolve(node, asker) is not { } value)
            return null;
        var text = ScalarNode.TextOf(value);
        if (text is null)
            log.Mistake(asker, node.Place, $"{what} must be a string, but it is {KindOf(value)}.");
        return text;
    }

    /// <summary>Puts what a macro gives in a map's place. Only AWS::Include of a local file is a macro that is known here.</summary>
    /// <param name="node">A value that may be a map with Fn::Transform among its keys.</param>
    /// <param name="asker">On whose behalf.</param>
    /// <returns>The value without the macro, or null when it cannot be had.</returns>
    public TemplateNode? Expand(TemplateNode? node, Asker asker)
    {
        if (node is not MapNode map || map.Member("Fn::Transform") is not { } transform)
            return node;
        var content = Include(transform, asker);
        if (content is null)
            return null;
        if (map.Members.Count == 1)
            return content;
        if (content is not MapNode included)
        {
            log.Mistake(asker, transform.Place, $"The included file must hold a map, because other keys stand beside it, but it holds {content.Kind}.");
            return null;
        }

        var siblings = map.Members.Where(member => member.Key != "Fn::Transform").ToList();
        return new MapNode(map.Place, [.. siblings, .. included.Members.Where(member => map.Member(member.Key) is null)]);
    }

    internal static string KindOf(JsonValue value) => value switch
    {
        JsonArray => "a list",
        JsonObject => "a map",
        JsonNull => "null",
        _ => "a scalar",
    };

    private JsonValue? ResolveMap(MapNode map, Asker asker)
    {
        var expanded = Expand(map, asker);
        if (expanded is not MapNode members)
            return expanded is null ? null : Resolve(expanded, asker);
        if (!ReferenceEquals(expanded, map) && members.Intrinsic is not null)
            return Resolve(members, asker);
        var values = new JsonObject.Builder(members.Members.Count);
        foreach (var member in members.Members)
        {
            if (Resolve(member.Value, asker) is { } value)
                values.Set(member.Key, value);
        }

        return values.ToObject();
    }

    private TemplateNode? Include(TemplateMember transform, Asker asker)
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

        var location = Text((call["Parameters"] as MapNode)?["Location"], "Location", asker);
        return location is null || LocalFile(location, transform.Value.Place, asker) is not { } path ? null : ReadFile(path, transform.Value.Place, asker);
    }

    /// <summary>The full path of a file that a template names, or null when it is not on this machine.</summary>
    public string? LocalFile(string location, TemplatePlace place, Asker asker)
    {
        var isRemote = location.StartsWith("s3://", StringComparison.OrdinalIgnoreCase) || location.StartsWith("https://", StringComparison.OrdinalIgnoreCase);
        if (settings.Find(location) is { } set)
            return Path.GetFullPath(set);
        if (!isRemote)
            return Path.GetFullPath(location.Replace('\\', '/'), Path.GetDirectoryName(place.File)!);
        log.Unknown(asker, place, $"'{location}' is not on this machine.", $"Name the local file that stands for it with --set {location}=PATH.");
        return null;
    }

    /// <summary>The content of a JSON or YAML file, or null with the finding made.</summary>
    public TemplateNode? ReadFile(string path, TemplatePlace place, Asker asker)
    {
        try
        {
            return TemplateParser.ParseFile(path, log);
        }
        catch (TemplateException e)
        {
            if (e.Place is { } inside)
                log.Mistake(asker, inside, e.Message[(inside.ToString().Length + 2)..]);
            else
                log.Mistake(asker, place, $"The file '{path}' cannot be read: {e.Message[(path.Length + 2)..]}", "Paths are relative to the file that names them.");
            return null;
        }
    }

    /// <summary>{{resolve:…}}: values of SSM and Secrets Manager, which only --set can give.</summary>
    private JsonString? DynamicReferences(string text, TemplatePlace place, Asker asker)
    {
        var result = new StringBuilder();
        var at = 0;
        var whole = true;
        for (var start = text.IndexOf("{{resolve:", StringComparison.Ordinal); start >= 0; start = text.IndexOf("{{resolve:", at, StringComparison.Ordinal))
        {
            var end = text.IndexOf("}}", start, StringComparison.Ordinal);
            if (end < 0)
                break;
            var name = text[(start + 2)..end];
            if (settings.Find(name) is not { } value)
            {
                log.Unknown(asker, place, $"'{{{{{name}}}}}' is a value that only a deployment can look up.", $"Give it with --set {name}=VALUE.");
                whole = false;
                value = "";
            }

            result.Append(text, at, start - at).Append(value);
            at = end + 2;
        }

        return whole ? new JsonString(result.Append(text, at, text.Length - at).ToString()) : null;
    }
}
