using Stateside.Engine.Template.Parsing;

namespace Stateside.Engine.Template.Resolving;

/// <summary>One resource as the template declares it, Globals merged in.</summary>
internal sealed record DeclaredResource(string LogicalId, string Type, TemplatePlace Place, MapNode Body, MapNode Properties)
{
    /// <summary>A property as it is written, or null.</summary>
    public TemplateNode? this[string property] => Properties[property];
}

/// <summary>The Resources section.</summary>
internal sealed class ResourceSet
{
    private readonly Dictionary<string, DeclaredResource> _resources = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DeclaredResource> _implied = new(StringComparer.Ordinal);

    /// <summary>All resources, in the template's order.</summary>
    public IEnumerable<DeclaredResource> All => _resources.Values;

    /// <summary>Reads the section.</summary>
    /// <param name="section">The Resources section.</param>
    /// <param name="globals">The Globals section, or null.</param>
    /// <param name="log">Takes what is not a resource.</param>
    public static ResourceSet Read(MapNode section, MapNode? globals, DiagnosticLog log)
    {
        var set = new ResourceSet();
        foreach (var member in section.Members)
        {
            if (member.Key.StartsWith("Fn::ForEach::", StringComparison.Ordinal))
            {
                log.Mistake(Asker.Needing(null), member.Place, "Fn::ForEach is not expanded here.", "Write its resources out, or read the expanded template.");
                continue;
            }

            if (member.Value is not MapNode body || (body["Type"] as ScalarNode)?.Text is not { } type)
            {
                log.Mistake(Asker.Needing(member.Key), member.Place, $"The resource '{member.Key}' must be a map with a Type.");
                continue;
            }

            var properties = body["Properties"];
            if (properties is not (null or MapNode) && properties is not ScalarNode { Text: null })
                log.Mistake(Asker.Needing(member.Key), properties.Place, $"The Properties of '{member.Key}' must be a map, but they are {properties.Kind}.");
            var own = properties as MapNode ?? new MapNode(member.Place, []);
            set._resources[member.Key] = new(member.Key, type, member.Place, body, Globals.Merge(globals, type, own));
        }

        set.Imply("ServerlessRestApi", ResourceTypes.SamApi, "Api", "RestApiId");
        set.Imply("ServerlessHttpApi", ResourceTypes.SamHttpApi, "HttpApi", "ApiId");
        return set;
    }

    /// <summary>The resource of that logical id, or null.</summary>
    public DeclaredResource? Find(string logicalId) => _resources.GetValueOrDefault(logicalId) ?? _implied.GetValueOrDefault(logicalId);

    /// <summary>What SAM makes for all events of a type that name no API of the template's own.</summary>
    private void Imply(string logicalId, string type, string eventType, string apiProperty)
    {
        var first = All.SelectMany(EventsOf).FirstOrDefault(trigger =>
            trigger.Value is MapNode body && (body["Type"] as ScalarNode)?.Text == eventType && (body["Properties"] as MapNode)?[apiProperty] is null);
        if (first is not null)
            _implied[logicalId] = new(logicalId, type, first.Place, new MapNode(first.Place, []), new MapNode(first.Place, []));
    }

    /// <summary>The Events of a resource of SAM's.</summary>
    public static IReadOnlyList<TemplateMember> EventsOf(DeclaredResource resource) =>
        resource.Type is ResourceTypes.SamFunction or ResourceTypes.SamStateMachine && resource["Events"] is MapNode { Intrinsic: null } events
            ? events.Members
            : [];
}
