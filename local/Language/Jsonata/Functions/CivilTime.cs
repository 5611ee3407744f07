using System.Globalization;

namespace Stateside.Language.Jsonata.Functions;

/// <summary>
/// An instant taken apart in UTC, over JavaScript's whole range of dates, which is wider than .NET's.
/// See https://tc39.es/ecma262/#sec-time-values-and-time-range.
/// </summary>
internal readonly struct CivilTime
{
    public const double MillisPerDay = 86_400_000;
    private const double MaxMillis = 8.64e15;

    private CivilTime(double millis)
    {
        Millis = millis;
        var days = (long)Math.Floor(millis / MillisPerDay);
        var rest = (long)(millis - (days * MillisPerDay));
        (Year, Month, Day) = FromDays(days);
        Hour = (int)(rest / 3_600_000);
        Minute = (int)(rest / 60_000 % 60);
        Second = (int)(rest / 1000 % 60);
        Millisecond = (int)(rest % 1000);

        // 1970-01-01 was a Thursday.
        Weekday = (int)(((days % 7) + 10) % 7) + 1;
    }

    public double Millis { get; }

    public long Year { get; }

    /// <summary>The month, from 1.</summary>
    public int Month { get; }

    public int Day { get; }

    public int Hour { get; }

    public int Minute { get; }

    public int Second { get; }

    public int Millisecond { get; }

    /// <summary>The day of the week, from 1 for Monday.</summary>
    public int Weekday { get; }

    public static CivilTime? Of(double millis)
    {
        millis = Math.Truncate(millis);
        return Math.Abs(millis) <= MaxMillis ? new CivilTime(millis) : null;
    }

    /// <summary>
    /// The instant of a date and time, as JavaScript's Date.UTC makes it: months and days may run over, years 0 to 99 are those of the
    /// last century. NaN when there is no such instant.
    /// </summary>
    public static double Utc(double year, double month, double day = 1, double hour = 0, double minute = 0, double second = 0, double milli = 0)
    {
        if (double.IsNaN(year + month + day + hour + minute + second + milli))
            return double.NaN;
        year = Math.Truncate(year);
        if (year is >= 0 and <= 99)
            year += 1900;
        month = Math.Truncate(month);
        var fullYear = year + Math.Floor(month / 12);
        if (Math.Abs(fullYear) > 400_000)
            return double.NaN;
        var days = ToDays((long)fullYear, (int)(month - (Math.Floor(month / 12) * 12)) + 1) + Math.Truncate(day) - 1;
        var result = (days * MillisPerDay) + (Math.Truncate(hour) * 3_600_000) + (Math.Truncate(minute) * 60_000) + (Math.Truncate(second) * 1000)
            + Math.Truncate(milli);
        return Math.Abs(result) <= MaxMillis ? result : double.NaN;
    }

    /// <summary>
    /// The instant an ISO 8601 text names, with parts from the right missing; without an offset it is in UTC. NaN when a part is out of
    /// range.
    /// </summary>
    public static double ParseIso(string text)
    {
        var year = Number(text, 0, 4);
        double month = 1;
        double day = 1;
        double hour = 0;
        double minute = 0;
        double second = 0;
        double milli = 0;
        var at = 4;
        if (Is(text, at, '-') && at + 3 <= text.Length && !Is(text, at + 3, ':') && text.IndexOf('T', StringComparison.Ordinal) is var t && (t < 0 || at < t))
        {
            month = Number(text, at + 1, 2);
            at += 3;
            if (Is(text, at, '-'))
            {
                day = Number(text, at + 1, 2);
                at += 3;
            }
        }

        if (Is(text, at, 'T'))
        {
            hour = Number(text, at + 1, 2);
            minute = Number(text, at + 4, 2);
            second = Number(text, at + 7, 2);
            at += 9;
        }

        if (Is(text, at, '.'))
        {
            var end = at + 1;
            while (end < text.Length && char.IsAsciiDigit(text[end]))
                end++;
            milli = Number(text[(at + 1)..end].PadRight(3, '0'), 0, 3);
            at = end;
        }

        var offset = 0.0;
        if (at < text.Length && text[at] is '+' or '-')
        {
            var minutes = Is(text, at + 3, ':') ? at + 4 : at + 3;
            offset = (Number(text, at + 1, 2) * 60) + Number(text, minutes, 2);
            if (Number(text, at + 1, 2) > 23 || Number(text, minutes, 2) > 59)
                return double.NaN;
            offset = text[at] == '-' ? -offset : offset;
        }

        var isMidnight = hour == 24 && minute == 0 && second == 0 && milli == 0;
        if (month is < 1 or > 12 || day < 1 || day > 31 || (hour > 23 && !isMidnight) || minute > 59 || second > 59)
            return double.NaN;
        var days = ToDays((long)year, (int)month) + day - 1;
        return (days * MillisPerDay) + (hour * 3_600_000) + (minute * 60_000) + (second * 1000) + milli - (offset * 60_000);
    }

    private static bool Is(string text, int at, char c) => at < text.Length && text[at] == c;

    private static double Number(string text, int start, int length) =>
        start + length <= text.Length ? double.Parse(text.AsSpan(start, length), NumberStyles.None, CultureInfo.InvariantCulture) : double.NaN;

    /// <summary>Days from 1970-01-01 to the first of a month (from 1), by eras of 400 years that start in March.</summary>
    private static long ToDays(long year, int month)
    {
        var shifted = month <= 2 ? year - 1 : year;
        var era = (shifted >= 0 ? shifted : shifted - 399) / 400;
        var yearOfEra = shifted - (era * 400);
        var dayOfYear = ((153 * (month + (month > 2 ? -3 : 9))) + 2) / 5;
        return (era * 146_097) + (yearOfEra * 365) + (yearOfEra / 4) - (yearOfEra / 100) + dayOfYear - 719_468;
    }

    private static (long Year, int Month, int Day) FromDays(long days)
    {
        days += 719_468;
        var era = (days >= 0 ? days : days - 146_096) / 146_097;
        var dayOfEra = days - (era * 146_097);
        var yearOfEra = (dayOfEra - (dayOfEra / 1460) + (dayOfEra / 36_524) - (dayOfEra / 146_096)) / 365;
        var dayOfYear = dayOfEra - ((365 * yearOfEra) + (yearOfEra / 4) - (yearOfEra / 100));
        var shifted = ((5 * dayOfYear) + 2) / 153;
        var month = (int)(shifted < 10 ? shifted + 3 : shifted - 9);
        return (yearOfEra + (era * 400) + (month <= 2 ? 1 : 0), month, (int)(dayOfYear - (((153 * shifted) + 2) / 5) + 1));
    }
}
