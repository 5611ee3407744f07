using Stateside.Engine.Execution;
using Stateside.Language.Definitions;
using Stateside.Language.Evaluation;
using Stateside.Language.Json;

namespace Stateside.Engine.Tasks.Services;

/// <summary>
/// AWS services by optimized integrations and by <c>aws-sdk:</c>, in request-response form and with a callback.
/// See https://docs.aws.amazon.com/step-functions/latest/dg/integrate-services.html.
/// </summary>
internal sealed class ServiceTask(IServiceClient services) : ITaskHandler
{
    private const string SdkPrefix = "aws-sdk:";

    /// <summary>Whether a resource is a service's.</summary>
    public static bool Performs(TaskResource resource) =>
        resource.Kind == ResourceKind.AwsSdk || (resource.Kind == ResourceKind.Optimized && OptimizedService.TryFind(resource.Service, out _));

    public async ValueTask<TaskOutcome> StartAsync(TaskRequest request, CancellationToken cancellationToken)
    {
        var resource = request.Resource;
        if (resource.Pattern is IntegrationPattern.RunJob or IntegrationPattern.RunJobJson)
        {
            return TaskFailures.Of(
                ErrorNames.Runtime,
                $"{resource.Service}:{resource.EventName} of state '{request.StateName}' waits for a job to end, which is not done here for {resource.Service}. "
                + "Call it without .sync, or give the state a mocked answer with --mocks.");
        }

        var optimized = OptimizedService.TryFind(resource.Service, out var found) ? found : null;
        var name = optimized?.Client ?? resource.Service[SdkPrefix.Length..];
        var parameters = request.Payload as JsonObject ?? JsonObject.Empty;
        if (optimized is { ErrorPrefix: "EventBridge" })
            parameters = WithSenders(parameters, request);
        var members = new ServiceMembers(JsonService.TryFind(name, out var json) ? json : null, optimized is not null);
        var (action, content) = Request(name, resource.Action, ref parameters);
        var call = new ServiceCall(name, action, members.ToWire(parameters, optimized?.TextMembers ?? []), RequestIds.Of(request))
        {
            Content = content,
            IsOptimized = optimized is not null,
        };
        var output = await services.SendAsync(call, cancellationToken).ConfigureAwait(false) switch
        {
            ServiceResponse.Refused { Error: var error } => optimized is null ? ServiceFailures.Sdk(name, error) : ServiceFailures.Optimized(optimized, error),
            ServiceResponse.Answered answer => Output(optimized, members, answer),
            var other => throw new InvalidOperationException($"There is no response such as {other}."),
        };
        return output is TaskOutcome.Completed completed && resource.Pattern == IntegrationPattern.WaitForTaskToken
            ? new TaskOutcome.Waiting(completed.Output)
            : output;
    }

    /// <summary>The action in the API's spelling, and the content that S3 takes apart from the parameters: any JSON, a text as it is.</summary>
    private static (string Action, ReadOnlyMemory<byte>? Content) Request(string service, string action, ref JsonObject parameters)
    {
        action = char.ToUpperInvariant(action[0]) + action[1..];
        if (service != "s3" || parameters["Body"] is not { } body)
            return (action, null);
        var rest = new JsonObject.Builder(parameters.Count);
        foreach (var (name, value) in parameters)
        {
            if (name != "Body")
                rest.Set(name, value);
        }

        if (action == "PutObject" && rest.Get("ContentType") is null)
            rest.Set("ContentType", JsonValue.From("text/plain; charset=UTF-8"));
        parameters = rest.ToObject();
        return (action, body is JsonNull ? default(ReadOnlyMemory<byte>?) : System.Text.Encoding.UTF8.GetBytes(body is JsonString text ? text.Value : JsonWriter.Compact(body)));
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

    private static TaskOutcome Output(OptimizedService? optimized, ServiceMembers members, ServiceResponse.Answered answer)
    {
        var output = members.FromWire(answer.Body);
        if (answer.Content is { } content)
            output = output.With("Body", JsonValue.From(System.Text.Encoding.UTF8.GetString(content.Span)));
        if (optimized is null)
            return new TaskOutcome.Completed(output);
        if (optimized.ErrorPrefix == "EventBridge" && output["FailedEntryCount"] is JsonNumber { Double: > 0 })
            return TaskFailures.Of("EventBridge.FailedEntry", JsonWriter.Compact(output));
        if (!optimized.HasMetadata)
            return new TaskOutcome.Completed(output);
        var all = output.ToBuilder().SetSdkMetadata(answer.Headers, answer.StatusCode, answer.RequestId).ToObject();
        var sorted = new JsonObject.Builder(all.Count);
        foreach (var (name, value) in all.OrderBy(member => member.Key, StringComparer.Ordinal))
            sorted.Set(name, value);
        return new TaskOutcome.Completed(sorted.ToObject());
    }
}
