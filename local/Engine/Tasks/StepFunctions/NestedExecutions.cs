using Stateside.Engine.Execution;
using Stateside.Engine.History;
using Stateside.Engine.Operations;
using Stateside.Engine.Store;
using Stateside.Language.Definitions;
using Stateside.Language.Evaluation;
using Stateside.Language.Json;
using Stateside.Language.Services;

namespace Stateside.Engine.Tasks.StepFunctions;

/// <summary>Executions that a Task has started and waits for, <c>states:startExecution.sync</c>.</summary>
internal sealed class NestedExecutions(ServiceState service)
{
    /// <summary>Has a Task wait for an execution's end.</summary>
    /// <param name="request">The Task.</param>
    /// <param name="started">What its request to start the execution was answered with.</param>
    public TaskOutcome.Waiting Attach(TaskRequest request, JsonObject started)
    {
        var arn = started.Text("ExecutionArn")!;
        service.Children.WhenEnded(arn, ended => Complete(request, ended));

        // After a crash it stands in the history already that the task was submitted.
        return new TaskOutcome.Waiting(request.Submitted is null ? started : null)
        {
            Cancel = () =>
            {
                if (service.Engine.Describe(arn) is { Status: ExecutionStatus.Running })
                    _ = service.Engine.StopAsync(arn, null, AbortCause(request));
            },
        };
    }

    private void Complete(TaskRequest request, ExecutionDescription child)
    {
        var description = Describe(request, child);
        if (child.Status == ExecutionStatus.Succeeded)
            _ = service.Engine.CompleteTaskAsync(request.Token, description).AsTask();
        else
            _ = service.Engine.CompleteTaskAsync(request.Token, null, TaskFailures.Of(ErrorNames.TaskFailed, description.Text).Failure).AsTask();
    }

    /// <summary>
    /// A child that has ended. The second form has the data of one that succeeded as JSON. An Express one has no redrives to tell of.
    /// </summary>
    private JsonObject Describe(TaskRequest request, ExecutionDescription child)
    {
        var told = DescribedExecution.Of(child, service.Catalog, service.Engine.Now);
        var isExpress = child.StateMachine.Type == StateMachineType.Express;
        var members = new JsonObject.Builder(16);
        foreach (var (name, value) in ExecutionAnswers.Of(told, OptimizedIntegrations.Find(request.Resource)))
        {
            if (!isExpress || !name.StartsWith("Redrive", StringComparison.Ordinal))
                members.Set(name, value);
        }

        if (request.Resource.Pattern == IntegrationPattern.RunJobJson && child.Output is { } output)
        {
            members.Set("Input", child.Input.WithoutSourceText());
            members.Set("Output", output.WithoutSourceText());
        }

        return members.ToObject();
    }

    /// <summary>What AWS ends a job with, as its reason or cause, when nobody waits for it any more.</summary>
    private static string AbortCause(TaskRequest request) =>
        $"The Task state in AWS Step Functions execution [{request.Execution.Arn}] which was managing this resource was aborted";
}
