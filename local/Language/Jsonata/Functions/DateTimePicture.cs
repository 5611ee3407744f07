using Stateside.Language.Json;

namespace Stateside.Language.Jsonata.Functions;

/// <summary>
/// A date and time picture such as <c>[D01]/[M01]/[Y0001] [h#1]:[m01][P]</c>, taken apart.
/// See https://www.w3.org/TR/xpath-functions-31/#rules-for-datetime-formatting.
/// </summary>
internal sealed class DateTimePicture
{
    public static readonly DateTimePicture Iso8601 = new("[Y0001]-[M01]-[D01]T[H01]:[m01]:[s01].[f001][Z01:01t]");

    private readonly string _picture;
    private readonly List<PicturePart> _parts = [];

    private DateTimePicture(string picture)
    {
        _picture = picture;
        var start = 0;
        for (var at = 0; at < picture.Length; at++)
        {
            if (picture[at] != '[')
                continue;
            AddLiteral(start, at);
            if (at + 1 < picture.Length && picture[at + 1] == '[')
            {
                _parts.Add(new PicturePart { Literal = "[" });
                start = ++at + 1;
                continue;
            }

            var end = picture.IndexOf(']', at);
            if (end < 0)
                throw new JsonataException("D3135");
            AddMarker(string.Concat(picture[(at + 1)..end].Where(c => !char.IsWhiteSpace(c))));
            at = end;
            start = end + 1;
        }

        AddLiteral(start, picture.Length);
    }

    public IReadOnlyList<PicturePart> Parts => _parts;

    public static DateTimePicture Parse(string picture) => new(picture);

    private static string? DefaultPresentation(char component) => component switch
    {
        'Y' or 'M' or 'D' or 'd' or 'W' or 'w' or 'X' or 'x' or 'H' or 'h' or 'f' => "1",
        'F' or 'P' or 'C' or 'E' => "n",
        'm' or 's' => "01",
        'Z' or 'z' => "01:01",
        _ => null,
    };

    private static int? Width(string? text) =>
        text is null or "*" ? null : Numerals.ParseLeadingInteger(text) is var width && double.IsNaN(width) ? null : (int)Math.Min(width, 1_000_000);

    private void AddLiteral(int start, int end)
    {
        if (end > start)
            _parts.Add(new PicturePart { Literal = _picture[start..end].Replace("]]", "]", StringComparison.Ordinal) });
    }

    private void AddMarker(string marker)
    {
        var part = new PicturePart { Component = marker.Length > 0 ? marker[0] : '\0' };
        var comma = marker.LastIndexOf(',');
        if (comma >= 0)
        {
            var width = marker[(comma + 1)..];
            var dash = width.IndexOf('-', StringComparison.Ordinal);
            part.MinWidth = Width(dash < 0 ? width : width[..dash]);
            part.MaxWidth = Width(dash < 0 ? null : width[(dash + 1)..]);
        }

        var presentation = comma < 0 ? marker[Math.Min(1, marker.Length)..] : marker[Math.Min(1, comma)..comma];
        if (presentation.Length > 1 && presentation[^1] is 'a' or 't' or 'c' or 'o')
        {
            part.Modifier = presentation[^1];
            presentation = presentation[..^1];
        }
        else if (presentation.Length == 0)
        {
            presentation = DefaultPresentation(part.Component)
                ?? throw new JsonataException("D3132") { Value = new JsonString(part.Component == '\0' ? "" : part.Component.ToString()) };
        }

        if (presentation[0] is 'n' or 'N')
        {
            part.Names = presentation[0] == 'n' ? NameCase.Lower : presentation.StartsWith("Nn", StringComparison.Ordinal) ? NameCase.Title : NameCase.Upper;
        }
        else if ("YMDdFWwXxHhmsf".Contains(part.Component, StringComparison.Ordinal))
        {
            AddIntegerFormat(part, presentation);
        }

        if (part.Component is 'Z' or 'z')
            part.Integer = IntegerPicture.Parse(presentation);
        _parts.Add(part);
    }

    private void AddIntegerFormat(PicturePart part, string presentation)
    {
        var format = IntegerPicture.Parse(part.Modifier is { } modifier ? $"{presentation};{modifier}" : presentation);
        part.Integer = format;
        if (part.MinWidth is { } least && format.MandatoryDigits < least)
            format.MandatoryDigits = least;
        if (part.Component == 'Y')
        {
            if (part.MaxWidth is { } most)
            {
                part.YearDigits = most;
                format.MandatoryDigits = most;
            }
            else if (format.MandatoryDigits + format.OptionalDigits is var digits and >= 2)
            {
                part.YearDigits = digits;
            }
        }

        // Where numbers follow each other without a mark between, each is read by its width.
        if (_parts.Count > 0 && _parts[^1].Integer is { } before)
            before.ParseWidth = before.MandatoryDigits;
    }
}

/// <summary>A literal or a marker of a date and time picture.</summary>
internal sealed class PicturePart
{
    public string? Literal { get; init; }

    public char Component { get; init; }

    public int? MinWidth { get; set; }

    public int? MaxWidth { get; set; }

    /// <summary>The letter behind the presentation: "o" for ordinals, "t" for the military Z.</summary>
    public char? Modifier { get; set; }

    public NameCase? Names { get; set; }

    public IntegerPicture? Integer { get; set; }

    /// <summary>How many of the year's last digits are written; null for all.</summary>
    public int? YearDigits { get; set; }
}

/// <summary>How a name is written.</summary>
internal enum NameCase
{
    Lower,
    Upper,
    Title,
}
