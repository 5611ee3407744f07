using Stateside.Engine.History;

namespace Stateside.Engine.Execution;

/// <summary>Which executions to list, newest first.</summary>
/// <param name="Arn">The ARN of the state machine, or of the map run, that they belong to.</param>
public sealed record ExecutionQuery(string Arn)
{
    /// <summary>Only those that stand so; null for all.</summary>
    public ExecutionStatus? Status { get; init; }

    /// <summary>Only those that were redriven, or only those that were not; null for all.</summary>
    public bool? Redriven { get; init; }

    /// <summary>Only those started through this alias; null for all.</summary>
    public string? AliasArn { get; init; }

    /// <summary>Only those of this version; null for all.</summary>
    public string? VersionArn { get; init; }

    /// <summary>Only those older than the one of this number (<see cref="ExecutionDescription.Number"/>), to go on from a page; null for all.</summary>
    public long? Before { get; init; }

    /// <summary>At most so many.</summary>
    public int Limit { get; init; } = int.MaxValue;

    /// <summary>Whether an execution is one of those.</summary>
    internal bool Takes(ExecutionDescription e) =>
        (Status is null || e.Status == Status) && (Redriven is null || (e.RedriveCount > 0) == Redriven)
        && (AliasArn is null || e.AliasArn == AliasArn) && (VersionArn is null || e.VersionArn == VersionArn);
}
