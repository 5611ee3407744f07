using System.Globalization;

namespace Stateside.Language.Validation;

/// <summary>
/// RFC 3339 as the States Language narrows it: upper case T, and Z or a numeric offset.
/// See https://states-language.net/spec.html#timestamps.
/// </summary>
internal static class Timestamps
{
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
}
