using System.Text;
using Stateside.Engine.Execution;
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
        if (_machine is not null && !IsTask(state))
        {
            var names = _service!.Catalog.List().Select(entry => _service.Catalog.FindCurrent(entry.Arn)!).SelectMany(TasksOf);
            throw new WorkflowAssertionException($"{Machine.Name} has no Task state '{state}'. {Nearest.Hint(state, names, "Task states", "The test")}");
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
    /// template, to its tables. Any other is taken for made. Virtual time stands until it is answered or the test moves it.
    /// </summary>
    /// <param name="state">The state.</param>
    /// <returns>The task, with its token and what was sent.</returns>
    public Task<PendingTask> CallbackAsync(string state)
    {
        NeedsLocal("a callback by the test");
        Task(state);
        return _tasks.Pending.TakeAsync(task => task.StateName == state && task.Resource.Kind != ResourceKind.Activity, $"the state '{state}'", null);
    }

    /// <summary>Waits for a task of an activity and takes it, as a worker does with GetActivityTask.</summary>
    /// <param name="activity">The activity's name or ARN, or the state.</param>
    /// <param name="workerName">The worker's name for the history; null for none.</param>
    /// <returns>The task.</returns>
    public Task<PendingTask> ActivityTaskAsync(string activity, string? workerName = null)
    {
        ArgumentNullException.ThrowIfNull(activity);
        NeedsLocal("an activity's worker in the test");
        return _tasks.Pending.TakeAsync(
            task => task.Resource.Kind == ResourceKind.Activity
                && (task.StateName == activity || task.Resource.Text == activity || task.Resource.Text.EndsWith($":{activity}", StringComparison.Ordinal)),
            $"the activity '{activity}'", workerName);
    }

    /// <summary>Moves virtual time: all that is due until then happens at its own time and in order, even while the test owes an answer.</summary>
    /// <param name="by">By how much.</param>
    /// <returns>Completes when it is that time and what was due is done.</returns>
    public Task AdvanceAsync(TimeSpan by)
    {
        NeedsLocal("virtual time");
        return GuardAsync(Service.Engine.AdvanceAsync(Now + by));
    }

    /// <summary>Waits until all that is to be done at the present time is done.</summary>
    internal Task SettleAsync() => GuardAsync(Service.Engine.AdvanceAsync(Now));

    /// <summary>Skips a test that has come to need what only this process has.</summary>
    internal void NeedsLocal(string what)
    {
        if (_deployed is not null)
            throw NotOnAws(what);
    }

    /// <summary>What an execution that does not end is waiting for.</summary>
    internal string RunningText(string arn, TimeSpan patience)
    {
        var engine = Service.Engine;
        var execution = engine.Describe(arn)!;
        var run = new WorkflowRun(Options, execution, engine.ReadHistory(arn)?.Events ?? [], Now);
        var text = new StringBuilder($"{execution.StateMachine.Name} did not end within {patience.TotalSeconds:0.#} s of real time.");
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
    internal string RunningTexts() => string.Concat(Service.Engine.List(new ExecutionQuery(Machine.Arn) { Status = ExecutionStatus.Running, Limit = 3 })
        .Select(execution => $"\n{new WorkflowRun(Options, execution, Service.Engine.ReadHistory(execution.Arn)?.Events ?? [], Now).PathText()}"));

    private static IEnumerable<string> TasksOf(StateMachine machine) => machine.Definition.AllStates().OfType<TaskState>().Select(state => state.Name);

    private bool IsTask(string state) =>
        TasksOf(Machine).Contains(state, StringComparer.Ordinal)
        || _service!.Catalog.List().Any(entry => TasksOf(_service.Catalog.FindCurrent(entry.Arn)!).Contains(state, StringComparer.Ordinal));

    private static WorkflowTestSkippedException NotOnAws(string what) =>
        new($"This test needs {what}, which it has only without {DeployedVariable}.");

    private async Task GuardAsync(Task task)
    {
        try
        {
            await task.WaitAsync(Options.Patience).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            throw new WorkflowAssertionException($"Virtual time could not move within {Options.Patience.TotalSeconds:0.#} s, since a task has not answered.{RunningTexts()}");
        }
    }
}
