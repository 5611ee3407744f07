using Stateside.Engine.History;
using Stateside.Engine.Store;
using Stateside.Language.Definitions;
using Stateside.Language.Json;

namespace Stateside.Engine.Execution.Turns;

/// <summary>Where an execution of an iteration reports to.</summary>
/// <param name="Execution">The execution whose map run it belongs to.</param>
/// <param name="FrameId">That execution's frame at the Map.</param>
/// <param name="Generation">The number of the gathering within the frame.</param>
/// <param name="Index">Which of the map run's inputs it has.</param>
/// <param name="MapRunArn">The map run.</param>
/// <param name="MapName">The Map.</param>
/// <param name="Items">How many items it was given: those of its batch, or one.</param>
internal sealed record ParentLink(RunningExecution Execution, int FrameId, int Generation, int Index, string MapRunArn, string MapName, int Items);

/// <summary>
/// One run of one revision: its facts, its frames and its history. The step alone changes it, one turn at a time; others read facts
/// that no turn takes back.
/// </summary>
internal sealed class RunningExecution
{
    /// <summary>The number that orders executions by their beginning; 0 before it has one.</summary>
    public long Number { get; set; }

    public required string Arn { get; init; }

    public required string Name { get; init; }

    public required StateMachine StateMachine { get; init; }

    /// <summary>The definition it runs: its machine's, or of a map run's child the item processor.</summary>
    public required Definition Definition { get; init; }

    public required JsonValue Input { get; init; }

    public required DateTimeOffset StartDate { get; init; }

    /// <summary>What its random numbers and ids derive from.</summary>
    public required ulong Seed { get; init; }

    public string? AliasArn { get; init; }

    public string? VersionArn { get; init; }

    /// <summary>The trace header the caller sent.</summary>
    public string? TraceHeader { get; init; }

    /// <summary>The test case of a mock file that answers for its tasks; null for none.</summary>
    public string? TestCase { get; init; }

    /// <summary>The Map whose iteration it is; null elsewhere.</summary>
    public ParentLink? Parent { get; set; }

    public bool IsExpress { get; init; }

    /// <summary>Whether whoever started it waits for its end.</summary>
    public bool IsSynchronous { get; init; }

    public ExecutionStatus Status { get; set; }

    public DateTimeOffset? StopDate { get; set; }

    public JsonValue? Output { get; set; }

    public string? Error { get; set; }

    public string? Cause { get; set; }

    public int RedriveCount { get; set; }

    /// <summary>When it was last redriven.</summary>
    public DateTimeOffset? RedriveDate { get; set; }

    /// <summary>The token of whoever redrove it last; null for none.</summary>
    public string? RedriveToken { get; set; }

    /// <summary>When it has run too long, by the steady clock.</summary>
    public DateTimeOffset? Deadline { get; set; }

    /// <summary>The line of progress of the whole; null before the first turn.</summary>
    public Frame? Root { get; set; }

    /// <summary>The branches and iterations under way, by number; null while there have been none.</summary>
    public Dictionary<int, Frame>? Inner { get; set; }

    /// <summary>Frames that can move on, in the order in which they move.</summary>
    public Queue<Frame> Ready { get; } = new(1);

    /// <summary>Frames that can move on where evaluating may take long; null while there were none.</summary>
    public Queue<Frame>? PutOff { get; set; }

    /// <summary>The highest number given to a frame.</summary>
    public int LastFrameId { get; set; }

    /// <summary>The highest number given to an event.</summary>
    public long LastEventId { get; set; }

    /// <summary>The bytes that variables take together.</summary>
    public long VariableBytes { get; set; }

    /// <summary>The map runs it has begun, oldest first; null while there are none.</summary>
    public List<MapRunState>? MapRuns { get; set; }

    /// <summary>The frame of that number, or null when it is over.</summary>
    public Frame? FindFrame(int id) => Root?.Id == id ? Root : Inner is not null && Inner.TryGetValue(id, out var frame) ? frame : null;

    /// <summary>All frames that are not over.</summary>
    public IEnumerable<Frame> Frames()
    {
        if (Root is not null)
            yield return Root;
        if (Inner is null)
            yield break;
        foreach (var frame in Inner.Values)
            yield return frame;
    }
}
