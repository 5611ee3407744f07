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
        var executions = new ExecutionOperations(service);
        var tasks = new TaskOperations(service);
        var json = ApiJson.Default;
        Operation[] all =
        [
            Of("CreateStateMachine", json.CreateStateMachineRequest, json.CreateStateMachineResponse, machines.Create),
            Of("DescribeStateMachine", json.StateMachineArnRequest, json.DescribeStateMachineResponse, machines.Describe),
            Of("DeleteStateMachine", json.StateMachineArnRequest, json.EmptyResponse, machines.Delete),
            Of("ListStateMachines", json.ListStateMachinesRequest, json.ListStateMachinesResponse, machines.List),
            Of("StartExecution", json.StartExecutionRequest, json.StartExecutionResponse, (r, _) => executions.StartAsync(r)),
            Of("StartSyncExecution", json.StartExecutionRequest, json.StartSyncExecutionResponse, executions.StartSyncAsync),
            Of("DescribeExecution", json.DescribeExecutionRequest, json.DescribeExecutionResponse, executions.Describe),
            Of("StopExecution", json.StopExecutionRequest, json.StopExecutionResponse, (r, _) => executions.StopAsync(r)),
            Of("GetExecutionHistory", json.GetExecutionHistoryRequest, json.GetExecutionHistoryResponse, executions.History),
            Of("CreateActivity", json.CreateActivityRequest, json.CreateActivityResponse, tasks.CreateActivity),
            Of("DescribeActivity", json.ActivityArnRequest, json.DescribeActivityResponse, tasks.DescribeActivity),
            Of("DeleteActivity", json.ActivityArnRequest, json.EmptyResponse, tasks.DeleteActivity),
            Of("GetActivityTask", json.GetActivityTaskRequest, json.GetActivityTaskResponse, tasks.GetActivityTaskAsync),
            Of("SendTaskSuccess", json.SendTaskSuccessRequest, json.EmptyResponse, (r, _) => tasks.SucceedAsync(r)),
            Of("SendTaskFailure", json.SendTaskFailureRequest, json.EmptyResponse, (r, _) => tasks.FailAsync(r)),
            Of("SendTaskHeartbeat", json.SendTaskHeartbeatRequest, json.EmptyResponse, (r, _) => tasks.HeartbeatAsync(r)),
            Of("TestState", json.TestStateRequest, json.TestStateResponse, new TestStateOperation(service).RunAsync),
            Of("ValidateStateMachineDefinition", json.ValidateStateMachineDefinitionRequest, json.ValidateStateMachineDefinitionResponse, ValidationOperation.Run),
        ];
        _byName = all.ToDictionary(operation => operation.Name, StringComparer.Ordinal);
    }

    public Operation? Find(string name) => _byName.GetValueOrDefault(name);

    private static Operation Of<TRequest, TResponse>(
        string name, JsonTypeInfo<TRequest> request, JsonTypeInfo<TResponse> response, Func<TRequest, TResponse> run) =>
        Of(name, request, response, (r, _) => ValueTask.FromResult(run(r)));

    private static Operation Of<TRequest, TResponse>(
        string name, JsonTypeInfo<TRequest> request, JsonTypeInfo<TResponse> response, Func<TRequest, CancellationToken, ValueTask<TResponse>> run)
    {
        var required = request.Properties.Where(member => !member.IsGetNullable).ToArray();
        return new(name, async (body, writer, cancellationToken) =>
        {
            TRequest read;
            try
            {
                read = JsonSerializer.Deserialize(body.Span, request) ?? throw new JsonException("The body is null.");
            }
            catch (JsonException e)
            {
                throw new ApiException("SerializationException", e.Message);
            }

            RequireMembers(read, required);
            JsonSerializer.Serialize(writer, await run(read, cancellationToken), response);
        });
    }

    /// <summary>Refuses a request that lacks members which its record declares as never null.</summary>
    private static void RequireMembers<TRequest>(TRequest request, JsonPropertyInfo[] required)
    {
        if (Array.TrueForAll(required, member => member.Get!(request!) is not null))
            return;
        var missing = required.Where(member => member.Get!(request!) is null)
            .Select(member => $"Value null at '{member.Name}' failed to satisfy constraint: Member must not be null").ToList();
        throw new ApiException("ValidationException", $"{missing.Count} validation error{(missing.Count == 1 ? "" : "s")} detected: {string.Join("; ", missing)}");
    }
}
