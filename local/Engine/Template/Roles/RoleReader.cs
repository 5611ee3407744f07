using Stateside.Engine.Template.Parsing;
using Stateside.Engine.Template.Resolving;
using Stateside.Language.Json;

namespace Stateside.Engine.Template.Roles;

/// <summary>
/// Reads what the role of a state machine may do, where the template declares it: SAM's Policies of the machine, or a role with its own
/// policies and those that are attached to it elsewhere.
/// </summary>
internal sealed class RoleReader(Resolver resolver, ResourceSet resources, DeploymentFacts facts)
{
    /// <summary>Policies of resources, which may allow a role what its own do not, and the property that holds each.</summary>
    private static readonly Dictionary<string, string> ResourcePolicies = new(StringComparer.Ordinal)
    {
        ["AWS::S3::BucketPolicy"] = "PolicyDocument",
        ["AWS::SQS::QueuePolicy"] = "PolicyDocument",
        ["AWS::SNS::TopicPolicy"] = "PolicyDocument",
        ["AWS::SecretsManager::ResourcePolicy"] = "ResourcePolicy",
        ["AWS::KMS::Key"] = "KeyPolicy",
    };

    /// <summary>Reads a machine's role.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="roleArn">The ARN of its role; null when it is not known.</param>
    /// <returns>The role; null when the template does not declare it.</returns>
    public TemplateRole? Read(DeclaredResource machine, string? roleArn)
    {
        var asker = Asker.Noting(machine.LogicalId);
        var role = new Gathered(resolver, asker) { IsWhole = !HasConnectors() };
        if (machine.Type == ResourceTypes.SamStateMachine && machine["Role"] is null)
        {
            if (machine["Policies"] is { } policies)
                role.AddPolicies(policies, Values);
            if (machine["Tracing"] is { } tracing && resolver.Resolve(tracing, asker) is JsonObject traced
                && bool.TryParse(ScalarNode.TextOf(traced["Enabled"]), out var isTraced) && isTraced)
            {
                role.AddManaged("AWSXrayWriteOnlyAccess", tracing.Place);
            }

            AddAttached(role, $"{machine.LogicalId}Role", null, asker);
            AddOfResources(role, asker);
            return new(machine["Policies"]?.Place ?? machine.Place, role.Statements, role.IsWhole, IsShared: false);
        }

        var declared = roleArn is null
            ? null
            : resources.All.FirstOrDefault(other => other.Type == ResourceTypes.Role && resolver.ArnOf(other, asker) == roleArn);
        if (declared is null || !resolver.IsCreated(declared, asker))
            return null;
        foreach (var policy in (declared["Policies"] as ListNode)?.Items ?? [])
            role.AddInline(policy);
        if (declared["Policies"] is not (null or ListNode))
            role.IsWhole = false;
        AddManaged(role, declared["ManagedPolicyArns"], asker);
        AddAttached(role, declared.LogicalId, resolver.PhysicalIdOf(declared, asker), asker);
        AddOfResources(role, asker);
        return new(declared["Policies"]?.Place ?? declared.Place, role.Statements, role.IsWhole, IsShared(declared, roleArn!, asker));
    }

    private string? Values(string variable) => variable switch
    {
        "AWS::Partition" => facts.Location.Partition,
        "AWS::Region" => facts.Location.Region,
        "AWS::AccountId" => facts.Location.AccountId,
        _ => null,
    };

    /// <summary>Connectors of SAM's give roles what they need; what, and which roles, is not looked at.</summary>
    private bool HasConnectors() =>
        resources.All.Any(other => other.Type == "AWS::Serverless::Connector"
            || (other.Body["Connectors"] is not null && other.Type is ResourceTypes.SamStateMachine or ResourceTypes.StateMachine));

    private void AddManaged(Gathered role, TemplateNode? list, Asker asker)
    {
        if (list is null)
            return;
        if (list is not ListNode { Items: var items })
        {
            role.IsWhole = false;
            return;
        }

        foreach (var item in items)
        {
            if (resolver.Resolve(item, asker) is JsonString { Value: var arn })
                AddManaged(role, arn, item.Place, asker);
            else
                role.IsWhole &= item is MapNode { Intrinsic.Key: "Fn::If" };
        }
    }

    /// <summary>A policy of IAM's, or one of the template's own.</summary>
    private void AddManaged(Gathered role, string arn, TemplatePlace place, Asker asker)
    {
        var own = resources.All.FirstOrDefault(other => other.Type == "AWS::IAM::ManagedPolicy" && resolver.ArnOf(other, asker) == arn);
        if (own is null)
            role.AddManaged(arn, place);
        else
            role.AddDocument(own["PolicyDocument"]);
    }

    /// <summary>Policies that are attached to a role by resources of their own.</summary>
    private void AddAttached(Gathered role, string logicalId, string? name, Asker asker)
    {
        foreach (var policy in resources.All)
        {
            var isAttached = policy.Type switch
            {
                "AWS::IAM::Policy" or "AWS::IAM::ManagedPolicy" => policy["Roles"] is ListNode roles && roles.Items.Any(IsRole),
                "AWS::IAM::RolePolicy" => policy["RoleName"] is { } given && IsRole(given),
                _ => false,
            };
            if (isAttached && resolver.IsCreated(policy, asker))
                role.AddDocument(policy["PolicyDocument"]);
        }

        bool IsRole(TemplateNode node) =>
            node is MapNode { Intrinsic: { Key: "Ref", Value: ScalarNode { Text: var id } } } && id == logicalId
            || (resolver.Resolve(node, asker) is JsonString { Value: var text } && (text == name || text == logicalId));
    }

    private void AddOfResources(Gathered role, Asker asker)
    {
        foreach (var resource in resources.All)
        {
            if (!ResourcePolicies.TryGetValue(resource.Type, out var property) || !resolver.IsCreated(resource, asker))
                continue;
            role.AddOfResource(resource[property]);
        }
    }

    private bool IsShared(DeclaredResource role, string arn, Asker asker) => resources.All.Count(other =>
        other.LogicalId != role.LogicalId
        && other.Properties.Members.Any(member => member.Key is "Role" or "RoleArn" or "ExecutionRoleArn" or "TaskRoleArn"
            && resolver.Resolve(member.Value, asker) is JsonString { Value: var text } && (text == arn || text == role.LogicalId))) > 1;
}
