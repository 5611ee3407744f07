using Stateside.Engine.Template.Parsing;
using Stateside.Engine.Template.Resolving;

namespace Stateside.Engine.Template;

/// <summary>
/// Finds resources that need each other in a circle. They run here, but CloudFormation refuses to create them.
/// </summary>
internal static class DependencyCheck
{
    /// <summary>Properties from which SAM makes further resources, which depend on the resource and not the other way round.</summary>
    private static readonly string[] Outward = ["Events", "DeploymentPreference"];

    /// <summary>Checks all resources.</summary>
    /// <param name="resources">The resources.</param>
    /// <param name="log">Takes one warning a circle.</param>
    public static void Run(ResourceSet resources, DiagnosticLog log)
    {
        var needs = resources.All.ToDictionary(resource => resource.LogicalId, resource => Needs(resource, resources), StringComparer.Ordinal);
        var done = new HashSet<string>(StringComparer.Ordinal);
        foreach (var start in needs.Keys)
            Visit(start, [], needs, done, resources, log);
    }

    private static void Visit(
        string id, List<string> path, Dictionary<string, List<string>> needs, HashSet<string> done, ResourceSet resources, DiagnosticLog log)
    {
        if (path.IndexOf(id) is var at && at >= 0)
        {
            var circle = string.Join(" -> ", path.Skip(at).Append(id));
            log.Warn(
                resources.Find(id)!.Place,
                $"{(path[^1] == id ? "This resource needs itself" : "These resources need each other in a circle")}, which CloudFormation refuses: {circle}.",
                "Write out a name in one of them in place of the reference.");
            return;
        }

        if (done.Contains(id))
            return;
        path.Add(id);
        foreach (var next in needs[id].Where(needs.ContainsKey))
            Visit(next, path, needs, done, resources, log);
        path.RemoveAt(path.Count - 1);
        done.Add(id);
    }

    private static List<string> Needs(DeclaredResource resource, ResourceSet resources)
    {
        var found = new List<string>();
        var isSam = resource.Type.StartsWith("AWS::Serverless::", StringComparison.Ordinal);
        foreach (var member in resource.Properties.Members.Where(member => !isSam || !Outward.Contains(member.Key, StringComparer.Ordinal)))
            Collect(member.Value, found);
        switch (resource.Body["DependsOn"])
        {
            case ScalarNode { Text: { } one }:
                found.Add(one);
                break;
            case ListNode many:
                found.AddRange(many.Items.OfType<ScalarNode>().Select(item => item.Text).OfType<string>());
                break;
        }

        return [.. found.Select(name => name.Split('.')[0]).Where(name => resources.Find(name) is not null).Distinct()];
    }

    private static void Collect(TemplateNode node, List<string> found)
    {
        switch (node)
        {
            case ListNode list:
                foreach (var item in list.Items)
                    Collect(item, found);
                break;
            case MapNode { Intrinsic: { Key: "Ref", Value: ScalarNode { Text: { } name } } }:
                found.Add(name);
                break;
            case MapNode { Intrinsic: { Key: "Fn::GetAtt" } call }:
                if ((call.Value is ListNode { Items: [ScalarNode first, ..] } ? first : call.Value as ScalarNode)?.Text is { } path)
                    found.Add(path);
                break;
            case MapNode { Intrinsic: { Key: "Fn::Sub" } call }:
                var (template, variables) = call.Value is ListNode { Items: [ScalarNode text, MapNode own] } ? (text, own) : (call.Value as ScalarNode, null);
                found.AddRange(SubText.Names(template?.Text ?? "").Where(name => variables?[name] is null));
                if (variables is not null)
                    Collect(variables, found);
                break;
            case MapNode map:
                foreach (var member in map.Members)
                    Collect(member.Value, found);
                break;
        }
    }
}
