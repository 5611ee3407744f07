using Stateside.Engine.Execution;
using Stateside.Language.Definitions;

namespace Stateside.Testing;

/// <summary>The tasks that wait for the test, in the order in which they came, and the test's code that waits for them.</summary>
internal sealed class PendingTasks(WorkflowTest test)
{
    private readonly Lock _lock = new();
    private readonly List<TaskRequest> _tasks = [];
    private readonly List<(Func<TaskRequest, bool> IsIt, TaskCompletionSource<TaskRequest> Given)> _takers = [];

    public void Offer(TaskRequest request)
    {
        lock (_lock)
        {
            var taker = _takers.FindIndex(taker => taker.IsIt(request));
            if (taker < 0)
            {
                _tasks.Add(request);
                return;
            }

            var given = _takers[taker].Given;
            _takers.RemoveAt(taker);
            given.SetResult(request);
        }
    }

    /// <summary>Takes the first that is meant, or waits for it.</summary>
    public async Task<PendingTask> TakeAsync(Func<TaskRequest, bool> isIt, string what, string? workerName)
    {
        TaskRequest request;
        try
        {
            request = await Find(isIt).WaitAsync(test.Options.Patience).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            throw new WorkflowAssertionException(
                $"No task of {what} came to wait for the test within {test.Options.Patience.TotalSeconds:0.#} s.{test.RunningTexts()}");
        }

        // A request that is still being sent is answered too early to be seen as sent.
        await test.SettleAsync().ConfigureAwait(false);
        if (request.Resource.Kind == ResourceKind.Activity && test.Service.Engine.StartTask(request.Token, workerName, out var saved) == TokenResult.Accepted)
            await saved.ConfigureAwait(false);
        return new PendingTask(test, request);
    }

    private Task<TaskRequest> Find(Func<TaskRequest, bool> isIt)
    {
        lock (_lock)
        {
            // One that nobody waits for any more, since it timed out, is no task to work on.
            _tasks.RemoveAll(task => !test.Service.Engine.IsOpen(task.Token));
            var at = _tasks.FindIndex(task => isIt(task));
            if (at >= 0)
            {
                var found = _tasks[at];
                _tasks.RemoveAt(at);
                return Task.FromResult(found);
            }

            var given = new TaskCompletionSource<TaskRequest>(TaskCreationOptions.RunContinuationsAsynchronously);
            _takers.Add((isIt, given));
            return given.Task;
        }
    }
}
