using System.Globalization;
using System.Text;
using Stateside.Engine.Execution;
using Stateside.Engine.Execution.Running;
using Stateside.Engine.History;
using Stateside.Engine.Store;
using Stateside.Language.Definitions;
using Stateside.Language.Evaluation;
using Stateside.Language.Json;

namespace Stateside.Engine.Tasks;

/// <summary>
/// Nested executions: <c>states:startExecution</c> in all its patterns.
/// See https://docs.aws.amazon.com/step-functions/latest/dg/connect-stepfunctions.html.
/// </summary>
internal sealed class NestedExecutionTask(ExecutionEngine engine, ExecutionStarter starter, ChildWatch children) : ITaskHandler
{
    public async ValueTask<TaskOutcome> StartAsync(TaskRequest request, CancellationToken cancellationToken)
    {
        if (request.Submitted is JsonObject submittedBefore)
            return Attach(request, submittedBefore.Text("ExecutionArn")!, null);
        var isJob = request.Resource.Pattern is IntegrationPattern.RunJob or IntegrationPattern.RunJobJson;
        var parameters = request.Payload as JsonObject ?? JsonObject.Empty;
        if (parameters.Text("StateMachineArn") is null)
            return TaskParameters.Missing(parameters, "StateMachineArn");
        var (child, error) = await starter.StartAsync(parameters, request).ConfigureAwait(false);
        if (child is not null && isJob && child.StateMachine.Type == StateMachineType.Express)
            error = new ServiceError("StateMachineTypeNotSupported", "This operation is not supported by this type of state machine", 400, RequestIds.Of(request));
        if (error is not null)
            return TaskFailures.Of($"StepFunctions.{error.ExceptionName}", error.OptimizedCause("AWSStepFunctions"), isJob ? TaskStage.Submit : TaskStage.Run);
        var submitted = Submitted(child!, RequestIds.Of(request));
        if (!isJob)
            return new TaskOutcome.Completed(submitted);
        return Attach(request, child!.Arn, submitted);
    }

    private TaskOutcome.Waiting Attach(TaskRequest request, string childArn, JsonObject? submitted)
    {
        children.WhenEnded(childArn, ended => Complete(request, ended));
        return new TaskOutcome.Waiting(submitted)
        {
            Cancel = () =>
            {
                if (engine.Describe(childArn) is { Status: ExecutionStatus.Running })
                    _ = engine.StopAsync(childArn, null, null);
            },
        };
    }

    /// <summary>The answer of StartExecution as an optimized integration gives it: times are milliseconds.</summary>
    private JsonObject Submitted(ExecutionDescription child, string requestId)
    {
        var seconds = (child.StartDate.ToUnixTimeMilliseconds() / 1000m).ToString("0.###", CultureInfo.InvariantCulture);
        var body = $$"""{"executionArn":"{{child.Arn}}","startDate":{{seconds}}}""";
        return new JsonObject.Builder(4)
            .Set("ExecutionArn", JsonValue.From(child.Arn))
            .SetSdkMetadata(SdkMetadata.JsonHeaders(requestId, Encoding.UTF8.GetByteCount(body), engine.Now), 200, requestId)
            .Set("StartDate", Milliseconds(child.StartDate))
            .ToObject();
    }

    private void Complete(TaskRequest request, ExecutionDescription child)
    {
        var description = Describe(child, asJson: request.Resource.Pattern == IntegrationPattern.RunJobJson);
        if (child.Status == ExecutionStatus.Succeeded)
            _ = engine.CompleteTaskAsync(request.Token, description).AsTask();
        else
            _ = engine.CompleteTaskAsync(request.Token, null, TaskFailures.Of(ErrorNames.TaskFailed, description.Text).Failure).AsTask();
    }

    /// <summary>A child that has ended. Of one that failed AWS says nothing of redrives.</summary>
    private static JsonObject Describe(ExecutionDescription child, bool asJson)
    {
        var members = new JsonObject.Builder(13);
        if (child.Status != ExecutionStatus.Succeeded)
        {
            SetText("Cause", child.Cause);
            SetText("Error", child.Error);
        }

        SetText("ExecutionArn", child.Arn);
        SetJson("Input", child.Input);
        SetText("Name", child.Name);
        if (child.Output is { } output)
        {
            SetJson("Output", output);
            members.Set("RedriveCount", JsonValue.From(child.RedriveCount));
            SetText("RedriveStatus", "NOT_REDRIVABLE");
            SetText("RedriveStatusReason", "Execution is SUCCEEDED and cannot be redriven");
        }

        members.Set("StartDate", Milliseconds(child.StartDate));
        SetText("StateMachineArn", child.StateMachine.Arn);
        SetText("Status", child.Status.Name());
        members.Set("StopDate", Milliseconds(child.StopDate!.Value));
        SetText("TraceHeader", child.TraceHeader);
        return members.ToObject();

        void SetText(string name, string? value)
        {
            if (value is not null)
                members.Set(name, JsonValue.From(value));
        }

        void SetJson(string name, JsonValue value) => members
            .Set(name, asJson ? value.WithoutSourceText() : JsonValue.From(value.Text))
            .Set($"{name}Details", JsonObject.Of(("Included", JsonValue.True)));
    }

    private static JsonNumber Milliseconds(DateTimeOffset time) => JsonValue.From(time.ToUnixTimeMilliseconds());
}
