namespace Stateside.Conformance.Simulation;

/// <summary>The clocks of the machine: one that only goes on, and the wall clock, which is set now and then.</summary>
internal sealed class SimulatedClock
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>The time since the machine started.</summary>
    public TimeSpan Elapsed { get; private set; } = TimeSpan.FromMinutes(1);

    /// <summary>By how much the wall clock was set.</summary>
    public TimeSpan Set { get; private set; }

    /// <summary>What the wall clock shows.</summary>
    public DateTimeOffset Wall => Start + Elapsed + Set;

    public void Go(TimeSpan time) => Elapsed += time;

    public void SetWall(TimeSpan by) => Set += by;
}

/// <summary>The clock as one life of the service has it: with timers that end with it.</summary>
/// <param name="clock">The machine's clocks.</param>
/// <param name="asked">Called whenever the time is asked for.</param>
internal sealed class SimulatedTime(SimulatedClock clock, Action asked) : TimeProvider
{
    private readonly List<Timer> _timers = [];
    private long _serial;
    private bool _hasFirst;

    /// <summary>Whether what the engine's timer of due times is set to is dropped, where that fault is planted; else null.</summary>
    public Func<bool>? Drops { get; set; }

    /// <summary>When the next timer is due; null when none is set.</summary>
    public TimeSpan? Next => _timers.Count == 0 ? null : _timers.Min(timer => timer.Due);

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow()
    {
        asked();
        return clock.Wall;
    }

    /// <inheritdoc/>
    public override long GetTimestamp() => clock.Elapsed.Ticks;

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, callback, state, isFirst: !_hasFirst);
        _hasFirst = true;
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Fires the timer that is due longest.</summary>
    /// <returns>Whether there was one.</returns>
    public bool Fire()
    {
        var first = _timers.Where(timer => timer.Due <= clock.Elapsed).MinBy(timer => (timer.Due, timer.Serial));
        first?.Fire();
        return first is not null;
    }

    private sealed class Timer(SimulatedTime time, TimerCallback callback, object? state, bool isFirst) : ITimer
    {
        private TimeSpan _period;

        public TimeSpan Due { get; private set; }

        public long Serial { get; private set; }

        private TimeSpan Now => time.Elapsed;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            time._timers.Remove(this);
            if (dueTime == Timeout.InfiniteTimeSpan || (isFirst && time.Drops?.Invoke() == true))
                return true;
            (Due, Serial, _period) = (Now + dueTime, ++time._serial, period);
            time._timers.Add(this);
            return true;
        }

        public void Fire()
        {
            time._timers.Remove(this);
            if (_period > TimeSpan.Zero)
                Change(_period, _period);
            callback(state);
        }

        public void Dispose() => time._timers.Remove(this);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }
    }

    private TimeSpan Elapsed => clock.Elapsed;
}
