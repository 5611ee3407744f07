using System.Globalization;
using Stateside.Language.Evaluation;
using Stateside.Language.Json;

namespace Stateside.Engine.Tasks;

/// <summary>Times as the API's form has them: ISO 8601 in UTC, with as many digits of a second as there are, in threes.</summary>
internal static class ApiTime
{
    /// <summary>Dates of HTTP, days, and times that leave it to the reader that they are in UTC.</summary>
    private static readonly string[] OtherForms = ["r", "yyyy-MM-dd", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF"];

    /// <summary>A time as text.</summary>
    public static JsonValue Of(DateTimeOffset time)
    {
        var form = (time.UtcTicks % TimeSpan.TicksPerSecond) switch
        {
            0 => "yyyy-MM-dd'T'HH:mm:ss'Z'",
            var part when part % TimeSpan.TicksPerMillisecond == 0 => "yyyy-MM-dd'T'HH:mm:ss.fff'Z'",
            _ => "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'",
        };
        return JsonValue.From(time.UtcDateTime.ToString(form, CultureInfo.InvariantCulture));
    }

    /// <summary>The time of a text as services write them; null when it is none.</summary>
    public static DateTimeOffset? Read(string text)
    {
        if (Timestamp.TryParse(text, out var time))
            return time;
        return DateTimeOffset.TryParseExact(text, OtherForms, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out time) ? time : null;
    }
}
