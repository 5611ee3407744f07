using Stateside.Engine.Execution;
using Stateside.Engine.Execution.Running;
using Stateside.Engine.Store;
using Stateside.Language.Json;

namespace Stateside.Engine.Tasks;

/// <summary>
/// Step Functions through its SDK, <c>aws-sdk:sfn:*</c>: the operations on executions, tasks and activities.
/// See https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html.
/// </summary>
internal sealed class StepFunctionsSdkTask(ExecutionEngine engine, ExecutionStarter starter, ChildWatch children, ActivityQueue activities, ResourceCatalog catalog) : ITaskHandler
{
    /// <summary>The operations that are performed, as a resource spells them, each with the parameters it needs.</summary>
    private static readonly Dictionary<string, string[]> Required = new(StringComparer.Ordinal)
    {
        ["createActivity"] = ["Name"],
        ["deleteActivity"] = ["ActivityArn"],
        ["describeExecution"] = ["ExecutionArn"],
        ["getActivityTask"] = ["ActivityArn"],
        ["sendTaskFailure"] = ["TaskToken"],
        ["sendTaskHeartbeat"] = ["TaskToken"],
        ["sendTaskSuccess"] = ["TaskToken", "Output"],
        ["startExecution"] = ["StateMachineArn"],
        ["startSyncExecution"] = ["StateMachineArn"],
        ["stopExecution"] = ["ExecutionArn"],
    };

    /// <summary>Whether an operation is performed.</summary>
    public static bool Performs(string operation) => Required.ContainsKey(operation);

    public async ValueTask<TaskOutcome> StartAsync(TaskRequest request, CancellationToken cancellationToken)
    {
        var parameters = request.Payload as JsonObject ?? JsonObject.Empty;
        foreach (var name in Required[request.Resource.Action])
        {
            if (parameters.JsonText(name) is null)
                return TaskParameters.Missing(parameters, name);
        }

        var (output, error) = request.Resource.Action switch
        {
            "createActivity" => await CreateActivityAsync(parameters.JsonText("Name")!).ConfigureAwait(false),
            "deleteActivity" => await DeleteActivityAsync(parameters.JsonText("ActivityArn")!).ConfigureAwait(false),
            "describeExecution" => Describe(parameters.JsonText("ExecutionArn")!),
            "getActivityTask" => await GetActivityTaskAsync(parameters, cancellationToken).ConfigureAwait(false),
            "sendTaskFailure" => await PresentedAsync(token => engine.CompleteTaskAsync(
                token, null, TaskFailures.Of(parameters.JsonText("Error"), parameters.JsonText("Cause")).Failure), parameters).ConfigureAwait(false),
            "sendTaskHeartbeat" => await PresentedAsync(engine.HeartbeatAsync, parameters).ConfigureAwait(false),
            "sendTaskSuccess" => await SucceedAsync(parameters).ConfigureAwait(false),
            "startExecution" => await StartExecutionAsync(parameters, request).ConfigureAwait(false),
            "startSyncExecution" => await StartSynchronouslyAsync(parameters, request, cancellationToken).ConfigureAwait(false),
            _ => await StopAsync(parameters).ConfigureAwait(false),
        };
        if (error is null)
            return new TaskOutcome.Completed(output!);
        var refusal = error with { RequestId = RequestIds.Of(request) };
        return TaskFailures.Of($"Sfn.{refusal.ExceptionName}", refusal.SdkCause("Sfn"));
    }

    private async ValueTask<(JsonObject?, ServiceError?)> CreateActivityAsync(string name)
    {
        if (!ResourceName.IsValid(name))
            return Refused("InvalidName", $"Invalid Name: '{name}'");
        var activity = await catalog.CreateActivityAsync(name).ConfigureAwait(false);
        return Answered(JsonObject.Of(
            ("ActivityArn", JsonValue.From(activity.Arn)), ("CreationDate", ExecutionAnswers.Time(activity.CreationDate))));
    }

    private async ValueTask<(JsonObject?, ServiceError?)> DeleteActivityAsync(string arn)
    {
        await activities.DeleteAsync(arn).ConfigureAwait(false);
        return Answered(JsonObject.Empty);
    }

    private async ValueTask<(JsonObject?, ServiceError?)> GetActivityTaskAsync(JsonObject parameters, CancellationToken cancellationToken)
    {
        var arn = parameters.JsonText("ActivityArn")!;
        if (catalog.FindActivity(arn) is null)
            return Refused("ActivityDoesNotExist", $"Activity Does Not Exist: '{arn}'");

        // Virtual time stands still during a poll: nothing tells how long a worker would wait for what is yet to happen.
        try
        {
            var task = await activities.GetTaskAsync(arn, parameters.Text("WorkerName"), cancellationToken).ConfigureAwait(false);
            return Answered(task is null
                ? JsonObject.Empty
                : JsonObject.Of(("Input", JsonValue.From(task.Input)), ("TaskToken", JsonValue.From(task.Token))));
        }
        catch (ActivityWorkerLimitException e)
        {
            return Refused("ActivityWorkerLimitExceeded", e.Message);
        }
    }

    private async ValueTask<(JsonObject?, ServiceError?)> SucceedAsync(JsonObject parameters)
    {
        // Of a bad token and a bad output AWS tells the token.
        var text = parameters.JsonText("Output")!;
        if (JsonReader.TryParse(text, out var output, keepText: true) || !engine.IsOpen(parameters.JsonText("TaskToken")!))
            return await PresentedAsync(token => engine.CompleteTaskAsync(token, output), parameters).ConfigureAwait(false);
        return Refused("InvalidOutput", $"Invalid Output: '{text}'");
    }

    private static async ValueTask<(JsonObject?, ServiceError?)> PresentedAsync(Func<string, ValueTask<TokenResult>> present, JsonObject parameters) =>
        await present(parameters.JsonText("TaskToken")!).ConfigureAwait(false) switch
        {
            TokenResult.Accepted => Answered(JsonObject.Empty),
            TokenResult.Unknown => Refused("InvalidToken", "Invalid Token: 'Invalid token'"),
            _ => Refused("TaskTimedOut", "Task Timed Out: 'Provided task does not exist anymore'"),
        };

    private async ValueTask<(JsonObject?, ServiceError?)> StartExecutionAsync(JsonObject parameters, TaskRequest request)
    {
        var (execution, error) = await starter.StartAsync(parameters, request).ConfigureAwait(false);
        return execution is null ? (null, error) : Answered(ExecutionAnswers.Started(execution));
    }

    private async ValueTask<(JsonObject?, ServiceError?)> StartSynchronouslyAsync(JsonObject parameters, TaskRequest request, CancellationToken cancellationToken)
    {
        var (execution, error) = await starter.StartAsync(parameters, request, isSynchronous: true).ConfigureAwait(false);
        if (execution is null)
            return (null, error);
        if (execution.StateMachine.Type != StateMachineType.Express)
            return Refused("StateMachineTypeNotSupported", "This operation is not supported by this type of state machine");

        // Virtual time goes on while the child runs; the callback holds it again before the child's last turn is over.
        var completion = new TaskCompletionSource<ExecutionDescription?>(TaskCreationOptions.RunContinuationsAsynchronously);
        var isOver = 0;
        children.WhenEnded(execution.Arn, End);
        using (cancellationToken.Register(() => End(null)))
        {
            engine.Leave();
            var ended = await completion.Task.ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            return Answered(ExecutionAnswers.Synchronous(Described(ended!)));
        }

        void End(ExecutionDescription? ended)
        {
            if (Interlocked.Exchange(ref isOver, 1) == 1)
                return;
            engine.Enter();
            completion.SetResult(ended);
        }
    }

    private (JsonObject?, ServiceError?) Describe(string arn) => engine.Describe(arn) is { } execution
        ? Answered(ExecutionAnswers.Described(Described(execution)))
        : NoExecution(arn);

    private DescribedExecution Described(ExecutionDescription execution) => DescribedExecution.Of(execution, catalog, engine.Now);

    private async ValueTask<(JsonObject?, ServiceError?)> StopAsync(JsonObject parameters)
    {
        var arn = parameters.JsonText("ExecutionArn")!;
        if (engine.Describe(arn) is null)
            return NoExecution(arn);
        return Answered(ExecutionAnswers.Stopped(await engine.StopAsync(arn, parameters.JsonText("Error"), parameters.JsonText("Cause")).ConfigureAwait(false)));
    }

    private static (JsonObject?, ServiceError?) NoExecution(string arn) => Refused("ExecutionDoesNotExist", $"Execution Does Not Exist: '{arn}'");

    private static (JsonObject?, ServiceError?) Answered(JsonObject output) => (output, null);

    private static (JsonObject?, ServiceError?) Refused(string code, string message) => (null, new ServiceError(code, message, 400, null));
}
