using Stateside.Language.Services;

namespace Stateside.Engine.Template.Resolving;

/// <summary>What to read, and what the template itself does not say.</summary>
/// <param name="path">The path of the template, JSON or YAML.</param>
public sealed class TemplateRequest(string path)
{
    /// <summary>The path of the template.</summary>
    public string Path { get; } = path;

    /// <summary>Values of the template's parameters; they win over samconfig and defaults.</summary>
    public IReadOnlyDictionary<string, string> Parameters { get; init; } = new Dictionary<string, string>();

    /// <summary>
    /// Values of what only a deployment knows: an export's name, a dynamic reference such as resolve:ssm:/path, a resource or its
    /// attribute such as Pool or Pool.Arn, an SSM parameter's name in this template, a placeholder of a definition, or an s3:// address
    /// with the local file that stands for it.
    /// </summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>
    /// What stands for what only a deployment knows, by its name, so that it is no finding: enough to look a machine over, not to run it.
    /// </summary>
    internal Func<string, string>? StandIn { get; init; }

    /// <summary>Whether the roles of state machines are wanted.</summary>
    internal bool ReadsRoles { get; init; }

    /// <summary>The region and the account that ARNs and pseudo parameters name.</summary>
    public AwsLocation Location { get; init; } = AwsLocation.Default;

    /// <summary>AWS::StackName; null takes samconfig's stack_name, and "stateside" where there is none.</summary>
    public string? StackName { get; init; }

    /// <summary>The samconfig file to read; null reads samconfig.toml, .yaml or .yml beside the template where there is one.</summary>
    public string? ConfigFile { get; init; }

    /// <summary>The environment within samconfig, as in <c>sam deploy --config-env</c>.</summary>
    public string ConfigEnvironment { get; init; } = "default";
}
