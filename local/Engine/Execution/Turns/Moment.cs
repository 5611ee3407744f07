namespace Stateside.Engine.Execution.Turns;

/// <summary>One moment by two clocks: that of dates, and the one by which whatever takes a time is waited for.</summary>
/// <param name="Wall">The date, which may be set.</param>
/// <param name="Steady">The same as a rule, but that it goes on evenly while the process runs, and stands while it does not.</param>
internal readonly record struct Moment(DateTimeOffset Wall, DateTimeOffset Steady)
{
    /// <summary>A moment of a clock that is both.</summary>
    public static Moment At(DateTimeOffset time) => new(time, time);
}

/// <summary>When something is next due, by each of the clocks of a <see cref="Moment"/>.</summary>
/// <param name="Steady">What takes a time: a Wait of seconds, a timeout, a pause before a retry.</param>
/// <param name="Wall">What has a date: a Wait until a timestamp.</param>
internal readonly record struct Due(DateTimeOffset? Steady, DateTimeOffset? Wall);
