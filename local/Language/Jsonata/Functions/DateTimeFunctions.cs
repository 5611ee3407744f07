using System.Text.RegularExpressions;
using Stateside.Language.Json;

namespace Stateside.Language.Jsonata.Functions;

/// <summary>Date and time functions. See https://docs.jsonata.org/date-time-functions.</summary>
internal static partial class DateTimeFunctions
{
    public static readonly NativeFunction[] All =
    [
        new("now", "<s?s?:s>", 2, (arguments, run) => new JsonString(DateTimeFormatter.Format(run.NowMillis, Picture(arguments[0], run), Text(arguments[1]))), FunctionShapes.Always(ShapeValue.Text)),
        new("millis", "<:n>", 0, (_, run) => Values.Number(run.NowMillis)),
        new("fromMillis", "<n-s?s?:s>", 3, (arguments, run) => arguments[0] is JsonNumber millis
            ? new JsonString(DateTimeFormatter.Format(millis.Double, Picture(arguments[1], run), Text(arguments[2])))
            : null),
        new("toMillis", "<s-s?:n>", 2, ToMillis, FunctionShapes.Instant),
    ];

    private static string? Text(JsonValue? value) => (value as JsonString)?.Value;

    private static DateTimePicture Picture(JsonValue? picture, Run run) =>
        picture is JsonString text ? run.Once(text.Value, DateTimePicture.Parse) : DateTimePicture.Iso8601;

    private static JsonNumber? ToMillis(JsonValue?[] arguments, Run run)
    {
        if (arguments[0] is not JsonString timestamp)
            return null;
        if (arguments[1] is JsonString picture)
            return DateTimeParser.Parse(timestamp.Value, run.Once(picture.Value, DateTimePicture.Parse), run.NowMillis) is { } millis ? Values.Number(millis) : null;
        if (!Iso8601().IsMatch(timestamp.Value))
            throw new JsonataException("D3110") { Value = timestamp };
        return Values.Number(CivilTime.ParseIso(timestamp.Value));
    }

    [GeneratedRegex(
        @"^[0-9]{4}(-[01][0-9])?(-[0-3][0-9])?(T[0-2][0-9]:[0-5][0-9]:[0-5][0-9])?(\.[0-9]+)?([+-][0-2][0-9]:?[0-5][0-9]|Z)?\z",
        RegexOptions.CultureInvariant)]
    private static partial Regex Iso8601();
}
