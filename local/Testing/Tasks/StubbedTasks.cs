using System.Collections.Concurrent;
using Stateside.Engine.Execution;
using Stateside.Engine.Execution.Running;
using Stateside.Engine.Functions;
using Stateside.Engine.History;
using Stateside.Engine.Store;
using Stateside.Engine.Tasks;
using Stateside.Engine.Template;
using Stateside.Engine.Template.Parsing;
using Stateside.Language.Definitions;
using Stateside.Language.Evaluation;
using Stateside.Language.Json;
using Stateside.Language.Templates;

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
    private readonly ConcurrentDictionary<string, byte> _invoked = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<(TaskRequest Request, bool Reads)> _ofMaps = new();
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

    public void Serve(ExecutionEngine engine)
    {
        _engine = engine;
        engine.TurnSaved += TakeMapRuns;
    }

    public TaskStub OfState(string state) => _states.GetOrAdd(state, state => new TaskStub(test, $"the state '{state}'"));

    /// <summary>The stub of a function by its name, as the template's logical id, a part of an ARN or an ARN gives it.</summary>
    public TaskStub OfFunction(string function) => _functions.GetOrAdd(NameOf(function), name => new TaskStub(test, $"the function '{name}'"));

    public TaskStub OfResource(string resource) => _resources.GetOrAdd(resource, resource => new TaskStub(test, $"the resource '{resource}'"));

    /// <summary>
    /// The stubs that the test cannot do without and that nothing asked for, a line for each with what it may have been meant for. Empty
    /// where there is none.
    /// </summary>
    public string IdleTexts()
    {
        var lines = new List<string>();
        foreach (var (state, _) in Idle(_states))
            lines.Add($"Nothing asked for the stub of the state '{state}': no execution came to it.");
        foreach (var (function, _) in Idle(_functions))
            lines.Add($"Nothing asked for the stub of the function '{function}'. {HintOf(function, FunctionNames())}");
        foreach (var (resource, _) in Idle(_resources))
        {
            var hint = ResourceNames() is var known && known.Contains(resource)
                ? "No execution came to a task that has it."
                : Nearest.Hint(resource, known, "resources", "The test");
            lines.Add($"Nothing asked for the stub of the resource '{resource}'. {hint}");
        }

        return string.Join("\n", lines);
    }

    /// <summary>The stub that answers for a state's tasks, whichever it is set up for; null where none has.</summary>
    public TaskStub? AnsweringFor(string state, IEnumerable<TaskState> tasks)
    {
        var stubs = new List<TaskStub?> { _states.GetValueOrDefault(state) };
        foreach (var task in tasks)
        {
            stubs.Add(_resources.GetValueOrDefault(task.Resource.Text));
            stubs.AddRange(NamesIn(task).Select(name => _functions.GetValueOrDefault(NameOf(name))));
        }

        return stubs.Find(stub => stub is { Answered: > 0 });
    }

    public async ValueTask<TaskOutcome> StartAsync(TaskRequest request, CancellationToken cancellationToken)
    {
        var key = (request.Execution.Arn, request.StateName, request.Token);
        _underWay[key] = request;
        var outcome = await PerformAsync(request, cancellationToken).ConfigureAwait(false);
        var goesOn = outcome is TaskOutcome.Waiting or TaskOutcome.Delayed || (outcome is TaskOutcome.Completed && EndsByToken(request.Resource));
        if (!goesOn)
            _underWay.TryRemove(key, out _);
        if (outcome is TaskOutcome.Reading or TaskOutcome.Writing)
            _ofMaps.Enqueue((request, outcome is TaskOutcome.Reading));
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
            test.Troubles.Add(request.Execution.Arn, e);
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
            TaskPayload.FunctionName(request) is { } function ? InvokedStub(NameOf(function)) : null,
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

    private TaskStub? InvokedStub(string function)
    {
        _invoked.TryAdd(function, 0);
        return _functions.GetValueOrDefault(function);
    }

    private async ValueTask<TaskOutcome> RealAsync(TaskRequest request, CancellationToken cancellationToken)
    {
        var resource = request.Resource;
        var isAnswered = test.IsMocked(request);
        if (resource.Kind == ResourceKind.Activity && !isAnswered)
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
        return !isAnswered && outcome is TaskOutcome.Failed { Failure: var failure } && WhyNotHere(request, failure) is { } problem ? Unanswered(request, problem) : outcome;
    }

    /// <summary>What keeps a task from being performed in a test at all; null where it was performed, and failed by itself.</summary>
    private string? WhyNotHere(TaskRequest request, TaskFailure failure)
    {
        if (TaskPayload.IsFunction(request.Resource))
        {
            return failure.Error switch
            {
                "Lambda.ResourceNotFoundException" => $"It invokes {TaskPayload.FunctionName(request)}, which the template does not have.",

                // What Lambda says of a name that no function can have, such as a placeholder.
                "Lambda.AWSLambdaException" when test.Options.ServiceEndpoint is null && TaskPayload.FunctionName(request) is { } name && template?.FindFunction(name) is null =>
                    $"It invokes {name}, which the template does not have.",
                FunctionException.Validation or FunctionException.BuildFailed or FunctionException.NoCode =>
                    $"The function {TaskPayload.FunctionName(request)} cannot run: {failure.Cause}",
                _ => null,
            };
        }

        if (failure.Error?.Contains("StateMachineDoesNotExist", StringComparison.Ordinal) == true)
            return $"It starts {(request.Payload as JsonObject)?.Text("StateMachineArn")}, which the test does not have.";

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

        if (outcome is TaskOutcome.Failed { Failure: var why })
            return WhyNotHere(request, why) is { } problem ? Unanswered(request, problem) : outcome;
        Pending.Offer(request);
        return outcome;
    }

    /// <summary>What nobody performs fails the test, not only the task: neither a catcher nor a Map's tolerance must hide it.</summary>
    private TaskOutcome.Failed Unanswered(TaskRequest request, string problem)
    {
        var where = request.Execution.MapRunArn is { } run ? $" in the items of {_engine!.DescribeMapRun(run)?.MapName}"
            : test.Troubles.IsBegun(request.Execution.Arn) ? ""
            : $" of {request.Execution.StateMachine.Name}, which another execution started";
        var isTask = test.TasksNamed(request.StateName).Any();
        var remedy = isTask ? $"test.Task(\"{request.StateName}\").Returns(…)" : $"test.Resource(\"{request.Resource.Text}\").Returns(…)";
        var meant = Idle(_functions).Select(stub => stub.Key).ToList() is { Count: > 0 } idle && TaskPayload.IsFunction(request.Resource)
            ? $" Nothing has asked for the stub of {string.Join(", ", idle.Select(name => $"'{name}'"))} yet."
            : "";
        var message = $"Nothing answers the state '{request.StateName}'{where}. {problem} Stub it: {remedy}.{meant}";
        test.Troubles.Add(request.Execution.Arn, new WorkflowAssertionException(message));
        return new TaskOutcome.Failed(new TaskFailure(ErrorNames.Runtime, message));
    }

    /// <summary>Whoever reads a Map's items or takes its results is asked for them only as it goes on, and its map run fails.</summary>
    private void TakeMapRuns(string arn, IReadOnlyList<HistoryEvent> events)
    {
        foreach (var e in events)
        {
            if (e is not { Subject: EventSubject.MapRun, Kind.IsFailure: true } || e["cause"] is not string cause)
                continue;
            var reads = e["error"] is ErrorNames.ItemReaderFailed;
            var (request, _) = _ofMaps.LastOrDefault(asked => asked.Request.Execution.Arn == arn && asked.Reads == reads);
            if (request is not null && WhyNotHere(request, new TaskFailure("", cause)) is { } problem)
                Unanswered(request, problem);
        }
    }

    private static IEnumerable<KeyValuePair<string, TaskStub>> Idle(ConcurrentDictionary<string, TaskStub> stubs) =>
        stubs.Where(stub => stub.Value.IsIdle).OrderBy(stub => stub.Key, StringComparer.Ordinal);

    private static string HintOf(string name, List<string> known) =>
        known.Count == 0 ? "No task of the workflow invokes a function."
        : known.Contains(name) ? "No execution came to a task that invokes it."
        : Nearest.Hint(name, known, "functions", "The workflow");

    /// <summary>The functions that tasks invoked, and those that definitions name.</summary>
    private List<string> FunctionNames() =>
        [.. _invoked.Keys.Concat(test.AllTasks().SelectMany(NamesIn).Select(NameOf)).Distinct().Order(StringComparer.Ordinal)];

    private List<string> ResourceNames() =>
        [.. test.AllTasks().Select(task => task.Resource.Text).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>The function that a state's definition names; none where it comes from the data.</summary>
    private static IEnumerable<string> NamesIn(TaskState task)
    {
        if (task.Resource.Kind == ResourceKind.LambdaFunction)
            return [task.Resource.Text];
        return TaskPayload.IsFunction(task.Resource) && Literal(task.Arguments, "FunctionName") is { } name ? [name] : [];
    }

    private static string? Literal(PayloadTemplate? template, string member) => template switch
    {
        LiteralTemplate { Value: JsonObject members } => members.Text(member),
        ObjectTemplate members => members.Keys.Index().Where(key => key.Item == member)
            .Select(key => (members.Members[key.Index] as LiteralTemplate)?.Value).OfType<JsonString>().FirstOrDefault()?.Value,
        _ => null,
    };

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
