using System.Text.Json;
using System.Text.Json.Serialization;
using Stateside.Engine.Execution;
using Stateside.Engine.Store;
using Stateside.Language.Json;

namespace Stateside.Service.Api;

internal sealed record StartExecutionRequest(string StateMachineArn, string? Name, string? Input, string? TraceHeader);

internal sealed record StartExecutionResponse(string ExecutionArn, DateTimeOffset StartDate);

internal sealed record BillingDetails(long BilledDurationInMilliseconds, int BilledMemoryUsedInMB);

internal sealed record StartSyncExecutionResponse(
    string ExecutionArn,
    string StateMachineArn,
    string Name,
    string Status,
    DateTimeOffset StartDate,
    DateTimeOffset StopDate,
    string Input,
    InclusionDetails InputDetails,
    string? Output,
    InclusionDetails OutputDetails,
    string? Error,
    string? Cause,
    string? TraceHeader,
    BillingDetails BillingDetails);

internal sealed record DescribeExecutionRequest(string ExecutionArn);

internal sealed record InclusionDetails(bool Included);

internal sealed record DescribeExecutionResponse(
    string ExecutionArn,
    string StateMachineArn,
    string Name,
    string Status,
    DateTimeOffset StartDate,
    DateTimeOffset? StopDate,
    string Input,
    InclusionDetails InputDetails,
    string? Output,
    InclusionDetails? OutputDetails,
    string? Error,
    string? Cause,
    string? MapRunArn,
    string? TraceHeader,
    int RedriveCount,
    string RedriveStatus,
    string? RedriveStatusReason);

internal sealed record StopExecutionRequest(string ExecutionArn, string? Error, string? Cause);

internal sealed record StopExecutionResponse(DateTimeOffset StopDate);

internal sealed record GetExecutionHistoryRequest(
    string ExecutionArn, int? MaxResults, bool? ReverseOrder, string? NextToken, bool? IncludeExecutionData);

internal sealed record GetExecutionHistoryResponse(HistoryEventPage Events, string? NextToken);

/// <summary>Some events to be written as the API shows them.</summary>
[JsonConverter(typeof(HistoryEventWriter))]
internal sealed record HistoryEventPage(IReadOnlyList<HistoryEvent> Events, bool IncludeData);

/// <summary>Operations on executions.</summary>
internal sealed class ExecutionOperations(ServiceState service)
{
    private const int MaxInputBytes = 262_144;

    public async ValueTask<StartExecutionResponse> StartAsync(StartExecutionRequest request)
    {
        var machine = service.FindStateMachine(request.StateMachineArn);
        if (request.Name is not null)
            Checks.Name(request.Name);
        var input = ReadInput(request.Input ?? "{}");
        var (execution, started) = await service.Engine.StartAsync(new StartRequest(machine, input) { Name = request.Name, TraceHeader = request.TraceHeader });
        if (!started && (execution.Status != ExecutionStatus.Running || execution.Input.Text != input.Text))
            throw new ApiException("ExecutionAlreadyExists", $"Execution Already Exists: '{execution.Arn}'");
        return new(execution.Arn, execution.StartDate);
    }

    public async ValueTask<StartSyncExecutionResponse> StartSyncAsync(StartExecutionRequest request, CancellationToken cancellationToken)
    {
        var machine = service.FindStateMachine(request.StateMachineArn);
        if (machine.Type != StateMachineType.Express)
            throw new ApiException("StateMachineTypeNotSupported", "This operation is not supported by this type of state machine");
        if (request.Name is not null)
            Checks.Name(request.Name);
        var start = new StartRequest(machine, ReadInput(request.Input ?? "{}")) { Name = request.Name, TraceHeader = request.TraceHeader, IsSynchronous = true };
        var (started, _) = await service.Engine.StartAsync(start);
        var e = await service.Engine.WhenEndedAsync(started.Arn, cancellationToken);

        // Express executions are billed by the hundred milliseconds begun and by 64 MB of memory.
        var billed = (long)Math.Max(1, Math.Ceiling((e.StopDate!.Value - e.StartDate).TotalMilliseconds / 100)) * 100;
        return new(
            e.Arn, machine.Arn, e.Name, StatusName(e.Status), e.StartDate, e.StopDate.Value, e.Input.Text, new(true), e.Output?.Text, new(true),
            e.Error, e.Cause, e.TraceHeader, new(billed, 64));
    }

    public DescribeExecutionResponse Describe(DescribeExecutionRequest request)
    {
        var e = Find(request.ExecutionArn);
        var (redrive, reason) = Redrive(e);
        return new(
            e.Arn,
            e.StateMachine.Arn,
            e.Name,
            StatusName(e.Status),
            e.StartDate,
            e.StopDate,
            e.Input.Text,
            new(true),
            e.Output?.Text,
            e.Output is null ? null : new(true),
            e.Error,
            e.Cause,
            e.MapRunArn,
            e.TraceHeader,
            e.RedriveCount,
            redrive,
            reason);
    }

    public async ValueTask<StopExecutionResponse> StopAsync(StopExecutionRequest request)
    {
        Find(request.ExecutionArn);
        var stopped = await service.Engine.StopAsync(request.ExecutionArn, request.Error, request.Cause);
        return new(stopped.StopDate!.Value);
    }

    public GetExecutionHistoryResponse History(GetExecutionHistoryRequest request)
    {
        var segments = service.Engine.ReadHistory(request.ExecutionArn)
            ?? throw new ApiException("ExecutionDoesNotExist", $"Execution Does Not Exist: '{request.ExecutionArn}'");
        var (page, next) = Page.OfHistory(segments, request.MaxResults, request.NextToken, request.ReverseOrder ?? false);
        return new(new HistoryEventPage(page, request.IncludeExecutionData ?? true), next);
    }

    internal static string StatusName(ExecutionStatus status) => status switch
    {
        ExecutionStatus.Running => "RUNNING",
        ExecutionStatus.Succeeded => "SUCCEEDED",
        ExecutionStatus.Failed => "FAILED",
        ExecutionStatus.TimedOut => "TIMED_OUT",
        _ => "ABORTED",
    };

    private static (string Status, string? Reason) Redrive(ExecutionDescription e) => e.Status switch
    {
        ExecutionStatus.Running => ("NOT_REDRIVABLE", "Execution is RUNNING and cannot be redriven"),
        ExecutionStatus.Succeeded => ("NOT_REDRIVABLE", "Execution is SUCCEEDED and cannot be redriven"),
        _ => ("REDRIVABLE", null),
    };

    private static JsonValue ReadInput(string text)
    {
        if (System.Text.Encoding.UTF8.GetByteCount(text) > MaxInputBytes)
        {
            throw new ApiException(
                "ValidationException",
                "1 validation error detected: Value at 'input' failed to satisfy constraint: Member must have length less than or equal to 262144");
        }

        try
        {
            return JsonReader.Parse(text, keepText: true);
        }
        catch (JsonSyntaxException e)
        {
            throw new ApiException("InvalidExecutionInput", $"Invalid State Machine Execution Input: '{e.Message}'");
        }
    }

    private ExecutionDescription Find(string arn) => service.Engine.Describe(arn)
        ?? throw new ApiException("ExecutionDoesNotExist", $"Execution Does Not Exist: '{arn}'");
}

/// <summary>Writes events as the API shows them.</summary>
internal sealed class HistoryEventWriter : JsonConverter<HistoryEventPage>
{
    public override HistoryEventPage Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException("Events are only written.");

    public override void Write(Utf8JsonWriter writer, HistoryEventPage value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        foreach (var e in value.Events)
        {
            writer.WriteStartObject();
            writer.WriteNumber("timestamp", e.Timestamp.ToUnixTimeMilliseconds() / 1000m);
            writer.WriteString("type", e.Type.Name());
            writer.WriteNumber("id", e.Id);
            writer.WriteNumber("previousEventId", e.PreviousEventId);
            if (e.Type.DetailsName() is { } name)
            {
                writer.WritePropertyName(name);
                WriteDetails(writer, e.Details, value.IncludeData);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteDetails(Utf8JsonWriter writer, EventDetails? details, bool includeData)
    {
        writer.WriteStartObject();
        foreach (var (name, value) in details?.Fields ?? [])
        {
            switch (value)
            {
                case null:
                    break;
                case JsonValue json:
                    if (includeData)
                    {
                        writer.WriteString(name, json.Text);
                        WriteTruncated(writer, name);
                    }

                    break;
                case string text when includeData || name is not ("parameters" or "cause" or "error"):
                    writer.WriteString(name, text);
                    break;
                case long number:
                    writer.WriteNumber(name, number);
                    break;
                case EventDetails nested:
                    writer.WritePropertyName(name);
                    WriteDetails(writer, nested, true);
                    if (name == "assignedVariables")
                        WriteTruncated(writer, name);
                    break;
            }
        }

        writer.WriteEndObject();
    }

    private static void WriteTruncated(Utf8JsonWriter writer, string name)
    {
        // What the API gives is whole; only deliveries to a log are cut.
        writer.WriteStartObject($"{name}Details");
        writer.WriteBoolean("truncated", false);
        writer.WriteEndObject();
    }
}
