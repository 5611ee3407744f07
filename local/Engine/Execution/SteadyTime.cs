using Stateside.Engine.Execution.Turns;

namespace Stateside.Engine.Execution;

/// <summary>
/// A clock whose counter leaves out the time in which the process could not run, since the computer slept or the process was stopped:
/// what waits here could do nothing meanwhile. The counter of Windows goes on while the computer sleeps, those of Linux and macOS do not,
/// and all of them do while a process is stopped. Its dates are the wall clock's.
/// </summary>
/// <remarks>
/// Whoever waits for due times says by when it looks again (<see cref="Watch"/>). Where nobody has looked by long after that, nothing ran.
/// Once that is overdue, whoever asks for the time looks too: it does run then, and the clock never goes back.
/// </remarks>
/// <param name="time">The computer's clock.</param>
internal sealed class SteadyTime(TimeProvider time) : TimeProvider
{
    /// <summary>
    /// So late a look is no lag any more: a busy computer was seen to be 3 s late, and nobody lets one sleep for less than this. Taken for
    /// sleep, a lag would make what is due as late once more; taken for lag, a sleep fires what had not that long to go.
    /// </summary>
    public static readonly TimeSpan MostLag = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private readonly DateTimeOffset _begin = time.GetUtcNow();
    private readonly long _beginCounter = time.GetTimestamp();
    private readonly long _mostLag = Ticks(time, MostLag);
    private long _asleep;

    /// <summary>What the counter says when somebody looks again; the greatest number where nobody watches.</summary>
    private long _nextLook = long.MaxValue;

    /// <summary>The clock to wait by: virtual time as it is, any other one made steady.</summary>
    public static TimeProvider Over(TimeProvider time) => time is VirtualTime or SteadyTime ? time : new SteadyTime(time);

    /// <summary>The present by both clocks, of which virtual time is each.</summary>
    public static Moment MomentOf(TimeProvider time) =>
        time is SteadyTime steady ? new(steady.GetUtcNow(), steady.GetSteadyNow()) : Moment.At(time.GetUtcNow());

    /// <summary>The wall clock as it was at the beginning, gone on by the counter: whoever sets the one does not move the other.</summary>
    public DateTimeOffset GetSteadyNow() => _begin + GetElapsedTime(_beginCounter, GetTimestamp());

    public override DateTimeOffset GetUtcNow() => time.GetUtcNow();

    public override long TimestampFrequency => time.TimestampFrequency;

    public override TimeZoneInfo LocalTimeZone => time.LocalTimeZone;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        time.CreateTimer(callback, state, dueTime, period);

    public override long GetTimestamp()
    {
        while (true)
        {
            var asleep = Volatile.Read(ref _asleep);
            var counter = time.GetTimestamp();
            if (counter > Volatile.Read(ref _nextLook))
            {
                lock (_lock)
                    return Look() - _asleep;
            }

            if (asleep == Volatile.Read(ref _asleep))
                return counter - asleep;
        }
    }

    /// <summary>Somebody looks at this clock within that time; null where nobody does, and how long nothing ran is not to be told.</summary>
    public void Watch(TimeSpan? within)
    {
        lock (_lock)
        {
            var counter = Look();
            Volatile.Write(ref _nextLook, within is { } wait ? counter + Ticks(time, wait) : long.MaxValue);
        }
    }

    private long Look()
    {
        var counter = time.GetTimestamp();
        if (counter <= _nextLook)
            return counter;
        if (counter - _nextLook > _mostLag)
            Volatile.Write(ref _asleep, _asleep + counter - _nextLook);
        Volatile.Write(ref _nextLook, counter);
        return counter;
    }

    private static long Ticks(TimeProvider time, TimeSpan span) => (long)(span.TotalSeconds * time.TimestampFrequency);
}
