using Stateside.Language.Services;

namespace Stateside.Engine.Template.Resolving;

/// <summary>What the stack stands in for: what pseudo parameters and ARNs say.</summary>
internal sealed record DeploymentFacts(AwsLocation Location, string StackName)
{
    /// <summary>AWS::StackId.</summary>
    public string StackId => Location.Arn("cloudformation", $"stack/{StackName}/00000000-0000-4000-8000-000000000000");
}
