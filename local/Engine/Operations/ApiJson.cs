using System.Text.Json;
using System.Text.Json.Serialization;
using Stateside.Engine.Tasks;

namespace Stateside.Engine.Operations;

/// <summary>How requests and responses look on the wire: camel case, no nulls, times as seconds since 1970.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(EpochSeconds)])]
[JsonSerializable(typeof(ActivityArnRequest))]
[JsonSerializable(typeof(CreateActivityRequest))]
[JsonSerializable(typeof(CreateActivityResponse))]
[JsonSerializable(typeof(CreateStateMachineAliasRequest))]
[JsonSerializable(typeof(CreateStateMachineAliasResponse))]
[JsonSerializable(typeof(CreateStateMachineRequest))]
[JsonSerializable(typeof(CreateStateMachineResponse))]
[JsonSerializable(typeof(DeleteStateMachineVersionRequest))]
[JsonSerializable(typeof(DescribeActivityResponse))]
[JsonSerializable(typeof(DescribeExecutionRequest))]
[JsonSerializable(typeof(DescribedExecution))]
[JsonSerializable(typeof(DescribeMapRunResponse))]
[JsonSerializable(typeof(DescribeStateMachineAliasResponse))]
[JsonSerializable(typeof(DescribeStateMachineForExecutionRequest))]
[JsonSerializable(typeof(DescribeStateMachineForExecutionResponse))]
[JsonSerializable(typeof(DescribeStateMachineRequest))]
[JsonSerializable(typeof(DescribeStateMachineResponse))]
[JsonSerializable(typeof(EmptyResponse))]
[JsonSerializable(typeof(GetActivityTaskRequest))]
[JsonSerializable(typeof(GetActivityTaskResponse))]
[JsonSerializable(typeof(GetExecutionHistoryRequest))]
[JsonSerializable(typeof(GetExecutionHistoryResponse))]
[JsonSerializable(typeof(ListActivitiesResponse))]
[JsonSerializable(typeof(ListExecutionsRequest))]
[JsonSerializable(typeof(ListExecutionsResponse))]
[JsonSerializable(typeof(ListMapRunsRequest))]
[JsonSerializable(typeof(ListMapRunsResponse))]
[JsonSerializable(typeof(ListOfStateMachineRequest))]
[JsonSerializable(typeof(ListRequest))]
[JsonSerializable(typeof(ListStateMachineAliasesResponse))]
[JsonSerializable(typeof(ListStateMachineVersionsResponse))]
[JsonSerializable(typeof(ListStateMachinesResponse))]
[JsonSerializable(typeof(ListTagsForResourceResponse))]
[JsonSerializable(typeof(MapRunArnRequest))]
[JsonSerializable(typeof(PublishStateMachineVersionRequest))]
[JsonSerializable(typeof(PublishStateMachineVersionResponse))]
[JsonSerializable(typeof(RedriveExecutionRequest))]
[JsonSerializable(typeof(RedriveExecutionResponse))]
[JsonSerializable(typeof(ResourceArnRequest))]
[JsonSerializable(typeof(SendTaskFailureRequest))]
[JsonSerializable(typeof(SendTaskHeartbeatRequest))]
[JsonSerializable(typeof(SendTaskSuccessRequest))]
[JsonSerializable(typeof(StartExecutionRequest))]
[JsonSerializable(typeof(StartExecutionResponse))]
[JsonSerializable(typeof(StartSyncExecutionRequest))]
[JsonSerializable(typeof(StartSyncExecutionResponse))]
[JsonSerializable(typeof(StateMachineAliasArnRequest))]
[JsonSerializable(typeof(StateMachineArnRequest))]
[JsonSerializable(typeof(StopExecutionRequest))]
[JsonSerializable(typeof(StopExecutionResponse))]
[JsonSerializable(typeof(TagResourceRequest))]
[JsonSerializable(typeof(TestStateRequest))]
[JsonSerializable(typeof(TestStateResponse))]
[JsonSerializable(typeof(UntagResourceRequest))]
[JsonSerializable(typeof(UpdateMapRunRequest))]
[JsonSerializable(typeof(UpdateStateMachineAliasRequest))]
[JsonSerializable(typeof(UpdateStateMachineAliasResponse))]
[JsonSerializable(typeof(UpdateStateMachineRequest))]
[JsonSerializable(typeof(UpdateStateMachineResponse))]
[JsonSerializable(typeof(ValidateStateMachineDefinitionRequest))]
[JsonSerializable(typeof(ValidateStateMachineDefinitionResponse))]
internal sealed partial class ApiJson : JsonSerializerContext;

/// <summary>A response without members.</summary>
internal sealed record EmptyResponse
{
    public static readonly EmptyResponse Instance = new();
}

/// <summary>Times as the JSON protocol has them: seconds since 1970 with milliseconds as a fraction.</summary>
internal sealed class EpochSeconds : JsonConverter<DateTimeOffset>
{
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        DateTimeOffset.UnixEpoch.AddSeconds(reader.GetDouble());

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteNumberValue(value.ToUnixTimeMilliseconds() / 1000m);
}
