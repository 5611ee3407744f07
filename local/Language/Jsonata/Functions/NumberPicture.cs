using System.Globalization;
using System.Text;
using Stateside.Language.Json;

namespace Stateside.Language.Jsonata.Functions;

/// <summary>
/// The picture of $formatNumber, such as <c>#,##0.00;(#,##0.00)</c>, with the reference implementation's reading of it.
/// See https://www.w3.org/TR/xpath-functions-31/#formatting-numbers.
/// </summary>
internal sealed class NumberPicture
{
    private readonly string _decimal;
    private readonly string _grouping;
    private readonly string _exponent;
    private readonly string _minus;
    private readonly string _percent;
    private readonly string _perMille;
    private readonly string _zero;
    private readonly string _digit;
    private readonly string _separator;
    private readonly string[] _digits;
    private readonly HashSet<string> _active;

    private NumberPicture(JsonObject? options)
    {
        string Option(string key, string otherwise) => options?[key] switch
        {
            null => otherwise,
            JsonString text => text.Value,
            _ => throw new JsonataException("T0410") { Value = options, Index = 3 },
        };
        _decimal = Option("decimal-separator", ".");
        _grouping = Option("grouping-separator", ",");
        _exponent = Option("exponent-separator", "e");
        _minus = Option("minus-sign", "-");
        _percent = Option("percent", "%");
        _perMille = Option("per-mille", "\u2030");
        _zero = Option("zero-digit", "0");
        _digit = Option("digit", "#");
        _separator = Option("pattern-separator", ";");
        var zero = _zero.Length > 0 ? _zero[0] : '\0';
        _digits = [.. Enumerable.Range(zero, 10).Select(code => ((char)code).ToString())];
        _active = new HashSet<string>([.. _digits, _decimal, _exponent, _grouping, _digit, _separator], StringComparer.Ordinal);
    }

    public static string Format(double value, string picture, JsonObject? options) => new NumberPicture(options).Format(value, picture);

    private bool IsDigit(char c) => Array.IndexOf(_digits, c.ToString()) >= 0;

    private bool IsDigitOrOptional(char c) => IsDigit(c) || _digit == c.ToString();

    private string Format(double value, string picture)
    {
        var pictures = _separator.Length == 0 ? [.. picture.Select(c => c.ToString())] : picture.Split(_separator);
        if (pictures.Length > 2)
            throw new JsonataException("D3080");
        var parts = Array.ConvertAll(pictures, SplitParts);
        foreach (var part in parts)
            Check(part);
        var layouts = Array.ConvertAll(parts, Analyze);
        var positive = layouts[0];
        return Format(value, value >= 0 ? positive : layouts.Length > 1 ? layouts[1] : positive with { Prefix = _minus + positive.Prefix });
    }

    private Parts SplitParts(string picture)
    {
        bool IsActive(char c) => _active.Contains(c.ToString()) && c.ToString() != _exponent;
        var first = picture.ToList().FindIndex(IsActive);
        var last = picture.ToList().FindLastIndex(IsActive);
        var prefix = first < 0 ? "" : picture[..first];
        var suffix = last < 0 ? "" : picture[(last + 1)..];
        var active = picture[prefix.Length..(picture.Length - suffix.Length)];
        var mantissa = active;
        string? exponent = null;
        var at = prefix.Length <= picture.Length ? picture.IndexOf(_exponent, prefix.Length, StringComparison.Ordinal) : -1;
        if (at >= 0 && at <= picture.Length - suffix.Length)
        {
            mantissa = active[..Math.Min(at, active.Length)];
            exponent = active[Math.Min(at + 1, active.Length)..];
        }

        var point = mantissa.IndexOf(_decimal, StringComparison.Ordinal);
        return new Parts(
            picture, prefix, suffix, active, mantissa, exponent, point < 0 ? mantissa : mantissa[..point], point < 0 ? suffix : mantissa[(point + 1)..]);
    }

    /// <summary>The rules of a picture; of several broken ones the last in this order is reported.</summary>
    private void Check(Parts parts)
    {
        bool Twice(string what) => parts.Picture.IndexOf(what, StringComparison.Ordinal) != parts.Picture.LastIndexOf(what, StringComparison.Ordinal);
        bool Has(string what) => parts.Picture.Contains(what, StringComparison.Ordinal);
        string? error = null;
        if (Twice(_decimal))
            error = "D3081";
        if (Twice(_percent))
            error = "D3082";
        if (Twice(_perMille))
            error = "D3083";
        if (Has(_percent) && Has(_perMille))
            error = "D3084";
        if (!parts.Mantissa.Any(IsDigitOrOptional))
            error = "D3085";
        if (parts.Active.Any(c => !_active.Contains(c.ToString())))
            error = "D3086";
        var point = parts.Picture.IndexOf(_decimal, StringComparison.Ordinal);
        if (point >= 0)
        {
            if (At(parts.Picture, point - 1) == _grouping || At(parts.Picture, point + 1) == _grouping)
                error = "D3087";
        }
        else if (At(parts.Integer, parts.Integer.Length - 1) == _grouping)
        {
            error = "D3088";
        }

        if (Has(_grouping + _grouping))
            error = "D3089";
        var optional = parts.Integer.IndexOf(_digit, StringComparison.Ordinal);
        if (optional >= 0 && parts.Integer[..optional].Any(IsDigit))
            error = "D3090";
        optional = parts.Fraction.LastIndexOf(_digit, StringComparison.Ordinal);
        if (optional >= 0 && parts.Fraction[optional..].Any(IsDigit))
            error = "D3091";
        if (parts.Exponent is { Length: > 0 } && (Has(_percent) || Has(_perMille)))
            error = "D3092";
        if (parts.Exponent is { } exponent && (exponent.Length == 0 || !exponent.All(IsDigit)))
            error = "D3093";
        if (error is not null)
            throw new JsonataException(error);
    }

    private static string At(string text, int index) => index >= 0 && index < text.Length ? text[index].ToString() : "";

    private Layout Analyze(Parts parts)
    {
        var groups = Groups(parts.Integer, parts.Integer, toLeft: false);
        var least = parts.Integer.Count(IsDigit);
        var scale = least;
        var leastFraction = parts.Fraction.Count(IsDigit);
        var mostFraction = parts.Fraction.Count(IsDigitOrOptional);
        var hasExponent = parts.Exponent is not null;
        if (least == 0 && mostFraction == 0)
        {
            if (hasExponent)
                leastFraction = mostFraction = 1;
            else
                least = 1;
        }

        if (hasExponent && least == 0 && parts.Integer.Contains(_digit, StringComparison.Ordinal))
            least = 1;
        if (least == 0 && leastFraction == 0)
            leastFraction = 1;
        return new Layout(
            parts.Picture, parts.Prefix, parts.Suffix, groups, Regular(groups), Groups(parts.Fraction, parts.Integer, toLeft: true), least, scale,
            leastFraction, mostFraction, parts.Exponent?.Count(IsDigit) ?? 0);
    }

    private List<int> Groups(string part, string integer, bool toLeft)
    {
        var positions = new List<int>();
        if (_grouping.Length == 0)
            return positions;
        for (var at = part.IndexOf(_grouping, StringComparison.Ordinal);
             at >= 0;
             at = at + 1 <= integer.Length ? integer.IndexOf(_grouping, at + 1, StringComparison.Ordinal) : -1)
        {
            var beside = toLeft ? part[..Math.Min(at, part.Length)] : part[Math.Min(at, part.Length)..];
            positions.Add(beside.Count(IsDigitOrOptional));
        }

        return positions;
    }

    /// <summary>The distance between separators when it is the same everywhere, else 0.</summary>
    internal static int Regular(List<int> positions)
    {
        if (positions.Count == 0)
            return 0;
        var factor = positions.Aggregate(Divisor);
        for (var i = 1; i <= positions.Count; i++)
        {
            if (!positions.Contains(i * factor))
                return 0;
        }

        return factor;
    }

    private static int Divisor(int a, int b) => b == 0 ? a : Divisor(b, a % b);

    private string Format(double value, Layout layout)
    {
        var scaled = layout.Picture.Contains(_percent, StringComparison.Ordinal) ? value * 100
            : layout.Picture.Contains(_perMille, StringComparison.Ordinal) ? value * 1000 : value;
        double? exponent = null;
        if (layout.Exponent > 0)
        {
            var (most, fewest) = (Math.Pow(10, layout.Scale), Math.Pow(10, layout.Scale - 1));
            exponent = 0;
            for (; scaled != 0 && Math.Abs(scaled) < fewest; exponent--)
                scaled *= 10;
            for (; Math.Abs(scaled) > most && double.IsFinite(scaled); exponent++)
                scaled /= 10;
        }

        var text = Digits(NumberFunctions.Round(scaled, layout.MostFraction), layout.MostFraction);
        var point = text.IndexOf('.', StringComparison.Ordinal);
        text = point < 0 ? text + _decimal : text[..point] + _decimal + text[(point + 1)..];
        text = text.TrimStart(_zero[0]).TrimEnd(_zero[0]);
        point = text.IndexOf(_decimal, StringComparison.Ordinal);
        text = Zeros(layout.LeastInteger - point) + text + Zeros(layout.LeastFraction - (text.Length - point - 1));
        text = Group(text, layout);
        point = text.IndexOf(_decimal, StringComparison.Ordinal);
        if (!layout.Picture.Contains(_decimal, StringComparison.Ordinal) || point == text.Length - 1)
            text = text[..^1];
        if (exponent is { } power)
        {
            var shown = Digits(power, 0);
            text += _exponent + (power < 0 ? _minus : "") + Zeros(layout.Exponent - shown.Length) + shown;
        }

        return layout.Prefix + text + layout.Suffix;
    }

    private string Group(string text, Layout layout)
    {
        var result = new StringBuilder(text);
        var point = text.IndexOf(_decimal, StringComparison.Ordinal);
        if (layout.RegularGroup > 0)
        {
            var count = (int)Math.Floor((point - 1) / (double)layout.RegularGroup);
            for (var group = 1; group <= count; group++)
                result.Insert(point - (group * layout.RegularGroup), _grouping);
        }
        else
        {
            foreach (var position in layout.IntegerGroups)
            {
                result.Insert(Slice(point - position, result.Length), _grouping);
                point++;
            }
        }

        point = result.ToString().IndexOf(_decimal, StringComparison.Ordinal);
        foreach (var position in layout.FractionGroups)
            result.Insert(Slice(position + point + 1, result.Length), _grouping);
        return result.ToString();
    }

    private static int Slice(int index, int length) => index < 0 ? Math.Max(0, length + index) : Math.Min(index, length);

    private string Zeros(int count) => count > 0 ? string.Concat(Enumerable.Repeat(_zero, count)) : "";

    private string Digits(double value, int decimals)
    {
        value = Math.Abs(value);
        var text = value >= 1e21 || !double.IsFinite(value)
            ? double.IsFinite(value) ? JsonNumber.Format(value) : "Infinity"
            : value.ToString($"F{decimals}", CultureInfo.InvariantCulture);
        return _zero == "0" ? text : string.Concat(text.Select(c => char.IsAsciiDigit(c) ? _digits[c - '0'] : c.ToString()));
    }

    private sealed record Parts(
        string Picture, string Prefix, string Suffix, string Active, string Mantissa, string? Exponent, string Integer, string Fraction);

    private sealed record Layout(
        string Picture, string Prefix, string Suffix, List<int> IntegerGroups, int RegularGroup, List<int> FractionGroups, int LeastInteger,
        int Scale, int LeastFraction, int MostFraction, int Exponent);
}
