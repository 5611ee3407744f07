using System.Text;
using Stateside.Engine.Execution;
using Stateside.Engine.Functions;
using Stateside.Engine.Store;
using Stateside.Engine.Tasks;
using Stateside.Language.Definitions;
using Stateside.Language.Evaluation;
using Stateside.Language.Json;

namespace Stateside.Testing;

/// <summary>What tasks send and give, past the envelope that invoking a function puts around it.</summary>
internal static class TaskPayload
{
    public static bool IsFunction(TaskResource resource) =>
        resource.Kind == ResourceKind.LambdaFunction || resource is { Service: "lambda" or "aws-sdk:lambda", Action: "invoke" };

    /// <summary>What a task sends: of a function the event.</summary>
    public static JsonValue Of(TaskResource resource, JsonValue arguments) => Of(IsFunction(resource) && resource.Kind != ResourceKind.LambdaFunction, arguments);

    /// <summary>What a task sends that is described as in a history.</summary>
    public static JsonValue Of(bool isInvoke, JsonValue arguments)
    {
        if (!isInvoke || arguments is not JsonObject members)
            return arguments;
        return members["Payload"] switch
        {
            null => JsonObject.Empty,
            JsonString text when JsonReader.TryParse(text.Value, out var json) => json,
            var payload => payload,
        };
    }

    /// <summary>What a task gave: of a function its result.</summary>
    public static JsonValue ResultOf(bool isInvoke, JsonValue output) =>
        isInvoke && output is JsonObject members && members["Payload"] is { } payload ? payload : output;

    /// <summary>The name of the function that a task invokes, as it is written; null where it invokes none.</summary>
    public static string? FunctionName(TaskRequest request) => request.Resource.Kind == ResourceKind.LambdaFunction
        ? request.Resource.Text
        : IsFunction(request.Resource) ? (request.Payload as JsonObject)?.Text("FunctionName") : null;

    /// <summary>What comes of a task whose function, or whatever else does the work, gave a result.</summary>
    public static ValueTask<TaskOutcome> ReturnedAsync(TaskRequest request, JsonValue result, CancellationToken cancellationToken) => IsFunction(request.Resource)
        ? AnswerAsync(request, new FunctionResponse.Answered(200, Encoding.UTF8.GetBytes(result.Text), RequestIds.Of(request)) { ExecutedVersion = "$LATEST" }, cancellationToken)
        : ValueTask.FromResult<TaskOutcome>(new TaskOutcome.Completed(result));

    /// <summary>What comes of a task whose code threw: of a function what Lambda makes of it.</summary>
    public static ValueTask<TaskOutcome> ThrewAsync(TaskRequest request, Exception exception, CancellationToken cancellationToken)
    {
        if (exception is TaskFailedException failure)
            return ValueTask.FromResult<TaskOutcome>(new TaskOutcome.Failed(new TaskFailure(failure.Error, failure.Cause)));
        return IsFunction(request.Resource)
            ? AnswerAsync(request, new FunctionResponse.Answered(200, FunctionErrorJson.Of(exception), RequestIds.Of(request)) { FunctionError = "Unhandled" }, cancellationToken)
            : ValueTask.FromResult<TaskOutcome>(new TaskOutcome.Failed(new TaskFailure(exception.GetType().Name, exception.Message)));
    }

    /// <summary>What comes of a task that a handler did.</summary>
    public static ValueTask<TaskOutcome> RanAsync(TaskRequest request, InvocationResult result, CancellationToken cancellationToken)
    {
        if (IsFunction(request.Resource))
        {
            var answer = new FunctionResponse.Answered(200, result.Payload, RequestIds.Of(request))
            {
                FunctionError = result.FunctionError,
                ExecutedVersion = "$LATEST",
            };
            return AnswerAsync(request, answer, cancellationToken);
        }

        if (result.FunctionError is { } error)
            return ValueTask.FromResult<TaskOutcome>(new TaskOutcome.Failed(new TaskFailure(result.ErrorType ?? error, result.PayloadText)));
        return ValueTask.FromResult<TaskOutcome>(JsonReader.TryParse(result.PayloadText, out var output)
            ? new TaskOutcome.Completed(output)
            : new TaskOutcome.Failed(new TaskFailure(ErrorNames.Runtime, $"What the handler returned is not JSON: {result.PayloadText}")));
    }

    private static ValueTask<TaskOutcome> AnswerAsync(TaskRequest request, FunctionResponse answer, CancellationToken cancellationToken) =>
        new LambdaTask(new AnsweredFunction(answer)).StartAsync(request, cancellationToken);

    private sealed class AnsweredFunction(FunctionResponse answer) : IFunctionInvoker
    {
        public ValueTask<FunctionResponse> InvokeAsync(FunctionRequest request, CancellationToken cancellationToken) => ValueTask.FromResult(answer);
    }
}
