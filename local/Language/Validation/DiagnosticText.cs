using System.Text;

namespace Stateside.Language.Validation;

/// <summary>The texts that the service makes of diagnostics.</summary>
internal static class DiagnosticText
{
    /// <summary>The message of the InvalidDefinition error of CreateStateMachine, UpdateStateMachine and TestState.</summary>
    /// <param name="diagnostics">What was found; warnings are passed over.</param>
    public static string InvalidDefinition(IEnumerable<Diagnostic> diagnostics)
    {
        var text = new StringBuilder("Invalid State Machine Definition: '");
        var first = true;
        foreach (var diagnostic in diagnostics)
        {
            if (diagnostic.Severity != Severity.Error)
                continue;
            if (!first)
                text.Append(", ");
            first = false;

            // The service writes "at null" where there is no place.
            text.Append(diagnostic.Code).Append(": ").Append(diagnostic.Message).Append(" at ").Append(diagnostic.Location ?? "null");
        }

        return text.Append('\'').ToString();
    }
}
