namespace Stateside.Testing;

/// <summary>
/// A clock that measures nothing while a debugger is attached, so that what is held at a breakpoint does not run out of time.
/// </summary>
/// <param name="clock">The clock else.</param>
/// <param name="isDebugged">Tells whether one is attached.</param>
internal sealed class UndebuggedClock(TimeProvider clock, Func<bool> isDebugged) : TimeProvider
{
    private long _last;

    public override long TimestampFrequency => clock.TimestampFrequency;

    public override long GetTimestamp() => isDebugged() ? Volatile.Read(ref _last) : _last = clock.GetTimestamp();
}
