using Stateside.Engine.Store;
using Stateside.Language.Services;

namespace Stateside.Engine.Operations.Requests;

/// <summary>Which resource an ARN of this service names.</summary>
/// <param name="Type">The resource type, such as stateMachine.</param>
/// <param name="Name">What stands behind the type.</param>
internal readonly record struct ResourceArn(string Type, string Name);

/// <summary>Looks at the ARNs in requests before anything is looked up by them.</summary>
internal sealed class Arns(AwsLocation location)
{
    /// <summary>A machine's ARN, with or without a version or an alias.</summary>
    /// <param name="arn">The ARN.</param>
    /// <param name="allowLabel">Whether it may name a distributed Map state of the machine.</param>
    public void StateMachine(string arn, bool allowLabel = false)
    {
        var resource = Read(arn, "stateMachine");
        if (!allowLabel && resource.Name.Contains('/', StringComparison.Ordinal))
        {
            throw ApiException.Validation(
                $"This operation does not support the ARN of a Map state: '{arn}'", "API_DOES_NOT_SUPPORT_LABELED_ARNS");
        }
    }

    /// <summary>An execution's ARN. Express executions are known only where a map run dispatched them.</summary>
    public void Execution(string arn)
    {
        var resource = Read(arn, "execution", "express");
        if (resource.Type == "express" && !resource.Name.Contains('/', StringComparison.Ordinal))
            throw WrongResource("express");
    }

    public void Activity(string arn) => Read(arn, "activity");

    public void MapRun(string arn) => Read(arn, "mapRun");

    /// <summary>The ARN of something that takes tags.</summary>
    public void Taggable(string arn) => Read(arn, "stateMachine", "activity");

    private ResourceArn Read(string arn, params ReadOnlySpan<string> types)
    {
        if (!arn.StartsWith("arn:", StringComparison.Ordinal))
            throw ApiException.InvalidArn($"Invalid ARN prefix: {arn}");
        var parts = arn.Split(':', 7);
        if (parts.Length < 7 || parts[1].Length == 0 || parts[6].Length == 0)
            throw ApiException.InvalidArn($"Invalid ARN: {arn}");
        if (parts[2] != "states")
            throw ApiException.InvalidArn($"Service not valid in this context: {parts[2]}");
        if (parts[3] != location.Region)
            throw ApiException.InvalidArn($"Region not valid in this context: {parts[3]}");
        if (!types.Contains(parts[5]))
            throw WrongResource(parts[5]);
        if (parts[4] != location.AccountId)
            throw new ApiException("AccessDeniedException", $"User: arn:{location.Partition}:iam::{location.AccountId}:root is not authorized to access the resource {arn}");
        return new(parts[5], parts[6]);
    }

    private static ApiException WrongResource(string type) => ApiException.InvalidArn($"Resource type not valid in this context: {type}");
}
