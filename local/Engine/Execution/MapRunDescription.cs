using Stateside.Engine.History;

namespace Stateside.Engine.Execution;

/// <summary>A map run as it stood at one moment.</summary>
/// <param name="Arn">The ARN.</param>
/// <param name="ExecutionArn">The execution that began it.</param>
/// <param name="StateMachineArn">That execution's machine, with what its ARN calls the Map.</param>
/// <param name="MapName">The Map.</param>
/// <param name="Status">How it stands.</param>
/// <param name="StartDate">When it began.</param>
/// <param name="StopDate">When it ended; null while it is under way.</param>
/// <param name="MaxConcurrency">How many children run at a time; 0 for as many as the service allows.</param>
/// <param name="ToleratedFailureCount">How many items may fail; null where the author sets no such limit.</param>
/// <param name="ToleratedFailurePercentage">Which part of a hundred of the items may fail; null where the author sets no such limit.</param>
/// <param name="RedriveCount">How often it was redriven.</param>
/// <param name="RedriveDate">When it was last redriven; null before that.</param>
/// <param name="ResultsIn">The address below which its results are written; null where they become the state's own result, or it ended with nothing written.</param>
/// <param name="Counts">How its items and children stand.</param>
internal sealed record MapRunDescription(
    string Arn,
    string ExecutionArn,
    string StateMachineArn,
    string MapName,
    ExecutionStatus Status,
    DateTimeOffset StartDate,
    DateTimeOffset? StopDate,
    int MaxConcurrency,
    long? ToleratedFailureCount,
    double? ToleratedFailurePercentage,
    int RedriveCount,
    DateTimeOffset? RedriveDate,
    string? ResultsIn,
    MapRunCounts Counts);
