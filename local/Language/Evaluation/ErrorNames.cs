namespace Stateside.Language.Evaluation;

/// <summary>
/// The error names that the States Language and the service define.
/// See https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html#error-handling-error-representation.
/// </summary>
internal static class ErrorNames
{
    /// <summary>Matches any error but States.Runtime.</summary>
    public const string All = "States.ALL";

    /// <summary>A Task or the execution ran longer than it may.</summary>
    public const string Timeout = "States.Timeout";

    /// <summary>A Task sent no heartbeat in time; matched beside States.Timeout.</summary>
    public const string HeartbeatTimeout = "States.HeartbeatTimeout";

    /// <summary>Matches any error but States.Timeout.</summary>
    public const string TaskFailed = "States.TaskFailed";

    /// <summary>The role may not do what the state asks.</summary>
    public const string Permissions = "States.Permissions";

    /// <summary>ResultPath cannot be applied to the input.</summary>
    public const string ResultPathMatchFailure = "States.ResultPathMatchFailure";

    /// <summary>A Map's ItemsPath names nothing in the input.</summary>
    public const string ReferencePathConflict = "States.ReferencePathConflict";

    /// <summary>A path in a payload template names nothing.</summary>
    public const string ParameterPathFailure = "States.ParameterPathFailure";

    /// <summary>A branch of a Parallel state failed.</summary>
    public const string BranchFailed = "States.BranchFailed";

    /// <summary>What the language says of a Choice without a match and without a Default. The service reports States.Runtime.</summary>
    public const string NoChoiceMatched = "States.NoChoiceMatched";

    /// <summary>An intrinsic function failed.</summary>
    public const string IntrinsicFailure = "States.IntrinsicFailure";

    /// <summary>Something in the run that no state can handle.</summary>
    public const string Runtime = "States.Runtime";

    /// <summary>A payload is larger than the service allows.</summary>
    public const string DataLimitExceeded = "States.DataLimitExceeded";

    /// <summary>A JSONata expression failed.</summary>
    public const string QueryEvaluationError = "States.QueryEvaluationError";

    /// <summary>More iterations of a Map failed than it tolerates.</summary>
    public const string ExceedToleratedFailureThreshold = "States.ExceedToleratedFailureThreshold";

    /// <summary>A Map could not read its items.</summary>
    public const string ItemReaderFailed = "States.ItemReaderFailed";

    /// <summary>A Map could not write its results.</summary>
    public const string ResultWriterFailed = "States.ResultWriterFailed";
}
