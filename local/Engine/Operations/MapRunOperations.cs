using Stateside.Engine.Execution;
using Stateside.Engine.History;
using Stateside.Engine.Store;

namespace Stateside.Engine.Operations;

internal sealed record MapRunArnRequest(string MapRunArn);

internal sealed record MapRunCountsMember(
    long Pending, long Running, long Succeeded, long Failed, long TimedOut, long Aborted, long Total, long ResultsWritten, long FailuresNotRedrivable, long PendingRedrive);

internal sealed record DescribeMapRunResponse(
    string MapRunArn,
    string ExecutionArn,
    string Status,
    DateTimeOffset StartDate,
    DateTimeOffset? StopDate,
    int MaxConcurrency,
    float ToleratedFailurePercentage,
    long ToleratedFailureCount,
    MapRunCountsMember ItemCounts,
    MapRunCountsMember ExecutionCounts,
    int RedriveCount,
    DateTimeOffset? RedriveDate);

internal sealed record ListMapRunsRequest(string ExecutionArn, int? MaxResults, string? NextToken);

internal sealed record MapRunListItem(string ExecutionArn, string MapRunArn, string StateMachineArn, DateTimeOffset StartDate, DateTimeOffset? StopDate);

internal sealed record ListMapRunsResponse(IReadOnlyList<MapRunListItem> MapRuns, string? NextToken);

internal sealed record UpdateMapRunRequest(string MapRunArn, int? MaxConcurrency, float? ToleratedFailurePercentage, long? ToleratedFailureCount);

/// <summary>Operations on map runs.</summary>
internal sealed class MapRunOperations(ServiceState service)
{
    public DescribeMapRunResponse Describe(MapRunArnRequest request)
    {
        var run = Find(request.MapRunArn);
        return new(
            run.Arn,
            run.ExecutionArn,
            run.Status.Name(),
            run.StartDate,
            run.StopDate,
            run.MaxConcurrency,
            (float)(run.ToleratedFailurePercentage ?? 0),
            run.ToleratedFailureCount ?? 0,
            Counts(run, run.Counts.Items),
            Counts(run, run.Counts.Executions),
            run.RedriveCount,
            run.RedriveDate);
    }

    public ListMapRunsResponse List(ListMapRunsRequest request)
    {
        var execution = service.Execution(request.ExecutionArn);
        var runs = service.Engine.MapRunsOf(execution.Arn).Select((run, i) => (Run: run, Place: -i)).Reverse().ToList();
        var (page, next) = service.Page(request.MaxResults, request.NextToken, "ListMapRuns", request.ExecutionArn).Of(runs, found => found.Place);
        return new(
            [.. page.Select(found => found.Run).Select(run => new MapRunListItem(execution.Arn, run.Arn, run.StateMachineArn, run.StartDate, run.StopDate))],
            next);
    }

    public async ValueTask<EmptyResponse> UpdateAsync(UpdateMapRunRequest request)
    {
        var run = Find(request.MapRunArn);
        if (request is { MaxConcurrency: null, ToleratedFailurePercentage: null, ToleratedFailureCount: null })
        {
            throw ApiException.Validation(
                "Either the maxConcurrency, the toleratedFailurePercentage, or the toleratedFailureCount must be specified", "MISSING_REQUIRED_PARAMETER");
        }

        if (run.StopDate is not null)
            throw ApiException.Validation($"Map Run is {run.Status.Name()} and cannot be updated: '{run.Arn}'", "CANNOT_UPDATE_COMPLETED_MAP_RUN");
        await service.Engine.UpdateMapRunAsync(
            run.ExecutionArn, run.Arn, request.MaxConcurrency, request.ToleratedFailureCount, request.ToleratedFailurePercentage).ConfigureAwait(false);
        return EmptyResponse.Instance;
    }

    /// <summary>How children, or their items, stand. What was still to be done when a run ended stays so.</summary>
    private static MapRunCountsMember Counts(MapRunDescription run, MapRunTally tally) => new(
        tally.Pending,
        tally.Running,
        tally.Succeeded,
        tally.Failed,
        tally.TimedOut,
        tally.Aborted,
        tally.Total,

        // AWS counts what it gathered at the end as written, with a writer and without one.
        run.StopDate is null ? 0 : tally.Over,
        0,
        tally.PendingRedrive);

    private MapRunDescription Find(string arn)
    {
        service.Arns.MapRun(arn);
        return service.Engine.DescribeMapRun(arn) ?? throw ApiException.NoResource(arn);
    }
}
