namespace Stateside.Engine.Execution;

/// <summary>The due times of all executions: one queue, one timer.</summary>
internal sealed class DueTimes : IDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(40);
    private readonly Lock _lock = new();
    private readonly PriorityQueue<(ExecutionActor Actor, DateTimeOffset Due), DateTimeOffset> _queue = new();
    private readonly TimeProvider _time;
    private readonly Action<ExecutionActor> _fire;
    private readonly ITimer? _timer;
    private DateTimeOffset? _armed;
    private int _waiting;

    public DueTimes(TimeProvider time, bool armed, Action<ExecutionActor> fire)
    {
        _time = time;
        _fire = fire;
        if (armed)
            _timer = time.CreateTimer(_ => Fire(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>How many entries there are, stale ones among them.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
                return _queue.Count;
        }
    }

    /// <summary>The earliest due time; null when there is none.</summary>
    public DateTimeOffset? Next
    {
        get
        {
            lock (_lock)
                return Peek();
        }
    }

    /// <summary>Sets when an execution is next due; null takes it out.</summary>
    public void Set(ExecutionActor actor, DateTimeOffset? due)
    {
        lock (_lock)
        {
            if (actor.TimerDue == due)
                return;

            _waiting += (due is null ? 0 : 1) - (actor.TimerDue is null ? 0 : 1);

            // An entry that no longer says what its execution says is stale and passed over when its turn comes.
            actor.TimerDue = due;
            if (_queue.Count > 64 + (2 * _waiting))
                DropStale();
            if (due is not { } time)
                return;
            _queue.Enqueue((actor, time), time);
            if (_armed is null || time < _armed)
                Arm();
        }
    }

    /// <summary>Tells every execution whose time has come.</summary>
    public void Fire()
    {
        var due = new List<ExecutionActor>();
        lock (_lock)
        {
            _armed = null;
            var now = _time.GetUtcNow();
            while (Peek() is { } next && next <= now)
            {
                var (actor, _) = _queue.Dequeue();
                actor.TimerDue = null;
                _waiting--;
                due.Add(actor);
            }

            Arm();
        }

        foreach (var actor in due)
            _fire(actor);
    }

    public void Dispose() => _timer?.Dispose();

    private DateTimeOffset? Peek()
    {
        while (_queue.TryPeek(out var entry, out var due))
        {
            if (entry.Actor.TimerDue == due)
                return due;
            _queue.Dequeue();
        }

        return null;
    }

    /// <summary>
    /// Stale entries are let go of once they are most of the queue: a year's deadline would hold on to every execution that has ended.
    /// </summary>
    private void DropStale()
    {
        var live = _queue.UnorderedItems.Where(entry => entry.Element.Actor.TimerDue == entry.Priority).DistinctBy(entry => entry.Element.Actor).ToList();
        _queue.Clear();
        _queue.EnqueueRange(live);
    }

    private void Arm()
    {
        if (_timer is null || Peek() is not { } next)
            return;
        _armed = next;

        // A timer counts whole milliseconds: one more, so that it never fires early.
        var wait = next - _time.GetUtcNow();
        wait = wait <= TimeSpan.Zero ? TimeSpan.Zero : wait > Longest ? Longest : TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds));
        _timer.Change(wait, Timeout.InfiniteTimeSpan);
    }
}
