namespace Stateside.Language.Validation;

/// <summary>
/// The codes of the service's own diagnostics.
/// See https://docs.aws.amazon.com/step-functions/latest/apireference/API_ValidateStateMachineDefinitionDiagnostic.html.
/// </summary>
internal static class DiagnosticCodes
{
    /// <summary>The text is not JSON.</summary>
    public const string InvalidJsonDescription = "INVALID_JSON_DESCRIPTION";

    /// <summary>A field is missing, unknown or of the wrong shape.</summary>
    public const string SchemaValidationFailed = "SCHEMA_VALIDATION_FAILED";

    /// <summary>A transition names no state, or no transition names a state.</summary>
    public const string MissingTransitionTarget = "MISSING_TRANSITION_TARGET";

    /// <summary>No state ends the workflow.</summary>
    public const string MissingEndState = "MISSING_END_STATE";

    /// <summary>Two states have one name.</summary>
    public const string DuplicateStateName = "DUPLICATE_STATE_NAME";

    /// <summary>A state's name is too long or empty.</summary>
    public const string InvalidStateName = "INVALID_STATE_NAME";

    /// <summary>Two Map states have one label.</summary>
    public const string DuplicateLabelName = "DUPLICATE_LABEL_NAME";

    /// <summary>A Map state's label is empty, too long or holds characters that it may not.</summary>
    public const string InvalidLabelName = "INVALID_LABEL_NAME";

    /// <summary>A variable has the name of one that is assigned around it.</summary>
    public const string DuplicateVariableName = "DUPLICATE_VARIABLE_NAME";

    /// <summary>A variable's name is too long or is no identifier.</summary>
    public const string InvalidVariableName = "INVALID_VARIABLE_NAME";

    /// <summary>A variable has a name that is the service's own.</summary>
    public const string ReservedVariableName = "RESERVED_VARIABLE_NAME";

    /// <summary>States stand inside states too many times over.</summary>
    public const string TooDeeplyNested = "TOO_DEEPLY_NESTED";

    /// <summary>A JSONata expression does not parse.</summary>
    public const string InvalidJsonataExpression = "INVALID_JSONATA_EXPRESSION";

    /// <summary>A JSONata expression uses something that is not offered where it stands.</summary>
    public const string UnsupportedJsonataExpression = "UNSUPPORTED_JSONATA_EXPRESSION";

    /// <summary>Warning: a value that looks like a path under a key that does not end in <c>.$</c>.</summary>
    public const string NoDollar = "NO_DOLLAR";

    /// <summary>Warning: a value that looks like a path in a field whose name does not end in <c>Path</c>.</summary>
    public const string NoPath = "NO_PATH";

    /// <summary>Warning: a path in the Result of a Pass state, which is taken as it stands.</summary>
    public const string PassResultIsStatic = "PASS_RESULT_IS_STATIC";
}
