namespace Stateside.Engine.Execution.Running;

/// <summary>What tells that a due time has come.</summary>
internal enum DueSignal
{
    /// <summary>Whoever moves the clock.</summary>
    None,

    /// <summary>A timer of the clock's own.</summary>
    Timer,

    /// <summary>
    /// Threads that wait for nothing else and let what is due move at once: behind the requests of a busy service it would wake late.
    /// They look at the clock now and then, since it may be set.
    /// </summary>
    Threads,
}

/// <summary>The due times of all executions in one queue.</summary>
internal sealed class DueTimes : IDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(40);
    private static readonly TimeSpan LongestBlink = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ForEver = TimeSpan.MaxValue;
    private readonly object _lock = new();
    private readonly PriorityQueue<(ExecutionActor Actor, DateTimeOffset Due), DateTimeOffset> _queue = new();
    private readonly TimeProvider _time;
    private readonly Action<ExecutionActor> _fire;
    private readonly ITimer? _timer;

    /// <summary>When each thread looks next without being told, by the clock as it went when the thread lay down.</summary>
    private readonly DateTimeOffset[] _looks = [];

    private DateTimeOffset? _armed;
    private int _waiting;
    private bool _isEnded;

    /// <summary>What an execution carries of its place here: within it, since a million executions may sleep.</summary>
    public struct Place
    {
        /// <summary>The due time it stands in the queue with; null when it stands in none.</summary>
        public DateTimeOffset? Due;
    }

    public DueTimes(TimeProvider time, DueSignal signal, Action<ExecutionActor> fire)
    {
        _time = time;
        _fire = fire;
        if (signal == DueSignal.Timer)
            _timer = time.CreateTimer(_ => Fire(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        if (signal != DueSignal.Threads)
            return;

        // Two, so that one slow step keeps no other waiting.
        _looks = [DateTimeOffset.MinValue, DateTimeOffset.MinValue];
        for (var i = 0; i < _looks.Length; i++)
        {
            var thread = i;
            new Thread(() => Run(thread)) { IsBackground = true, Name = "Stateside timer" }.Start();
        }
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

    /// <summary>Whether threads wait for due times, and none looks again before it is told.</summary>
    internal bool IsAsleep
    {
        get
        {
            lock (_lock)
                return _looks.Length > 0 && Array.TrueForAll(_looks, look => look == DateTimeOffset.MaxValue);
        }
    }

    /// <summary>Sets when an execution is next due; null takes it out.</summary>
    public void Set(ExecutionActor actor, DateTimeOffset? due)
    {
        lock (_lock)
        {
            if (actor.InDueTimes.Due == due)
                return;

            _waiting += (due is null ? 0 : 1) - (actor.InDueTimes.Due is null ? 0 : 1);

            // An entry that no longer says what its execution says is stale and passed over when its turn comes.
            actor.InDueTimes.Due = due;
            if (_queue.Count > 64 + (2 * _waiting))
                DropStale();
            if (due is not { } time)
                return;
            _queue.Enqueue((actor, time), time);

            // To wake a thread takes longer than a step: not where one looks in time by itself, as with most deadlines.
            if (_looks.Length > 0 && Array.TrueForAll(_looks, look => time < look))
                Monitor.Pulse(_lock);
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
                due.Add(Take());
            }

            Arm();
        }

        foreach (var actor in due)
            _fire(actor);
    }

    public void Dispose()
    {
        _timer?.Dispose();
        lock (_lock)
        {
            _isEnded = true;
            Monitor.PulseAll(_lock);
        }
    }

    private void Run(int thread)
    {
        var wasEmpty = false;
        while (true)
        {
            ExecutionActor due;
            lock (_lock)
            {
                while (true)
                {
                    if (_isEnded)
                        return;
                    var now = _time.GetUtcNow();
                    var next = Peek();
                    if (next <= now)
                        break;

                    // Where nothing waits it looks once more before it lies down for good: the next execution may come soon.
                    var wait = next is { } time ? Min(time - now, LongestBlink) : wasEmpty ? ForEver : LongestBlink;
                    wasEmpty = next is null;
                    _looks[thread] = wait == ForEver ? DateTimeOffset.MaxValue : now + wait;
                    Monitor.Wait(_lock, wait == ForEver ? Timeout.InfiniteTimeSpan : TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds)));
                    _looks[thread] = DateTimeOffset.MaxValue;
                }

                wasEmpty = false;
                _looks[thread] = DateTimeOffset.MaxValue;
                due = Take();

                // This thread is away now: what waits is the other's to look at, should it have lain down for good.
                if (Peek() is not null && IsAsleep)
                    Monitor.Pulse(_lock);
            }

            _fire(due);
        }
    }

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private ExecutionActor Take()
    {
        var (actor, _) = _queue.Dequeue();
        actor.InDueTimes.Due = null;
        _waiting--;
        return actor;
    }

    private DateTimeOffset? Peek()
    {
        while (_queue.TryPeek(out var entry, out var due))
        {
            if (entry.Actor.InDueTimes.Due == due)
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
        var live = _queue.UnorderedItems.Where(entry => entry.Element.Actor.InDueTimes.Due == entry.Priority).DistinctBy(entry => entry.Element.Actor).ToList();
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
