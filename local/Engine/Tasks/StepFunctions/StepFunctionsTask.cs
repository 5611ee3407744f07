using System.Buffers;
using System.Text.Json;
using Stateside.Engine.Execution;
using Stateside.Engine.Operations;
using Stateside.Engine.Store;
using Stateside.Engine.Tasks.Services;
using Stateside.Engine.Tasks.Services.Wire;
using Stateside.Language.Definitions;
using Stateside.Language.Json;
using Stateside.Language.Services;

namespace Stateside.Engine.Tasks.StepFunctions;

/// <summary>
/// Step Functions itself as the service that a Task calls: every action of <c>aws-sdk:sfn</c>, and <c>states:startExecution</c> in all its
/// patterns. The API's own operations do what is asked.
/// See https://docs.aws.amazon.com/step-functions/latest/dg/connect-stepfunctions.html.
/// </summary>
internal sealed class StepFunctionsTask(ServiceState service, OperationTable operations) : ITaskHandler
{
    private readonly NestedExecutions _nested = new(service);

    /// <summary>Whether a resource calls this service.</summary>
    public static bool Performs(TaskResource resource) =>
        resource is { Service: "states", Action: "startExecution" }
        || (resource is { Service: "aws-sdk:sfn" } && ServiceIntegration.Find(resource) is not null);

    // Who waits for the end of another would keep those from beginning for which that one waits.
    bool ITaskHandler.StartsExecution(TaskResource resource) => resource.Action == "startExecution";

    public async ValueTask<TaskOutcome> StartAsync(TaskRequest request, CancellationToken cancellationToken)
    {
        if (request.Submitted is JsonObject submitted)
            return _nested.Attach(request, submitted);
        var outcome = await new ServiceTask(new Client(service, operations, request)).StartAsync(request, cancellationToken).ConfigureAwait(false);
        if (request.Resource.Pattern is not (IntegrationPattern.RunJob or IntegrationPattern.RunJobJson))
            return outcome;
        return outcome switch
        {
            TaskOutcome.Completed { Output: JsonObject started } => _nested.Attach(request, started),
            TaskOutcome.Failed refused => refused with { Failure = refused.Failure with { Stage = TaskStage.Submit } },
            _ => outcome,
        };
    }

    /// <summary>The service as one Task's client sees it: requests and answers stand as they would on the wire.</summary>
    private sealed class Client(ServiceState service, OperationTable operations, TaskRequest task) : IServiceClient
    {
        public async ValueTask<ServiceResponse> SendAsync(ServiceCall call, CancellationToken cancellationToken)
        {
            var action = ServiceModels.Find(call.Service)!.FindAction(call.Action)!;
            var operation = operations.Find(call.Action) ?? throw new InvalidOperationException($"There is no operation {call.Action}.");
            var request = WireFormat.Write(action, call.Parameters, call.Content, call.RequestId);
            var body = new ArrayBufferWriter<byte>();
            try
            {
                await using var writer = new Utf8JsonWriter(body, Operation.WriterOptions);
                await operation.RunAsync(request.Body, writer, task, cancellationToken).ConfigureAwait(false);
            }
            catch (ApiException e)
            {
                return new ServiceResponse.Refused(new ServiceError(e.Code, e.Message, e.Status, call.RequestId));
            }

            var headers = SdkMetadata.JsonHeaders(call.RequestId, body.WrittenCount, service.Engine.Now);
            return WireFormat.Read(action, new WireAnswer(200, headers, body.WrittenSpan.ToArray()), call.RequestId);
        }
    }
}
