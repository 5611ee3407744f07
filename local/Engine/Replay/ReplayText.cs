using Stateside.Language.Json;

namespace Stateside.Engine.Replay;

/// <summary>Tells what came of a replay.</summary>
internal static class ReplayText
{
    /// <summary>A finding in one line.</summary>
    public static string OneLine(Finding finding)
    {
        var differences = finding.Differences.Count == 0
            ? $"would {finding.Now}, did {finding.Then}"
            : string.Join("; ", finding.Differences.Take(3).Select(difference => $"{difference.Path} would be {Short(difference.One)}, was {Short(difference.Other)}"));
        return $"event {finding.EventId}, '{finding.State}', {finding.Kind}: {differences}";
    }

    private static string Short(JsonValue? value) => value is null ? "missing" : value.Text.Length <= 120 ? value.Text : $"{value.Text[..119]}…";
}
