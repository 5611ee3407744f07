using System.Collections.Concurrent;
using Stateside.Engine.Execution;
using Stateside.Engine.Execution.Running;
using Stateside.Engine.Functions;
using Stateside.Engine.Store;
using Stateside.Engine.Tasks;
using Stateside.Engine.Template;
using Stateside.Language.Definitions;
using Stateside.Language.Evaluation;
using Stateside.Language.Json;

namespace Stateside.Testing;

/// <summary>
/// Stands before the code that performs tasks: notes every call, answers for what is stubbed, and hands what waits for an outsider to
/// the test.
/// </summary>
internal sealed class StubbedTasks(WorkflowTest test, TemplateModel? template) : ITaskHandler
{
    private readonly ConcurrentDictionary<string, TaskStub> _states = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, TaskStub> _functions = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, TaskStub> _resources = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string Execution, string State, string Token), TaskRequest> _underWay = new();
    private readonly ConcurrentDictionary<(string Execution, string State), int> _attempts = new();
    private Func<TaskResource, ITaskHandler?> _find = _ => null;
    private ExecutionEngine? _engine;

    public PendingTasks Pending { get; } = new(test);

    /// <summary>What is with whoever performs it, or waits for an outsider, of one execution.</summary>
    public IEnumerable<TaskRequest> UnderWay(string executionArn) =>
        _underWay.Where(task => task.Key.Execution == executionArn).Select(task => task.Value);

    public Func<TaskResource, ITaskHandler?> Wrap(Func<TaskResource, ITaskHandler?> find)
    {
        _find = find;
        return _ => this;
    }

    public void Serve(ExecutionEngine engine) => _engine = engine;

    public TaskStub OfState(string state) => _states.GetOrAdd(state, state => new TaskStub(test, $"the state '{state}'"));

    /// <summary>The stub of a function by its name, as the template's logical id, a part of an ARN or an ARN gives it.</summary>
    public TaskStub OfFunction(string function) => _functions.GetOrAdd(NameOf(function), name => new TaskStub(test, $"the function '{name}'"));

    public TaskStub OfResource(string resource) => _resources.GetOrAdd(resource, resource => new TaskStub(test, $"the resource '{resource}'"));

    public async ValueTask<TaskOutcome> StartAsync(TaskRequest request, CancellationToken cancellationToken)
    {
        var key = (request.Execution.Arn, request.StateName, request.Token);
        _underWay[key] = request;
        var outcome = await PerformAsync(request, cancellationToken).ConfigureAwait(false);
        var goesOn = outcome is TaskOutcome.Waiting or TaskOutcome.Delayed || (outcome is TaskOutcome.Completed && EndsByToken(request.Resource));
        if (!goesOn)
            _underWay.TryRemove(key, out _);
        return outcome;
    }

    /// <summary>Does the real thing for the test itself.</summary>
    public ValueTask<TaskOutcome> CallAsync(TaskRequest request) => RealAsync(request, CancellationToken.None);

    private async ValueTask<TaskOutcome> PerformAsync(TaskRequest request, CancellationToken cancellationToken)
    {
        var real = (CancellationToken cancellation) => RealAsync(request, cancellation);
        var (call, answer) = Take(request, real);
        if (answer?.Give is null)
            return await real(cancellationToken).ConfigureAwait(false);
        TaskOutcome outcome;
        try
        {
            outcome = await answer.Give(call, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is WorkflowAssertionException or WorkflowTestSkippedException)
        {
            test.Report(request.Execution.Arn, e);
            return new TaskOutcome.Failed(new TaskFailure(ErrorNames.Runtime, e.Message));
        }

        // A state that is tested alone takes any outcome for its task's.
        if ((EndsByToken(request.Resource) || IsBegun(request.Resource, outcome)) && _engine!.Describe(request.Execution.Arn) is not null)
            return AnswerByToken(request, outcome, answer.After);
        return answer.After > TimeSpan.Zero ? new TaskOutcome.Delayed(outcome, answer.After) : outcome;
    }

    /// <summary>All stubs that the call is for note it; the most particular one that has answers gives one.</summary>
    private (TaskCall Call, TaskStub.Answer? Answer) Take(TaskRequest request, Func<CancellationToken, ValueTask<TaskOutcome>> real)
    {
        TaskStub?[] stubs =
        [
            OfState(request.StateName),
            TaskPayload.FunctionName(request) is { } function ? _functions.GetValueOrDefault(NameOf(function)) : null,
            _resources.GetValueOrDefault(request.Resource.Text),
        ];
        var attempt = _attempts.AddOrUpdate((request.Execution.Arn, request.StateName), 1, (_, count) => count + 1);
        (TaskCall, TaskStub.Answer?) taken = default;
        var isAnswered = false;
        foreach (var stub in stubs.OfType<TaskStub>())
        {
            var answers = !isAnswered && stub.HasAnswers;
            var next = stub.Take(request, attempt, real, answers);
            if (taken.Item1 is null || answers)
                taken = next;
            isAnswered |= answers;
        }

        return taken;
    }

    private async ValueTask<TaskOutcome> RealAsync(TaskRequest request, CancellationToken cancellationToken)
    {
        var resource = request.Resource;
        if (resource.Kind == ResourceKind.Activity)
        {
            Pending.Offer(request);
            return new TaskOutcome.Waiting(null);
        }

        var isMocked = request.Execution.TestCase is not null;
        if (resource.Pattern == IntegrationPattern.WaitForTaskToken && !isMocked)
            return await SubmitAsync(request, cancellationToken).ConfigureAwait(false);
        if (_find(resource) is not { } handler)
            return Unanswered(request, $"Nothing here performs {resource.Text}.");
        if (resource is { Service: "http" } && !isMocked)
            return Unanswered(request, $"It calls an API over HTTP, {(request.Payload as JsonObject)?.Text("ApiEndpoint")}, which a test does not.");
        if (TaskPayload.IsFunction(resource))
            await test.TakeEnvironmentAsync(cancellationToken).ConfigureAwait(false);
        var outcome = await handler.StartAsync(request, cancellationToken).ConfigureAwait(false);
        return outcome is TaskOutcome.Failed { Failure: var failure } && WhyNotHere(request, failure) is { } problem ? Unanswered(request, problem) : outcome;
    }

    /// <summary>What keeps a task from being performed in a test at all; null where it was performed, and failed by itself.</summary>
    private static string? WhyNotHere(TaskRequest request, TaskFailure failure)
    {
        if (TaskPayload.IsFunction(request.Resource))
        {
            return failure.Error switch
            {
                "Lambda.ResourceNotFoundException" => $"It invokes {TaskPayload.FunctionName(request)}, which the template does not have.",
                FunctionException.Validation or FunctionException.BuildFailed or FunctionException.NoCode =>
                    $"The function {TaskPayload.FunctionName(request)} cannot run: {failure.Cause}",
                _ => null,
            };
        }

        // What the command line would advise, a test has better advice for.
        return failure.Cause?.Contains("--mocks", StringComparison.Ordinal) == true
            ? $"It calls {request.Resource.Text}, which is neither in the template nor at WorkflowTestOptions.ServiceEndpoint."
            : null;
    }

    /// <summary>A request that waits for a callback is made where it can be; else whoever would have had it is played by the test.</summary>
    private async ValueTask<TaskOutcome> SubmitAsync(TaskRequest request, CancellationToken cancellationToken)
    {
        var service = request.Resource.Service.Split(':')[^1];
        var isOwn = service is "dynamodb" or "states" or "sfn" || request.Resource.Service == "aws-sdk:s3";
        var isHere = TaskPayload.FunctionName(request) is { } function
            ? template?.FindFunction(function) is not null
            : isOwn || test.Service.Embedded!.Declared.Contains(service);
        TaskOutcome outcome = new TaskOutcome.Completed(JsonObject.Empty);
        if (isHere && _find(request.Resource) is { } handler)
        {
            await test.TakeEnvironmentAsync(cancellationToken).ConfigureAwait(false);
            outcome = await handler.StartAsync(request, cancellationToken).ConfigureAwait(false);

            // A queue or a topic that the template does not have is played by the test too.
            if (!isOwn && outcome is TaskOutcome.Failed { Failure: var failure } && failure.Cause?.Contains("--mocks", StringComparison.Ordinal) == true)
                outcome = new TaskOutcome.Completed(JsonObject.Empty);
        }

        if (outcome is TaskOutcome.Failed)
            return outcome;
        Pending.Offer(request);
        return outcome;
    }

    /// <summary>What nobody performs fails the test, not only the task: a catcher must not hide it.</summary>
    private TaskOutcome.Failed Unanswered(TaskRequest request, string problem)
    {
        var message = $"Nothing answers the state '{request.StateName}'. {problem} Stub it: test.Task(\"{request.StateName}\").Returns(…).";
        test.Report(request.Execution.Arn, new WorkflowAssertionException(message));
        return new TaskOutcome.Failed(new TaskFailure(ErrorNames.Runtime, message));
    }

    private static bool EndsByToken(TaskResource resource) =>
        resource.Kind == ResourceKind.Activity || resource.Pattern == IntegrationPattern.WaitForTaskToken;

    /// <summary>Whether a made-up outcome is that of a job, which is begun before it ends.</summary>
    private static bool IsBegun(TaskResource resource, TaskOutcome outcome) =>
        resource.Pattern is IntegrationPattern.RunJob or IntegrationPattern.RunJobJson
        && TaskFailure.IsAfterSubmission((outcome as TaskOutcome.Failed)?.Failure);

    /// <summary>
    /// A worker that nobody sees takes an activity's task and answers; nobody else presents a callback's token or tells of a job.
    /// </summary>
    private TaskOutcome.Waiting AnswerByToken(TaskRequest request, TaskOutcome outcome, TimeSpan after)
    {
        var isActivity = request.Resource.Kind == ResourceKind.Activity;
        if (isActivity)
            _engine!.StartTask(request.Token, null, out _);
        if (outcome is TaskOutcome.Waiting)
            _engine!.Foresee(request.Token, null, Answer);
        else if (after > TimeSpan.Zero)
            _engine!.Foresee(request.Token, after, Answer);
        else
            Answer();
        return new TaskOutcome.Waiting(isActivity ? null : JsonObject.Empty);

        // Not waited for: the answer is taken once the request's own is.
        void Answer()
        {
            if (outcome is TaskOutcome.Completed completed)
                _ = _engine!.CompleteTaskAsync(request.Token, completed.Output).AsTask();
            else if (outcome is TaskOutcome.Failed failed)
                _ = _engine!.CompleteTaskAsync(request.Token, null, failed.Failure).AsTask();
        }
    }

    private string NameOf(string function) =>
        template?.FindFunction(function)?.Name ?? FunctionReference.Parse(function)?.Name ?? function;
}
