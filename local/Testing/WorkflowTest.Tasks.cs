using System.Text;
using Stateside.Engine.Execution;
using Stateside.Engine.Functions;
using Stateside.Engine.Functions.InProcess;
using Stateside.Engine.History;
using Stateside.Engine.Store;
using Stateside.Engine.Template.Parsing;
using Stateside.Language.Definitions;

namespace Stateside.Testing;

public sealed partial class WorkflowTest
{
    /// <summary>The tasks of a state: to stub them, or to see what they were given.</summary>
    /// <param name="state">The name of a Task state, wherever in the machine it stands.</param>
    /// <returns>The stub, the same for the same state.</returns>
    public TaskStub Task(string state)
    {
        ArgumentNullException.ThrowIfNull(state);
        FailingTest.GoesOn();
        if (_machine is not null && !TasksNamed(state).Any())
        {
            var hint = Nearest.Hint(state, AllTasks().Select(task => task.Name), "Task states", "The test");
            throw new WorkflowAssertionException($"{Machine.Name} has no Task state '{state}'. {hint}");
        }

        return _tasks.OfState(state);
    }

    /// <summary>The invocations of a Lambda function by tasks, whichever states make them.</summary>
    /// <param name="function">The function's name, its logical id in the template, or its ARN.</param>
    /// <returns>The stub, the same for the same function. A stub of the state goes before it.</returns>
    public TaskStub Function(string function)
    {
        ArgumentNullException.ThrowIfNull(function);
        if (_template is not null && !function.Contains(':', StringComparison.Ordinal) && _template.FindFunction(function) is null)
        {
            var names = _template.Functions.SelectMany(known => new[] { known.LogicalId, known.Name }).Distinct();
            throw new WorkflowAssertionException($"The template has no function '{function}'. {Nearest.Hint(function, names, "functions")}");
        }

        return _tasks.OfFunction(function);
    }

    /// <summary>The tasks of a resource, whichever states have it.</summary>
    /// <param name="resource">The resource as the definition spells it, such as <c>arn:aws:states:::dynamodb:putItem</c>.</param>
    /// <returns>The stub, the same for the same resource. Stubs of the state and of the function go before it.</returns>
    public TaskStub Resource(string resource)
    {
        ArgumentNullException.ThrowIfNull(resource);
        return TaskResource.Parse(resource) is null
            ? throw new WorkflowAssertionException($"'{resource}' is no resource of a Task, such as arn:aws:states:::dynamodb:putItem.")
            : _tasks.OfResource(resource);
    }

    /// <summary>
    /// Waits for a task that waits for its callback (<c>.waitForTaskToken</c>). Its request is made where it can be: to a function of the
    /// template, to its tables, queues and topics. Any other is taken for made. Virtual time stands until it is answered or the test moves it.
    /// </summary>
    /// <param name="state">The state.</param>
    /// <returns>The task, with its token and what was sent.</returns>
    public Task<PendingTask> CallbackAsync(string state)
    {
        NeedsLocal("a callback by the test");
        Task(state);
        var tasks = TasksNamed(state).ToList();
        if (!tasks.Exists(task => task.Resource.Pattern == IntegrationPattern.WaitForTaskToken))
        {
            throw new WorkflowAssertionException(
                $"The state '{state}' waits for no callback: its resource, {tasks[0].Resource.Text}, does not end in .waitForTaskToken.");
        }

        return _tasks.Pending.TakeAsync(
            new(state, task => task.StateName == state && task.Resource.Kind != ResourceKind.Activity, $"the state '{state}'"), null);
    }

    /// <summary>Waits for a task of an activity and takes it, as a worker does with GetActivityTask.</summary>
    /// <param name="activity">The activity's name or ARN, or the state.</param>
    /// <param name="workerName">The worker's name for the history; null for none.</param>
    /// <returns>The task.</returns>
    public Task<PendingTask> ActivityTaskAsync(string activity, string? workerName = null)
    {
        ArgumentNullException.ThrowIfNull(activity);
        NeedsLocal("an activity's worker in the test");
        FailingTest.GoesOn();
        var tasks = AllTasks().Where(task => task.Resource.Kind == ResourceKind.Activity).ToList();
        if (tasks.Find(task => IsMeant(task.Name, task.Resource)) is not { } found)
        {
            var known = tasks.SelectMany(task => new[] { task.Resource.Text.Split(':')[^1], task.Name }).Distinct();
            var hint = Nearest.Hint(activity, known, "activities and their states", "The test");
            throw new WorkflowAssertionException($"No state of the test has the activity '{activity}'. {hint}");
        }

        return _tasks.Pending.TakeAsync(
            new(found.Name, task => IsMeant(task.StateName, task.Resource), $"the activity '{activity}'"), workerName);

        bool IsMeant(string state, TaskResource resource) => resource.Kind == ResourceKind.Activity
            && (state == activity || resource.Text == activity || resource.Text.EndsWith($":{activity}", StringComparison.Ordinal));
    }

    /// <summary>Moves virtual time: all that is due until then happens at its own time and in order, even while the test owes an answer.</summary>
    /// <param name="by">By how much.</param>
    /// <returns>Completes when it is that time and what was due is done.</returns>
    public Task AdvanceAsync(TimeSpan by)
    {
        NeedsLocal("virtual time");
        FailingTest.GoesOn();
        return GuardAsync(Now + by);
    }

    /// <summary>Waits until all that is to be done at the present time is done.</summary>
    internal Task SettleAsync() => GuardAsync(Now);

    /// <summary>Skips a test that has come to need what only this process has.</summary>
    internal void NeedsLocal(string what)
    {
        if (_deployed is not null)
            throw NotOnAws(what);
    }

    /// <summary>What an execution that does not end is waiting for.</summary>
    internal string RunningText(string arn)
    {
        var engine = Service.Engine;
        var execution = engine.Describe(arn)!;
        var run = RunOf(execution);
        var text = new StringBuilder($"{execution.StateMachine.Name} does not end.");
        var tasks = _tasks.UnderWay(arn).ToList();
        foreach (var task in tasks)
        {
            var isOpen = engine.IsOpen(task.Token);
            var isOutside = task.Resource.Kind == ResourceKind.Activity || task.Resource.Pattern == IntegrationPattern.WaitForTaskToken;
            if (isOutside && !isOpen)
                continue;
            var how = task.Resource.Kind == ResourceKind.Activity
                ? $"waits for the worker of its activity: take the task with test.ActivityTaskAsync(\"{task.StateName}\"), or stub it"
                : isOutside
                    ? $"waits for its callback: answer it with test.CallbackAsync(\"{task.StateName}\"), stub it, or move the clock with test.AdvanceAsync(…)"
                    : $"waits for {task.Resource.Text} to answer";
            text.Append($"\nThe state '{task.StateName}' {how}.");
        }

        if (tasks.Count == 0 && !Options.SkipTime)
            text.Append("\nTime stands, since WorkflowTestOptions.SkipTime is false: move it with test.AdvanceAsync(…).");
        return text.Append('\n').Append(run.PathText()).ToString();
    }

    /// <summary>What the executions that have not ended are waiting for.</summary>
    internal string RunningTexts() => PathTexts(new ExecutionQuery(Machine.Arn) { Status = ExecutionStatus.Running, Limit = 3 });

    /// <summary>The paths of executions.</summary>
    internal string PathTexts(ExecutionQuery query) =>
        string.Concat(Service.Engine.List(query).Select(execution => $"\n{RunOf(execution).PathText()}"));

    /// <summary>An execution as it stands.</summary>
    /// <param name="execution">The execution.</param>
    /// <param name="definition">What it runs; null for the whole of its machine.</param>
    /// <param name="title">Which one it is; null for the name of its machine.</param>
    internal WorkflowRun RunOf(ExecutionDescription execution, Definition? definition = null, string? title = null) =>
        new(Options, execution, Service.Engine.ReadHistory(execution.Arn)?.Events ?? [], Now, definition)
        {
            ChildSource = new ChildRuns(this),
            Title = title,
        };

    /// <summary>The Task states of all machines of the test.</summary>
    internal IEnumerable<TaskState> AllTasks() =>
        (_machine is null ? [] : TasksOf(_machine))
            .Concat(Service.Catalog.List().SelectMany(entry => TasksOf(Service.Catalog.FindCurrent(entry.Arn)!))).Distinct();

    /// <summary>Those of a name.</summary>
    internal IEnumerable<TaskState> TasksNamed(string state) => AllTasks().Where(task => task.Name == state);

    /// <summary>Whether the mock file answers for a task.</summary>
    internal bool IsMocked(TaskRequest request) => request.Execution.TestCase is { } testCase
        && _mocks?.Find(request.Execution.StateMachine.Name, testCase, request.StateName) is not null;

    /// <summary>A handler that the test made, ready to stand for a function.</summary>
    internal TestHandler HandlerOf(Delegate handler, string what)
    {
        try
        {
            return new TestHandler(this, new GivenHandler(handler, HandlerTime, HostOptions()), name => _template?.FindFunction(name));
        }
        catch (FunctionException e)
        {
            throw new WorkflowAssertionException(
                $"The handler that is to run for {what} cannot: {e.Message}\n"
                + "Give Runs the method itself, such as new ChargeHandler(fakes).Handle; for code of the test there is Answers.");
        }
    }

    /// <summary>Waits in real time, without end while a debugger is attached.</summary>
    /// <returns>Whether it came to an end.</returns>
    internal async Task<bool> WaitAsync(Task task, TimeSpan patience)
    {
        while (true)
        {
            try
            {
                await task.WaitAsync(patience).ConfigureAwait(false);
                return true;
            }
            catch (TimeoutException) when (!task.IsFaulted)
            {
                // It may have ended at the same moment.
                if (!task.IsCompleted && !Options.IsDebugged())
                    return false;
                patience = TimeSpan.FromSeconds(1);
            }
        }
    }

    /// <summary>
    /// Waits in real time for something to come of the executions: what cannot come is not waited for, and for what only the test itself
    /// could bring about while it waits, a tenth of the patience is enough.
    /// </summary>
    /// <param name="coming">What is to come.</param>
    /// <param name="patience">How long.</param>
    /// <param name="outlook">What is to be expected where all stands still.</param>
    /// <returns>Whether it came.</returns>
    internal async Task<bool> ComesAsync(Task coming, TimeSpan patience, Func<Outlook> outlook)
    {
        var engine = Service.Engine;
        var limit = WaitAsync(coming, patience);
        long still = -1;
        while (!limit.IsCompleted)
        {
            var standing = engine.WhenStillAsync(still);
            await System.Threading.Tasks.Task.WhenAny(limit, standing).ConfigureAwait(false);
            if (!standing.IsCompleted || coming.IsCompleted)
                continue;
            still = await standing.ConfigureAwait(false);
            var expected = outlook();
            if (expected == Outlook.Never)
                return false;
            if (expected == Outlook.MayCome)
                continue;
            var next = System.Threading.Tasks.Task.WhenAny(limit, engine.WhenStillAsync(still));
            if (await WaitAsync(next, patience / 10).ConfigureAwait(false))
                continue;

            // Where something has begun meanwhile, it is waited for.
            if (engine.WhenStillAsync(-1) is { IsCompleted: true } same && await same.ConfigureAwait(false) == still)
                return false;
        }

        return await limit.ConfigureAwait(false);
    }

    private static IEnumerable<TaskState> TasksOf(StateMachine machine) => machine.Definition.AllStates().OfType<TaskState>();

    /// <summary>
    /// Executions that the test did not begin itself, such as those that another started, come as far as they come at the present time.
    /// </summary>
    private async Task SettleOthersAsync()
    {
        var running = Service.Catalog.List()
            .SelectMany(entry => Service.Engine.List(new ExecutionQuery(entry.Arn) { Status = ExecutionStatus.Running }));
        var others = running.Any(execution => !Troubles.IsBegun(execution.Arn));
        if (others)
            await WaitAsync(Service.Engine.AdvanceAsync(Now), Options.Patience).ConfigureAwait(false);
    }

    private static Exception NotOnAws(string what) => WorkflowTestSkippedException.Of(
        $"This test needs {what}, which it has only without {DeployedVariable}.");

    private async Task GuardAsync(DateTimeOffset time)
    {
        FailingTest.Leave();
        if (!await WaitAsync(Service.Engine.AdvanceAsync(time), Options.Patience).ConfigureAwait(false))
        {
            throw new WorkflowAssertionException(
                $"Virtual time could not move within {Options.Patience.TotalSeconds:0.#} s, since a task has not answered.{RunningTexts()}");
        }
    }
}
