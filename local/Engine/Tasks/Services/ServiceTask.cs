using Stateside.Engine.Execution;
using Stateside.Language.Definitions;
using Stateside.Language.Json;
using Stateside.Language.Services;

namespace Stateside.Engine.Tasks.Services;

/// <summary>
/// AWS services by optimized integrations and by <c>aws-sdk:</c>, in request-response form and with a callback.
/// See https://docs.aws.amazon.com/step-functions/latest/dg/integrate-services.html.
/// </summary>
internal sealed class ServiceTask(IServiceClient services) : ITaskHandler
{
    public async ValueTask<TaskOutcome> StartAsync(TaskRequest request, CancellationToken cancellationToken)
    {
        var integration = ServiceIntegration.Find(request.Resource)
            ?? throw new InvalidOperationException($"{request.Resource.Text} calls no action of a service.");
        var parameters = request.Payload as JsonObject ?? JsonObject.Empty;
        if (integration.Optimized is { Prefix: "events" })
            parameters = WithSenders(parameters, request);
        var values = new ServiceValues(integration);
        var action = integration.Action;
        var call = new ServiceCall(action.Service.Name, action.Name, values.ToApi(parameters, out var content), RequestIds.Of(request)) { Content = content };
        var outcome = await services.SendAsync(call, cancellationToken).ConfigureAwait(false) switch
        {
            ServiceResponse.Refused { Error: var error } => ServiceFailures.Of(integration, error),
            ServiceResponse.Answered answer => Output(integration, values, answer),
            var other => throw new InvalidOperationException($"There is no response such as {other}."),
        };
        return outcome is TaskOutcome.Completed completed && request.Resource.Pattern == IntegrationPattern.WaitForTaskToken
            ? new TaskOutcome.Waiting(completed.Output)
            : outcome;
    }

    /// <summary>Events tell which machine and execution sent them: the optimized integration adds both to their resources.</summary>
    private static JsonObject WithSenders(JsonObject parameters, TaskRequest request)
    {
        if (parameters["Entries"] is not JsonArray entries)
            return parameters;
        JsonValue[] senders = [JsonValue.From(request.Execution.StateMachine.Arn), JsonValue.From(request.Execution.Arn)];
        return parameters.With("Entries", JsonArray.Of(entries.Select(entry => entry is JsonObject members
            ? members.With("Resources", JsonArray.Of((members["Resources"] as JsonArray ?? JsonArray.Empty).Concat(senders)))
            : entry)));
    }

    private static TaskOutcome Output(ServiceIntegration integration, ServiceValues values, ServiceResponse.Answered answer)
    {
        var output = values.FromApi(answer.Body, answer.Content);
        if (integration.Optimized is not { } optimized)
            return new TaskOutcome.Completed(output);
        if (optimized.Prefix == "events" && output["FailedEntryCount"] is JsonNumber { Double: > 0 })
            return TaskFailures.Of("EventBridge.FailedEntry", JsonWriter.Compact(output));
        if (optimized.Service is not { HasMetadata: true })
            return new TaskOutcome.Completed(output);
        return new TaskOutcome.Completed(ServiceValues.Sorted(output.ToBuilder().SetSdkMetadata(answer.Headers, answer.StatusCode, answer.RequestId).ToObject()));
    }
}
