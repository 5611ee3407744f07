using Stateside.Engine.Execution;
using Stateside.Engine.History;
using Stateside.Engine.Store;

namespace Stateside.Engine.Tasks;

/// <summary>Whether a value is in an answer.</summary>
internal sealed record InclusionDetails(bool Included);

/// <summary>
/// What DescribeExecution tells: the API writes it as it is, SDK integrations and a Map's results spell it their way.
/// See https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeExecution.html.
/// </summary>
internal sealed record DescribedExecution(
    string ExecutionArn,
    string StateMachineArn,
    string Name,
    string Status,
    DateTimeOffset StartDate,
    DateTimeOffset? StopDate,
    string? Input,
    InclusionDetails InputDetails,
    string? Output,
    InclusionDetails? OutputDetails,
    string? TraceHeader,
    string? MapRunArn,
    string? Error,
    string? Cause,
    string? StateMachineVersionArn,
    string? StateMachineAliasArn,
    int RedriveCount,
    DateTimeOffset? RedriveDate,
    string RedriveStatus,
    string? RedriveStatusReason)
{
    /// <summary>Describes an execution.</summary>
    /// <param name="execution">The execution.</param>
    /// <param name="catalog">Knows whether its machine is being deleted.</param>
    /// <param name="now">The present time.</param>
    /// <param name="isWhole">Whether data is told, or only what is known of it.</param>
    public static DescribedExecution Of(ExecutionDescription execution, ResourceCatalog catalog, DateTimeOffset now, bool isWhole = true)
    {
        var reason = WhyNotRedrivable(execution, catalog, now);
        return new(
            execution.Arn,
            execution.StateMachineArn,
            execution.Name,
            execution.Status.Name(),
            execution.StartDate,
            execution.StopDate,
            isWhole ? execution.Input.Text : null,
            new(isWhole),
            isWhole ? execution.Output?.Text : null,
            execution.Output is null ? null : new(isWhole),
            execution.TraceHeader,
            execution.MapRunArn,
            isWhole ? execution.Error : null,
            isWhole ? execution.Cause : null,
            execution.VersionArn,
            execution.AliasArn,
            execution.RedriveCount,
            execution.RedriveDate,
            reason is not null ? "NOT_REDRIVABLE" : execution.MapRunArn is null ? "REDRIVABLE" : "REDRIVABLE_BY_MAP_RUN",
            isWhole ? reason : null);
    }

    /// <summary>Why an execution cannot be redriven; null when it can, by itself or with its map run.</summary>
    /// <param name="execution">The execution.</param>
    /// <param name="catalog">Knows whether its machine is being deleted.</param>
    /// <param name="now">The present time.</param>
    /// <returns>The reason, in the API's words.</returns>
    public static string? WhyNotRedrivable(ExecutionDescription execution, ResourceCatalog catalog, DateTimeOffset now) =>
        execution.WhyNotRedrivable(now) ?? (catalog.Find(execution.StateMachine.Arn) is { IsDeleting: true } ? "State machine is in DELETING status" : null);
}
