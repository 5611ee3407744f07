using System.Globalization;
using System.Numerics;
using Stateside.Language.Json;
using Stateside.Language.Services;

namespace Stateside.Engine.Tasks.Services.Wire;

/// <summary>Values that have no parts as the texts of forms, XML, headers and queries.</summary>
internal static class WireText
{
    /// <summary>A value's text.</summary>
    /// <param name="shape">What it is.</param>
    /// <param name="value">The value.</param>
    /// <param name="timeFormat">How a time is written: iso8601, rfc822 or unixTimestamp.</param>
    public static string Of(ServiceShape shape, JsonValue value, string timeFormat) => value switch
    {
        _ when shape.Kind == ShapeKind.Timestamp && Time(value) is { } time => Of(time, timeFormat),
        JsonString text => text.Value,
        JsonNumber number => Of(number, shape.Kind is ShapeKind.Integer or ShapeKind.Long),
        _ => JsonWriter.Compact(value),
    };

    /// <summary>What a text says; null when it is empty where it must not be. What does not read as it should stays a text.</summary>
    public static JsonValue? Read(ServiceShape shape, string text)
    {
        switch (shape.Kind)
        {
            case ShapeKind.Boolean:
                return JsonValue.From(text.Trim().Equals("true", StringComparison.OrdinalIgnoreCase));
            case ShapeKind.Integer or ShapeKind.Long or ShapeKind.Float or ShapeKind.Double:
                return text.Length == 0 ? null : Number(text) ?? (JsonValue)JsonValue.From(text);
            case ShapeKind.Timestamp:
                if (text.Length == 0)
                    return null;
                var time = Number(text) is { } seconds ? Time(seconds.Double) : ApiTime.Read(text);
                return time is { } known ? ApiTime.Of(known) : JsonValue.From(text);
            case ShapeKind.Blob:
                return JsonValue.From(string.Concat(text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)));
            default:
                return JsonValue.From(text);
        }
    }

    /// <summary>The time that a value in the API's form stands for, or seconds since 1970; null when it is none.</summary>
    public static DateTimeOffset? Time(JsonValue value) => value switch
    {
        JsonString text => ApiTime.Read(text.Value),
        JsonNumber seconds => Time(seconds.Double),
        _ => null,
    };

    /// <summary>The time so many seconds after 1970 began, to the microsecond; null when the calendar does not have it.</summary>
    public static DateTimeOffset? Time(double seconds)
    {
        var whole = Math.Truncate(seconds);
        if (!(whole > -62135596800 && whole < 253402300799))
            return null;
        var microseconds = (long)Math.Round((seconds - whole) * 1e6);
        return DateTimeOffset.FromUnixTimeSeconds((long)whole).AddTicks(microseconds * TimeSpan.TicksPerMicrosecond);
    }

    /// <summary>A time's text, in UTC.</summary>
    private static string Of(DateTimeOffset time, string format) => format switch
    {
        "iso8601" => ((JsonString)ApiTime.Of(time)).Value,
        "rfc822" => time.ToString("R", CultureInfo.InvariantCulture),
        _ => (time.ToUnixTimeMilliseconds() / 1000m).ToString("0.###", CultureInfo.InvariantCulture),
    };

    private static string Of(JsonNumber number, bool isWhole)
    {
        var value = number.Double;
        if (number.IsInt64 || !number.Token.AsSpan().ContainsAny('.', 'e', 'E'))
            return number.Token;
        if (isWhole && number.IsWhole)
            return new BigInteger(value).ToString(CultureInfo.InvariantCulture);
        return double.IsFinite(value) ? Of(value) : value.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>The shortest digits that read back to the same number; an exponent from 1e16 up and below 1e-4.</summary>
    private static string Of(double value)
    {
        var size = Math.Abs(value);
        if (size is 0 or (>= 1e-4 and < 1e16))
        {
            var text = JsonNumber.Format(value);
            return text.Contains('.', StringComparison.Ordinal) ? text : text + ".0";
        }

        // As AWS's own tools write them; .NET turns to exponents a digit later.
        var shortest = value.ToString("R", CultureInfo.InvariantCulture).Replace('E', 'e');
        return shortest.Contains('e', StringComparison.Ordinal)
            ? shortest
            : shortest.Insert(value < 0 ? 2 : 1, ".").TrimEnd('0').TrimEnd('.') + "e+16";
    }

    /// <summary>A number that keeps its digits where JSON could have them; null when it is none that JSON knows.</summary>
    private static JsonNumber? Number(string text)
    {
        if (long.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite,
            CultureInfo.InvariantCulture, out var whole))
            return JsonNumber.Of(whole);
        if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) || !double.IsFinite(value))
            return null;
        return JsonReader.TryParse(text, out var read) && read is JsonNumber number ? number : JsonNumber.Of(value);
    }
}
