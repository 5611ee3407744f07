using System.Collections.Concurrent;
using Stateside.Engine.Execution;
using Stateside.Engine.Execution.Running;
using Stateside.Engine.Store;
using Stateside.Engine.Store.Data;

namespace Stateside.Engine.Tasks;

/// <summary>A task that a worker took from an activity.</summary>
/// <param name="Token">The token that finishes it.</param>
/// <param name="Input">What to work on, JSON.</param>
internal sealed record ActivityTask(string Token, string Input);

/// <summary>More workers poll an activity than the service allows.</summary>
internal sealed class ActivityWorkerLimitException(string arn) : Exception(
    $"The maximum number of workers concurrently polling for activity tasks has been reached: '{arn}'");

/// <summary>
/// The activities and their queues. Tasks leave in the order in which they came, to the worker that has polled longest; a worker that
/// waits holds no thread. See https://docs.aws.amazon.com/step-functions/latest/dg/concepts-activities.html.
/// </summary>
/// <param name="catalog">Says which activities there are.</param>
/// <param name="time">The clock of polls.</param>
internal sealed class ActivityQueue(ResourceCatalog catalog, TimeProvider time) : ITaskHandler
{
    private static readonly TimeSpan LongPoll = TimeSpan.FromSeconds(60);

    private readonly ConcurrentDictionary<string, PolledActivity> _queues = new(StringComparer.Ordinal);
    private ExecutionEngine? _engine;

    /// <summary>Deletes an activity, if it is there. Its pollers are sent home; tasks that no worker has stay scheduled.</summary>
    public async ValueTask DeleteAsync(string arn)
    {
        await catalog.DeleteActivityAsync(arn).ConfigureAwait(false);
        if (_queues.TryRemove(arn, out var queue))
            queue.Close();
    }

    /// <summary>Takes the next task of an activity, waiting up to a minute for one. The execution hears who took it.</summary>
    /// <param name="arn">The ARN.</param>
    /// <param name="workerName">The worker's name for the history; null for none.</param>
    /// <param name="execution">
    /// The execution whose Task polls, so that virtual time goes on meanwhile and the minute is one of that; null of a worker in real time.
    /// </param>
    /// <param name="cancellationToken">Fires when the worker has gone; no task is given to it then.</param>
    /// <returns>The task; null when none came, or the activity is not there.</returns>
    /// <exception cref="ActivityWorkerLimitException">Too many workers wait already.</exception>
    public async Task<ActivityTask?> GetTaskAsync(
        string arn, string? workerName, ExecutionDescription? execution = null, CancellationToken cancellationToken = default)
    {
        if (QueueOf(arn) is not { } activity)
            return null;
        var held = execution is null ? null : Engine;
        var poller = new Poller(workerName, held);
        if (activity.Enter(poller, Engine))
            return await WhenSavedAsync(activity, poller, poller.Taken!).ConfigureAwait(false);

        try
        {
            using var timer = held?.Ring(execution!, LongPoll, poller.Dismiss, () => !poller.Task.IsCompleted) == true
                ? null
                : time.CreateTimer(static state => ((Poller)state!).Dismiss(), poller, LongPoll, Timeout.InfiniteTimeSpan);
            using var gone = cancellationToken.Register(static state => ((Poller)state!).Dismiss(), poller);
            held?.Leave();
            var task = await poller.Task.ConfigureAwait(false);
            if (task is not null)
                return await WhenSavedAsync(activity, poller, task).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            return null;
        }
        finally
        {
            activity.Leave(poller);
        }
    }

    /// <summary>Gives a task once it is saved that this worker has it. A worker that hears of a full disk does not: the next one gets it.</summary>
    private async Task<ActivityTask> WhenSavedAsync(PolledActivity activity, Poller poller, ActivityTask task)
    {
        try
        {
            await poller.Saved.ConfigureAwait(false);
            return task;
        }
        catch (DataNotSavedException e)
        {
            activity.Offer(task, Engine, isFirst: true);
            throw new DataNotSavedException(e.InnerException!);
        }
    }

    public ValueTask<TaskOutcome> StartAsync(TaskRequest request, CancellationToken cancellationToken)
    {
        // An activity that went away meanwhile leaves its task scheduled.
        if (QueueOf(request.Resource.Text) is { } activity)
            activity.Offer(new ActivityTask(request.Token, request.Payload.Text), Engine);
        return ValueTask.FromResult<TaskOutcome>(new TaskOutcome.Waiting(null));
    }

    private PolledActivity? QueueOf(string arn)
    {
        if (_queues.TryGetValue(arn, out var queue))
            return queue;
        return catalog.FindActivity(arn) is null ? null : _queues.GetOrAdd(arn, static arn => new PolledActivity(arn));
    }

    /// <summary>Tells whose tasks these are.</summary>
    internal void Serve(ExecutionEngine engine) => _engine = engine;

    private ExecutionEngine Engine => _engine ?? throw new InvalidOperationException("The handlers of tasks do not know their engine: call TaskHandlers.Serve first.");

    /// <summary>A worker that waits: given one task, or sent home, whichever comes first.</summary>
    /// <param name="workerName">Its name; null for none.</param>
    /// <param name="held">The engine whose virtual time it holds but for while it waits; null for none.</param>
    private sealed class Poller(string? workerName, ExecutionEngine? held)
    {
        private readonly TaskCompletionSource<ActivityTask?> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _claimed;

        public string? WorkerName { get; } = workerName;

        public Task<ActivityTask?> Task => _completion.Task;

        /// <summary>The task that was there at once.</summary>
        public ActivityTask? Taken { get; set; }

        /// <summary>Completes when it is saved that this worker took its task.</summary>
        public Task Saved { get; set; } = System.Threading.Tasks.Task.CompletedTask;

        /// <summary>Whether the caller may give it a task, and must.</summary>
        public bool TryClaim() => Interlocked.Exchange(ref _claimed, 1) == 0;

        public void Give(ActivityTask task) => End(task);

        public void Dismiss()
        {
            if (TryClaim())
                End(null);
        }

        private void End(ActivityTask? task)
        {
            held?.Enter();
            _completion.SetResult(task);
        }
    }

    private sealed class PolledActivity(string arn)
    {
        // See https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html#service-limits-accounts.
        private const int MaxPollers = 1000;

        private readonly Lock _lock = new();
        private readonly LinkedList<Poller> _pollers = [];
        private readonly Queue<ActivityTask> _tasks = new();
        private int _pruneAt = 64;

        /// <summary>Gives a worker the first task that somebody still waits for, or lets it wait in line.</summary>
        public bool Enter(Poller poller, ExecutionEngine engine)
        {
            lock (_lock)
            {
                while (_tasks.TryDequeue(out var task))
                {
                    if (engine.StartTask(task.Token, poller.WorkerName, out var saved) != TokenResult.Accepted)
                        continue;
                    poller.Saved = saved;
                    poller.Taken = task;
                    return true;
                }

                if (_pollers.Count >= MaxPollers)
                    throw new ActivityWorkerLimitException(arn);
                _pollers.AddLast(poller);
                return false;
            }
        }

        public void Leave(Poller poller)
        {
            lock (_lock)
                _pollers.Remove(poller);
        }

        /// <summary>Gives a task to the worker that has waited longest, or keeps it for the next one, behind or before the others.</summary>
        public void Offer(ActivityTask task, ExecutionEngine engine, bool isFirst = false)
        {
            lock (_lock)
            {
                // It may come back from a worker that was not told of it, and have been stopped since.
                if (!engine.IsOpen(task.Token))
                    return;
                while (_pollers.First is { Value: var poller })
                {
                    _pollers.RemoveFirst();
                    if (!poller.TryClaim())
                        continue;

                    // The execution hears of the worker before the worker can answer.
                    engine.StartTask(task.Token, poller.WorkerName, out var saved);
                    poller.Saved = saved;
                    poller.Give(task);
                    return;
                }

                if (_tasks.Count >= _pruneAt)
                    Prune(engine);
                var others = isFirst ? _tasks.ToArray() : [];
                if (isFirst)
                    _tasks.Clear();
                _tasks.Enqueue(task);
                foreach (var other in others)
                    _tasks.Enqueue(other);
            }
        }

        public void Close()
        {
            lock (_lock)
            {
                foreach (var poller in _pollers)
                    poller.Dismiss();
            }
        }

        /// <summary>Lets go of tasks that nobody waits for any more, so that an activity without workers does not grow by them.</summary>
        private void Prune(ExecutionEngine engine)
        {
            var open = _tasks.Where(task => engine.IsOpen(task.Token)).ToList();
            _tasks.Clear();
            foreach (var task in open)
                _tasks.Enqueue(task);
            _pruneAt = Math.Max(64, 2 * _tasks.Count);
        }
    }
}
