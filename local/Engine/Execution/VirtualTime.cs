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

    /// <summary>Moves the clock; it never goes back.</summary>
    /// <param name="time">The new time.</param>
    public void AdvanceTo(DateTimeOffset time)
    {
        var ticks = time.UtcTicks;
        for (var seen = Volatile.Read(ref _ticks); ticks > seen; seen = Volatile.Read(ref _ticks))
        {
            if (Interlocked.CompareExchange(ref _ticks, ticks, seen) == seen)
                return;
        }
    }
}
