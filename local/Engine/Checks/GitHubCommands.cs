using System.Text;

namespace Stateside.Engine.Checks;

/// <summary>
/// Findings as commands that GitHub Actions turns into notes beside the lines of a change.
/// See https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands.
/// </summary>
internal static class GitHubCommands
{
    /// <summary>The command of a finding.</summary>
    public static string Of(Finding finding)
    {
        var found = finding.Diagnostic;
        var text = found.Remedy is { } remedy ? $"{FindingText.Message(finding)}\n{remedy}" : FindingText.Message(finding);
        return $"::{(finding.IsError ? "error" : "warning")} file={Property(finding.File.Replace('\\', '/'))},line={found.Line},col={found.Column},"
            + $"title={Property(found.Code)}::{Escaped(text)}";
    }

    private static string Property(string text) => Escaped(text).Replace(":", "%3A", StringComparison.Ordinal).Replace(",", "%2C", StringComparison.Ordinal);

    private static string Escaped(string text) => new StringBuilder(text).Replace("%", "%25").Replace("\r", "%0D").Replace("\n", "%0A").ToString();
}
