namespace Stateside.Language.Validation;

/// <summary>The texts that the service makes of diagnostics.</summary>
internal static class DiagnosticText
{
    /// <summary>The message of the InvalidDefinition error of CreateStateMachine, UpdateStateMachine and TestState.</summary>
    /// <param name="diagnostics">What was found; warnings are passed over.</param>
    public static string InvalidDefinition(IEnumerable<Diagnostic> diagnostics)
    {
        // The service writes "at null" where there is no place.
        var errors = diagnostics.Where(found => found.Severity == Severity.Error)
            .Select(found => $"{found.Code}: {found.Message} at {found.Location ?? "null"}");
        return $"Invalid State Machine Definition: '{string.Join(", ", errors)}'";
    }
}
