using Stateside.Engine.Template.Parsing;
using Stateside.Engine.Template.Resolving;
using Stateside.Engine.Template.Roles;
using Stateside.Language.Json;

namespace Stateside.Engine.Template;

/// <summary>Reads AWS::Serverless::StateMachine and AWS::StepFunctions::StateMachine.</summary>
internal sealed class StateMachineReader(
    Resolver resolver, DefinitionFinder definitions, QualifierReader qualifiers, DeploymentFacts facts, DiagnosticLog log)
{
    /// <summary>See https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-statemachine.html.</summary>
    private static readonly string[] SamProperties =
    [
        "AutoPublishAlias", "Definition", "DefinitionSubstitutions", "DefinitionUri", "DeploymentPreference", "Events", "Logging", "Name",
        "PermissionsBoundary", "Policies", "PropagateTags", "Role", "RolePath", "Tags", "Tracing", "Type", "UseAliasAsEventTarget",
    ];

    /// <summary>Reads the machines' roles; null where nobody asks for them.</summary>
    public RoleReader? Roles { get; init; }

    /// <summary>Reads a state machine.</summary>
    /// <returns>The machine; one that cannot be named goes by its logical id and has no definition, with the finding made.</returns>
    public TemplateStateMachine Read(DeclaredResource resource)
    {
        var asker = Asker.Needing(resource.LogicalId);
        var namer = asker with { Lacks = $"The name of '{resource.LogicalId}' is not known:" };
        if (resolver.NameOf(resource, namer) is not { } name || resolver.ArnOf(resource, namer) is not { } arn)
            return new TemplateStateMachine { LogicalId = resource.LogicalId, Name = resource.LogicalId, Arn = "", Place = resource.Place };
        var isSam = resource.Type == ResourceTypes.SamStateMachine;
        if (isSam)
            WarnOfUnknownProperties(resource);
        var alias = isSam ? resolver.Text(resource["AutoPublishAlias"], $"AutoPublishAlias of '{resource.LogicalId}'", asker) : null;
        var (version, aliases) = qualifiers.Read(arn);
        var roleArn = RoleArn(resource, isSam);
        return new TemplateStateMachine
        {
            LogicalId = resource.LogicalId,
            Name = name,
            Arn = arn,
            Place = resource.Place,
            Type = MachineType(resource, isSam ? "Type" : "StateMachineType", asker),
            Definition = definitions.Read(resource),
            RoleArn = roleArn,
            Role = Roles?.Read(resource, roleArn),
            Logging = Logging(resource[isSam ? "Logging" : "LoggingConfiguration"], resource.LogicalId),
            IsTraced = IsTraced(resource[isSam ? "Tracing" : "TracingConfiguration"], resource.LogicalId),
            Tags = Tags(resource, isSam),
            AutoPublishAlias = alias,
            Encryption = isSam ? null : TemplateEncryption.Of(Properties(resource, "EncryptionConfiguration")),
            Schemas = TemplateSchemas.Read(resource.Body["Metadata"], log),
            Version = version,
            Aliases = alias is null ? aliases : [new TemplateAlias(alias, null, [(null, 100)]), .. aliases],
        };
    }

    /// <summary>SAM refuses what it does not know, such as properties of CloudFormation's own state machine.</summary>
    private void WarnOfUnknownProperties(DeclaredResource resource)
    {
        foreach (var member in (resource.Body["Properties"] as MapNode)?.Members ?? [])
        {
            if (!SamProperties.Contains(member.Key, StringComparer.Ordinal) && member.Key is not ("DefinitionString" or "Fn::Transform"))
            {
                log.Warn(
                    member.Place, $"SAM has no property '{member.Key}' of a state machine, so the deployment fails.",
                    Nearest.Hint(member.Key, SamProperties, "properties", "SAM"), resource.LogicalId);
            }
        }
    }

    private string MachineType(DeclaredResource resource, string property, Asker asker)
    {
        var type = resolver.Text(resource[property], $"{property} of '{resource.LogicalId}'", asker);
        if (type is null or "STANDARD" or "EXPRESS")
            return type ?? "STANDARD";
        log.Mistake(asker, resource[property]!.Place, $"{property} of '{resource.LogicalId}' must be STANDARD or EXPRESS, but it is '{type}'.");
        return "STANDARD";
    }

    private string? RoleArn(DeclaredResource resource, bool isSam)
    {
        var role = resource[isSam ? "Role" : "RoleArn"];
        return role is null && isSam
            ? facts.Location.RoleArn($"{resource.LogicalId}Role")
            : resolver.Text(role, $"The role of '{resource.LogicalId}'", Asker.Noting(resource.LogicalId));
    }

    private TemplateLogging? Logging(TemplateNode? node, string logicalId)
    {
        // Where logs go decides nothing about a run, so what is not known of it is left out without a word.
        if (node is null || resolver.Resolve(node, Asker.Noting(logicalId)) is not JsonObject logging)
            return null;
        var groups = (logging["Destinations"] as JsonArray ?? JsonArray.Empty)
            .Select(destination => ((destination as JsonObject)?["CloudWatchLogsLogGroup"] as JsonObject)?["LogGroupArn"])
            .Select(ScalarNode.TextOf)
            .OfType<string>();
        return new TemplateLogging(ScalarNode.TextOf(logging["Level"]) ?? "OFF", IsTrue(logging["IncludeExecutionData"]), [.. groups]);
    }

    private bool IsTraced(TemplateNode? node, string logicalId) =>
        node is not null && resolver.Resolve(node, Asker.Noting(logicalId)) is JsonObject tracing && IsTrue(tracing["Enabled"]);

    private static bool IsTrue(JsonValue? value) => bool.TryParse(ScalarNode.TextOf(value), out var truth) && truth;

    /// <summary>Some of the properties, computed; what is not known of them decides nothing about a run and is left out.</summary>
    private JsonObject Properties(DeclaredResource resource, params string[] names) => resolver.Resolve(
        new MapNode(resource.Place, [.. resource.Properties.Members.Where(member => names.Contains(member.Key))]),
        Asker.Noting(resource.LogicalId)) as JsonObject ?? JsonObject.Empty;

    private Dictionary<string, string> Tags(DeclaredResource resource, bool isSam)
    {
        var tags = new Dictionary<string, string>(StringComparer.Ordinal);
        if (isSam)
            tags["stateMachine:createdBy"] = "SAM";
        foreach (var (key, value) in TagsOf(Properties(resource, "Tags")))
            tags[key] = value;
        return tags;
    }

    /// <summary>The tags among a resource's computed properties, in either of the ways to write them.</summary>
    public static Dictionary<string, string> TagsOf(JsonObject properties)
    {
        var tags = new Dictionary<string, string>(StringComparer.Ordinal);
        switch (properties["Tags"])
        {
            case JsonObject map:
                foreach (var (key, value) in map)
                    tags[key] = ScalarNode.TextOf(value) ?? "";
                break;
            case JsonArray list:
                foreach (var tag in list.OfType<JsonObject>())
                {
                    if (ScalarNode.TextOf(tag["Key"]) is { } key)
                        tags[key] = ScalarNode.TextOf(tag["Value"]) ?? "";
                }

                break;
        }

        return tags;
    }
}
