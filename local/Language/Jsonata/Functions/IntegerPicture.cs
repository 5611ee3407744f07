using System.Globalization;
using System.Text;
using Stateside.Language.Json;

namespace Stateside.Language.Jsonata.Functions;

/// <summary>
/// The picture of $formatInteger and $parseInteger, such as <c>#,##0</c>, <c>I</c>, <c>Ww</c> or <c>1;o</c>; date and time pictures hold
/// such pictures too. See https://www.w3.org/TR/xpath-functions-31/#func-format-integer.
/// </summary>
internal sealed class IntegerPicture
{
    /// <summary>The code points of the digit zero in the scripts that have decimal digits.</summary>
    private static readonly int[] Zeros =
    [
        0x30, 0x0660, 0x06F0, 0x07C0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0B66, 0x0BE6, 0x0C66, 0x0CE6, 0x0D66, 0x0DE6, 0x0E50, 0x0ED0, 0x0F20,
        0x1040, 0x1090, 0x17E0, 0x1810, 0x1946, 0x19D0, 0x1A80, 0x1A90, 0x1B50, 0x1BB0, 0x1C40, 0x1C50, 0xA620, 0xA8D0, 0xA900, 0xA9D0,
        0xA9F0, 0xAA50, 0xABF0, 0xFF10,
    ];

    private readonly string _picture;
    private readonly bool _upper;
    private readonly int _zero;
    private readonly List<(int Position, string Text)> _separators = [];

    private IntegerPicture(string picture)
    {
        var semicolon = picture.LastIndexOf(';');
        _picture = semicolon < 0 ? picture : picture[..semicolon];
        IsOrdinal = semicolon >= 0 && semicolon + 1 < picture.Length && picture[semicolon + 1] == 'o';
        _upper = _picture is "A" or "I" or "W";
        Style = _picture switch
        {
            "A" or "a" => IntegerStyle.Letters,
            "I" or "i" => IntegerStyle.Roman,
            "W" or "w" or "Ww" => IntegerStyle.Words,
            _ => IntegerStyle.Decimal,
        };
        if (Style != IntegerStyle.Decimal)
            return;

        // From the right, since the places of separators count from there.
        int? zero = null;
        var position = 0;
        foreach (var rune in _picture.EnumerateRunes().Reverse())
        {
            var family = Array.Find(Zeros, start => rune.Value >= start && rune.Value <= start + 9);
            if (family != 0)
            {
                if (zero is not null && zero != family)
                    throw new JsonataException("D3131");
                zero = family;
                MandatoryDigits++;
                position++;
            }
            else if (rune.Value == '#')
            {
                OptionalDigits++;
                position++;
            }
            else
            {
                _separators.Add((position, rune.ToString()));
            }
        }

        _zero = zero ?? '0';
        if (MandatoryDigits == 0)
            Style = IntegerStyle.Sequence;
        else if (_separators.Count > 0 && _separators.TrueForAll(separator => separator.Text == _separators[0].Text))
            RegularGroup = NumberPicture.Regular(_separators.ConvertAll(separator => separator.Position));
    }

    public IntegerStyle Style { get; }

    public bool IsOrdinal { get; }

    public bool IsUpper => _upper;

    public int MandatoryDigits { get; set; }

    public int OptionalDigits { get; }

    /// <summary>The distance between separators when it is the same everywhere, else 0.</summary>
    public int RegularGroup { get; }

    /// <summary>The separator of regular groups, or null.</summary>
    public string? RegularSeparator => RegularGroup > 0 ? _separators[0].Text : null;

    /// <summary>How many digits to read where the next component follows without a mark between.</summary>
    public int? ParseWidth { get; set; }

    public static IntegerPicture Parse(string picture) => new(picture);

    public string Format(double value)
    {
        if (!double.IsFinite(value))
            throw new JsonataException("D1001") { Value = Values.Number(value) };
        var text = FormatPositive(Math.Abs(value));
        return value < 0 ? "-" + text : text;
    }

    /// <summary>The number that a text is by this picture; NaN when it is none.</summary>
    public double Read(string text)
    {
        switch (Style)
        {
            case IntegerStyle.Letters:
                return Numerals.FromLetters(text, _upper ? 'A' : 'a');
            case IntegerStyle.Roman:
                return Numerals.FromRoman(_upper ? text : text.ToUpperInvariant());
            case IntegerStyle.Words:
                return Numerals.FromWords(text.ToLowerInvariant());
            case IntegerStyle.Sequence:
                throw new JsonataException("D3130") { Value = new JsonString(_picture) };
        }

        if (IsOrdinal)
            text = text[..Math.Max(0, text.Length - 2)];
        if (RegularGroup > 0)
            text = text.Replace(",", "", StringComparison.Ordinal);
        else
            _separators.ForEach(separator => text = text.Replace(separator.Text, "", StringComparison.Ordinal));
        if (_zero != '0')
            text = string.Concat(text.Select(c => (char)(c - _zero + '0')));
        return Numerals.ParseLeadingInteger(text);
    }

    private string FormatPositive(double value)
    {
        switch (Style)
        {
            case IntegerStyle.Letters:
                return Numerals.ToLetters(value, _upper ? 'A' : 'a');
            case IntegerStyle.Roman:
                var roman = Numerals.ToRoman(value);
                return _upper ? roman.ToUpperInvariant() : roman;
            case IntegerStyle.Words:
                var words = Numerals.ToWords(value, IsOrdinal);
                return _picture == "Ww" ? words : _upper ? words.ToUpperInvariant() : words.ToLowerInvariant();
            case IntegerStyle.Sequence:
                throw new JsonataException("D3130") { Value = new JsonString(_picture) };
        }

        var text = value <= 9007199254740992 ? ((long)value).ToString(CultureInfo.InvariantCulture) : JsonNumber.Format(value);
        text = text.PadLeft(MandatoryDigits, '0');
        if (_zero != '0')
            text = string.Concat(text.Select(c => (char)(c + _zero - '0')));
        return Ordinal(Separated(text));
    }

    private string Separated(string digits)
    {
        if (_separators.Count == 0)
            return digits;
        var result = new StringBuilder(digits);
        if (RegularGroup > 0)
        {
            for (var at = digits.Length - RegularGroup; at > 0; at -= RegularGroup)
                result.Insert(at, RegularSeparator);
            return result.ToString();
        }

        // From the left, so that those further right count from the longer text's end as they should. Where there are too few digits
        // the reference keeps as many as are missing.
        for (var i = _separators.Count - 1; i >= 0; i--)
        {
            var (position, text) = _separators[i];
            var at = result.Length - position;
            if (at < 0)
                result.Remove(0, Math.Max(0, result.Length + at)).Insert(0, text);
            else
                result.Insert(at, text);
        }

        return result.ToString();
    }

    private string Ordinal(string digits)
    {
        if (!IsOrdinal)
            return digits;
        var isTeen = digits.Length > 1 && digits[^2] == '1';
        return digits + digits[^1] switch
        {
            '1' when !isTeen => "st",
            '2' when !isTeen => "nd",
            '3' when !isTeen => "rd",
            _ => "th",
        };
    }
}

/// <summary>How an integer is written.</summary>
internal enum IntegerStyle
{
    Decimal,
    Letters,
    Roman,
    Words,
    Sequence,
}
