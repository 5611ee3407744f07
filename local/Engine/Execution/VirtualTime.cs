namespace Stateside.Engine.Execution;

/// <summary>
/// A clock that stands still until it is moved. An engine on it jumps to the next due time whenever no frame is ready, no effect is
/// in flight and no outsider owes an answer, so that waits and pauses pass at once and in order.
/// </summary>
/// <param name="start">The time it starts at.</param>
public sealed class VirtualTime(DateTimeOffset start) : TimeProvider
{
    private long _ticks = start.UtcTicks;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => new(Volatile.Read(ref _ticks), TimeSpan.Zero);

    /// <inheritdoc/>
    public override long GetTimestamp() => Volatile.Read(ref _ticks);

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

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
        var ticks = time.UtcTicks;
        for (var seen = Volatile.Read(ref _ticks); ticks > seen; seen = Volatile.Read(ref _ticks))
        {
            if (Interlocked.CompareExchange(ref _ticks, ticks, seen) == seen)
                return;
        }
    }
}
