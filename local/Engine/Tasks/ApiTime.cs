using System.Globalization;
using Stateside.Language.Json;

namespace Stateside.Engine.Tasks;

/// <summary>Times as the API's form has them: ISO 8601 in UTC, with as many digits of a second as there are, in threes.</summary>
internal static class ApiTime
{
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

    public static DateTimeOffset? Read(string text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;
}
