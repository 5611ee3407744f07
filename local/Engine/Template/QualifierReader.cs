using System.Globalization;
using System.Text.RegularExpressions;
using Stateside.Engine.Template.Parsing;
using Stateside.Engine.Template.Resolving;
using Stateside.Language.Json;

namespace Stateside.Engine.Template;

/// <summary>
/// Reads AWS::StepFunctions::StateMachineVersion and StateMachineAlias. An alias leads at once where a deployment would move it step by
/// step: of a DeploymentPreference only the version counts.
/// </summary>
internal sealed partial class QualifierReader(Resolver resolver, ResourceSet resources, DiagnosticLog log)
{
    private static readonly string[] Owners = ["StateMachineArn", "RoutingConfiguration", "DeploymentPreference"];

    /// <summary>What the template publishes of a machine.</summary>
    /// <param name="machine">The machine's ARN.</param>
    /// <returns>The version, null when there is none, and the aliases.</returns>
    public (TemplateVersion? Version, IReadOnlyList<TemplateAlias> Aliases) Read(string machine)
    {
        var versions = OfType(ResourceTypes.StateMachineVersion).Where(version => MachineOf(version) == machine).ToList();
        var aliases = OfType(ResourceTypes.StateMachineAlias).Where(alias => MachineOf(alias) == machine).Select(alias => Alias(alias, versions.Count > 0));
        var described = versions.Select(version => Text(version, "Description")).FirstOrDefault(text => text is not null);
        return (versions.Count == 0 ? null : new TemplateVersion(described), [.. aliases]);
    }

    /// <summary>Warns of versions and aliases of no machine, or of one that the template does not have: nothing here can publish those.</summary>
    /// <param name="machines">The ARNs of those that it has.</param>
    public void WarnOfOthers(IEnumerable<string> machines)
    {
        var known = machines.ToHashSet(StringComparer.Ordinal);
        foreach (var resource in OfType(ResourceTypes.StateMachineVersion).Concat(OfType(ResourceTypes.StateMachineAlias)))
        {
            if (MachineOf(resource) is { } machine && !known.Contains(machine))
                Warn(resource, $"'{resource.LogicalId}' is of {machine}, which this template does not have, so it is not made here.");
            else if (!Array.Exists(Owners, property => resource[property] is not null))
                Warn(resource, $"'{resource.LogicalId}' does not say which state machine it is of, so it is not made here.");
        }
    }

    private IEnumerable<DeclaredResource> OfType(string type) =>
        resources.All.Where(resource => resource.Type == type && resolver.IsCreated(resource, Asker.Noting(resource.LogicalId)));

    /// <summary>The ARN of the machine that a version or an alias is of; null when it cannot be known, with the finding made.</summary>
    private string? MachineOf(DeclaredResource qualifier) => ArnOf(qualifier) is { } arn ? arn[..arn.LastIndexOf(':')] : null;

    private string? ArnOf(DeclaredResource qualifier) =>
        resolver.PhysicalIdOf(qualifier, new Asker(qualifier.LogicalId, TemplateSeverity.Warning, TemplateSeverity.Warning));

    private TemplateAlias Alias(DeclaredResource alias, bool isPublished)
    {
        var properties = resolver.Resolve(alias.Properties, Asker.Noting(alias.LogicalId)) as JsonObject ?? JsonObject.Empty;
        var routes = (properties["RoutingConfiguration"] as JsonArray)?.OfType<JsonObject>()
            .Select(route => (Version(route, isPublished), Weight(route))).ToList();
        if (properties["DeploymentPreference"] is JsonObject preference)
            routes = [(Version(preference, isPublished), 100)];
        var name = ArnOf(alias)!.Split(':')[^1];
        if (!Name().IsMatch(name))
            Warn(alias, $"The name of the alias '{alias.LogicalId}' is '{name}', so the deployment fails.", "It takes 1 to 80 letters, digits and . - _, not digits alone.");
        if (routes is { Count: > 0 } && (routes.Count > 2 || routes.Sum(route => route.Item2) != 100))
        {
            Warn(
                alias, $"The weights of the alias '{alias.LogicalId}' are {string.Join(", ", routes.Select(route => route.Item2))}, so the deployment fails.",
                "It takes one or two that are 100 together.");
        }


        return new TemplateAlias(name, Text(alias, "Description"), routes is { Count: > 0 } ? routes : [(null, 100)]);
    }

    /// <summary>A version's number; null for the one that the template publishes, which its ARN calls the first.</summary>
    private static int? Version(JsonObject route, bool isPublished) =>
        int.TryParse(ScalarNode.TextOf(route["StateMachineVersionArn"])?.Split(':')[^1], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && !(isPublished && number == 1)
            ? number
            : null;

    private void Warn(DeclaredResource qualifier, string problem, string? remedy = null) =>
        log.Warn(qualifier.Place, problem, remedy, qualifier.LogicalId);

    private static int Weight(JsonObject route) =>
        int.TryParse(ScalarNode.TextOf(route["Weight"]), NumberStyles.None, CultureInfo.InvariantCulture, out var weight) ? weight : 100;

    private string? Text(DeclaredResource resource, string property) =>
        resolver.Text(resource[property], $"{property} of '{resource.LogicalId}'", Asker.Noting(resource.LogicalId));

    // See https://docs.aws.amazon.com/step-functions/latest/apireference/API_CreateStateMachineAlias.html.
    [GeneratedRegex(@"^(?=.*[a-zA-Z_\-\.])[a-zA-Z0-9_\-\.]{1,80}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Name();
}
