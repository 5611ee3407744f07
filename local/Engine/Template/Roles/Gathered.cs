using Stateside.Engine.Template.Parsing;
using Stateside.Engine.Template.Resolving;
using Stateside.Language.Json;
using Stateside.Language.Roles;

namespace Stateside.Engine.Template.Roles;

/// <summary>Gathers the statements of a role's policies. What cannot be resolved makes a statement uncertain, or the role not whole.</summary>
internal sealed class Gathered(Resolver resolver, Asker asker)
{
    private readonly List<RoleStatement> _statements = [];

    public IReadOnlyList<RoleStatement> Statements => _statements;

    /// <summary>Whether all of the role's policies were understood.</summary>
    public bool IsWhole { get; set; } = true;

    /// <summary>SAM's Policies: names of IAM's, SAM's templates, and documents, one or several.</summary>
    public void AddPolicies(TemplateNode policies, Func<string, string?> values)
    {
        foreach (var policy in policies is ListNode list ? list.Items : [policies])
        {
            if (policy is MapNode { Intrinsic: null } map && map["Statement"] is not null)
                AddDocument(map);
            else
                AddPolicy(policy, values);
        }
    }

    /// <summary>A policy of IAM's.</summary>
    public void AddManaged(string nameOrArn, TemplatePlace place)
    {
        if (KnownPolicies.FindManaged(nameOrArn) is { } known)
            Add(known, place, nameOrArn[(nameOrArn.LastIndexOf('/') + 1)..]);
        else
            IsWhole = false;
    }

    /// <summary>One of a role's Policies: a name and a document.</summary>
    public void AddInline(TemplateNode policy)
    {
        if (policy is MapNode { Intrinsic: null } map)
            AddDocument(map["PolicyDocument"]);
        else if (Whole(policy) is JsonObject value)
            AddDocument(value["PolicyDocument"], policy.Place);
        else
            IsWhole &= policy is MapNode { Intrinsic.Key: "Fn::If" };
    }

    /// <summary>A policy document.</summary>
    public void AddDocument(TemplateNode? document)
    {
        if (document is not MapNode { Intrinsic: null } map)
        {
            AddDocument(document is null ? null : Whole(document), document?.Place ?? default);
            return;
        }

        var statements = map["Statement"];
        foreach (var statement in statements is ListNode list ? list.Items : statements is null ? [] : [statements])
        {
            if (Whole(statement) is JsonObject value)
                _statements.Add(new(Statement.Of(value), statement.Place, null));
            else
                IsWhole &= statement is MapNode { Intrinsic.Key: "Fn::If" };
        }
    }

    /// <summary>The policy of a resource: whom it allows something is not looked at, but for services, which a role is not.</summary>
    public void AddOfResource(TemplateNode? document)
    {
        if (document is null || Whole(document) is not JsonObject value)
            return;
        foreach (var statement in StatementsOf(value))
        {
            var isForServices = statement["Principal"] is JsonObject { Count: > 0 } principal && principal.All(member => member.Key == "Service");
            if (!isForServices && Statement.Of(statement) is { Allows: true } allowing)
                _statements.Add(new(allowing with { IsUncertain = true }, document.Place, null));
        }
    }

    private void AddPolicy(TemplateNode policy, Func<string, string?> values)
    {
        switch (Whole(policy))
        {
            case JsonString { Value: var name }:
                AddManaged(name, policy.Place);
                break;
            case JsonObject document when document["Statement"] is not null:
                AddDocument(document, policy.Place);
                break;
            case JsonObject { Count: 1 } template:
                var given = template.Values[0] as JsonObject;
                if (KnownPolicies.FindTemplate(template.Keys[0], name => ScalarNode.TextOf(given?[name]) ?? values(name)) is { } known)
                    Add(known, policy.Place, template.Keys[0]);
                else
                    IsWhole = false;
                break;
            default:
                IsWhole &= policy is MapNode { Intrinsic.Key: "Fn::If" };
                break;
        }
    }

    private void AddDocument(JsonValue? document, TemplatePlace place)
    {
        if (document is JsonObject value)
            Add(StatementsOf(value).Select(Statement.Of), place, null);
        else
            IsWhole = false;
    }

    private void Add(IEnumerable<Statement> statements, TemplatePlace place, string? policy) =>
        _statements.AddRange(statements.Select(statement => new RoleStatement(statement, place, policy)));

    private static IEnumerable<JsonObject> StatementsOf(JsonObject document) => document["Statement"] switch
    {
        JsonArray list => list.OfType<JsonObject>(),
        JsonObject only => [only],
        _ => [],
    };

    /// <summary>A value with a JSON null in the place of each part that cannot be resolved, which the resolver leaves out.</summary>
    private JsonValue? Whole(TemplateNode node)
    {
        switch (node)
        {
            case ListNode list:
                return JsonArray.Of(list.Items.Select(item => Whole(item) ?? JsonValue.Null));
            case MapNode { Intrinsic: null } map when map.Member("Fn::Transform") is null:
                var members = new JsonObject.Builder(map.Members.Count);
                foreach (var member in map.Members)
                    members.Set(member.Key, Whole(member.Value) ?? JsonValue.Null);
                return members.ToObject();
            default:
                return resolver.Resolve(node, asker);
        }
    }
}
