using System.Collections.Concurrent;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Stateside.Engine.Execution;
using Stateside.Engine.Operations.Requests;
using Stateside.Engine.Store;
using Stateside.Engine.Store.Data;
using Stateside.Language.Validation;

namespace Stateside.Engine.Operations;

/// <summary>
/// One API action: request in, response or <see cref="ApiException"/> out. The request may be a Task's, who has it done as its own service
/// would do it for anybody: null of every other caller.
/// </summary>
/// <param name="Name">The action's name in the API model.</param>
/// <param name="RunAsync">Reads the request, does the work and writes the response.</param>
internal sealed record Operation(string Name, Func<ReadOnlyMemory<byte>, Utf8JsonWriter, TaskRequest?, CancellationToken, ValueTask> RunAsync)
{
    /// <summary>How responses are written.</summary>
    public static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}

/// <summary>The table of operations. Each is bound to its records when it is first called: most services never see most of them.</summary>
internal sealed class OperationTable(ServiceState service)
{
    /// <summary>Checking so long a definition takes a while.</summary>
    private const int LargeDefinition = 65_536;

    private readonly ConcurrentDictionary<string, Operation> _bound = new(StringComparer.Ordinal);
    private readonly StateMachineOperations _machines = new(service);
    private readonly VersionOperations _versions = new(service);
    private readonly TagOperations _tags = new(service);
    private readonly ExecutionOperations _executions = new(service);
    private readonly MapRunOperations _mapRuns = new(service);
    private readonly TaskOperations _tasks = new(service);
    private readonly TestStateOperation _testState = new(service);

    /// <summary>The operation of that name, or null when there is none.</summary>
    public Operation? Find(string name)
    {
        if (_bound.TryGetValue(name, out var known))
            return known;
        return Bind(name) is { } operation ? _bound.GetOrAdd(name, operation) : null;
    }

    private static ApiJson Json => ApiJson.Default;

    private Operation? Bind(string name) => name switch
    {
        "CreateStateMachine" => Of(name, Json.CreateStateMachineRequest, Json.CreateStateMachineResponse, _machines.CreateAsync),
        "DescribeStateMachine" => Of(name, Json.DescribeStateMachineRequest, Json.DescribeStateMachineResponse, _machines.Describe),
        "DescribeStateMachineForExecution" => Of(name, Json.DescribeStateMachineForExecutionRequest, Json.DescribeStateMachineForExecutionResponse, _machines.DescribeForExecution),
        "UpdateStateMachine" => Of(name, Json.UpdateStateMachineRequest, Json.UpdateStateMachineResponse, _machines.UpdateAsync),
        "DeleteStateMachine" => Of(name, Json.StateMachineArnRequest, Json.EmptyResponse, _machines.DeleteAsync),
        "ListStateMachines" => Of(name, Json.ListRequest, Json.ListStateMachinesResponse, _machines.List),
        "PublishStateMachineVersion" => Of(name, Json.PublishStateMachineVersionRequest, Json.PublishStateMachineVersionResponse, _versions.PublishAsync),
        "DeleteStateMachineVersion" => Of(name, Json.DeleteStateMachineVersionRequest, Json.EmptyResponse, _versions.DeleteVersionAsync),
        "ListStateMachineVersions" => Of(name, Json.ListOfStateMachineRequest, Json.ListStateMachineVersionsResponse, _versions.ListVersions),
        "CreateStateMachineAlias" => Of(name, Json.CreateStateMachineAliasRequest, Json.CreateStateMachineAliasResponse, _versions.CreateAliasAsync),
        "DescribeStateMachineAlias" => Of(name, Json.StateMachineAliasArnRequest, Json.DescribeStateMachineAliasResponse, _versions.DescribeAlias),
        "UpdateStateMachineAlias" => Of(name, Json.UpdateStateMachineAliasRequest, Json.UpdateStateMachineAliasResponse, _versions.UpdateAliasAsync),
        "DeleteStateMachineAlias" => Of(name, Json.StateMachineAliasArnRequest, Json.EmptyResponse, _versions.DeleteAliasAsync),
        "ListStateMachineAliases" => Of(name, Json.ListOfStateMachineRequest, Json.ListStateMachineAliasesResponse, _versions.ListAliases),
        "TagResource" => Of(name, Json.TagResourceRequest, Json.EmptyResponse, _tags.TagAsync),
        "UntagResource" => Of(name, Json.UntagResourceRequest, Json.EmptyResponse, _tags.UntagAsync),
        "ListTagsForResource" => Of(name, Json.ResourceArnRequest, Json.ListTagsForResourceResponse, _tags.List),
        "StartExecution" => Of(name, Json.StartExecutionRequest, Json.StartExecutionResponse, (r, task, _) => _executions.StartAsync(r, task)),
        "StartSyncExecution" => Of(name, Json.StartSyncExecutionRequest, Json.StartSyncExecutionResponse, _executions.StartSyncAsync),
        "DescribeExecution" => Of(name, Json.DescribeExecutionRequest, Json.DescribedExecution, _executions.Describe),
        "ListExecutions" => Of(name, Json.ListExecutionsRequest, Json.ListExecutionsResponse, _executions.List),
        "StopExecution" => Of(name, Json.StopExecutionRequest, Json.StopExecutionResponse, (r, _, _) => _executions.StopAsync(r), r => r.ExecutionArn),
        "RedriveExecution" => Of(name, Json.RedriveExecutionRequest, Json.RedriveExecutionResponse, (r, task, _) => _executions.RedriveAsync(r, task), r => r.ExecutionArn),
        "GetExecutionHistory" => Of(name, Json.GetExecutionHistoryRequest, Json.GetExecutionHistoryResponse, _executions.History),
        "DescribeMapRun" => Of(name, Json.MapRunArnRequest, Json.DescribeMapRunResponse, _mapRuns.Describe),
        "ListMapRuns" => Of(name, Json.ListMapRunsRequest, Json.ListMapRunsResponse, _mapRuns.List),
        "UpdateMapRun" => Of(name, Json.UpdateMapRunRequest, Json.EmptyResponse, _mapRuns.UpdateAsync),
        "TestState" => Of(name, Json.TestStateRequest, Json.TestStateResponse, _testState.RunAsync),
        "ValidateStateMachineDefinition" => Of(name, Json.ValidateStateMachineDefinitionRequest, Json.ValidateStateMachineDefinitionResponse, ValidateAsync),
        "CreateActivity" => Of(name, Json.CreateActivityRequest, Json.CreateActivityResponse, _tasks.CreateActivityAsync),
        "DescribeActivity" => Of(name, Json.ActivityArnRequest, Json.DescribeActivityResponse, _tasks.DescribeActivity),
        "DeleteActivity" => Of(name, Json.ActivityArnRequest, Json.EmptyResponse, _tasks.DeleteActivityAsync),
        "ListActivities" => Of(name, Json.ListRequest, Json.ListActivitiesResponse, _tasks.ListActivities),
        "GetActivityTask" => Of(name, Json.GetActivityTaskRequest, Json.GetActivityTaskResponse, _tasks.GetActivityTaskAsync),
        "SendTaskSuccess" => Of(name, Json.SendTaskSuccessRequest, Json.EmptyResponse, (r, _, _) => _tasks.SucceedAsync(r), r => r.TaskToken),
        "SendTaskFailure" => Of(name, Json.SendTaskFailureRequest, Json.EmptyResponse, (r, _, _) => _tasks.FailAsync(r), r => r.TaskToken),
        "SendTaskHeartbeat" => Of(name, Json.SendTaskHeartbeatRequest, Json.EmptyResponse, (r, _, _) => _tasks.HeartbeatAsync(r), r => r.TaskToken),
        _ => null,
    };

    /// <summary>A large definition is checked where evaluations take long, so that nobody else waits for it.</summary>
    private async ValueTask<ValidateStateMachineDefinitionResponse> ValidateAsync(ValidateStateMachineDefinitionRequest request) =>
        request.Definition.Length < LargeDefinition
            ? ValidationOperation.Run(request)
            : await service.Engine.LongTurns.RunAsync(() => ValidationOperation.Run(request)).ConfigureAwait(false);

    private Operation Of<TRequest, TResponse>(
        string name, JsonTypeInfo<TRequest> request, JsonTypeInfo<TResponse> response, Func<TRequest, TResponse> run) =>
        Of(name, request, response, (r, _, _) => ValueTask.FromResult(run(r)));

    private Operation Of<TRequest, TResponse>(
        string name, JsonTypeInfo<TRequest> request, JsonTypeInfo<TResponse> response, Func<TRequest, ValueTask<TResponse>> run) =>
        Of(name, request, response, (r, _, _) => run(r));

    private Operation Of<TRequest, TResponse>(
        string name, JsonTypeInfo<TRequest> request, JsonTypeInfo<TResponse> response, Func<TRequest, CancellationToken, ValueTask<TResponse>> run) =>
        Of(name, request, response, (r, _, cancellationToken) => run(r, cancellationToken));

    /// <param name="name">The action.</param>
    /// <param name="request">How its request is read.</param>
    /// <param name="response">How its response is written.</param>
    /// <param name="run">What it does.</param>
    /// <param name="about">The execution that is asked for something, by its ARN or a token; null where that is none.</param>
    private Operation Of<TRequest, TResponse>(
        string name, JsonTypeInfo<TRequest> request, JsonTypeInfo<TResponse> response, Func<TRequest, TaskRequest?, CancellationToken, ValueTask<TResponse>> run,
        Func<TRequest, string>? about = null)
    {
        var check = new RequestCheck(RequestModel.Of(name), request);
        var isKept = !OnlyAsks(name);
        return new(name, async (body, writer, task, cancellationToken) =>
        {
            var read = Read(body.Span, request, check);
            for (var isDone = false; !isDone;)
            {
                try
                {
                    if (isKept && task is null)
                        service.Engine.CheckSaves(about?.Invoke(read));
                    JsonSerializer.Serialize(writer, await run(read, task, cancellationToken).ConfigureAwait(false), response);
                    isDone = true;
                }
                catch (DataNotSavedException) when (task is not null)
                {
                    // A caller hears within seconds that nothing can be saved; a Task waits for as long as that lasts, as its execution does.
                    await service.Engine.WhenMayBeSavedAsync(cancellationToken).ConfigureAwait(false);
                }
                catch (ExecutionLimitException e)
                {
                    throw new ApiException(e.IsBusy ? "ThrottlingException" : "ExecutionLimitExceeded", e.Message);
                }
                catch (Exception e) when (e is DataNotSavedException or DataMovedException or ExecutionHeldException)
                {
                    throw new ApiException("ServiceUnavailable", e.Message) { Status = 503 };
                }
                catch (RecordDamagedException e)
                {
                    throw new ApiException("InternalFailure", e.Message) { Status = 500 };
                }
            }
        });
    }

    /// <summary>Whether nothing of an action is kept.</summary>
    private static bool OnlyAsks(string name) => name is "GetExecutionHistory" or "StartSyncExecution" or "TestState" or "ValidateStateMachineDefinition"
        || name.StartsWith("Describe", StringComparison.Ordinal) || name.StartsWith("List", StringComparison.Ordinal);

    private static TRequest Read<TRequest>(ReadOnlySpan<byte> body, JsonTypeInfo<TRequest> type, RequestCheck check)
    {
        TRequest request;
        try
        {
            request = JsonSerializer.Deserialize(body, type) ?? throw new JsonException();
        }
        catch (JsonException)
        {
            throw new ApiException("SerializationException", Problem(body, check));
        }

        check.Check(request);
        return request;
    }

    /// <summary>What is wrong with a body that could not be read.</summary>
    private static string Problem(ReadOnlySpan<byte> body, RequestCheck check)
    {
        const string NoObject = "The body is no JSON object.";
        try
        {
            var reader = new Utf8JsonReader(body);
            return (JsonElement.TryParseValue(ref reader, out var element) ? check.FindWrongType(element.Value) : null) ?? NoObject;
        }
        catch (JsonException)
        {
            var text = Encoding.UTF8.GetString(body);
            return (string.IsNullOrWhiteSpace(text) ? null : JsonSyntaxCheck.Find(text)?.Problem) ?? NoObject;
        }
    }
}
