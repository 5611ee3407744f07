using Stateside.Engine.Execution;
using Stateside.Engine.Execution.Running;
using Stateside.Engine.Execution.StateTests;
using Stateside.Engine.Operations.Requests;
using Stateside.Engine.Store;
using Stateside.Engine.Tasks;
using Stateside.Engine.Tasks.Mocks;
using Stateside.Language.Services;

namespace Stateside.Engine.Operations;

/// <summary>What the operations work on.</summary>
/// <param name="location">The region and the account in every ARN.</param>
internal sealed class ServiceState(AwsLocation location)
{
    public required ExecutionEngine Engine { get; init; }

    public required StateTester StateTests { get; init; }

    public required ResourceCatalog Catalog { get; init; }

    public required ActivityQueue Activities { get; init; }

    public required ChildWatch Children { get; init; }

    public required MockFile? Mocks { get; init; }

    /// <summary>Whether logs can be delivered to the log group of an ARN.</summary>
    public Func<string, CancellationToken, ValueTask<bool>> HasLogGroup { get; init; } = (_, _) => new(true);

    public Arns Arns { get; } = new(location);

    /// <summary>An execution; refuses what is no ARN of one, or of none that there is.</summary>
    public ExecutionDescription Execution(string arn)
    {
        Arns.Execution(arn);
        return Engine.Describe(arn) ?? throw ApiException.NoExecution(arn);
    }

    /// <summary>Refuses a logging configuration whose log group is not there.</summary>
    public async ValueTask CheckLogGroupsAsync(LoggingConfiguration? logging, CancellationToken cancellationToken)
    {
        if (logging is null or { Level: LoggingLevel.Off })
            return;
        foreach (var arn in logging.LogGroupArns ?? [])
        {
            if (!await HasLogGroup(arn, cancellationToken).ConfigureAwait(false))
                throw ResourceSettings.InvalidLogging("Log Destination not found.");
        }
    }

    /// <summary>Refuses what is no name of a machine, an execution or an activity.</summary>
    public static void CheckName(string name)
    {
        if (!ResourceName.IsValid(name))
            throw new ApiException("InvalidName", $"Invalid Name: '{name}'");
    }

    public PageRequest Page(int? maxResults, string? token, params ReadOnlySpan<string?> request) => new(Engine.Now, maxResults, token, request);
}
