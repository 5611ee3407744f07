using Stateside.Language.Validation;

namespace Stateside.Engine.Checks;

/// <summary>Findings as compilers write them, so that editors and builds know the place: <c>file(line,column): error CODE: message</c>.</summary>
internal static class FindingText
{
    /// <summary>The line that says what was found; what to do about it is not in it.</summary>
    public static string Line(Finding finding) => $"{Head(finding)}{Message(finding)}{At(finding)}";

    /// <summary>All of it in one line.</summary>
    public static string WholeLine(Finding finding) =>
        $"{Head(finding)}{Message(finding)}{(finding.Diagnostic.Remedy is { } remedy ? $" {remedy.ReplaceLineEndings(" ")}" : "")}{At(finding)}";

    /// <summary>What was found. Of a text that is no JSON the service repeats the beginning and the place, twice.</summary>
    public static string Message(Finding finding) => finding.Diagnostic.Code == DiagnosticCodes.InvalidJsonDescription
        ? finding.Diagnostic.Message.Split('\n')[0]
        : finding.Diagnostic.Message;

    private static string Head(Finding finding) =>
        $"{finding.File}({finding.Diagnostic.Line},{finding.Diagnostic.Column}): {(finding.IsError ? "error" : "warning")} {finding.Diagnostic.Code}: ";

    private static string At(Finding finding) =>
        finding.Diagnostic.Location is { } location && finding.Diagnostic.Code != DiagnosticCodes.InvalidJsonDescription ? $" [{location}]" : "";
}
