using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Stateside.Language.Json;

namespace Stateside.Language.Jsonata.Functions;

/// <summary>Reads an instant from a text by a date and time picture.</summary>
internal sealed class DateTimeParser
{
    private readonly Dictionary<char, double> _components = [];

    public static double? Parse(string text, DateTimePicture picture, double nowMillis)
    {
        var parser = new DateTimeParser();
        return parser.Read(text, picture) ? parser.ToMillis(nowMillis) : null;
    }

    private static string Pattern(PicturePart part)
    {
        if (part.Literal is not null)
            return Regex.Escape(part.Literal);
        switch (part.Component)
        {
            case 'Z' or 'z':
                var separator = part.Integer?.RegularSeparator;
                return (part.Component == 'z' ? "GMT" : "") + "[-+][0-9]+" + (separator is null ? "" : Regex.Escape(separator) + "[0-9]+");
            case 'f':
                return "[0-9]+";
        }

        if (part.Integer is not { } format)
        {
            return part.Component is 'M' or 'x' or 'F' or 'P'
                ? "[a-zA-Z]+"
                : throw new JsonataException("D3133") { Value = new JsonString(part.Component.ToString()) };
        }

        return format.Style switch
        {
            IntegerStyle.Letters => format.IsUpper ? "[A-Z]+" : "[a-z]+",
            IntegerStyle.Roman => format.IsUpper ? "[MDCLXVI]+" : "[mdclxvi]+",
            IntegerStyle.Words => $"(?:{string.Join('|', Numerals.Words)}|and|[-, ])+",
            IntegerStyle.Sequence => throw new JsonataException("D3130") { Value = JsonValue.Null },
            _ => "[0-9]" + (format.ParseWidth is { } width and > 0 ? $"{{{width}}}" : "+") + (format.IsOrdinal ? "(?:th|st|nd|rd)" : ""),
        };
    }

    private static double Value(PicturePart part, string text)
    {
        switch (part.Component)
        {
            case 'Z' or 'z':
                return Offset(part, text);
            case 'f':
                return double.Parse("0." + text[..Math.Min(3, text.Length)], CultureInfo.InvariantCulture) * 1000;
        }

        if (part.Integer is { } format)
            return format.Read(text);
        if (part.Component == 'P')
            return text switch { "am" or "AM" => 0, "pm" or "PM" => 1, _ => double.NaN };
        var names = part.Component == 'F' ? DateTimeComponents.Days : DateTimeComponents.Months;
        var width = part.MaxWidth is > 0 ? part.MaxWidth.Value : int.MaxValue;
        var at = Array.FindLastIndex(names, name => name.Length > 0 && name[..Math.Min(width, name.Length)] == text);
        return at < 0 ? double.NaN : part.Component == 'F' ? at : at + 1;
    }

    private static double Offset(PicturePart part, string text)
    {
        if (part.Component == 'z')
            text = text[3..];
        if (part.Integer?.RegularSeparator is { } separator)
        {
            var at = text.IndexOf(separator, StringComparison.Ordinal);
            return (Numerals.ParseLeadingInteger(text[..at]) * 60) + Numerals.ParseLeadingInteger(text[(at + 1)..]);
        }

        if (text.Length <= 3)
            return Numerals.ParseLeadingInteger(text) * 60;
        return (Numerals.ParseLeadingInteger(text[..3]) * 60) + Numerals.ParseLeadingInteger(text[3..]);
    }

    private static bool Fits(int mask, int allowed) => (~allowed & mask) == 0 && (allowed & mask) != 0;

    private bool Read(string text, DateTimePicture picture)
    {
        var pattern = new StringBuilder("^");
        foreach (var part in picture.Parts)
            pattern.Append('(').Append(Pattern(part)).Append(')');
        var regex = new Regex(pattern.Append("\\z").ToString(), RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);
        var match = regex.Match(text);
        if (!match.Success)
            return false;
        for (var i = 0; i < picture.Parts.Count; i++)
        {
            if (picture.Parts[i].Literal is null)
                _components[picture.Parts[i].Component] = Value(picture.Parts[i], match.Groups[i + 1].Value);
        }

        return _components.Count > 0;
    }

    /// <summary>Which of some components were given; one that is zero or unknown does not count.</summary>
    private int Mask(string components)
    {
        var mask = 0;
        foreach (var component in components)
            mask = (mask << 1) | (_components.TryGetValue(component, out var value) && value != 0 && !double.IsNaN(value) ? 1 : 0);
        return mask;
    }

    private double Get(char component) => _components.GetValueOrDefault(component, double.NaN);

    private double ToMillis(double nowMillis)
    {
        // A date is given as year, month and day; year and day of it; or by weeks. A time counts 24 or 12 hours.
        var date = Mask("YXMxWwdD");
        var isYearAndDay = !Fits(date, 0b10100001) && Fits(date, 0b10000010);
        var isMonthWeek = Fits(date, 0b01010100);
        var isYearWeek = !isMonthWeek && Fits(date, 0b01001000);
        var time = Mask("PHhmsf");
        var isHalfDay = !Fits(time, 0b010111) && Fits(time, 0b101111);
        FillIn((isYearAndDay ? "YD" : isMonthWeek ? "XxwF" : isYearWeek ? "XWF" : "YMD") + (isHalfDay ? "Phmsf" : "Hmsf"), nowMillis);
        var month = Get('M') > 0 ? Get('M') - 1 : 0;
        var day = Get('D');
        if (isYearAndDay)
        {
            var derived = CivilTime.Of(CivilTime.Utc(Get('Y'), 0) + ((Get('d') - 1) * CivilTime.MillisPerDay));
            month = derived?.Month - 1 ?? double.NaN;
            day = derived?.Day ?? double.NaN;
        }

        // The reference does not read dates by weeks either.
        if (isMonthWeek || isYearWeek)
            throw new JsonataException("D3136");
        var hour = Get('H');
        if (isHalfDay)
            hour = (Get('h') == 12 ? 0 : Get('h')) + (Get('P') == 1 ? 12 : 0);
        var zone = Get('Z') is var z && z != 0 && !double.IsNaN(z) ? z : Get('z');
        return CivilTime.Utc(Get('Y'), month, day, hour, Get('m'), Get('s'), Get('f')) - ((double.IsNaN(zone) ? 0 : zone) * 60_000);
    }

    /// <summary>Takes what is missing on the left from now, and on the right from the start; there may be no gap between.</summary>
    private void FillIn(string components, double nowMillis)
    {
        var started = false;
        var ended = false;
        foreach (var component in components)
        {
            if (_components.ContainsKey(component))
            {
                started = true;
                if (ended)
                    throw new JsonataException("D3136");
            }
            else if (started)
            {
                _components[component] = component is 'M' or 'D' or 'd' ? 1 : 0;
                ended = true;
            }
            else
            {
                _components[component] = CivilTime.Of(nowMillis) is { } now ? DateTimeComponents.Of(now, component) : double.NaN;
            }
        }
    }
}
