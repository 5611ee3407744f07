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
    public MapRunTally OnlyUnsuccessful() => new(0, 0, 0, Failed, TimedOut, Aborted);

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
/// <param name="Failures">The error names of children that failed or timed out, the most frequent first.</param>
internal sealed record MapRunCounts(
    MapRunTally Items, MapRunTally Executions, long ResultsWritten, bool IsRead, IReadOnlyList<MapRunFailure> Failures)
{
    /// <summary>
    /// How many items there are, or about how many where not all are read: then as many as what is read of the object lets expect; null where
    /// nothing tells.
    /// </summary>
    public long? ExpectedItems { get; init; }

    /// <summary>Whether it is known how many items there are.</summary>
    public bool IsCounted { get; init; } = IsRead;

    /// <summary>An estimate, with as many digits as it is worth.</summary>
    public static long About(double count)
    {
        var unit = Math.Pow(10, Math.Max(0, Math.Floor(Math.Log10(Math.Max(1, count))) - 2));
        return (long)(Math.Round(count / unit) * unit);
    }
}

/// <summary>How many children of a map run ended with an error.</summary>
/// <param name="Error">The error name; empty where there was none, null for all names that are not told apart.</param>
/// <param name="Count">How many.</param>
internal readonly record struct MapRunFailure(string? Error, long Count);

/// <summary>Counts the failures of a map run by their error names; of many names the first are told apart.</summary>
internal sealed class MapRunFailures
{
    private const int MostNames = 20;
    private readonly Dictionary<string, long> _counts = new(StringComparer.Ordinal);
    private long _others;

    /// <summary>Counts a child that has ended; one that was stopped is no failure.</summary>
    public void Add(ExecutionDescription child)
    {
        if (child.Status is not (ExecutionStatus.Failed or ExecutionStatus.TimedOut))
            return;
        var error = child.Error ?? "";
        if (_counts.TryGetValue(error, out var count) || _counts.Count < MostNames)
            _counts[error] = count + 1;
        else
            _others++;
    }

    /// <summary>The names with their counts, the most frequent first, and then the others.</summary>
    public IReadOnlyList<MapRunFailure> ToList()
    {
        if (_counts.Count == 0)
            return [];
        var named = _counts.Select(pair => new MapRunFailure(pair.Key, pair.Value)).OrderByDescending(failure => failure.Count).ThenBy(failure => failure.Error, StringComparer.Ordinal);
        return _others == 0 ? [.. named] : [.. named, new MapRunFailure(null, _others)];
    }
}
