using System.Collections.Concurrent;
using Stateside.Engine.Execution;

namespace Stateside.Engine.Tasks;

/// <summary>An activity: a named queue that workers poll.</summary>
/// <param name="Arn">The ARN.</param>
/// <param name="Name">The name.</param>
/// <param name="CreationDate">When it was created.</param>
public sealed record Activity(string Arn, string Name, DateTimeOffset CreationDate);

/// <summary>A task that a worker took from an activity.</summary>
/// <param name="Token">The token that finishes it.</param>
/// <param name="Input">What to work on, JSON.</param>
public sealed record ActivityTask(string Token, string Input);

/// <summary>More workers poll an activity than the service allows.</summary>
/// <param name="arn">The activity's ARN.</param>
public sealed class ActivityWorkerLimitException(string arn) : Exception(
    $"The maximum number of workers concurrently polling for activity tasks has been reached: '{arn}'");

/// <summary>
/// The activities and their queues. Tasks leave in the order in which they came, to the worker that has polled longest; a worker that
/// waits holds no thread. See https://docs.aws.amazon.com/step-functions/latest/dg/concepts-activities.html.
/// </summary>
public sealed class ActivityQueue : ITaskHandler
{
    private static readonly TimeSpan LongPoll = TimeSpan.FromSeconds(60);

    private readonly string _accountId;
    private readonly string _region;
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<string, PolledActivity> _activities = new(StringComparer.Ordinal);
    private ExecutionEngine? _engine;

    /// <summary>No activities yet.</summary>
    /// <param name="accountId">The account in ARNs.</param>
    /// <param name="region">The region in ARNs.</param>
    /// <param name="time">The clock of creation dates and of polls.</param>
    public ActivityQueue(string accountId, string region, TimeProvider time)
    {
        _accountId = accountId;
        _region = region;
        _time = time;
    }

    /// <summary>Creates an activity.</summary>
    /// <param name="name">A valid name.</param>
    /// <returns>The activity, or the one of that name that was there before.</returns>
    public Activity Create(string name)
    {
        var arn = $"arn:aws:states:{_region}:{_accountId}:activity:{name}";
        return _activities.GetOrAdd(arn, _ => new PolledActivity(new Activity(arn, name, _time.GetUtcNow()))).Activity;
    }

    /// <summary>Deletes an activity, if it is there. Its pollers are sent home; its tasks run into their timeouts.</summary>
    /// <param name="arn">The ARN.</param>
    public void Delete(string arn)
    {
        if (_activities.TryRemove(arn, out var activity))
            activity.Close();
    }

    /// <summary>The activity of that ARN; null when there is none.</summary>
    /// <param name="arn">The ARN.</param>
    /// <returns>The activity.</returns>
    public Activity? Find(string arn) => _activities.GetValueOrDefault(arn)?.Activity;

    /// <summary>Whether there is such an activity.</summary>
    /// <param name="arn">The ARN.</param>
    /// <returns>Whether there is one.</returns>
    public bool Exists(string arn) => _activities.ContainsKey(arn);

    /// <summary>All activities, oldest first.</summary>
    /// <returns>The activities.</returns>
    public IReadOnlyList<Activity> List() =>
        [.. _activities.Values.Select(polled => polled.Activity).OrderBy(activity => activity.CreationDate).ThenBy(activity => activity.Arn, StringComparer.Ordinal)];

    /// <summary>Takes the next task of an activity, waiting up to a minute for one. The execution hears who took it.</summary>
    /// <param name="arn">The ARN.</param>
    /// <param name="workerName">The worker's name for the history; null for none.</param>
    /// <param name="cancellationToken">Fires when the worker has gone; no task is given to it then.</param>
    /// <returns>The task; null when none came, or the activity is not there.</returns>
    /// <exception cref="ActivityWorkerLimitException">Too many workers wait already.</exception>
    public async Task<ActivityTask?> GetTaskAsync(string arn, string? workerName, CancellationToken cancellationToken = default)
    {
        if (!_activities.TryGetValue(arn, out var activity))
            return null;
        var poller = new Poller(workerName);
        if (activity.Enter(poller, Engine))
        {
            await poller.Saved.ConfigureAwait(false);
            return poller.Taken;
        }

        try
        {
            using var timer = _time.CreateTimer(static state => ((Poller)state!).Dismiss(), poller, LongPoll, Timeout.InfiniteTimeSpan);
            using var gone = cancellationToken.Register(static state => ((Poller)state!).Dismiss(), poller);
            var task = await poller.Task.ConfigureAwait(false);
            if (task is null)
                cancellationToken.ThrowIfCancellationRequested();
            await poller.Saved.ConfigureAwait(false);
            return task;
        }
        finally
        {
            activity.Leave(poller);
        }
    }

    /// <inheritdoc/>
    public ValueTask<TaskOutcome> StartAsync(TaskRequest request, CancellationToken cancellationToken)
    {
        // An activity that went away meanwhile leaves its task to time out.
        if (_activities.TryGetValue(request.Resource.Text, out var activity))
            activity.Offer(new ActivityTask(request.Token, request.Payload.Text), Engine);
        return ValueTask.FromResult<TaskOutcome>(new TaskOutcome.Waiting(null));
    }

    /// <summary>Tells whose tasks these are.</summary>
    internal void Serve(ExecutionEngine engine) => _engine = engine;

    private ExecutionEngine Engine => _engine ?? throw new InvalidOperationException("The handlers of tasks do not know their engine: call TaskHandlers.Serve first.");

    /// <summary>A worker that waits: given one task, or sent home, whichever comes first.</summary>
    private sealed class Poller(string? workerName)
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

        public void Give(ActivityTask task) => _completion.SetResult(task);

        public void Dismiss()
        {
            if (TryClaim())
                _completion.SetResult(null);
        }
    }

    private sealed class PolledActivity(Activity activity)
    {
        // See https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html#service-limits-accounts.
        private const int MaxPollers = 1000;

        private readonly Lock _lock = new();
        private readonly LinkedList<Poller> _pollers = [];
        private readonly Queue<ActivityTask> _tasks = new();
        private int _pruneAt = 64;

        public Activity Activity { get; } = activity;

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
                    throw new ActivityWorkerLimitException(Activity.Arn);
                _pollers.AddLast(poller);
                return false;
            }
        }

        public void Leave(Poller poller)
        {
            lock (_lock)
                _pollers.Remove(poller);
        }

        /// <summary>Gives a task to the worker that has waited longest, or keeps it for the next one.</summary>
        public void Offer(ActivityTask task, ExecutionEngine engine)
        {
            lock (_lock)
            {
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
                _tasks.Enqueue(task);
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
