namespace Stateside.Workflow.Tests;

/// <summary>A clock that a test moves while a function is out; a timer rings as soon as the clock has reached it.</summary>
internal sealed class SteppedTime : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly List<Alarm> _alarms = [];
    private DateTimeOffset _now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock)
            return _now;
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var alarm = new Alarm(this, () => callback(state));
        lock (_lock)
            _alarms.Add(alarm);
        alarm.Change(dueTime, period);
        return alarm;
    }

    public void Advance(TimeSpan by)
    {
        lock (_lock)
            _now += by;
        Ring();
    }

    private void Ring()
    {
        lock (_lock)
        {
            foreach (var alarm in _alarms.Where(alarm => alarm.Due <= _now))
            {
                alarm.Due = null;
                ThreadPool.QueueUserWorkItem(_ => alarm.Run());
            }
        }
    }

    private sealed class Alarm(SteppedTime time, Action run) : ITimer
    {
        public DateTimeOffset? Due { get; set; }

        public Action Run => run;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (time._lock)
                Due = dueTime == Timeout.InfiniteTimeSpan ? null : time._now + dueTime;
            time.Ring();
            return true;
        }

        public void Dispose()
        {
            lock (time._lock)
                time._alarms.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
