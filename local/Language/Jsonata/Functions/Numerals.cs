using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Stateside.Language.Jsonata.Functions;

/// <summary>Numbers as English words, Roman numerals and letters.</summary>
internal static partial class Numerals
{
    private static readonly string[] Few =
    [
        "Zero", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten", "Eleven", "Twelve", "Thirteen", "Fourteen",
        "Fifteen", "Sixteen", "Seventeen", "Eighteen", "Nineteen",
    ];

    private static readonly string[] Ordinals =
    [
        "Zeroth", "First", "Second", "Third", "Fourth", "Fifth", "Sixth", "Seventh", "Eighth", "Ninth", "Tenth", "Eleventh", "Twelfth",
        "Thirteenth", "Fourteenth", "Fifteenth", "Sixteenth", "Seventeenth", "Eighteenth", "Nineteenth",
    ];

    private static readonly string[] Decades = ["Twenty", "Thirty", "Forty", "Fifty", "Sixty", "Seventy", "Eighty", "Ninety", "Hundred"];

    private static readonly string[] Magnitudes = ["Thousand", "Million", "Billion", "Trillion"];

    private static readonly (int Value, string Text)[] Roman =
    [
        (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"),
        (4, "iv"), (1, "i"),
    ];

    private static readonly Dictionary<string, double> WordValues = MakeWordValues();

    /// <summary>The words a number may be read from, in lower case.</summary>
    public static IEnumerable<string> Words => WordValues.Keys;

    public static string ToWords(double number, bool isOrdinal)
    {
        var result = new StringBuilder();
        AppendWords(result, number, false, isOrdinal);
        return result.ToString();
    }

    public static double FromWords(string text)
    {
        var segments = new Stack<double>([0.0]);
        foreach (var word in Separators().Split(text))
        {
            var value = WordValues.GetValueOrDefault(word, double.NaN);
            var top = segments.Pop();
            if (!(value < 100))
            {
                segments.Push(top * value);
                continue;
            }

            if (top >= 1000)
            {
                segments.Push(top);
                top = 0;
            }

            segments.Push(top + value);
        }

        return segments.Sum();
    }

    public static string ToRoman(double value)
    {
        // The numerals end at thousands, so the text grows with the number.
        JavaScriptText.CheckLength((long)Math.Min(value / 1000, long.MaxValue / 2));
        var result = new StringBuilder();
        foreach (var (worth, text) in Roman)
        {
            for (; value >= worth; value -= worth)
                result.Append(text);
        }

        return result.ToString();
    }

    public static double FromRoman(string text)
    {
        double result = 0;
        double most = 1;
        for (var i = text.Length - 1; i >= 0; i--)
        {
            var value = text[i] switch { 'M' => 1000, 'D' => 500, 'C' => 100, 'L' => 50, 'X' => 10, 'V' => 5, 'I' => 1, _ => double.NaN };
            if (value < most)
            {
                result -= value;
            }
            else
            {
                most = value;
                result += value;
            }
        }

        return result;
    }

    public static string ToLetters(double value, char first)
    {
        var result = new StringBuilder();
        for (; value > 0; value = Math.Floor((value - 1) / 26))
            result.Insert(0, (char)(((value - 1) % 26) + first));
        return result.ToString();
    }

    public static double FromLetters(string text, char first)
    {
        double result = 0;
        for (var i = 0; i < text.Length; i++)
            result += (text[text.Length - i - 1] - first + 1) * Math.Pow(26, i);
        return result;
    }

    /// <summary>The integer a text starts with, as JavaScript's parseInt reads it; NaN when it starts with none.</summary>
    public static double ParseLeadingInteger(string text)
    {
        text = text.TrimStart();
        var sign = text.Length > 0 && text[0] is '+' or '-' ? 1 : 0;
        if (text.AsSpan(sign).StartsWith("0x", StringComparison.OrdinalIgnoreCase))
        {
            var hex = text.AsSpan(sign + 2);
            var end = 0;
            while (end < hex.Length && char.IsAsciiHexDigit(hex[end]))
                end++;
            hex = hex[..end];
            double value = hex.Length == 0 ? double.NaN : 0;
            foreach (var c in hex)
                value = (value * 16) + Convert.ToInt32(c.ToString(), 16);
            return text[0] == '-' ? -value : value;
        }

        var length = sign;
        while (length < text.Length && char.IsAsciiDigit(text[length]))
            length++;
        return length == sign ? double.NaN : double.Parse(text.AsSpan(0, length), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
    }

    private static void AppendWords(StringBuilder words, double number, bool follows, bool isOrdinal)
    {
        if (number <= 19)
        {
            words.Append(follows ? " and " : "").Append((isOrdinal ? Ordinals : Few)[(int)number]);
        }
        else if (number < 100)
        {
            var decade = Decades[(int)(number / 10) - 2];
            var rest = number % 10;
            words.Append(follows ? " and " : "").Append(rest == 0 && isOrdinal ? decade[..^1] + "ieth" : decade);
            if (rest > 0)
            {
                words.Append('-');
                AppendWords(words, rest, false, isOrdinal);
            }
        }
        else if (number < 1000)
        {
            words.Append(follows ? ", " : "").Append(Few[(int)(number / 100)]).Append(" Hundred");
            AppendRest(words, number % 100, isOrdinal);
        }
        else
        {
            var magnitude = (int)Math.Min(Magnitudes.Length, Math.Floor(Math.Log10(number) / 3));
            var factor = Math.Pow(10, magnitude * 3);
            var many = Math.Floor(number / factor);
            words.Append(follows ? ", " : "");
            AppendWords(words, many, false, false);
            words.Append(' ').Append(Magnitudes[magnitude - 1]);
            AppendRest(words, number - (many * factor), isOrdinal);
        }
    }

    private static void AppendRest(StringBuilder words, double rest, bool isOrdinal)
    {
        if (rest > 0)
            AppendWords(words, rest, true, isOrdinal);
        else if (isOrdinal)
            words.Append("th");
    }

    private static Dictionary<string, double> MakeWordValues()
    {
        var values = new Dictionary<string, double>(StringComparer.Ordinal);
        for (var i = 0; i < Few.Length; i++)
        {
            values[Few[i].ToLowerInvariant()] = i;
            values[Ordinals[i].ToLowerInvariant()] = i;
        }

        for (var i = 0; i < Decades.Length; i++)
        {
            var word = Decades[i].ToLowerInvariant();
            values[word] = (i + 2) * 10;
            values[word[..^1] + "ieth"] = (i + 2) * 10;
        }

        values["hundredth"] = 100;
        for (var i = 0; i < Magnitudes.Length; i++)
        {
            var word = Magnitudes[i].ToLowerInvariant();
            values[word] = Math.Pow(10, (i + 1) * 3);
            values[word + "th"] = values[word];
        }

        return values;
    }

    [GeneratedRegex(@",[\s\ufeff]|[\s\ufeff]and[\s\ufeff]|[\s\ufeff\\-]", RegexOptions.CultureInvariant)]
    private static partial Regex Separators();
}
