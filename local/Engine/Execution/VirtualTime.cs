using Stateside.Engine.Execution.Running;

namespace Stateside.Engine.Execution;

/// <summary>
/// A clock that stands still until it is moved. An engine on it jumps to the next due time whenever no frame is ready, no effect is
/// in flight and no outsider owes an answer, so that waits and pauses pass at once and in order. One made over another clock runs
/// with that clock between the jumps, as a service needs whose callers live in real time.
/// </summary>
public sealed class VirtualTime : TimeProvider
{
    private readonly TimeProvider? _flow;

    /// <summary>The time at which it stands; of a clock that runs, what was skipped so far.</summary>
    private long _ticks;

    /// <summary>A clock that stands.</summary>
    /// <param name="start">The time it starts at.</param>
    public VirtualTime(DateTimeOffset start) => _ticks = start.UtcTicks;

    /// <summary>A clock that runs with another and is ahead of it by what was skipped.</summary>
    /// <param name="flow">The other clock.</param>
    public VirtualTime(TimeProvider flow) => _flow = flow;

    /// <summary>Whether it runs between the jumps.</summary>
    public bool Flows => _flow is not null;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => new(Base + Volatile.Read(ref _ticks), TimeSpan.Zero);

    /// <inheritdoc/>
    public override long GetTimestamp() => Base + Volatile.Read(ref _ticks);

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    private long Base => _flow?.GetUtcNow().UtcTicks ?? 0;

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        _flow?.CreateTimer(callback, state, dueTime, period) ?? base.CreateTimer(callback, state, dueTime, period);

    /// <summary>Raised when an outsider has moved the clock.</summary>
    internal event Action? Advanced;

    /// <summary>
    /// Moves the clock in one go; it never goes back. Everything due by then fires at the new time: to have each fire at its own, in
    /// order, ask the engine (<see cref="ExecutionEngine.AdvanceAsync"/>).
    /// </summary>
    /// <param name="time">The new time.</param>
    public void AdvanceTo(DateTimeOffset time)
    {
        MoveTo(time);
        Advanced?.Invoke();
    }

    /// <summary>Moves the clock without telling anyone.</summary>
    internal void MoveTo(DateTimeOffset time)
    {
        var ticks = time.UtcTicks - Base;
        for (var seen = Volatile.Read(ref _ticks); ticks > seen; seen = Volatile.Read(ref _ticks))
        {
            if (Interlocked.CompareExchange(ref _ticks, ticks, seen) == seen)
                return;
        }
    }
}
