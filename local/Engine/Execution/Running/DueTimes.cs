using Stateside.Engine.Execution.Turns;

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
    /// They look at the clock now and then, since it may be set, and to tell for how long nothing ran.
    /// </summary>
    Threads,
}

/// <summary>The due times of all executions, in two queues: of what takes a time, and of what has a date.</summary>
internal sealed class DueTimes : IDisposable
{
    private static readonly TimeSpan LongestBlink = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(40);
    private readonly object _lock = new();
    private readonly DueQueue _steady = new(isWall: false);
    private readonly DueQueue _wall = new(isWall: true);
    private readonly TimeProvider _time;
    private readonly SteadyTime? _watched;
    private readonly Action<ExecutionActor> _fire;
    private readonly ITimer? _timer;

    /// <summary>When each thread looks next without being told, by the steady clock as it went when the thread lay down.</summary>
    private readonly DateTimeOffset[] _looks = [];

    private DateTimeOffset? _armed;
    private int _watching;
    private bool _isEnded;

    /// <summary>What an execution carries of its place here: within it, since a million executions may sleep.</summary>
    public struct Place
    {
        /// <summary>The ticks of the due time it stands in the queue of times with; 0 when it stands in none.</summary>
        public long Steady;

        /// <summary>The same of the queue of dates.</summary>
        public long Wall;
    }

    public DueTimes(TimeProvider time, DueSignal signal, Action<ExecutionActor> fire)
    {
        _time = time;
        _watched = time as SteadyTime;
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
                return _steady.Count + _wall.Count;
        }
    }

    /// <summary>The earliest due time of a clock that is both; null when there is none.</summary>
    public DateTimeOffset? Next
    {
        get
        {
            lock (_lock)
            {
                var (steady, wall) = (_steady.Next, _wall.Next);
                return steady is null || wall < steady ? wall : steady;
            }
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

    /// <summary>Sets when an execution is next due; what is null takes it out.</summary>
    public void Set(ExecutionActor actor, Due due)
    {
        lock (_lock)
        {
            if (_steady.Set(actor, due.Steady))
                Heed(due.Steady!.Value);
            if (_wall.Set(actor, due.Wall) && SteadyTime.MomentOf(_time) is var now)
                Heed(now.Steady + (due.Wall!.Value - now.Wall));
        }
    }

    /// <summary>Tells every execution whose time has come.</summary>
    public void Fire()
    {
        var due = new List<ExecutionActor>();
        lock (_lock)
        {
            _armed = null;
            var now = SteadyTime.MomentOf(_time);
            while (TakeDue(now) is { } actor)
                due.Add(actor);
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
            _watched?.Watch(null);
            Monitor.PulseAll(_lock);
        }
    }

    private void Run(int thread)
    {
        var wasEmpty = false;
        while (true)
        {
            ExecutionActor? due;
            lock (_lock)
            {
                while (true)
                {
                    if (_isEnded)
                        return;
                    var now = SteadyTime.MomentOf(_time);
                    due = TakeDue(now);
                    if (due is not null)
                        break;

                    // Where nothing waits it looks once more before it lies down for good: the next execution may come soon.
                    var left = Left(now);
                    TimeSpan? wait = left is { } time ? Min(time, LongestBlink) : wasEmpty ? null : LongestBlink;
                    wasEmpty = left is null;
                    _looks[thread] = wait is null ? DateTimeOffset.MaxValue : now.Steady + wait.Value;
                    _watched?.Watch(wait);
                    _watching++;
                    Monitor.Wait(_lock, wait is { } span ? TimeSpan.FromMilliseconds(Math.Ceiling(span.TotalMilliseconds)) : Timeout.InfiniteTimeSpan);
                    _watching--;
                    _looks[thread] = DateTimeOffset.MaxValue;
                }

                wasEmpty = false;
                _looks[thread] = DateTimeOffset.MaxValue;

                // This thread is away now: what waits is the other's to look at, should it have lain down for good.
                if (IsAsleep && !(_steady.IsEmpty && _wall.IsEmpty))
                    Monitor.Pulse(_lock);
                if (_watching == 0)
                    _watched?.Watch(null);
            }

            _fire(due);
        }
    }

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private ExecutionActor? TakeDue(Moment now) => _steady.TakeDue(now.Steady) ?? _wall.TakeDue(now.Wall);

    /// <summary>How long it is until something is due; null when nothing is.</summary>
    private TimeSpan? Left(Moment now)
    {
        var (steady, wall) = (_steady.Next - now.Steady, _wall.Next - now.Wall);
        return steady is null || wall < steady ? wall : steady;
    }

    /// <summary>Sees to it that somebody looks at that time of the steady clock.</summary>
    private void Heed(DateTimeOffset time)
    {
        // To wake a thread takes longer than a step: not where one looks in time by itself, as with most deadlines.
        if (_looks.Length > 0 && Array.TrueForAll(_looks, look => time < look))
            Monitor.Pulse(_lock);
        if (_armed is null || time < _armed)
            Arm();
    }

    private void Arm()
    {
        if (_timer is null)
            return;
        var now = SteadyTime.MomentOf(_time);
        if (Left(now) is not { } left)
        {
            _watched?.Watch(null);
            return;
        }

        // A timer counts whole milliseconds: one more, so that it never fires early.
        var wait = left <= TimeSpan.Zero ? TimeSpan.Zero : TimeSpan.FromMilliseconds(Math.Ceiling(Min(left, Longest).TotalMilliseconds));
        if (_watched is not null)
            _watched.Watch(wait = Min(wait, LongestBlink));
        _armed = now.Steady + wait;
        _timer.Change(wait, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The due times that follow one clock.</summary>
    private sealed class DueQueue(bool isWall)
    {
        private readonly PriorityQueue<ExecutionActor, long> _queue = new();
        private int _waiting;

        public int Count => _queue.Count;

        public bool IsEmpty => Next is null;

        /// <summary>The earliest; null when there is none.</summary>
        public DateTimeOffset? Next
        {
            get
            {
                while (_queue.TryPeek(out var actor, out var due))
                {
                    if (Of(actor) == due)
                        return new DateTimeOffset(due, TimeSpan.Zero);
                    _queue.Dequeue();
                }

                return null;
            }
        }

        /// <summary>Sets an execution's due time; null takes it out.</summary>
        /// <returns>Whether there is a new one to look for.</returns>
        public bool Set(ExecutionActor actor, DateTimeOffset? time)
        {
            ref var place = ref Of(actor);
            var due = time?.UtcTicks ?? 0;
            if (place == due)
                return false;
            _waiting += (due == 0 ? 0 : 1) - (place == 0 ? 0 : 1);

            // An entry that no longer says what its execution says is stale and passed over when its turn comes.
            place = due;
            if (_queue.Count > 64 + (2 * _waiting))
                DropStale();
            if (due == 0)
                return false;
            _queue.Enqueue(actor, due);
            return true;
        }

        /// <summary>Takes the first one out that is due; null when there is none.</summary>
        public ExecutionActor? TakeDue(DateTimeOffset now)
        {
            if (Next is not { } next || next > now)
                return null;
            var actor = _queue.Dequeue();
            Of(actor) = 0;
            _waiting--;
            return actor;
        }

        private ref long Of(ExecutionActor actor) => ref isWall ? ref actor.InDueTimes.Wall : ref actor.InDueTimes.Steady;

        /// <summary>
        /// Stale entries are let go of once they are most of the queue: a year's deadline would hold on to every execution that has ended.
        /// </summary>
        private void DropStale()
        {
            var live = _queue.UnorderedItems.Where(entry => Of(entry.Element) == entry.Priority).DistinctBy(entry => entry.Element).ToList();
            _queue.Clear();
            _queue.EnqueueRange(live);
        }
    }
}
