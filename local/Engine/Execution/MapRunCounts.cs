using Stateside.Engine.History;

namespace Stateside.Engine.Execution;

/// <summary>How the child executions of a map run stand, or their items. See https://docs.aws.amazon.com/step-functions/latest/apireference/API_MapRunExecutionCounts.html.</summary>
internal readonly record struct MapRunTally(long Pending, long Running, long Succeeded, long Failed, long TimedOut, long Aborted, long PendingRedrive = 0)
{
    /// <summary>How many there are, as far as that is known.</summary>
    public long Total => Pending + Running + Over + PendingRedrive;

    /// <summary>How many are over, whichever way.</summary>
    public long Over => Succeeded + Unsuccessful;

    /// <summary>How many ended without success.</summary>
    public long Unsuccessful => Failed + TimedOut + Aborted;

    /// <summary>Only those that ended without success.</summary>
    public MapRunTally OfUnsuccessful => new(0, 0, 0, Failed, TimedOut, Aborted);

    /// <summary>How many stand so.</summary>
    public long this[ExecutionStatus status] => status switch
    {
        ExecutionStatus.Running => Running,
        ExecutionStatus.Succeeded => Succeeded,
        ExecutionStatus.Failed => Failed,
        ExecutionStatus.TimedOut => TimedOut,
        _ => Aborted,
    };

    /// <summary>The same with more, or fewer, that stand so.</summary>
    public MapRunTally With(ExecutionStatus status, long count) => status switch
    {
        ExecutionStatus.Running => this with { Running = Running + count },
        ExecutionStatus.Succeeded => this with { Succeeded = Succeeded + count },
        ExecutionStatus.Failed => this with { Failed = Failed + count },
        ExecutionStatus.TimedOut => this with { TimedOut = TimedOut + count },
        _ => this with { Aborted = Aborted + count },
    };
}

/// <summary>How a map run stands, in its items and in its child executions.</summary>
/// <param name="Items">The items.</param>
/// <param name="Executions">The child executions: of batches, fewer.</param>
/// <param name="ResultsWritten">How many children's results were written or gathered.</param>
/// <param name="IsRead">Whether all items are read, so that the totals are whole.</param>
internal sealed record MapRunCounts(MapRunTally Items, MapRunTally Executions, long ResultsWritten, bool IsRead);
