using Stateside.Engine.Template.Parsing;
using Stateside.Engine.Template.Roles;
using Stateside.Language.Definitions;
using Stateside.Language.Json;
using Stateside.Language.Roles;
using Stateside.Language.Services;
using Stateside.Language.Validation;

namespace Stateside.Engine.Template;

/// <summary>What the role of a template's state machine must allow, and what it does.</summary>
/// <param name="template">The template, read with its roles.</param>
/// <param name="machine">The machine.</param>
/// <param name="location">Where the template's resources are.</param>
internal sealed class MachineRole(TemplateModel template, TemplateStateMachine machine, AwsLocation location)
{
    /// <summary>A call is refused, or the whole state machine.</summary>
    private const string Missing = "ROLE_PERMISSION_MISSING";

    /// <summary>AWS's guide grants what the role does not.</summary>
    private const string Recommended = "ROLE_PERMISSION_RECOMMENDED";

    /// <summary>The role allows everything, or all that a service has.</summary>
    private const string TooWide = "ROLE_TOO_WIDE";

    private readonly TemplateReferences _references = new(template, machine, location);

    /// <summary>Lists what the role must allow.</summary>
    public IReadOnlyList<Permission> Needs(Definition definition) => RoleNeeds.Of(definition, new MachineFacts(location, machine.Name)
    {
        IsLogged = machine.Logging is { Level: not "OFF", LogGroupArns.Count: > 0 },
        IsTraced = machine.IsTraced,
        Key = machine.Encryption is { Type: "CUSTOMER_MANAGED_KMS_KEY", KeyId: { } key } ? key : null,
    });

    /// <summary>Holds the definition against the role that the template declares.</summary>
    /// <returns>What was found, each with its place; nothing where the role is not the template's.</returns>
    public IEnumerable<(TemplatePlace Place, Diagnostic Diagnostic)> Check(Definition definition)
    {
        if (machine.Role is not { } role)
            return [];
        var needs = Needs(definition);
        return [.. Lacking(needs, role), .. Wide(needs, role)];
    }

    /// <summary>A resource as a template would write it.</summary>
    public JsonValue Reference(string resource) => _references.Write(resource);

    /// <summary>What of the needs the role certainly does not allow; nothing where not all of its policies are known.</summary>
    public IEnumerable<Permission> MissingOf(IReadOnlyList<Permission> needs) => machine.Role is { IsWhole: true } role
        ? RoleCheck.Missing(needs, [.. role.Statements.Select(statement => statement.Statement)], _references.NamesOf)
        : [];

    /// <summary>What of the calls that were seen a policy of those needs would not allow, by whatever names the resources were deployed.</summary>
    public IEnumerable<Permission> Beyond(IEnumerable<Permission> seen, IReadOnlyList<Permission> needs) =>
        RoleCheck.Beyond(seen, needs, _references.NamesOf);

    private IEnumerable<(TemplatePlace, Diagnostic)> Lacking(IReadOnlyList<Permission> needs, TemplateRole role)
    {
        foreach (var group in MissingOf(needs).GroupBy(need => (need.Certainty, need.Resource, Who: Who(need))))
        {
            var isCertain = group.Key.Certainty == Certainty.Certain;
            var first = group.First();
            var consequence = !isCertain ? "AWS's guide grants it"
                : first.Reasons[0].State is null || group.Any(need => need.Action == "events:PutRule") ? "AWS refuses the state machine"
                : "AWS refuses the call";
            var actions = string.Join(", ", group.Select(need => need.Action));
            var statement = PolicyWriter.Statements(group, Reference).First();
            yield return (role.Place, new Diagnostic(
                isCertain ? Severity.Error : Severity.Warning,
                isCertain ? Missing : Recommended,
                $"The role of '{machine.LogicalId}' does not allow {actions} on {first.Resource}, which {group.Key.Who} "
                + $"{(group.Key.Who.Contains(", ", StringComparison.Ordinal) ? "need" : "needs")} ({first.Reasons[0].Why}). {consequence}.",
                first.Reasons[0].State is { } state ? $"/States/{state}" : null)
            {
                Remedy = $"Add to its policies: {JsonWriter.Compact(statement)}",
            });
        }
    }

    private IEnumerable<(TemplatePlace, Diagnostic)> Wide(IReadOnlyList<Permission> needs, TemplateRole role)
    {
        if (role.IsShared)
            yield break;
        foreach (var (statement, place, policy) in role.Statements.Where(statement => RoleCheck.IsFarWider(statement.Statement)))
        {
            var needed = needs.Where(statement.Touches).ToList();
            var does = needed.Count == 0 ? "calls none of that" : $"needs {Shown(needed.Select(need => need.Action).Distinct().ToList())} of it";
            yield return (place, new Diagnostic(
                Severity.Warning, TooWide,
                $"The role of '{machine.LogicalId}' may do far more than it needs: {policy ?? "a statement"} allows {statement.Text}; the definition {does}.",
                null)
            {
                Remedy = needed.Count == 0 ? "Remove it." : "'stateside policy' prints what the definition needs.",
            });
        }
    }

    private static string Who(Permission need)
    {
        var states = need.Reasons.Select(reason => reason.State).OfType<string>().Distinct().Select(state => $"'{state}'").ToList();
        return states.Count == 0 ? "the state machine" : Shown(states);
    }

    private static string Shown(List<string> items) =>
        items.Count <= 5 ? string.Join(", ", items) : $"{string.Join(", ", items.Take(5))} and {items.Count - 5} more";
}
