using Stateside.Engine.Execution;
using Stateside.Engine.Execution.Running;
using Stateside.Engine.Execution.Turns;
using Stateside.Engine.History;
using Stateside.Engine.Store;
using Stateside.Language.Json;

namespace Stateside.Engine.Tasks;

/// <summary>
/// Starts executions for tasks by the rules of StartExecution.
/// See https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html.
/// </summary>
internal sealed class ExecutionStarter(ExecutionEngine engine, ResourceCatalog catalog)
{
    /// <summary>Starts an execution, or finds the one that an earlier attempt to start it has left.</summary>
    /// <param name="parameters">The request's members, capitalized.</param>
    /// <param name="request">The task that asks.</param>
    /// <param name="isSynchronous">Whether the task waits for an Express execution's end.</param>
    /// <returns>The execution, or why there is none.</returns>
    public async ValueTask<(ExecutionDescription? Execution, ServiceError? Error)> StartAsync(JsonObject parameters, TaskRequest request, bool isSynchronous = false)
    {
        var arn = parameters.Text("StateMachineArn")!;
        if (catalog.Resolve(arn) is not { } target)
            return (null, Error(request, "StateMachineDoesNotExist", $"State Machine Does Not Exist: '{arn}'"));
        if (catalog.FindQualified(arn).Machine is { IsDeleting: true } deleted)
            return (null, Error(request, "StateMachineDeleting", $"State Machine is being deleted: '{deleted.Arn}'"));
        var name = parameters.Text("Name");
        if (name is not null && !ResourceName.IsValid(name))
            return (null, Error(request, "InvalidName", $"Invalid Name: '{name}'"));
        JsonValue input;
        try
        {
            input = JsonReader.Parse(parameters.JsonText("Input") ?? "{}", keepText: true);
        }
        catch (JsonSyntaxException e)
        {
            return (null, Error(request, "InvalidExecutionInput", $"Invalid State Machine Execution Input: '{e.Problem}'"));
        }

        if (input.Utf8Length > Step.MaxPayloadBytes)
        {
            return (null, Error(
                request, "ValidationException",
                "1 validation error detected: Value at 'input' failed to satisfy constraint: Member must have length less than or equal to 262144"));
        }

        ExecutionDescription execution;
        bool started;
        try
        {
            (execution, started) = await engine.StartAsync(new StartRequest(target.Revision, input)
            {
                // A name made up from the token is the same again when the effect leaves again after a crash.
                Name = name ?? RequestIds.Of(request, "child"),
                TraceHeader = parameters.Text("TraceHeader"),
                VersionArn = target.VersionArn,
                AliasArn = target.AliasArn,
                IsSynchronous = isSynchronous,
                IsPatient = true,
            }).ConfigureAwait(false);
        }
        catch (ExecutionLimitException e)
        {
            return (null, Error(request, "ExecutionLimitExceeded", e.Message));
        }

        if (started || name is null)
            return (execution, null);

        // After a crash it may be this very task that started it.
        if (execution.Input.Text == input.Text && (execution.Status == ExecutionStatus.Running || execution.StartDate >= request.SentBefore))
            return (execution, null);
        return (null, Error(request, "ExecutionAlreadyExists", $"Execution Already Exists: '{execution.Arn}'"));
    }

    private static ServiceError Error(TaskRequest request, string code, string message) => new(code, message, 400, RequestIds.Of(request));
}
