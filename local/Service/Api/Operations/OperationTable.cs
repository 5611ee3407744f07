using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Stateside.Service.Api.Requests;

namespace Stateside.Service.Api.Operations;

/// <summary>One API action: request in, response or API error out.</summary>
/// <param name="Name">The action's name in the API model.</param>
/// <param name="RunAsync">Reads the request, does the work and writes the response.</param>
internal sealed record Operation(string Name, Func<ReadOnlyMemory<byte>, Utf8JsonWriter, CancellationToken, ValueTask> RunAsync);

/// <summary>The table of operations. Each is bound to its records when it is first called: most services never see most of them.</summary>
internal sealed class OperationTable(ServiceState service)
{
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
        "StartExecution" => Of(name, Json.StartExecutionRequest, Json.StartExecutionResponse, _executions.StartAsync),
        "StartSyncExecution" => Of(name, Json.StartSyncExecutionRequest, Json.StartSyncExecutionResponse, _executions.StartSyncAsync),
        "DescribeExecution" => Of(name, Json.DescribeExecutionRequest, Json.DescribedExecution, _executions.Describe),
        "ListExecutions" => Of(name, Json.ListExecutionsRequest, Json.ListExecutionsResponse, _executions.List),
        "StopExecution" => Of(name, Json.StopExecutionRequest, Json.StopExecutionResponse, _executions.StopAsync),
        "RedriveExecution" => Of(name, Json.RedriveExecutionRequest, Json.RedriveExecutionResponse, (r, _) => _executions.RedriveAsync(r)),
        "GetExecutionHistory" => Of(name, Json.GetExecutionHistoryRequest, Json.GetExecutionHistoryResponse, _executions.History),
        "DescribeMapRun" => Of(name, Json.MapRunArnRequest, Json.DescribeMapRunResponse, _mapRuns.Describe),
        "ListMapRuns" => Of(name, Json.ListMapRunsRequest, Json.ListMapRunsResponse, _mapRuns.List),
        "UpdateMapRun" => Of(name, Json.UpdateMapRunRequest, Json.EmptyResponse, _mapRuns.UpdateAsync),
        "TestState" => Of(name, Json.TestStateRequest, Json.TestStateResponse, _testState.RunAsync),
        "ValidateStateMachineDefinition" => Of(name, Json.ValidateStateMachineDefinitionRequest, Json.ValidateStateMachineDefinitionResponse, ValidationOperation.Run),
        "CreateActivity" => Of(name, Json.CreateActivityRequest, Json.CreateActivityResponse, _tasks.CreateActivityAsync),
        "DescribeActivity" => Of(name, Json.ActivityArnRequest, Json.DescribeActivityResponse, _tasks.DescribeActivity),
        "DeleteActivity" => Of(name, Json.ActivityArnRequest, Json.EmptyResponse, _tasks.DeleteActivityAsync),
        "ListActivities" => Of(name, Json.ListRequest, Json.ListActivitiesResponse, _tasks.ListActivities),
        "GetActivityTask" => Of(name, Json.GetActivityTaskRequest, Json.GetActivityTaskResponse, _tasks.GetActivityTaskAsync),
        "SendTaskSuccess" => Of(name, Json.SendTaskSuccessRequest, Json.EmptyResponse, _tasks.SucceedAsync),
        "SendTaskFailure" => Of(name, Json.SendTaskFailureRequest, Json.EmptyResponse, _tasks.FailAsync),
        "SendTaskHeartbeat" => Of(name, Json.SendTaskHeartbeatRequest, Json.EmptyResponse, _tasks.HeartbeatAsync),
        _ => null,
    };

    private static Operation Of<TRequest, TResponse>(
        string name, JsonTypeInfo<TRequest> request, JsonTypeInfo<TResponse> response, Func<TRequest, TResponse> run) =>
        Of(name, request, response, (r, _) => ValueTask.FromResult(run(r)));

    private static Operation Of<TRequest, TResponse>(
        string name, JsonTypeInfo<TRequest> request, JsonTypeInfo<TResponse> response, Func<TRequest, ValueTask<TResponse>> run) =>
        Of(name, request, response, (r, _) => run(r));

    private static Operation Of<TRequest, TResponse>(
        string name, JsonTypeInfo<TRequest> request, JsonTypeInfo<TResponse> response, Func<TRequest, CancellationToken, ValueTask<TResponse>> run)
    {
        var check = new RequestCheck(RequestModel.Of(name), request);
        return new(name, async (body, writer, cancellationToken) =>
        {
            var read = Read(body.Span, request, check);
            JsonSerializer.Serialize(writer, await run(read, cancellationToken), response);
        });
    }

    private static TRequest Read<TRequest>(ReadOnlySpan<byte> body, JsonTypeInfo<TRequest> type, RequestCheck check)
    {
        TRequest request;
        try
        {
            request = JsonSerializer.Deserialize(body, type) ?? throw new JsonException("The body is null.");
        }
        catch (JsonException e)
        {
            throw new ApiException("SerializationException", Problem(body, check) ?? e.Message);
        }

        check.Check(request);
        return request;
    }

    /// <summary>What is wrong with a body that could not be read; null when it is not even JSON.</summary>
    private static string? Problem(ReadOnlySpan<byte> body, RequestCheck check)
    {
        var reader = new Utf8JsonReader(body);
        try
        {
            return JsonElement.TryParseValue(ref reader, out var element) ? check.FindWrongType(element.Value) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
