using System.Collections.Concurrent;
using Stateside.Engine.Execution;
using Stateside.Engine.Execution.Turns;
using Stateside.Engine.Store;
using Stateside.Language.Definitions;
using Stateside.Language.Json;
using Stateside.Service.Api.Requests;

namespace Stateside.Service.Api.Operations;

internal sealed record MapRunArnRequest(string MapRunArn);

internal sealed record MapRunCounts(
    int Pending, int Running, int Succeeded, int Failed, int TimedOut, int Aborted, int Total, int ResultsWritten, int FailuresNotRedrivable, int PendingRedrive);

internal sealed record DescribeMapRunResponse(
    string MapRunArn,
    string ExecutionArn,
    string Status,
    DateTimeOffset StartDate,
    DateTimeOffset? StopDate,
    int MaxConcurrency,
    float ToleratedFailurePercentage,
    long ToleratedFailureCount,
    MapRunCounts ItemCounts,
    MapRunCounts ExecutionCounts,
    int RedriveCount,
    DateTimeOffset? RedriveDate);

internal sealed record ListMapRunsRequest(string ExecutionArn, int? MaxResults, string? NextToken);

internal sealed record MapRunListItem(string ExecutionArn, string MapRunArn, string StateMachineArn, DateTimeOffset StartDate, DateTimeOffset? StopDate);

internal sealed record ListMapRunsResponse(IReadOnlyList<MapRunListItem> MapRuns, string? NextToken);

internal sealed record UpdateMapRunRequest(string MapRunArn, int? MaxConcurrency, float? ToleratedFailurePercentage, long? ToleratedFailureCount);

/// <summary>Operations on map runs.</summary>
internal sealed class MapRunOperations(ServiceState service)
{
    /// <summary>What callers have changed of runs under way, to be shown; the engine keeps what follows from it.</summary>
    private readonly ConcurrentDictionary<string, MapRunSettings> _updated = new(StringComparer.Ordinal);

    public DescribeMapRunResponse Describe(MapRunArnRequest request)
    {
        var run = Find(request.MapRunArn);
        var settings = SettingsOf(run);
        var children = service.Engine.List(new ExecutionQuery(run.Arn));
        var total = Math.Max(run.ItemCount, children.Count);
        int Count(ExecutionStatus status) => children.Count(child => child.Status == status);
        var counts = new MapRunCounts(
            run.StopDate is null ? total - children.Count : 0,
            Count(ExecutionStatus.Running),
            Count(ExecutionStatus.Succeeded),
            Count(ExecutionStatus.Failed),
            Count(ExecutionStatus.TimedOut),
            Count(ExecutionStatus.Aborted) + (run.StopDate is null ? 0 : total - children.Count),
            total,
            0,
            0,
            0);
        return new(
            run.Arn,
            run.Execution.Arn,
            run.Status,
            run.StartDate,
            run.StopDate,
            settings.MaxConcurrency,
            settings.FailurePercentage,
            settings.FailureCount,
            counts,
            counts,
            run.RedriveCount,
            run.RedriveDate);
    }

    public ListMapRunsResponse List(ListMapRunsRequest request)
    {
        service.Arns.Execution(request.ExecutionArn);
        var execution = service.Engine.Describe(request.ExecutionArn) ?? throw ApiException.NoExecution(request.ExecutionArn);
        var runs = MapRun.Of(service, execution);
        runs.Reverse();
        var (page, next) = service.Page(request.MaxResults, request.NextToken, "ListMapRuns", request.ExecutionArn).Of(runs, run => -run.EventId);
        return new(
            [.. page.Select(run => new MapRunListItem(
                execution.Arn, run.Arn, $"{execution.StateMachine.Arn}/{ExecutionDescription.LabelOf(run.Arn)}", run.StartDate, run.StopDate))],
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
            throw ApiException.Validation($"Map Run is {run.Status} and cannot be updated: '{run.Arn}'", "CANNOT_UPDATE_COMPLETED_MAP_RUN");
        var present = SettingsOf(run);
        var settings = _updated[run.Arn] = new(
            request.MaxConcurrency ?? present.MaxConcurrency,
            request.ToleratedFailurePercentage ?? present.FailurePercentage,
            request.ToleratedFailureCount ?? present.FailureCount);
        int? tolerated = request is { ToleratedFailurePercentage: null, ToleratedFailureCount: null }
            ? null
            : (int)Math.Min(run.ItemCount, Math.Max(settings.FailureCount, Math.Floor(run.ItemCount * (double)settings.FailurePercentage / 100)));
        await service.Engine.UpdateMapRunAsync(run.Execution.Arn, run.Arn, request.MaxConcurrency, tolerated);
        return EmptyResponse.Instance;
    }

    private MapRun Find(string arn)
    {
        service.Arns.MapRun(arn);
        return MapRun.Find(service, arn) ?? throw ApiException.NoResource(arn);
    }

    private MapRunSettings SettingsOf(MapRun run) => _updated.GetValueOrDefault(run.Arn) ?? new(
        (int)Constant(run.State?.MaxConcurrency), (float)Constant(run.State?.ToleratedFailurePercentage), (long)Constant(run.State?.ToleratedFailureCount));

    private static double Constant(ValueField? field) => field?.Constant is JsonNumber number ? number.Double : 0;
}

internal sealed record MapRunSettings(int MaxConcurrency, float FailurePercentage, long FailureCount);

/// <summary>A distributed Map's run, as its execution's history tells of it.</summary>
internal sealed record MapRun(string Arn, ExecutionDescription Execution, long EventId, DateTimeOffset StartDate, int ItemCount, MapState? State)
{
    public string Status { get; private set; } = "RUNNING";

    public DateTimeOffset? StopDate { get; private set; }

    public int RedriveCount { get; private set; }

    public DateTimeOffset? RedriveDate { get; private set; }

    /// <summary>The event that its end points at: its start or its last redrive.</summary>
    private long LastEventId { get; set; } = EventId;

    /// <summary>The run of that ARN; null when there is none.</summary>
    public static MapRun? Find(ServiceState service, string arn)
    {
        var parts = arn.Split(':');
        if (parts.Length != 8 || parts[6].Split('/') is not [var machine, _])
            return null;
        if (service.MapRunOwners.TryGetValue(arn, out var owner) && service.Engine.Describe(owner) is { } known)
            return Of(service, known).Find(run => run.Arn == arn);
        return service.Engine.List(new ExecutionQuery(service.Catalog.StateMachineArn(machine)))
            .Select(execution => Of(service, execution).Find(run => run.Arn == arn))
            .FirstOrDefault(run => run is not null);
    }

    /// <summary>The runs that an execution has begun, oldest first.</summary>
    public static List<MapRun> Of(ServiceState service, ExecutionDescription execution)
    {
        var runs = new List<MapRun>();
        if (execution.StateMachine.Definition.AllStates().All(state => state is not MapState { IsDistributed: true }))
            return runs;
        var events = service.Engine.ReadHistory(execution.Arn)?.Events ?? [];
        foreach (var e in events)
        {
            switch (e.Type)
            {
                case HistoryEventType.MapRunStarted:
                    // Before it stands the Map's start with its length, before that the state's entry with its name.
                    var started = events[(int)e.PreviousEventId - 1];
                    var entered = events[(int)started.PreviousEventId - 1];
                    var state = execution.StateMachine.Definition.AllStates().OfType<MapState>().FirstOrDefault(map => map.Name == (string?)entered["name"]);
                    service.MapRunOwners[(string)e["mapRunArn"]!] = execution.Arn;
                    runs.Add(new((string)e["mapRunArn"]!, execution, e.Id, e.Timestamp, (int)(started["length"] as long? ?? 0), state));
                    break;
                case HistoryEventType.MapRunRedriven:
                    runs.Find(run => run.Arn == (string?)e["mapRunArn"])?.Redrive(e);
                    break;
                case HistoryEventType.MapRunSucceeded or HistoryEventType.MapRunFailed or HistoryEventType.MapRunAborted:
                    runs.Find(run => run.LastEventId == e.PreviousEventId)?.End(e.Type.ToString()[6..].ToUpperInvariant(), e.Timestamp);
                    break;
            }
        }

        // A run that is cut off with its execution writes nothing.
        if (execution.StopDate is { } stopDate)
            runs.Where(run => run.StopDate is null).ToList().ForEach(run => run.End("ABORTED", stopDate));
        return runs;
    }

    private void Redrive(HistoryEvent redriven)
    {
        (Status, StopDate, LastEventId) = ("RUNNING", null, redriven.Id);
        (RedriveCount, RedriveDate) = (RedriveCount + 1, redriven.Timestamp);
    }

    private void End(string status, DateTimeOffset time)
    {
        Status = status;
        StopDate = time;
    }
}
