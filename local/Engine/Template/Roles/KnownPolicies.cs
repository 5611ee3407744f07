using System.Collections.Frozen;
using Stateside.Engine.Template.Resolving;
using Stateside.Language.Roles;

namespace Stateside.Engine.Template.Roles;

/// <summary>
/// Policies that AWS has under a name: those of IAM, and the templates of SAM. <c>build/services/make_sam_policies.py</c> says how the
/// lists read. Of IAM's a statement that ends in "if" tells which services it is about, and not what of them.
/// See https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/serverless-policy-template-list.html and
/// https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html.
/// </summary>
internal static class KnownPolicies
{
    private static readonly Lazy<FrozenDictionary<string, KnownPolicy>> SamTemplates = new(() => Read("sam-policies.txt"));
    private static readonly Lazy<FrozenDictionary<string, KnownPolicy>> Managed = new(() => Read("managed-policies.txt"));

    /// <summary>A policy of IAM's by its name or ARN; null when it is not known here.</summary>
    public static IReadOnlyList<Statement>? FindManaged(string nameOrArn) =>
        Managed.Value.GetValueOrDefault(nameOrArn[(nameOrArn.LastIndexOf('/') + 1)..])?.Statements;

    /// <summary>A policy template of SAM's.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="value">Gives the value of a parameter of it, or of AWS; null for one that is not known.</param>
    /// <returns>Its statements; null when SAM has no template of that name.</returns>
    public static IReadOnlyList<Statement>? FindTemplate(string name, Func<string, string?> value) =>
        SamTemplates.Value.GetValueOrDefault(name)?.Statements
            .Select(statement => statement with
            {
                Resources = [.. statement.Resources.Select(resource => SubText.Replace(resource, variable => value(variable) ?? "*"))],
            }).ToList();

    /// <summary>Whether SAM has a policy template of that name.</summary>
    public static bool IsTemplate(string name) => SamTemplates.Value.ContainsKey(name);

    private static FrozenDictionary<string, KnownPolicy> Read(string resource)
    {
        using var reader = new StreamReader(typeof(KnownPolicies).Assembly.GetManifestResourceStream(resource)!);
        var policies = new List<KnownPolicy>();
        while (reader.ReadLine() is { } line)
        {
            if (!line.StartsWith(' '))
                policies.Add(new(line.Split(' ')[0], []));
            else
                policies[^1].Statements.Add(OfLine(line.Trim()));
        }

        return policies.ToFrozenDictionary(policy => policy.Name, StringComparer.Ordinal);
    }

    private static Statement OfLine(string line)
    {
        var words = line.Split(' ');
        var at = Array.IndexOf(words, "on");
        var isUncertain = words[^1] == "if";
        return new Statement(true, words[..at], words[(at + 1)..^(isUncertain ? 1 : 0)]) { IsUncertain = isUncertain };
    }

    private sealed record KnownPolicy(string Name, List<Statement> Statements);
}
