using System.Security.Cryptography;
using System.Text;
using Stateside.Engine.Template.Parsing;
using Stateside.Language.Json;

namespace Stateside.Engine.Template.Resolving;

/// <content>Ref and Fn::GetAtt: what resources are called once deployed.</content>
internal sealed partial class Resolver
{
    private static readonly string[] PseudoParameters =
        ["AWS::AccountId", "AWS::NotificationARNs", "AWS::NoValue", "AWS::Partition", "AWS::Region", "AWS::StackId", "AWS::StackName", "AWS::URLSuffix"];

    private const int MostHints = 100;

    private readonly List<string> _naming = [];
    private readonly Dictionary<string, string> _hints = new(StringComparer.Ordinal);

    /// <summary>The name of a resource: its own, or the logical id, since a deployment's random one is not known.</summary>
    public string? NameOf(DeclaredResource resource, Asker asker)
    {
        var property = ResourceTypes.Find(resource.Type)?.NameProperty;
        if (property is not null && resource[property] is { } node && !IsNoValue(node, asker))
            return Guarded(resource, node.Place, asker, () => Text(node, $"{property} of '{resource.LogicalId}'", asker));
        var name = resource.Type == ResourceTypes.Bucket ? resource.LogicalId.ToLowerInvariant() : resource.LogicalId;
        return IsFifo(resource) ? name + ".fifo" : name;
    }

    /// <summary>The ARN of a resource, or null when its type has none that is known.</summary>
    public string? ArnOf(DeclaredResource resource, Asker asker) =>
        ResourceTypes.Find(resource.Type) is { Arn: { } pattern } && NameOf(resource, asker) is { } name ? Fill(pattern, resource, name, asker) : null;

    /// <summary>What Ref gives for a resource, or null when its type is not known.</summary>
    public string? PhysicalIdOf(DeclaredResource resource, Asker asker) =>
        Qualified(resource, asker)
        ?? (ResourceTypes.Find(resource.Type) is { } type && NameOf(resource, asker) is { } name ? Fill(type.Ref, resource, name, asker) : null);

    /// <summary>Ten letters and digits, as API Gateway makes them, the same for the same logical id.</summary>
    private static string MadeUpId(string logicalId)
    {
        const string Letters = "abcdefghijklmnopqrstuvwxyz0123456789";
        return string.Concat(SHA256.HashData(Encoding.UTF8.GetBytes(logicalId)).Take(10).Select(b => Letters[b % Letters.Length]));
    }

    private static bool IsFifo(DeclaredResource resource) =>
        resource[resource.Type == "AWS::SNS::Topic" ? "FifoTopic" : "FifoQueue"] is ScalarNode { Text: { } text } && bool.TryParse(text, out var fifo) && fifo;

    private string? Guarded(DeclaredResource resource, TemplatePlace place, Asker asker, Func<string?> resolve)
    {
        if (_naming.Contains(resource.LogicalId, StringComparer.Ordinal))
        {
            var round = string.Join(" -> ", _naming.SkipWhile(id => id != resource.LogicalId).Append(resource.LogicalId));
            log.Mistake(asker, place, $"The name of '{resource.LogicalId}' depends on itself: {round}.", "Break the circle with a name that is written out.");
            return null;
        }

        _naming.Add(resource.LogicalId);
        try
        {
            return resolve();
        }
        finally
        {
            _naming.RemoveAt(_naming.Count - 1);
        }
    }

    private string? Fill(string pattern, DeclaredResource resource, string name, Asker asker)
    {
        var type = ResourceTypes.Find(resource.Type)!;
        string? Value(string variable) => variable switch
        {
            "partition" => facts.Location.Partition,
            "region" => facts.Location.Region,
            "account" => facts.Location.AccountId,
            "suffix" => facts.Location.UrlSuffix,
            "name" => name,
            "id" => MadeUpId(resource.LogicalId),
            "arn" => Fill(type.Arn!, resource, name, asker),
            _ when Array.Find(type.Attributes, a => a.Name == variable) is { Pattern: { } other } => Fill(other, resource, name, asker),
            _ => variable.Split('|') is [var property, var fallback] && resource[property] is { } node
                ? Guarded(resource, node.Place, asker, () => Text(node, $"{property} of '{resource.LogicalId}'", asker))
                : variable[(variable.IndexOf('|', StringComparison.Ordinal) + 1)..],
        };

        var whole = true;
        var filled = SubText.Replace(pattern.Replace("{", "${", StringComparison.Ordinal), variable =>
        {
            var value = Value(variable);
            whole &= value is not null;
            return value ?? "";
        });
        return whole ? filled : null;
    }

    /// <summary>A pattern's text in the place of a reference; whoever needs it is told of what was made up.</summary>
    private JsonString? Filled(string pattern, DeclaredResource resource, string reference, TemplatePlace place, Asker asker)
    {
        if (NameOf(resource, asker) is not { } name || Fill(pattern, resource, name, asker) is not { } value)
            return null;
        if (pattern.Contains(ResourceTypes.MadeUpId, StringComparison.Ordinal) && asker.Unknowns is not null && settings.StandIn(reference) is null)
        {
            log.Warn(
                place, $"'{reference}' ({resource.Type}) is '{value}' here, which is made up: nothing is deployed that answers there.",
                $"Give the real one with --set {reference}=VALUE.", asker.Resource);
        }

        return new JsonString(value);
    }

    private JsonValue? Ref(TemplateMember call, Asker asker)
    {
        if (call.Value is ScalarNode { Text: { } name } node)
            return Reference(name, node.Place, asker);
        log.Mistake(asker, call.Place, $"Ref takes the name of a parameter or resource, but this is {call.Value.Kind}.");
        return null;
    }

    private JsonValue? Reference(string name, TemplatePlace place, Asker asker)
    {
        switch (name)
        {
            case "AWS::Region":
                return new JsonString(facts.Location.Region);
            case "AWS::AccountId":
                return new JsonString(facts.Location.AccountId);
            case "AWS::Partition":
                return new JsonString(facts.Location.Partition);
            case "AWS::URLSuffix":
                return new JsonString(facts.Location.UrlSuffix);
            case "AWS::StackName":
                return new JsonString(facts.StackName);
            case "AWS::StackId":
                return new JsonString(facts.StackId);
            case "AWS::NotificationARNs":
                return JsonArray.Empty;
            case "AWS::NoValue":
                return null;
        }

        if (parameters.Contains(name))
            return parameters.Value(name, asker, log);
        if (settings.Find(name) is { } set)
            return new JsonString(set);
        if (resources.Find(name) is { } resource)
        {
            if (!IsCreatedFor(resource, place, asker))
                return null;
            if (Qualified(resource, asker) is { } qualified)
                return new JsonString(qualified);
            return ResourceTypes.Find(resource.Type) is { } type
                ? Filled(type.Ref, resource, name, place, asker)
                : Unknown(name, $"What '{name}' ({resource.Type}) is called is known only once it is deployed.", place, asker);
        }

        if (name.Split('.', 2) is [var owner, "Alias" or "Version" or "Stage"] && resources.Find(owner) is not null)
            return GetAttribute(owner, name[(owner.Length + 1)..], place, asker);
        return Generated(name) is { } generated ? new JsonString(generated.Ref) : Undefined(name, place, asker);
    }

    private JsonValue? Undefined(string name, TemplatePlace place, Asker asker)
    {
        log.Mistake(asker, place, $"There is no parameter or resource '{name}'.", $"{HintFor(name)}Give what the template cannot say with --set {name}=VALUE.");
        return null;
    }

    /// <summary>What may have been meant. Nobody reads it of many names, and each is compared with all there are.</summary>
    private string HintFor(string name)
    {
        if (_hints.TryGetValue(name, out var known))
            return known;
        if (_hints.Count == MostHints)
            return "";
        var names = resources.All.Select(resource => resource.LogicalId).Concat(parameters.Names).Concat(PseudoParameters);
        return _hints[name] = Nearest.Hint(name, names, "names") + " ";
    }

    private bool IsCreatedFor(DeclaredResource resource, TemplatePlace place, Asker asker)
    {
        if (IsCreated(resource, asker))
            return true;
        log.Mistake(
            asker, place, $"'{resource.LogicalId}' is not created, because its condition does not hold.",
            "Guard the reference with Fn::If, or give other parameters.");
        return false;
    }

    private JsonValue? GetAtt(TemplateMember call, Asker asker)
    {
        var path = call.Value switch
        {
            ScalarNode { Text: { } text } => text,
            ListNode { Items: [ScalarNode { Text: { } logicalId }, var attribute] } when Text(attribute, "The attribute of Fn::GetAtt", asker) is { } name =>
                $"{logicalId}.{name}",
            _ => null,
        };
        if (path?.Split('.', 2) is [var id, var rest])
            return GetAttribute(id, rest, call.Value.Place, asker);
        if (call.Value is not ListNode { Items.Count: 2 })
            log.Mistake(asker, call.Place, "Fn::GetAtt takes a logical id and an attribute.");
        return null;
    }

    private JsonValue? GetAttribute(string logicalId, string attribute, TemplatePlace place, Asker asker)
    {
        if (settings.Find($"{logicalId}.{attribute}") is { } set)
            return new JsonString(set);
        if (resources.Find(logicalId) is not { } resource)
        {
            return Generated(logicalId) is { Arn: { } generated } && attribute is "Arn" or "AliasArn" or "StateMachineArn"
                ? new JsonString(generated)
                : Undefined(logicalId, place, asker);
        }

        if (!IsCreatedFor(resource, place, asker))
            return null;
        if (resource.Type == ResourceTypes.SamFunction && attribute.Split('.', 2) is ["Alias" or "Version", ..])
            return SamQualifier(resource, attribute, place, asker);
        if (resource.Type is ResourceTypes.FunctionAlias or ResourceTypes.FunctionVersion or ResourceTypes.StateMachineAlias or ResourceTypes.StateMachineVersion
            && attribute is "Arn" or "AliasArn" or "FunctionArn" or "Version")
        {
            return Qualified(resource, asker) is { } arn ? new JsonString(attribute == "Version" ? arn[(arn.LastIndexOf(':') + 1)..] : arn) : null;
        }

        var type = ResourceTypes.Find(resource.Type);
        var pattern = attribute == "Arn" ? type?.Arn : Array.Find(type?.Attributes ?? [], a => a.Name == attribute).Pattern;
        return pattern is not null
            ? Filled(pattern, resource, $"{logicalId}.{attribute}", place, asker)
            : Unknown(
                $"{logicalId}.{attribute}", $"The attribute '{attribute}' of '{logicalId}' ({resource.Type}) is known only once it is deployed.", place, asker);
    }

    /// <summary>SAM's F.Alias and F.Version: the alias and the version that AutoPublishAlias makes.</summary>
    private JsonString? SamQualifier(DeclaredResource function, string attribute, TemplatePlace place, Asker asker)
    {
        if (function["AutoPublishAlias"] is not { } node)
        {
            log.Mistake(
                asker, place, $"'{function.LogicalId}.{attribute}' needs an alias, but '{function.LogicalId}' has no AutoPublishAlias.",
                $"Set AutoPublishAlias on '{function.LogicalId}'.");
            return null;
        }

        if (Text(node, $"AutoPublishAlias of '{function.LogicalId}'", asker) is not { } alias || ArnOf(function, asker) is not { } arn)
            return null;
        switch (attribute)
        {
            case "Alias" or "Alias.AliasArn" or "Alias.Arn":
                return new JsonString($"{arn}:{alias}");
            case "Version" or "Version.FunctionArn" or "Version.Arn":
                return new JsonString($"{arn}:1");
            case "Version.Version":
                return new JsonString("1");
            default:
                return Unknown(
                    $"{function.LogicalId}.{attribute}", $"'{function.LogicalId}.{attribute}' is known only once it is deployed.", place, asker);
        }
    }

    /// <summary>The ARN of a version or an alias that is a resource of its own; null for other types.</summary>
    private string? Qualified(DeclaredResource resource, Asker asker)
    {
        string? Of(TemplateNode? node, string property) => node is null
            ? null
            : Guarded(resource, node.Place, asker, () => Text(node, $"{property} of '{resource.LogicalId}'", asker));

        switch (resource.Type)
        {
            case ResourceTypes.FunctionAlias or ResourceTypes.FunctionVersion:
                var qualifier = resource.Type == ResourceTypes.FunctionVersion ? "1" : Of(resource["Name"], "Name");
                return qualifier is not null && Of(resource["FunctionName"], "FunctionName") is { } function ? $"{FunctionArn(function)}:{qualifier}" : null;
            case ResourceTypes.StateMachineVersion:
                return Of(resource["StateMachineArn"], "StateMachineArn") is { } machine ? $"{machine}:1" : null;
            case ResourceTypes.StateMachineAlias:
                if ((resource["Name"] is { } given ? Of(given, "Name") : resource.LogicalId) is not { } name)
                    return null;
                if (resource["StateMachineArn"] is { } own)
                    return Of(own, "StateMachineArn") is { } whole ? $"{whole}:{name}" : null;
                return (Routed(resource, "DeploymentPreference", asker) ?? Routed(resource, "RoutingConfiguration", asker)) is { } version
                    ? $"{version[..Math.Max(0, version.LastIndexOf(':'))]}:{name}"
                    : null;
            default:
                return null;
        }
    }

    /// <summary>The version that an alias leads to, or the first of those.</summary>
    private string? Routed(DeclaredResource alias, string property, Asker asker) => alias[property] is not { } node
        ? null
        : Guarded(alias, node.Place, asker, () =>
        {
            var given = Resolve(node, asker);
            if (given is JsonArray { Count: > 0 } routes)
                given = routes[0];
            return ScalarNode.TextOf((given as JsonObject)?["StateMachineVersionArn"]);
        });

    /// <summary>The name of a stage that SAM makes beside an API; null where nothing of that logical id is one.</summary>
    private string? StageOf(string logicalId)
    {
        const string Default = "ApiGatewayDefaultStage";
        if (logicalId == "ServerlessRestApiProdStage" && resources.Find("ServerlessRestApi") is not null)
            return "Prod";
        if (logicalId.EndsWith(Default, StringComparison.Ordinal) && resources.Find(logicalId[..^Default.Length])?.Type == ResourceTypes.SamHttpApi)
            return "$default";
        return resources.All.Where(resource => resource.Type == ResourceTypes.SamApi)
            .Select(api => (Api: api.LogicalId, Stage: Text(api["StageName"], "StageName", Asker.Noting(null))))
            .FirstOrDefault(api => logicalId == $"{api.Api}{api.Stage}Stage").Stage;
    }

    /// <summary>The unqualified ARN of a function that is given by name, partial or whole ARN.</summary>
    private string FunctionArn(string function)
    {
        var name = function.Contains(":function:", StringComparison.Ordinal) ? function[(function.IndexOf(":function:", StringComparison.Ordinal) + 10)..] : function;
        return facts.Location.Arn("lambda", $"function:{name.Split(':')[0]}");
    }

    /// <summary>
    /// A resource that SAM makes beside a declared one: FRole and FAliaslive of a function F, MRole, MVersion and MAliaslive of a machine M,
    /// AProdStage of an API A.
    /// </summary>
    private (string Ref, string? Arn)? Generated(string name)
    {
        if (StageOf(name) is { } stage)
            return (stage, null);
        foreach (var owner in resources.All.Where(resource => resource.Type is ResourceTypes.SamFunction or ResourceTypes.SamStateMachine))
        {
            if (!name.StartsWith(owner.LogicalId, StringComparison.Ordinal))
                continue;
            var rest = name[owner.LogicalId.Length..];
            if (rest == "Role" && owner["Role"] is null)
                return (name, facts.Location.RoleArn(name));
            if (owner["AutoPublishAlias"] is not { } alias || ArnOf(owner, Asker.Noting(null)) is not { } arn)
                continue;
            if (rest == "Alias" + Text(alias, "AutoPublishAlias", Asker.Noting(null)))
                return ($"{arn}:{rest["Alias".Length..]}", $"{arn}:{rest["Alias".Length..]}");
            if (rest == "Version" && owner.Type == ResourceTypes.SamStateMachine)
                return ($"{arn}:1", $"{arn}:1");
        }

        return null;
    }
}
