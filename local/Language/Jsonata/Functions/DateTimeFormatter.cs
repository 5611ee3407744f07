using System.Text;
using Stateside.Language.Json;

namespace Stateside.Language.Jsonata.Functions;

/// <summary>Writes an instant by a date and time picture.</summary>
internal sealed class DateTimeFormatter
{
    private readonly CivilTime _time;
    private readonly double _offsetHours;
    private readonly double _offsetMinutes;

    private DateTimeFormatter(double millis, string? timezone)
    {
        if (timezone is not null)
        {
            // The form is +hhmm.
            var offset = Numerals.ParseLeadingInteger(timezone);
            _offsetHours = Math.Floor(offset / 100);
            _offsetMinutes = offset % 100;
        }

        _time = CivilTime.Of(millis + (((60 * _offsetHours) + _offsetMinutes) * 60_000))
            ?? throw new JsonataException("D1001") { Value = Values.Number(millis) };
    }

    public static string Format(double millis, DateTimePicture picture, string? timezone)
    {
        var formatter = new DateTimeFormatter(millis, timezone);
        var result = new StringBuilder();
        foreach (var part in picture.Parts)
            result.Append(part.Literal ?? formatter.Component(part));
        return result.ToString();
    }

    private string Component(PicturePart part)
    {
        switch (part.Component)
        {
            case 'Z' or 'z':
                return Timezone(part);
            case 'P':
                var half = _time.Hour >= 12 ? "pm" : "am";
                return part.Names == NameCase.Upper ? half.ToUpperInvariant() : half;
            case 'C' or 'E':
                return "ISO";
        }

        var value = DateTimeComponents.Of(_time, part.Component);
        if (part.Names is { } names)
            return Name(part, value, names);
        if (part.Integer is null)
            return "undefined";
        if (part.Component == 'Y' && part.YearDigits is { } digits)
            value %= Math.Pow(10, digits);
        return part.Integer.Format(value);
    }

    private static string Name(PicturePart part, double value, NameCase names)
    {
        var name = part.Component switch
        {
            'M' or 'x' => DateTimeComponents.Months[(int)value - 1],
            'F' => DateTimeComponents.Days[(int)value],
            _ => throw new JsonataException("D3133") { Value = new JsonString(part.Component.ToString()) },
        };
        if (names != NameCase.Title)
            name = names == NameCase.Upper ? name.ToUpperInvariant() : name.ToLowerInvariant();
        return part.MaxWidth is { } width && name.Length > width ? name[..Math.Max(0, width)] : name;
    }

    private string Timezone(PicturePart part)
    {
        var offset = (_offsetHours * 100) + _offsetMinutes;
        var format = part.Integer ?? IntegerPicture.Parse("01:01");
        var text = format switch
        {
            { RegularGroup: > 0 } => format.Format(offset),
            { MandatoryDigits: 1 or 2 } => format.Format(_offsetHours) + (_offsetMinutes != 0 ? ":" + IntegerPicture.Parse("00").Format(_offsetMinutes) : ""),
            { MandatoryDigits: 3 or 4 } => format.Format(offset),
            _ => throw new JsonataException("D3134") { Value = JsonNumber.Of(format.MandatoryDigits) },
        };
        if (offset == 0 && part.Modifier == 't')
            return "Z";
        return (part.Component == 'z' ? "GMT" : "") + (offset >= 0 ? "+" : "") + text;
    }
}
