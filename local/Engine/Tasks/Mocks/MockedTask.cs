using System.Collections.Concurrent;
using Stateside.Engine.Execution;
using Stateside.Engine.Execution.Running;
using Stateside.Engine.Store;
using Stateside.Language.Definitions;
using Stateside.Language.Evaluation;
using Stateside.Language.Json;

namespace Stateside.Engine.Tasks.Mocks;

/// <summary>
/// Answers for the states that an execution's test case names; all others do the real thing. Answers are counted per execution and
/// state, over retries and over visits, as Step Functions Local counts them.
/// </summary>
internal sealed class MockedTask(
    MockFile mocks, Func<ExecutionEngine> engine, Func<TaskResource, ITaskHandler?> real, Func<string, bool> activityExists) : ITaskHandler
{
    private readonly ConcurrentDictionary<(string Execution, string State), int> _invocations = new();

    public async ValueTask<TaskOutcome> StartAsync(TaskRequest request, CancellationToken cancellationToken)
    {
        if (request.Execution.TestCase is { } testCase && mocks.Find(request.Execution.StateMachine.Name, testCase, request.StateName) is { } answers)
            return Answer(request, answers);
        if (request.Resource.Kind == ResourceKind.Activity && !activityExists(request.Resource.Text))
            return TaskFailures.Of(ErrorNames.Runtime, $"The activity {request.Resource.Text} does not exist.");
        return real(request.Resource) is { } handler
            ? await handler.StartAsync(request, cancellationToken).ConfigureAwait(false)
            : new TaskOutcome.Failed(TaskFailure.NotPerformed(request.Resource.Text));
    }

    private TaskOutcome Answer(TaskRequest request, MockedAnswers answers)
    {
        var invocation = _invocations.AddOrUpdate((request.Execution.Arn, request.StateName), 0, (_, count) => count + 1);
        var answer = answers.At(invocation);
        var failure = answer switch
        {
            null => TaskFailures.Of(
                ErrorNames.Runtime,
                $"The mocked response '{answers.Name}' of the state '{request.StateName}' has no answer to invocation {invocation}. Give it one in the mock file.").Failure,
            { Return: null } => TaskFailures.Of(answer.Error, answer.Cause).Failure,
            _ => null,
        };

        // A worker that nobody sees takes an activity's task and answers; nobody else presents a callback's token or tells of a job.
        var resource = request.Resource;
        if (resource.Kind == ResourceKind.Activity)
            engine().StartTask(request.Token, null, out _);
        var isCallback = resource.Pattern == IntegrationPattern.WaitForTaskToken && failure is null;
        var isJob = resource.Pattern is IntegrationPattern.RunJob or IntegrationPattern.RunJobJson && TaskFailure.IsAfterSubmission(failure);
        if (resource.Kind == ResourceKind.Activity || isCallback || isJob)
        {
            // Not waited for: the answer is taken once this one is.
            _ = engine().CompleteTaskAsync(request.Token, answer?.Return, failure).AsTask();
            return new TaskOutcome.Waiting((isCallback || isJob) && request.Submitted is null ? JsonObject.Empty : null);
        }

        return failure is null ? new TaskOutcome.Completed(answer!.Return!) : new TaskOutcome.Failed(failure);
    }
}
