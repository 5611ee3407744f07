using System.Globalization;
using System.Text;
using Stateside.Engine.Execution;
using Stateside.Engine.Execution.Turns;
using Stateside.Engine.Store;
using Stateside.Language.Definitions;
using Stateside.Language.Evaluation;
using Stateside.Language.Json;
using Stateside.Language.Services;

namespace Stateside.Engine.Tasks;

/// <summary>
/// Lambda functions: by their own ARN, through <c>lambda:invoke</c> (with or without a callback), and through <c>aws-sdk:lambda:invoke</c>.
/// See https://docs.aws.amazon.com/step-functions/latest/dg/connect-lambda.html.
/// </summary>
internal sealed class LambdaTask(IFunctionInvoker functions) : ITaskHandler
{
    private const string UnknownError = "Lambda.Unknown";

    private static readonly OptimizedService Optimized = new("lambda", "Lambda", "AWSLambda");

    public bool IsPrompt => functions.IsPrompt;

    public ValueTask<TaskOutcome> StartAsync(TaskRequest request, CancellationToken cancellationToken) => request.Resource.Kind switch
    {
        ResourceKind.LambdaFunction => InvokeByArnAsync(request, cancellationToken),
        ResourceKind.AwsSdk => InvokeAsync(request, SdkOutcome, error => ServiceFailures.Of(Model, error), cancellationToken),
        _ => InvokeAsync(request, OptimizedOutcome, Refused, cancellationToken),
    };

    /// <summary>The attempt that asks. A token ends with the number of the event that came before the attempt on its line.</summary>
    private static FunctionCaller? CallerOf(TaskRequest request) =>
        long.TryParse(request.Token.AsSpan(Math.Max(0, request.Token.Length - 8)), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var before)
            ? new FunctionCaller(request.Execution.Arn, request.StateName, before) { KeyUnderWay = request.KeyUnderWay }
            : null;

    private async ValueTask<TaskOutcome> InvokeByArnAsync(TaskRequest request, CancellationToken cancellationToken)
    {
        var invocation = new FunctionRequest(request.Resource.Text, Encoding.UTF8.GetBytes(request.Payload.Text), RequestIds.Of(request))
        {
            TraceHeader = request.Execution.TraceHeader,
            Caller = CallerOf(request),
        };
        switch (await functions.InvokeAsync(invocation, cancellationToken).ConfigureAwait(false))
        {
            case FunctionResponse.Refused { Error: var error }:
                return Refused(error);
            case FunctionResponse.Answered { FunctionError: not null } failed:
                return FunctionFailed(failed, asText: true);
            case FunctionResponse.Answered answer when answer.Payload.Length > Step.MaxPayloadBytes:
                return new TaskOutcome.Failed(TaskFailure.TooLarge(request.Resource.Text));
            case FunctionResponse.Answered { Payload.Length: 0 }:
                return new TaskOutcome.Completed(JsonValue.Null);
            case FunctionResponse.Answered answer:
                // The function's own text goes on through the machine as it is.
                var text = Encoding.UTF8.GetString(answer.Payload.Span);
                return JsonReader.TryParse(text, out var output, keepText: true)
                    ? new TaskOutcome.Completed(output)
                    : TaskFailures.Of(ErrorNames.Runtime, $"The function {request.Resource.Text} returned a payload that is not JSON: {text}");
            case var other:
                throw new InvalidOperationException($"There is no response such as {other}.");
        }
    }

    private async ValueTask<TaskOutcome> InvokeAsync(
        TaskRequest request,
        Func<TaskRequest, FunctionResponse.Answered, TaskOutcome> outcome,
        Func<ServiceError, TaskOutcome> refused,
        CancellationToken cancellationToken)
    {
        var parameters = request.Payload as JsonObject ?? JsonObject.Empty;
        if (parameters.Text("FunctionName") is not { } name)
            return TaskParameters.Missing(parameters, "FunctionName");
        var id = RequestIds.Of(request);
        if (!Enum.TryParse<FunctionInvocationType>(parameters.Text("InvocationType") ?? "RequestResponse", out var type))
        {
            var error = new ServiceError("ValidationException",
                $"1 validation error detected: Value '{parameters.Text("InvocationType")}' at 'invocationType' failed to satisfy constraint: "
                + "Member must satisfy enum value set: [Event, RequestResponse, DryRun]", 400, id);
            return refused(error);
        }

        var invocation = new FunctionRequest(name, Payload(parameters["Payload"]), id)
        {
            Qualifier = parameters.Text("Qualifier"),
            InvocationType = type,
            ClientContext = parameters.Text("ClientContext"),
            WantsLog = parameters.Text("LogType") == "Tail",
            TraceHeader = request.Execution.TraceHeader,
            Caller = CallerOf(request),
        };
        return await functions.InvokeAsync(invocation, cancellationToken).ConfigureAwait(false) switch
        {
            FunctionResponse.Refused { Error: var error } => refused(error),
            FunctionResponse.Answered answer => outcome(request, answer),
            var other => throw new InvalidOperationException($"There is no response such as {other}."),
        };
    }

    private static TaskOutcome OptimizedOutcome(TaskRequest request, FunctionResponse.Answered answer)
    {
        if (answer.FunctionError is not null)
            return FunctionFailed(answer, asText: false);
        if (answer.Payload.Length > Step.MaxPayloadBytes)
            return new TaskOutcome.Failed(TaskFailure.TooLarge(request.Resource.Service));
        var text = Encoding.UTF8.GetString(answer.Payload.Span);
        var output = Output(answer)
            .Set("Payload", JsonReader.TryParse(text, out var payload) ? payload : JsonValue.From(text))
            .SetSdkMetadata(answer.Headers, answer.StatusCode, answer.RequestId)
            .Set("StatusCode", JsonValue.From(answer.StatusCode));
        return new TaskOutcome.Completed(output.ToObject());
    }

    /// <summary>An SDK integration gives the answer as it is: a text for a payload, and a function's failure as a fact.</summary>
    private static TaskOutcome SdkOutcome(TaskRequest request, FunctionResponse.Answered answer)
    {
        var output = Output(answer);
        if (answer.FunctionError is { } error)
            output.Set("FunctionError", JsonValue.From(error));
        output.Set("Payload", JsonValue.From(Encoding.UTF8.GetString(answer.Payload.Span))).Set("StatusCode", JsonValue.From(answer.StatusCode));
        return new TaskOutcome.Completed(output.ToObject());
    }

    private static JsonObject.Builder Output(FunctionResponse.Answered answer)
    {
        var output = new JsonObject.Builder(6);
        if (answer.ExecutedVersion is { } version)
            output.Set("ExecutedVersion", JsonValue.From(version));
        if (answer.LogResult is { } log)
            output.Set("LogResult", JsonValue.From(log));
        return output;
    }

    /// <summary>The function ran and failed. The error is the type that it names.</summary>
    private static TaskOutcome.Failed FunctionFailed(FunctionResponse.Answered answer, bool asText)
    {
        var text = Encoding.UTF8.GetString(answer.Payload.Span);
        if (JsonReader.TryParse(text, out var payload) && (payload as JsonObject)?.Text("errorType") is { Length: > 0 } type)
            return TaskFailures.Of(type, asText ? text : JsonWriter.Compact(payload));
        return TaskFailures.Of(
            UnknownError, $"The cause could not be determined because Lambda did not return an error type. Returned payload: {text}");
    }

    private static ServiceModel Model => ServiceModels.Find(Optimized.Name)!;

    private static TaskOutcome.Failed Refused(ServiceError error) => ServiceFailures.Of(Model, Optimized, error);

    /// <summary>A text is sent as it is, since the parameter is a blob; anything else as JSON; nothing as an empty object.</summary>
    private static byte[] Payload(JsonValue? payload) => Encoding.UTF8.GetBytes(payload switch
    {
        null or JsonNull => "{}",
        JsonString text => text.Value,
        _ => JsonWriter.Compact(payload),
    });
}
