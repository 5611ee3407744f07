namespace Stateside.Engine.Template.Resolving;

/// <summary>Where the stack stands in for: what pseudo parameters and ARNs say.</summary>
internal sealed record DeploymentFacts(string Region, string AccountId, string StackName)
{
    /// <summary>AWS::Partition.</summary>
    public string Partition =>
        Region.StartsWith("cn-", StringComparison.Ordinal) ? "aws-cn" : Region.StartsWith("us-gov-", StringComparison.Ordinal) ? "aws-us-gov" : "aws";

    /// <summary>AWS::URLSuffix.</summary>
    public string Suffix => Partition == "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com";

    /// <summary>AWS::StackId.</summary>
    public string StackId => $"arn:{Partition}:cloudformation:{Region}:{AccountId}:stack/{StackName}/00000000-0000-4000-8000-000000000000";
}
