using System.Diagnostics;
using System.Text;
using Stateside.Engine.Execution;
using Stateside.Engine.History;
using Stateside.Engine.Store;
using Stateside.Engine.Tasks;
using Stateside.Language.Definitions;
using Stateside.Language.Json;
using Stateside.Language.Validation;
using Activity = System.Diagnostics.Activity;

namespace Stateside.Engine.Operations;

internal sealed record StartExecutionRequest(string StateMachineArn, string? Name, string? Input, string? TraceHeader);

internal sealed record StartExecutionResponse(string ExecutionArn, DateTimeOffset StartDate);

internal sealed record StartSyncExecutionRequest(string StateMachineArn, string? Name, string? Input, string? TraceHeader, string? IncludedData);

internal sealed record BillingDetails(long BilledMemoryUsedInMB, long BilledDurationInMilliseconds);

internal sealed record StartSyncExecutionResponse(
    string ExecutionArn,
    string StateMachineArn,
    string Name,
    DateTimeOffset StartDate,
    DateTimeOffset StopDate,
    string Status,
    string? Error,
    string? Cause,
    string? Input,
    InclusionDetails InputDetails,
    string? Output,
    InclusionDetails OutputDetails,
    string? TraceHeader,
    BillingDetails BillingDetails);

internal sealed record DescribeExecutionRequest(string ExecutionArn, string? IncludedData);

internal sealed record StopExecutionRequest(string ExecutionArn, string? Error, string? Cause);

internal sealed record StopExecutionResponse(DateTimeOffset StopDate);

internal sealed record GetExecutionHistoryRequest(
    string ExecutionArn, int? MaxResults, bool? ReverseOrder, string? NextToken, bool? IncludeExecutionData);

internal sealed record GetExecutionHistoryResponse(HistoryEventPage Events, string? NextToken);

internal sealed record ListExecutionsRequest(
    string? StateMachineArn, string? StatusFilter, int? MaxResults, string? NextToken, string? MapRunArn, string? RedriveFilter);

internal sealed record ExecutionListItem(
    string ExecutionArn,
    string StateMachineArn,
    string Name,
    string Status,
    DateTimeOffset StartDate,
    DateTimeOffset? StopDate,
    string? MapRunArn,
    int? ItemCount,
    string? StateMachineVersionArn,
    string? StateMachineAliasArn,
    int RedriveCount,
    DateTimeOffset? RedriveDate);

internal sealed record ListExecutionsResponse(IReadOnlyList<ExecutionListItem> Executions, string? NextToken);

internal sealed record RedriveExecutionRequest(string ExecutionArn, string? ClientToken);

internal sealed record RedriveExecutionResponse(DateTimeOffset RedriveDate);

/// <summary>Operations on executions.</summary>
internal sealed class ExecutionOperations(ServiceState service)
{
    private const int MaxInputBytes = 262_144;
    private const string PendingRedrive = "PENDING_REDRIVE";

    /// <summary>Starts an execution, or finds the one that was started before by this request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="task">The Task that asks; null for another caller.</param>
    public async ValueTask<StartExecutionResponse> StartAsync(StartExecutionRequest request, TaskRequest? task = null)
    {
        var start = Prepare(request.StateMachineArn, request.Name, request.Input, request.TraceHeader, task);
        var (execution, started) = await service.Engine.StartAsync(start).ConfigureAwait(false);

        if (!started && !IsSame(execution, start))
            throw new ApiException("ExecutionAlreadyExists", $"Execution Already Exists: '{execution.Arn}'");
        return new(execution.Arn, execution.StartDate);

        // After a crash it may be this very Task that started it; a name that was made up for the Task is nobody else's.
        bool IsSame(ExecutionDescription known, StartRequest start) => (request.Name is null && task is not null)
            || (known.Input.Text == start.Input.Text && (known.Status == ExecutionStatus.Running || known.StartDate >= task?.SentBefore));
    }

    /// <summary>Starts an Express execution and waits for its end.</summary>
    /// <param name="request">The request.</param>
    /// <param name="task">The Task that asks; null for another caller.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async ValueTask<StartSyncExecutionResponse> StartSyncAsync(StartSyncExecutionRequest request, TaskRequest? task, CancellationToken cancellationToken)
    {
        var start = Prepare(request.StateMachineArn, request.Name, request.Input, request.TraceHeader, task);
        if (start.StateMachine.Type != StateMachineType.Express)
            throw ApiException.WrongType();
        var (started, _) = await service.Engine.StartAsync(start with { IsSynchronous = true }).ConfigureAwait(false);

        // A Task that is tested alone holds no virtual time that it could let go on.
        var e = await (task is not null && service.Engine.Describe(task.Execution.Arn) is not null
            ? service.Children.WhenEndedAsync(started.Arn, cancellationToken)
            : service.Engine.WhenEndedAsync(started.Arn, cancellationToken)).ConfigureAwait(false);

        // Express executions are billed by the hundred milliseconds begun and by 64 MB of memory.
        var billed = (long)Math.Max(1, Math.Ceiling((e.StopDate!.Value - e.StartDate).TotalMilliseconds / 100)) * 100;
        var isWhole = request.IncludedData != "METADATA_ONLY";
        return new(
            e.Arn,
            e.StateMachine.Arn,
            e.Name,
            e.StartDate,
            e.StopDate.Value,
            e.Status.Name(),
            isWhole ? e.Error : null,
            isWhole ? e.Cause : null,
            isWhole ? e.Input.Text : null,
            new(isWhole),
            isWhole ? e.Output?.Text : null,
            new(isWhole),
            e.TraceHeader,
            new(64, billed));
    }

    public DescribedExecution Describe(DescribeExecutionRequest request)
    {
        var execution = Find(request.ExecutionArn);
        return DescribedExecution.Of(execution, service.Catalog, service.Engine.Now, isWhole: request.IncludedData != "METADATA_ONLY") with
        {
            Status = StatusOf(execution),
        };
    }

    public ListExecutionsResponse List(ListExecutionsRequest request)
    {
        if (request.StateMachineArn is null == request.MapRunArn is null)
        {
            throw ApiException.Validation(
                "Either a state machine ARN or a Map Run ARN must be specified, but not both", request.StateMachineArn is null ? "MISSING_REQUIRED_PARAMETER" : null);
        }

        var run = request.MapRunArn is { } mapRunArn ? FindMapRun(mapRunArn) : null;
        var query = (run is not null ? new ExecutionQuery(run.Arn) : OfMachine(request.StateMachineArn!)) with
        {
            Status = request.StatusFilter is null ? null : ExecutionStatuses.Of(request.StatusFilter) ?? ExecutionStatus.Aborted,
            Redriven = request.RedriveFilter is null ? null : request.RedriveFilter == "REDRIVEN",
        };
        var page = service.Page(
            request.MaxResults, request.NextToken, "ListExecutions", request.StateMachineArn ?? request.MapRunArn, request.StatusFilter, request.RedriveFilter);

        if (request is { StatusFilter: PendingRedrive, MapRunArn: null })
            throw ApiException.Validation("The status filter PENDING_REDRIVE needs a Map Run ARN");

        var found = run?.Counts.Executions.PendingRedrive > 0 && request.StatusFilter is not null
            ? ListByStatus(query with { Before = page.From }, request.StatusFilter, page.Size + 1)
            : request.StatusFilter == PendingRedrive ? [] : service.Engine.List(query with { Before = page.From, Limit = page.Size + 1 });
        var isMore = found.Count > page.Size;
        return new(
            [.. found.Take(page.Size).Select(e => new ExecutionListItem(
                e.Arn, e.StateMachineArn, e.Name, StatusOf(e), e.StartDate, e.StopDate, e.MapRunArn, run is null ? null : e.ItemCount, e.VersionArn, e.AliasArn, e.RedriveCount, e.RedriveDate))],
            isMore ? page.Token(found[page.Size - 1].Number) : null);
    }

    /// <summary>How an execution stands, as the API tells it: also that it waits for its map run to redrive it.</summary>
    private string StatusOf(ExecutionDescription e) => service.Engine.IsPendingRedrive(e) ? PendingRedrive : e.Status.Name();

    /// <summary>Children of a map run that is being redriven: of those that ended without success some wait for it.</summary>
    private List<ExecutionDescription> ListByStatus(ExecutionQuery query, string status, int limit)
    {
        var found = new List<ExecutionDescription>();
        for (var all = query with { Status = status == PendingRedrive ? null : query.Status, Limit = 1000 }; ;)
        {
            var some = service.Engine.List(all);
            found.AddRange(some.Where(e => StatusOf(e) == status).Take(limit - found.Count));
            if (some.Count < all.Limit || found.Count == limit)
                return found;
            all = all with { Before = some[^1].Number };
        }
    }

    public async ValueTask<StopExecutionResponse> StopAsync(StopExecutionRequest request)
    {
        Find(request.ExecutionArn);
        var stopped = await service.Engine.StopAsync(request.ExecutionArn, request.Error, request.Cause).ConfigureAwait(false);
        return new(stopped.StopDate!.Value);
    }

    /// <summary>Lets an execution that ended without success go on.</summary>
    /// <param name="request">The request.</param>
    /// <param name="task">The Task that asks; null for another caller.</param>
    public async ValueTask<RedriveExecutionResponse> RedriveAsync(RedriveExecutionRequest request, TaskRequest? task = null)
    {
        var execution = Find(request.ExecutionArn);

        // As the SDK does for a Task: one that asks again, after a crash or on a full disk, has its own redrive acknowledged.
        if (task is not null)
            request = request with { ClientToken = request.ClientToken ?? RequestIds.Of(task, "redrive") };
        if (execution.MapRunArn is not null)
            throw new ApiException("ExecutionNotRedrivable", "Execution is a child of a Map Run and is redriven with the execution of that");

        // Whoever asks again with the token of the last redrive is told of it, however the execution stands by now.
        if ((request.ClientToken is null || execution.RedriveToken != request.ClientToken)
            && DescribedExecution.WhyNotRedrivable(execution, service.Catalog, service.Engine.Now) is { } reason)
        {
            throw new ApiException("ExecutionNotRedrivable", reason);
        }

        var (redriven, refusal) = await service.Engine.RedriveAsync(request.ExecutionArn, request.ClientToken).ConfigureAwait(false);
        return refusal is null ? new(redriven.RedriveDate!.Value) : throw new ApiException("ExecutionNotRedrivable", refusal);
    }

    public GetExecutionHistoryResponse History(GetExecutionHistoryRequest request)
    {
        service.Arns.Execution(request.ExecutionArn);
        var reverse = request.ReverseOrder ?? false;
        var (events, next) = service.Page(request.MaxResults, request.NextToken, "GetExecutionHistory", request.ExecutionArn, reverse ? "reverse" : null).OfHistory(
            (from, count) => service.Engine.ReadHistory(request.ExecutionArn, from, count, asTexts: true) ?? throw ApiException.NoExecution(request.ExecutionArn), reverse);
        return new(new HistoryEventPage(events, request.IncludeExecutionData ?? true), next);
    }


    private StartRequest Prepare(string arn, string? name, string? input, string? traceHeader, TaskRequest? task)
    {
        var testCase = TestCase(ref arn);
        if (service.Catalog.Resolve(arn) is not { } target)
        {
            // What is wrong with an ARN is looked for when it leads nowhere.
            service.Arns.StateMachine(arn);
            throw ApiException.NoMachine(arn);
        }

        if (name is not null)
            ServiceState.CheckName(name);
        if (service.Catalog.Find(target.Revision.Arn) is { IsDeleting: true })
            throw ApiException.Deleting(target.Revision.Arn);
        if (testCase is not null && service.Mocks?.Has(target.Revision.Name, testCase) != true)
            throw ApiException.Validation(NoTestCase(target.Revision.Name, testCase));
        return new(target.Revision, ReadInput(input ?? "{}"))
        {
            // A name made up from the Task's token is the same again when the request leaves again after a crash.
            Name = name ?? (task is null ? null : RequestIds.Of(task, "child")),
            TraceHeader = traceHeader ?? (task is null ? CallersTrace() : null),
            VersionArn = target.VersionArn,
            AliasArn = target.AliasArn,
            TestCase = testCase,
            IsPatient = task is not null,
            IsAwaited = task?.Resource.Pattern is IntegrationPattern.RunJob or IntegrationPattern.RunJobJson,
        };
    }

    /// <summary>The trace of the request, where anybody listens to those.</summary>
    private static string? CallersTrace() =>
        Activity.Current is { IdFormat: ActivityIdFormat.W3C } activity ? TraceHeader(activity.Context) : null;

    /// <summary>The header that hands an activity of the caller's on to an execution, in the form of X-Ray.</summary>
    internal static string TraceHeader(ActivityContext context)
    {
        var trace = context.TraceId.ToHexString();
        return $"Root=1-{trace[..8]}-{trace[8..]};Parent={context.SpanId.ToHexString()};Sampled={(context.TraceFlags.HasFlag(ActivityTraceFlags.Recorded) ? 1 : 0)}";
    }

    /// <summary>Step Functions Local's way to name a test case: after the ARN and a number sign, which no ARN holds.</summary>
    private static string? TestCase(ref string arn)
    {
        var at = arn.IndexOf('#', StringComparison.Ordinal);
        if (at < 0)
            return null;
        var testCase = arn[(at + 1)..];
        arn = arn[..at];
        return testCase.Length == 0 ? null : testCase;
    }

    private string NoTestCase(string machine, string testCase) => service.Mocks is not { } mocks
        ? $"There is no test case '{testCase}': Stateside was started without a mock file. Give it one with --mocks or SFN_MOCK_CONFIG."
        : $"The mock file has no test case '{testCase}' of the state machine '{machine}'. {mocks.Instead(machine)}";

    private ExecutionQuery OfMachine(string arn)
    {
        service.Arns.StateMachine(arn);
        var (machine, qualifier) = service.Catalog.FindQualified(arn);
        if (machine is null || (qualifier is not null && machine.FindAlias(qualifier) is null && machine.FindVersion(ResourceCatalog.Number(qualifier)) is null))
            throw ApiException.NoMachine(arn);
        if (machine.Type == StateMachineType.Express)
            throw ApiException.WrongType();
        var isAlias = qualifier is not null && machine.FindAlias(qualifier) is not null;
        return new(machine.Arn) { AliasArn = isAlias ? arn : null, VersionArn = qualifier is null || isAlias ? null : arn };
    }

    private MapRunDescription FindMapRun(string arn)
    {
        service.Arns.MapRun(arn);
        return service.Engine.DescribeMapRun(arn) ?? throw ApiException.NoResource(arn);
    }

    private static JsonValue ReadInput(string text)
    {
        // The limit is one of bytes; the model's is one of characters.
        if (Encoding.UTF8.GetByteCount(text) > MaxInputBytes)
        {
            throw ApiException.Validation(
                "1 validation error detected: Value at 'input' failed to satisfy constraint: Member must have length less than or equal to 262144");
        }

        try
        {
            return JsonReader.Parse(text, keepText: true);
        }
        catch (JsonSyntaxException e)
        {
            throw new ApiException("InvalidExecutionInput", $"Invalid State Machine Execution Input: '{JsonSyntaxCheck.ProblemOfInput(text, e)}'");
        }
    }

    private ExecutionDescription Find(string arn)
    {
        var execution = service.Engine.Describe(arn);
        if (execution is null || (execution.StateMachine.Type == StateMachineType.Express && execution.MapRunArn is null))
            service.Arns.Execution(arn);
        return execution ?? throw ApiException.NoExecution(arn);
    }
}
