using System.Globalization;
using System.Text.RegularExpressions;
using Stateside.Aws.Services;

namespace Stateside.Aws.S3;

/// <summary>A part of an object. See https://www.rfc-editor.org/rfc/rfc9110#name-range.</summary>
internal readonly partial record struct ByteRange(long First, long Length)
{
    /// <summary>Reads a range such as <c>bytes=0-9</c>, <c>bytes=10-</c> or <c>bytes=-5</c>.</summary>
    /// <returns>The part; null when the text names none, which then counts for nothing.</returns>
    /// <exception cref="StoreRefusal">The part lies beyond the object.</exception>
    public static ByteRange? Read(string text, long length)
    {
        var match = Form().Match(text);
        if (!match.Success || match.Groups[1].Length + match.Groups[2].Length == 0)
            return null;
        if (match.Groups[1].Length == 0)
        {
            var last = Math.Min(Number(match.Groups[2].Value), length);
            return last > 0 ? new ByteRange(length - last, last) : throw S3Errors.InvalidRange();
        }

        var first = Number(match.Groups[1].Value);
        var end = match.Groups[2].Length == 0 ? length - 1 : Math.Min(Number(match.Groups[2].Value), length - 1);
        if (match.Groups[2].Length > 0 && Number(match.Groups[2].Value) < first)
            return null;
        return first < length ? new ByteRange(first, end - first + 1) : throw S3Errors.InvalidRange();
    }

    private static long Number(string digits) => long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : long.MaxValue;

    [GeneratedRegex(@"^bytes=([0-9]*)-([0-9]*)\z")]
    private static partial Regex Form();
}
