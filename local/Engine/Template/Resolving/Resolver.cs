using System.Text;
using Stateside.Engine.Template.Parsing;
using Stateside.Language.Json;

namespace Stateside.Engine.Template.Resolving;

/// <summary>
/// Computes values of the template as a deployment would: intrinsic functions, conditions, references. A value that cannot be computed
/// is null and the finding is in the log; so is one that AWS::NoValue takes away, without a finding.
/// See https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html.
/// </summary>
internal sealed partial class Resolver(
    MapNode root, DeploymentFacts facts, ParameterSet parameters, ResourceSet resources, Includes includes, DeploymentValues settings, DiagnosticLog log)
{
    private readonly MapNode? _mappings = root["Mappings"] as MapNode;
    private readonly MapNode? _conditions = root["Conditions"] as MapNode;

    /// <summary>What all of this may come to.</summary>
    public ResolverBounds Bounds { get; } = new();

    /// <summary>Computes a value.</summary>
    /// <returns>The value, or null when there is none.</returns>
    /// <exception cref="TemplateException">The template comes to more than is worked out; see <see cref="ResolverBounds"/>.</exception>
    public JsonValue? Resolve(TemplateNode node, Asker asker)
    {
        Bounds.Step(node.Place);
        return node switch
        {
            ScalarNode { Value: JsonString s } when s.Value.Contains("{{resolve:", StringComparison.Ordinal) =>
                DynamicReferences(s.Value, node.Place, asker),
            ScalarNode scalar => scalar.Value,
            ListNode list => JsonArray.Of([.. list.Items.Select(item => Resolve(item, asker)).OfType<JsonValue>()]),
            MapNode { Intrinsic: { } call } when call.Key != "Fn::Transform" => Call(call, asker),
            _ => ResolveMap((MapNode)node, asker),
        };
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
    public TemplateNode? Expand(TemplateNode? node, Asker asker) => includes.Expand(node, location => Text(location, "Location", asker), asker);

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

    /// <summary>Something without a value here: what stands for it, else null with the finding made.</summary>
    /// <param name="name">What --set would call it.</param>
    /// <param name="problem">Why there is none.</param>
    /// <param name="place">Where it was asked for.</param>
    /// <param name="asker">On whose behalf.</param>
    private JsonString? Unknown(string name, string problem, TemplatePlace place, Asker asker)
    {
        if (settings.StandIn(name) is { } standIn)
            return new JsonString(standIn);
        log.Unknown(asker, place, problem, $"Give it with --set {name}=VALUE.");
        return null;
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
            var value = settings.Find(name) ?? Unknown(name, $"'{{{{{name}}}}}' is a value that only a deployment can look up.", place, asker)?.Value;
            whole &= value is not null;
            result.Append(text, at, start - at).Append(value);
            at = end + 2;
        }

        return whole ? new JsonString(result.Append(text, at, text.Length - at).ToString()) : null;
    }
}
