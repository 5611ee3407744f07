using System.Collections.Concurrent;
using Stateside.Engine.Execution;
using Stateside.Engine.History;
using Stateside.Engine.Store;
using Stateside.Language.Definitions;
using Stateside.Language.Evaluation;
using Stateside.Language.Json;

namespace Stateside.Engine.Operations;

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
        var found = Find(request.MapRunArn);
        var run = found.Run;
        var settings = SettingsOf(found);
        var children = service.Engine.List(new ExecutionQuery(run.Arn));
        var executions = Counts(run, children, _ => 1, pending: children.Count == 0 ? (int)run.Length : PendingExecutions(found, children));
        var items = Counts(run, children, found.ItemCount, pending: Math.Max(0, (int)run.Length - children.Sum(found.ItemCount)));
        return new(
            run.Arn,
            found.Execution.Arn,
            run.Status.Name(),
            run.Started,
            run.Ended,
            settings.MaxConcurrency,
            settings.FailurePercentage ?? 0,
            settings.FailureCount ?? 0,
            items,
            executions,
            run.RedriveCount,
            run.RedriveDate);
    }

    public ListMapRunsResponse List(ListMapRunsRequest request)
    {
        var execution = service.Execution(request.ExecutionArn);
        var runs = KnownMapRun.Of(service, execution);
        runs.Reverse();
        var (page, next) = service.Page(request.MaxResults, request.NextToken, "ListMapRuns", request.ExecutionArn).Of(runs, found => -found.Run.Id);
        return new(
            [.. page.Select(found => found.Run).Select(run => new MapRunListItem(
                execution.Arn, run.Arn, $"{execution.StateMachine.Arn}/{ExecutionDescription.LabelOf(run.Arn)}", run.Started, run.Ended))],
            next);
    }

    public async ValueTask<EmptyResponse> UpdateAsync(UpdateMapRunRequest request)
    {
        var found = Find(request.MapRunArn);
        var run = found.Run;
        if (request is { MaxConcurrency: null, ToleratedFailurePercentage: null, ToleratedFailureCount: null })
        {
            throw ApiException.Validation(
                "Either the maxConcurrency, the toleratedFailurePercentage, or the toleratedFailureCount must be specified", "MISSING_REQUIRED_PARAMETER");
        }

        if (run.Ended is not null)
            throw ApiException.Validation($"Map Run is {run.Status.Name()} and cannot be updated: '{run.Arn}'", "CANNOT_UPDATE_COMPLETED_MAP_RUN");
        var present = SettingsOf(found);
        var settings = _updated[run.Arn] = new(
            request.MaxConcurrency ?? present.MaxConcurrency,
            request.ToleratedFailurePercentage ?? present.FailurePercentage,
            request.ToleratedFailureCount ?? present.FailureCount);
        if (request is { ToleratedFailurePercentage: null, ToleratedFailureCount: null })
            settings = settings with { FailurePercentage = null, FailureCount = null };
        await service.Engine.UpdateMapRunAsync(
            found.Execution.Arn, run.Arn, request.MaxConcurrency, settings.FailureCount, settings.FailurePercentage).ConfigureAwait(false);
        return EmptyResponse.Instance;
    }

    /// <summary>How children, or their items, stand. What was still to be done when a run ended stays so.</summary>
    private static MapRunCounts Counts(MapRun run, IReadOnlyList<ExecutionDescription> children, Func<ExecutionDescription, int> weight, int pending)
    {
        int Count(ExecutionStatus status) => children.Where(child => child.Status == status).Sum(weight);
        var begun = children.Sum(weight);
        var running = Count(ExecutionStatus.Running);
        return new MapRunCounts(
            pending,
            running,
            Count(ExecutionStatus.Succeeded),
            Count(ExecutionStatus.Failed),
            Count(ExecutionStatus.TimedOut),
            Count(ExecutionStatus.Aborted),
            begun + pending,

            // AWS counts what it gathered at the end as written, with a writer and without one.
            run.Ended is null ? 0 : begun - running,
            0,
            0);
    }

    /// <summary>How many children are still to be begun, in batches as large as the largest so far.</summary>
    private static int PendingExecutions(KnownMapRun found, IReadOnlyList<ExecutionDescription> children)
    {
        var left = Math.Max(0, (int)found.Run.Length - children.Sum(found.ItemCount));
        return (int)Math.Ceiling((double)left / Math.Max(1, children.Max(found.ItemCount)));
    }

    private KnownMapRun Find(string arn)
    {
        service.Arns.MapRun(arn);
        return KnownMapRun.Find(service, arn) ?? throw ApiException.NoResource(arn);
    }

    private MapRunSettings SettingsOf(KnownMapRun found)
    {
        if (_updated.TryGetValue(found.Run.Arn, out var updated))
            return updated;
        var context = new Lazy<EvaluationContext>(() => ContextOf(found));
        double? Value(ValueField? field) => field?.Constant switch
        {
            JsonNumber number => number.Double,
            _ when field is not null => Evaluated(field, context.Value),
            _ => null,
        };
        return new(
            (int)(Value(found.State?.MaxConcurrency) ?? 0), (float?)Value(found.State?.ToleratedFailurePercentage),
            (long?)Value(found.State?.ToleratedFailureCount));
    }

    /// <summary>What a field came to when the Map was entered; 0 where that cannot be told any more.</summary>
    private static double Evaluated(ValueField field, EvaluationContext context)
    {
        try
        {
            return field.Template.Evaluate(context) is JsonNumber number ? number.Double : 0;
        }
        catch (StatesException)
        {
            return 0;
        }
    }

    /// <summary>What the Map's fields could see: its input, and the variables that were set before it.</summary>
    private EvaluationContext ContextOf(KnownMapRun found)
    {
        var events = service.Engine.ReadHistory(found.Execution.Arn)?.Events ?? [];
        var variables = events.TakeWhile(e => e.Id < found.Run.Map.Id)
            .Select(e => e["assignedVariables"]).OfType<EventDetails>()
            .Select(set => JsonObject.Of([.. set.Fields.Select(field => (field.Name, JsonReader.Parse((string)field.Value!)))]))
            .Aggregate(VariableScope.Empty, (known, set) => known.With(set));
        var input = events.FirstOrDefault(e => e.Id == found.Run.Map.Id)?["input"] as JsonValue ?? JsonObject.Empty;
        var context = new EvaluationContext
        {
            Input = input,
            Variables = variables,
            Now = found.Run.Started,
            Chance = new Chance(0),
            MakeContextObject = () => JsonObject.Of(("Execution", JsonObject.Of(("Input", found.Execution.Input)))),
        };
        return context.With(DataFlow.EffectiveInput(found.State!, context));
    }
}

/// <summary>A map run's limits; null where nobody has set one.</summary>
internal sealed record MapRunSettings(int MaxConcurrency, float? FailurePercentage, long? FailureCount);

/// <summary>A distributed Map's run with the execution that began it.</summary>
internal sealed record KnownMapRun(ExecutionDescription Execution, MapRun Run, MapState? State)
{
    /// <summary>How many items a child of the run was given: those of its batch, or one.</summary>
    public int ItemCount(ExecutionDescription child) =>
        State?.ItemBatcher is not null && child.Input is JsonObject input && input["Items"] is JsonArray items ? items.Count : 1;

    /// <summary>The run of that ARN; null when there is none.</summary>
    public static KnownMapRun? Find(ServiceState service, string arn)
    {
        var parts = arn.Split(':');
        if (parts.Length != 8 || parts[6].Split('/') is not [var machine, _])
            return null;
        if (service.MapRunOwners.TryGetValue(arn, out var owner) && service.Engine.Describe(owner) is { } known)
            return Of(service, known).Find(found => found.Run.Arn == arn);
        return service.Engine.List(new ExecutionQuery(service.Catalog.StateMachineArn(machine)))
            .Select(execution => Of(service, execution).Find(found => found.Run.Arn == arn))
            .FirstOrDefault(found => found is not null);
    }

    /// <summary>The runs that an execution has begun, oldest first.</summary>
    public static List<KnownMapRun> Of(ServiceState service, ExecutionDescription execution)
    {
        var definition = execution.StateMachine.Definition;
        if (definition.AllStates().All(state => state is not MapState { IsDistributed: true }))
            return [];
        var timeline = ExecutionTimeline.Of(definition, service.Engine.ReadHistory(execution.Arn)?.Events ?? []);
        foreach (var run in timeline.MapRuns)
            service.MapRunOwners[run.Arn] = execution.Arn;
        return [.. timeline.MapRuns.Select(run => new KnownMapRun(execution, run, timeline.Places.Find(run.Map.Name)?.State as MapState))];
    }
}
