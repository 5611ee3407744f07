using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Stateside.Service.Api;

/// <summary>One API action: request in, response or API error out.</summary>
/// <param name="Name">The action's name in the API model.</param>
/// <param name="RunAsync">Reads the request, does the work and writes the response.</param>
internal sealed record Operation(string Name, Func<ReadOnlyMemory<byte>, Utf8JsonWriter, CancellationToken, ValueTask> RunAsync);

/// <summary>The table of operations.</summary>
internal sealed class Operations
{
    private readonly Dictionary<string, Operation> _byName;

    public Operations(ServiceState service)
    {
        var machines = new StateMachineOperations(service);
        var versions = new VersionOperations(service);
        var tags = new TagOperations(service);
        var executions = new ExecutionOperations(service);
        var mapRuns = new MapRunOperations(service);
        var tasks = new TaskOperations(service);
        var json = ApiJson.Default;
        Operation[] all =
        [
            Of("CreateStateMachine", json.CreateStateMachineRequest, json.CreateStateMachineResponse, machines.CreateAsync),
            Of("DescribeStateMachine", json.DescribeStateMachineRequest, json.DescribeStateMachineResponse, machines.Describe),
            Of("DescribeStateMachineForExecution", json.DescribeStateMachineForExecutionRequest, json.DescribeStateMachineForExecutionResponse, machines.DescribeForExecution),
            Of("UpdateStateMachine", json.UpdateStateMachineRequest, json.UpdateStateMachineResponse, machines.UpdateAsync),
            Of("DeleteStateMachine", json.StateMachineArnRequest, json.EmptyResponse, machines.DeleteAsync),
            Of("ListStateMachines", json.ListRequest, json.ListStateMachinesResponse, machines.List),
            Of("PublishStateMachineVersion", json.PublishStateMachineVersionRequest, json.PublishStateMachineVersionResponse, versions.PublishAsync),
            Of("DeleteStateMachineVersion", json.DeleteStateMachineVersionRequest, json.EmptyResponse, versions.DeleteVersionAsync),
            Of("ListStateMachineVersions", json.ListOfStateMachineRequest, json.ListStateMachineVersionsResponse, versions.ListVersions),
            Of("CreateStateMachineAlias", json.CreateStateMachineAliasRequest, json.CreateStateMachineAliasResponse, versions.CreateAliasAsync),
            Of("DescribeStateMachineAlias", json.StateMachineAliasArnRequest, json.DescribeStateMachineAliasResponse, versions.DescribeAlias),
            Of("UpdateStateMachineAlias", json.UpdateStateMachineAliasRequest, json.UpdateStateMachineAliasResponse, versions.UpdateAliasAsync),
            Of("DeleteStateMachineAlias", json.StateMachineAliasArnRequest, json.EmptyResponse, versions.DeleteAliasAsync),
            Of("ListStateMachineAliases", json.ListOfStateMachineRequest, json.ListStateMachineAliasesResponse, versions.ListAliases),
            Of("TagResource", json.TagResourceRequest, json.EmptyResponse, tags.TagAsync),
            Of("UntagResource", json.UntagResourceRequest, json.EmptyResponse, tags.UntagAsync),
            Of("ListTagsForResource", json.ResourceArnRequest, json.ListTagsForResourceResponse, tags.List),
            Of("StartExecution", json.StartExecutionRequest, json.StartExecutionResponse, executions.StartAsync),
            Of("StartSyncExecution", json.StartSyncExecutionRequest, json.StartSyncExecutionResponse, executions.StartSyncAsync),
            Of("DescribeExecution", json.DescribeExecutionRequest, json.DescribeExecutionResponse, executions.Describe),
            Of("ListExecutions", json.ListExecutionsRequest, json.ListExecutionsResponse, executions.List),
            Of("StopExecution", json.StopExecutionRequest, json.StopExecutionResponse, executions.StopAsync),
            Of("RedriveExecution", json.RedriveExecutionRequest, json.RedriveExecutionResponse, (r, _) => executions.RedriveAsync(r)),
            Of("GetExecutionHistory", json.GetExecutionHistoryRequest, json.GetExecutionHistoryResponse, executions.History),
            Of("DescribeMapRun", json.MapRunArnRequest, json.DescribeMapRunResponse, mapRuns.Describe),
            Of("ListMapRuns", json.ListMapRunsRequest, json.ListMapRunsResponse, mapRuns.List),
            Of("UpdateMapRun", json.UpdateMapRunRequest, json.EmptyResponse, mapRuns.UpdateAsync),
            Of("TestState", json.TestStateRequest, json.TestStateResponse, new TestStateOperation(service).RunAsync),
            Of("ValidateStateMachineDefinition", json.ValidateStateMachineDefinitionRequest, json.ValidateStateMachineDefinitionResponse, ValidationOperation.Run),
            Of("CreateActivity", json.CreateActivityRequest, json.CreateActivityResponse, tasks.CreateActivityAsync),
            Of("DescribeActivity", json.ActivityArnRequest, json.DescribeActivityResponse, tasks.DescribeActivity),
            Of("DeleteActivity", json.ActivityArnRequest, json.EmptyResponse, tasks.DeleteActivityAsync),
            Of("ListActivities", json.ListRequest, json.ListActivitiesResponse, tasks.ListActivities),
            Of("GetActivityTask", json.GetActivityTaskRequest, json.GetActivityTaskResponse, tasks.GetActivityTaskAsync),
            Of("SendTaskSuccess", json.SendTaskSuccessRequest, json.EmptyResponse, tasks.SucceedAsync),
            Of("SendTaskFailure", json.SendTaskFailureRequest, json.EmptyResponse, tasks.FailAsync),
            Of("SendTaskHeartbeat", json.SendTaskHeartbeatRequest, json.EmptyResponse, tasks.HeartbeatAsync),
        ];
        _byName = all.ToDictionary(operation => operation.Name, StringComparer.Ordinal);
    }

    public Operation? Find(string name) => _byName.GetValueOrDefault(name);

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
