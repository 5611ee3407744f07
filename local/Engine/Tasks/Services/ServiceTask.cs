using Stateside.Engine.Execution;
using Stateside.Language.Definitions;
using Stateside.Language.Evaluation;
using Stateside.Language.Json;
using Stateside.Language.Services;

namespace Stateside.Engine.Tasks.Services;

/// <summary>
/// AWS services by optimized integrations and by <c>aws-sdk:</c>, in request-response form and with a callback.
/// See https://docs.aws.amazon.com/step-functions/latest/dg/integrate-services.html.
/// </summary>
internal sealed class ServiceTask(IServiceClient services) : ITaskHandler
{
    /// <summary>More pages than any cluster has groups or fleets on.</summary>
    private const int MaxPages = 50;

    private readonly ModelBodies _bodies = new(services);

    public async ValueTask<TaskOutcome> StartAsync(TaskRequest request, CancellationToken cancellationToken)
    {
        var integration = ServiceIntegration.Find(request.Resource)
            ?? throw new InvalidOperationException($"{request.Resource.Text} calls no action of a service.");
        var parameters = request.Payload as JsonObject ?? JsonObject.Empty;
        var outcome = await PerformAsync(integration, parameters, request, cancellationToken).ConfigureAwait(false);
        return outcome is TaskOutcome.Completed completed && request.Resource.Pattern == IntegrationPattern.WaitForTaskToken
            ? new TaskOutcome.Waiting(completed.Output)
            : outcome;
    }

    /// <summary>Makes one request in the words of an integration.</summary>
    /// <param name="integration">The action and who speaks.</param>
    /// <param name="parameters">The parameters by the integration's names.</param>
    /// <param name="requestId">The request's id.</param>
    /// <param name="cancellationToken">Fires when nobody waits for the answer any more.</param>
    /// <returns>The answer by the integration's names, with the metadata that it gives; or why there is none.</returns>
    internal async ValueTask<(JsonObject? Output, ServiceError? Error)> SendAsync(
        ServiceIntegration integration, JsonObject parameters, string requestId, CancellationToken cancellationToken)
    {
        var values = new ServiceValues(integration);
        var action = integration.Action;
        var call = new ServiceCall(action.Service.Name, action.Name, values.ToApi(parameters, out var content), requestId) { Content = content };
        switch (await services.SendAsync(call, cancellationToken).ConfigureAwait(false))
        {
            case ServiceResponse.Refused { Error: var error }:
                return (null, error);
            case ServiceResponse.Answered answer:
                var output = values.FromApi(answer.Body, answer.Content);
                if (integration.Optimized is not { Service.HasMetadata: true })
                    return (output, null);
                return (ServiceValues.Sorted(output.ToBuilder().SetSdkMetadata(answer.Headers, answer.StatusCode, answer.RequestId).ToObject()), null);
            case var other:
                throw new InvalidOperationException($"There is no response such as {other}.");
        }
    }

    private async ValueTask<TaskOutcome> PerformAsync(
        ServiceIntegration integration, JsonObject given, TaskRequest request, CancellationToken cancellationToken)
    {
        var optimized = integration.Optimized;
        var parameters = given;
        if (optimized is { Prefix: "events" })
            parameters = WithSenders(parameters, request);
        if (optimized is { HasJsonBody: true })
        {
            (parameters, var unread) = await _bodies.WithInputAsync(parameters, request, cancellationToken).ConfigureAwait(false);
            if (unread is not null)
                return unread;
        }

        if (optimized?.Lookup is { } lookup)
        {
            (parameters, var unknown) = await WithIdAsync(integration, lookup, parameters, request, cancellationToken).ConfigureAwait(false);
            if (unknown is not null)
                return unknown;
        }

        foreach (var rename in optimized?.Requests ?? [])
        {
            if (parameters[rename.Name] is { } value and not JsonNull)
                parameters = parameters.With(rename.Member, rename.IsList ? JsonArray.Of(value) : value);
        }

        var (output, error) = await SendAsync(integration, parameters, RequestIds.Of(request), cancellationToken).ConfigureAwait(false);
        if (output is null)
            return ServiceFailures.Of(integration, error!);
        if (optimized is null)
            return new TaskOutcome.Completed(output);
        return optimized is { HasJsonBody: true }
            ? await _bodies.WriteOutputAsync(output, given, request, cancellationToken).ConfigureAwait(false)
            : Output(optimized, output, given, request.Resource.Pattern);
    }

    private static TaskOutcome Output(OptimizedIntegration optimized, JsonObject output, JsonObject parameters, IntegrationPattern pattern)
    {
        if (optimized.Prefix == "events" && output["FailedEntryCount"] is JsonNumber { Double: > 0 })
            return TaskFailures.Of("EventBridge.FailedEntry", JsonWriter.Compact(output));
        if (optimized.Refusal is { } refusal && pattern != IntegrationPattern.RequestResponse && output[refusal.List] is JsonArray { Count: > 0 })
            return TaskFailures.Of(refusal.Error, JsonWriter.Compact(output));
        if (optimized.Answers.Count == 0 && optimized.Repeated.Count == 0)
            return new TaskOutcome.Completed(output);
        var members = output.Where(member => optimized.Answers.All(rename => rename.Member != member.Key)).ToDictionary(StringComparer.Ordinal);
        foreach (var rename in optimized.Answers)
        {
            if (ServiceJob.At(output, rename.Member) is { } value)
                members[rename.Name] = value;
        }

        foreach (var name in optimized.Repeated)
        {
            if (parameters[name] is { } value)
                members[name] = value;
        }

        return new TaskOutcome.Completed(ServiceValues.Sorted(JsonObject.Of([.. members.Select(member => (member.Key, member.Value))])));
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

    /// <summary>Parameters that have a thing's id in the place of its name.</summary>
    private async ValueTask<(JsonObject Parameters, TaskOutcome? Failure)> WithIdAsync(
        ServiceIntegration integration, NameLookup lookup, JsonObject parameters, TaskRequest request, CancellationToken cancellationToken)
    {
        var listing = integration with { Action = integration.Action.Service.FindAction(lookup.Action)! };
        var asked = JsonObject.Of(("ClusterId", parameters["ClusterId"] ?? JsonValue.Null));
        for (var page = 0; page < MaxPages; page++)
        {
            var (output, error) = await SendAsync(listing, asked, RequestIds.Of(request, $"lookup {page}"), cancellationToken).ConfigureAwait(false);
            if (output is null)
                return (parameters, ServiceFailures.Of(integration, error!));
            foreach (var item in output[lookup.List] as JsonArray ?? JsonArray.Empty)
            {
                if (item is JsonObject thing && thing["Id"] is { } id && thing.Text("Name") is { } name && name == parameters.Text(lookup.Name))
                {
                    var target = (parameters[lookup.Target] as JsonObject ?? JsonObject.Empty).With(lookup.Member, id);
                    return (parameters.With(lookup.Target, target), null);
                }
            }

            if (output["Marker"] is not JsonString next)
                break;
            asked = asked.With("Marker", next);
        }

        var cluster = parameters.JsonText("ClusterId");
        return (parameters, TaskFailures.Of(
            ErrorNames.Runtime, $"The cluster {cluster} has nothing of the {lookup.Name} '{parameters.JsonText(lookup.Name)}'."));
    }
}
