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
public sealed record TaskFailure(string? Error, string? Cause, TaskStage Stage = TaskStage.Run);
