using Stateside.Language.Evaluation;

namespace Stateside.Engine.Store;

/// <summary>How far a task came before it failed.</summary>
public enum TaskStage
{
    /// <summary>The request was refused before the job began.</summary>
    Submit,

    /// <summary>The work itself failed.</summary>
    Run,
}

/// <summary>Why a task failed.</summary>
/// <param name="Error">The error name, at most 256 characters; null for none.</param>
/// <param name="Cause">The cause, at most 32,768 characters; null for none.</param>
/// <param name="Stage">How far it came.</param>
public sealed record TaskFailure(string? Error, string? Cause, TaskStage Stage = TaskStage.Run)
{
    /// <summary>What a state or a task gave has more bytes than any payload may have.</summary>
    internal static TaskFailure TooLarge(string name) => new(
        ErrorNames.DataLimitExceeded, $"The state/task '{name}' returned a result with a size exceeding the maximum number of bytes service limit.");

    /// <summary>Nothing here does what a resource asks for.</summary>
    internal static TaskFailure NotPerformed(string resource) => new(
        ErrorNames.Runtime, $"Stateside does not perform the resource {resource}. Give the state a mocked answer with --mocks.");

    /// <summary>
    /// Whether a made-up job had begun before it came to this: where a service refuses to begin one, the error is the service's own.
    /// </summary>
    internal static bool IsAfterSubmission(TaskFailure? failure) => failure is null or { Error: ErrorNames.TaskFailed };
}
