namespace Stateside.Language.Roles;

/// <summary>
/// Holds what a role must allow against what its policies say. What may be allowed is not missing: a finding is one that AWS would agree to.
/// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html.
/// </summary>
internal static class RoleCheck
{
    /// <summary>What the policies certainly do not allow.</summary>
    /// <param name="needs">What the role must allow.</param>
    /// <param name="statements">All that its policies say.</param>
    /// <param name="names">A resource by all the names that it may have.</param>
    public static IEnumerable<Permission> Missing(
        IEnumerable<Permission> needs, IReadOnlyCollection<Statement> statements, Func<string, IEnumerable<string>> names) =>
        needs.Where(need => need.Certainty != Certainty.Possible
            && names(need.Resource).All(name => IsRefused(need with { Resource = name }, statements)));

    /// <summary>Whether a statement allows all actions, or all of a service, on all resources.</summary>
    public static bool IsFarWider(Statement statement) =>
        statement is { Allows: true, IsUncertain: false, ExceptResources: false }
        && statement.Resources.Contains("*")
        && (statement.ExceptActions || statement.Actions.Any(action => action == "*" || action.EndsWith(":*", StringComparison.Ordinal)));

    /// <summary>What of the calls that were seen a policy of those needs would not allow.</summary>
    /// <param name="seen">What the calls needed.</param>
    /// <param name="needs">What the policy allows.</param>
    /// <param name="names">A resource by all the names that it may have.</param>
    public static IEnumerable<Permission> Beyond(
        IEnumerable<Permission> seen, IReadOnlyCollection<Permission> needs, Func<string, IEnumerable<string>> names)
    {
        var statements = needs.Select(need => new Statement(true, [need.Action], [.. names(need.Resource)])).ToList();
        return seen.Where(call => call.Certainty == Certainty.Certain && !statements.Exists(statement => statement.Touches(call)));
    }

    private static bool IsRefused(Permission need, IReadOnlyCollection<Statement> statements) =>
        !statements.Any(statement => statement.Allows && statement.Touches(need))
        || statements.Any(statement => !statement.Allows && statement.Covers(need));
}
