using Stateside.Engine.Execution;
using Stateside.Engine.History;
using Stateside.Language.Definitions;

namespace Stateside.Testing;

/// <summary>What a test waits for to come to it.</summary>
/// <param name="State">A state that it comes from.</param>
/// <param name="IsIt">Whether a task is meant.</param>
/// <param name="What">What it is, in words.</param>
internal sealed record AwaitedTask(string State, Func<TaskRequest, bool> IsIt, string What);

/// <summary>The tasks that wait for the test, in the order in which they came, and the test's code that waits for them.</summary>
internal sealed class PendingTasks(WorkflowTest test)
{
    private readonly Lock _lock = new();
    private readonly List<TaskRequest> _tasks = [];
    private readonly List<TaskRequest> _given = [];
    private readonly List<(AwaitedTask Awaited, TaskCompletionSource<TaskRequest> Given)> _takers = [];

    public void Offer(TaskRequest request)
    {
        lock (_lock)
        {
            var taker = _takers.FindIndex(taker => taker.Awaited.IsIt(request));
            if (taker < 0)
            {
                _tasks.Add(request);
                return;
            }

            var given = _takers[taker].Given;
            _takers.RemoveAt(taker);
            _given.Add(request);
            given.SetResult(request);
        }
    }

    /// <summary>Takes the first that is meant, or waits for it as long as it can come.</summary>
    public async Task<PendingTask> TakeAsync(AwaitedTask awaited, string? workerName)
    {
        FailingTest.Leave();
        var finding = Find(awaited);
        if (!await test.ComesAsync(finding, test.Options.Patience, () => OutlookOf(finding)).ConfigureAwait(false))
        {
            lock (_lock)
                _takers.RemoveAll(taker => taker.Given.Task == finding);
            if (!finding.IsCompleted)
            {
                test.Troubles.ThrowAll();
                throw new WorkflowAssertionException($"No task of {awaited.What} comes to wait for the test. {WhyNot(awaited)}");
            }
        }

        var request = await finding.ConfigureAwait(false);

        // A request that is still being sent is answered too early to be seen as sent.
        await test.SettleAsync().ConfigureAwait(false);
        if (request.Resource.Kind == ResourceKind.Activity && test.Service.Engine.StartTask(request.Token, workerName, out var saved) == TokenResult.Accepted)
            await saved.ConfigureAwait(false);
        return new PendingTask(test, request);
    }

    /// <summary>What is to be expected where all stands still. A test that has a task in hand may be about to answer it.</summary>
    private Outlook OutlookOf(Task<TaskRequest> finding)
    {
        lock (_lock)
        {
            _given.RemoveAll(task => !test.Service.Engine.IsOpen(task.Token));
            return finding.IsCompleted || !test.Troubles.HasBegun || test.Options.ServiceEndpoint is not null ? Outlook.MayCome
                : _given.Count > 0 ? Outlook.ByTest
                : Outlook.Never;
        }
    }

    private string WhyNot(AwaitedTask awaited)
    {
        if (test.Tasks.AnsweringFor(awaited.State, test.TasksNamed(awaited.State)) is { } stub)
            return $"The stub of {stub.What} answers in the test's place: take its answers away, or do not wait.";
        string owed;
        lock (_lock)
        {
            var open = _tasks.Concat(_given).Where(task => test.Service.Engine.IsOpen(task.Token));
            owed = string.Join(" and ", open.Select(task => $"'{task.StateName}'").Distinct());
        }

        var machine = test.Machine.Arn;
        var isRunning = test.Service.Engine.List(new ExecutionQuery(machine) { Status = ExecutionStatus.Running, Limit = 1 }).Count > 0;
        var why = owed.Length > 0 ? $"The test owes an answer to {owed}, and nothing goes on before."
            : !test.Troubles.HasBegun ? "The test has not started an execution."
            : !isRunning ? "The execution is over."
            : !test.Options.SkipTime ? "Time stands, since WorkflowTestOptions.SkipTime is false: move it with test.AdvanceAsync(…)."
            : "Nothing is under way that could lead there.";
        return why + test.PathTexts(new ExecutionQuery(machine) { Limit = 3 });
    }

    private Task<TaskRequest> Find(AwaitedTask awaited)
    {
        lock (_lock)
        {
            // One that nobody waits for any more, since it timed out, is no task to work on.
            _tasks.RemoveAll(task => !test.Service.Engine.IsOpen(task.Token));
            var at = _tasks.FindIndex(task => awaited.IsIt(task));
            if (at >= 0)
            {
                var found = _tasks[at];
                _tasks.RemoveAt(at);
                _given.Add(found);
                return Task.FromResult(found);
            }

            var given = new TaskCompletionSource<TaskRequest>(TaskCreationOptions.RunContinuationsAsynchronously);
            _takers.Add((awaited, given));
            return given.Task;
        }
    }
}
