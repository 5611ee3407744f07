using System.Globalization;

namespace Stateside.Language.Evaluation;

/// <summary>
/// Reads timestamps as the service does: ISO 8601's extended form with an offset (<c>2016-08-18T17:33:00.123Z</c>,
/// <c>2016-08-18T17:33+02:00</c>), seconds and a fraction of up to nine digits being optional.
/// </summary>
internal static class Timestamp
{
    /// <summary>Reads a timestamp.</summary>
    /// <param name="text">The text.</param>
    /// <param name="time">The time, in UTC, cut to a tenth of a microsecond.</param>
    public static bool TryParse(string text, out DateTimeOffset time)
    {
        time = default;
        var rest = text.AsSpan();
        if (!TakeNumber(ref rest, 4, out var year) || !Take(ref rest, '-') || !TakeNumber(ref rest, 2, out var month)
            || !Take(ref rest, '-') || !TakeNumber(ref rest, 2, out var day) || !(Take(ref rest, 'T') || Take(ref rest, 't'))
            || !TakeNumber(ref rest, 2, out var hour) || !Take(ref rest, ':') || !TakeNumber(ref rest, 2, out var minute))
        {
            return false;
        }

        var second = 0;
        var fraction = 0L;
        if (Take(ref rest, ':') && (!TakeNumber(ref rest, 2, out second) || (Take(ref rest, '.') && !TakeFraction(ref rest, out fraction))))
            return false;
        if (!TakeOffset(ref rest, out var offset) || rest.Length > 0)
            return false;
        if (year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month) || hour > 23 || minute > 59 || second > 59)
            return false;

        var ticks = new DateTime(year, month, day, hour, minute, second, DateTimeKind.Utc).Ticks + fraction - offset.Ticks;
        if (ticks < DateTime.MinValue.Ticks || ticks > DateTime.MaxValue.Ticks)
            return false;
        time = new DateTimeOffset(ticks, TimeSpan.Zero);
        return true;
    }

    /// <summary>
    /// Whether a text may stand for a timestamp in a definition: RFC 3339 as the States Language narrows it, with seconds, an upper case T,
    /// and Z or a numeric offset. See https://states-language.net/spec.html#timestamps.
    /// </summary>
    public static bool IsRfc3339(string text)
    {
        // yyyy-MM-ddTHH:mm:ss, then a fraction, then the zone.
        if (text.Length < 20 || !DateTime.TryParseExact(text.AsSpan(0, 19), "yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture, DateTimeStyles.None, out _))
            return false;
        var rest = text.AsSpan(19);
        if (rest[0] == '.')
        {
            var digits = rest[1..].IndexOfAnyExceptInRange('0', '9');
            if (digits <= 0)
                return false;
            rest = rest[(digits + 1)..];
        }

        if (rest is "Z")
            return true;
        return rest.Length == 6 && rest[0] is '+' or '-' && rest[3] == ':'
            && int.TryParse(rest[1..3], NumberStyles.None, CultureInfo.InvariantCulture, out var hours) && hours < 24
            && int.TryParse(rest[4..], NumberStyles.None, CultureInfo.InvariantCulture, out var minutes) && minutes < 60;
    }

    private static bool TakeOffset(ref ReadOnlySpan<char> rest, out TimeSpan offset)
    {
        offset = TimeSpan.Zero;
        if (Take(ref rest, 'Z') || Take(ref rest, 'z'))
            return true;
        var sign = Take(ref rest, '+') ? 1 : Take(ref rest, '-') ? -1 : 0;
        if (sign == 0 || !TakeNumber(ref rest, 2, out var hours) || !Take(ref rest, ':') || !TakeNumber(ref rest, 2, out var minutes))
            return false;
        var seconds = 0;
        if (Take(ref rest, ':') && !TakeNumber(ref rest, 2, out seconds))
            return false;
        offset = sign * new TimeSpan(hours, minutes, seconds);
        return minutes < 60 && seconds < 60 && offset.Duration() <= TimeSpan.FromHours(18);
    }

    private static bool TakeFraction(ref ReadOnlySpan<char> rest, out long ticks)
    {
        const int Digits = 9;
        var length = rest.IndexOfAnyExceptInRange('0', '9');
        ticks = 0;
        if (length is < 1 or > Digits)
            return false;
        var nanoseconds = int.Parse(rest[..length], NumberStyles.None, CultureInfo.InvariantCulture);
        for (var i = length; i < Digits; i++)
            nanoseconds *= 10;
        ticks = nanoseconds / TimeSpan.NanosecondsPerTick;
        rest = rest[length..];
        return true;
    }

    private static bool TakeNumber(ref ReadOnlySpan<char> rest, int digits, out int number)
    {
        number = 0;
        if (rest.Length < digits || !int.TryParse(rest[..digits], NumberStyles.None, CultureInfo.InvariantCulture, out number))
            return false;
        rest = rest[digits..];
        return true;
    }

    private static bool Take(ref ReadOnlySpan<char> rest, char c)
    {
        if (rest.Length == 0 || rest[0] != c)
            return false;
        rest = rest[1..];
        return true;
    }
}
