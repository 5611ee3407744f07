using System.Diagnostics;
using System.Globalization;
using System.Text;
using Stateside.Language.Json;

namespace Stateside.Engine.Functions;

/// <summary>
/// Writes errors as Lambda's .NET runtime does, down to the layout, since a Task on a function's ARN keeps the text as its cause.
/// See https://docs.aws.amazon.com/lambda/latest/dg/csharp-exceptions.html.
/// </summary>
internal static class FunctionErrorJson
{
    private const int MaximumBytes = 256 * 1024;
    private const string TooLong = """{"errorMessage": "Exception exceeded maximum payload size of 256KB."}""";

    // Frames of ours, which stand where the frames of Lambda's own runtime would.
    private const string HostFrames = "at Stateside.Engine.Functions.";
    private const string Separator = "---";

    /// <summary>An exception with its stack and whatever caused it.</summary>
    public static byte[] Of(Exception exception) => Encoding.UTF8.GetBytes(Text(exception, 0, "\n", MaximumBytes) ?? TooLong);

    /// <summary>An error that the service itself reports, which has no stack.</summary>
    public static byte[] Of(string errorType, string errorMessage) =>
        Encoding.UTF8.GetBytes($$"""{"errorType":"{{Escape(errorType)}}","errorMessage":"{{Escape(errorMessage)}}"}""");

    /// <summary>An exception with what stands after it; null where there is no room for it.</summary>
    private static string? Text(Exception exception, int depth, string end, int room)
    {
        if (room <= 0)
            return null;

        var text = new StringBuilder();
        var indent = new string(' ', depth * 2);
        text.Append(indent).Append("{\n");
        text.Append(indent).Append("  \"errorType\": \"").Append(Escape(exception.GetType().Name)).Append("\",\n");
        text.Append(indent).Append("  \"errorMessage\": \"").Append(Escape(exception.Message)).Append('"');
        AppendStack(text, exception, indent);

        var several = (exception as AggregateException)?.InnerExceptions;
        if (exception.InnerException is null)
            text.Append('\n');
        if (exception.InnerException is { } inner)
        {
            var after = several is { Count: > 0 } ? ",\n" : "\n";
            text.Append(",\n").Append(indent).Append("  \"cause\": ");
            text.Append(Text(inner, depth + 1, after, room - Bytes(text)) ?? TooLong + after);
        }

        if (several is { Count: > 0 })
        {
            text.Append(indent).Append("  \"causes\": [");
            for (var i = 0; i < several.Count; i++)
            {
                var one = Text(several[i], depth + 2, i < several.Count - 1 ? ",\n" : "\n", room - Bytes(text));
                text.Append(one ?? $"{indent}    {TooLong}\n");
                if (one is null)
                    break;
            }

            text.Append(indent).Append("  ]\n");
        }

        text.Append(indent).Append('}').Append(end);
        return Bytes(text) <= room ? text.ToString() : null;
    }

    private static void AppendStack(StringBuilder text, Exception exception, string indent)
    {
        var lines = StackLines(exception);
        if (lines.Count == 0)
            return;
        text.Append(",\n").Append(indent).Append("  \"stackTrace\": [\n");
        for (var i = 0; i < lines.Count; i++)
            text.Append(indent).Append("    \"").Append(Escape(lines[i])).Append(i < lines.Count - 1 ? "\",\n" : "\"\n");
        text.Append(indent).Append("  ]");
    }

    private static List<string> StackLines(Exception exception)
    {
        if (string.IsNullOrEmpty(exception.StackTrace))
            return [];
        var lines = new StackTrace(exception, fNeedFileInfo: true).ToString()
            .Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Where(line => !line.StartsWith(HostFrames, StringComparison.Ordinal)).ToList();
        while (lines.Count > 0 && lines[^1].StartsWith(Separator, StringComparison.Ordinal))
            lines.RemoveAt(lines.Count - 1);
        return lines;
    }

    private static int Bytes(StringBuilder text) => Encoding.UTF8.GetByteCount(text.ToString());

    private static string Escape(string value)
    {
        var text = new StringBuilder(value.Length + 16);
        foreach (var c in value)
        {
            _ = c switch
            {
                _ when JsonEscape.Of(c) is { } escape => text.Append(escape),
                < ' ' => text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:X4}"),
                '\u0085' or '\u2028' or '\u2029' => text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => text.Append(c),
            };
        }

        return text.ToString().Trim();
    }
}
