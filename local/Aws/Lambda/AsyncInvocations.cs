using Stateside.Aws.Services;
using Stateside.Engine;
using Stateside.Engine.Tasks;
using Stateside.Engine.Template;
using Stateside.Language.Json;

namespace Stateside.Aws.Lambda;

/// <summary>
/// Functions that are given an event and that nobody waits for. One that fails is given it again after a minute and after two more, then
/// the event is dropped. See https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html.
/// </summary>
internal sealed class AsyncInvocations(LocalService service, DueWork work)
{
    private static readonly TimeSpan[] Pauses = [TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(2)];
    private static readonly TimeSpan LongestThrottle = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan MostAge = TimeSpan.FromHours(6);

    private TemplateModel? _template;
    private volatile Dictionary<string, int>? _retries;

    /// <summary>Takes over how often functions are given an event again.</summary>
    public void Declare(TemplateModel template) => (_template, _retries) = (template, null);

    /// <summary>Gives a function an event.</summary>
    /// <param name="request">The function and the event.</param>
    public void Begin(FunctionRequest request)
    {
        if (Lineage.Count(request.Lineage, request.FunctionName) >= Lineage.Most && _template is { } template && !Lineage.IsAllowed(template, request.FunctionName))
        {
            service.Options.Trouble(Lineage.Stopped(request.FunctionName, "what it sends", "the event is dropped"));
            return;
        }

        request = request with { Lineage = Lineage.After(request.Lineage, request.FunctionName) };
        var begun = service.Engine.SteadyNow;
        work.Begin(token => AttemptAsync(request, begun, 0, TimeSpan.FromSeconds(1), token));
    }

    private static string NameOf(string function) => FunctionReference.Parse(function)?.Name ?? function;

    private Dictionary<string, int> Retries()
    {
        var retries = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var resource in _template?.Resources ?? [])
        {
            var (function, settings) = resource.Type switch
            {
                "AWS::Lambda::EventInvokeConfig" => (resource.Properties.Text("FunctionName"), resource.Properties),
                "AWS::Serverless::Function" => (resource.Arn, resource.Properties["EventInvokeConfig"] as JsonObject),
                _ => (null, null),
            };
            if (function is not null && settings?["MaximumRetryAttempts"] is JsonNumber { IsInt64: true, Int64: >= 0 and <= 2 } most)
                retries[NameOf(function)] = (int)most.Int64;
        }

        return retries;
    }

    private async Task AttemptAsync(FunctionRequest request, DateTimeOffset begun, int failures, TimeSpan throttle, CancellationToken cancellationToken)
    {
        switch (await service.Functions.InvokeAsync(request, cancellationToken).AsTask().WaitAsync(cancellationToken))
        {
            case FunctionResponse.Answered { FunctionError: null }:
                return;
            case FunctionResponse.Answered when failures < (_retries ??= Retries()).GetValueOrDefault(NameOf(request.FunctionName), Pauses.Length):
                work.After(Pauses[failures], token => AttemptAsync(request, begun, failures + 1, throttle, token));
                return;
            case FunctionResponse.Refused { Error.StatusCode: 429 } when service.Engine.SteadyNow + throttle < begun + MostAge:
                var longer = throttle * 2 < LongestThrottle ? throttle * 2 : LongestThrottle;
                work.After(throttle, token => AttemptAsync(request, begun, failures, longer, token));
                return;
            case FunctionResponse.Refused { Error: var error }:
                service.Options.Trouble($"An event cannot be given to {request.FunctionName}: {error.Message}");
                return;
            default:
                service.Options.Trouble($"{request.FunctionName} failed {failures + 1} times with an event, which is dropped.");
                return;
        }
    }
}
