using Stateside.Engine.Store;
using Stateside.Language.Evaluation;
using Stateside.Language.Json;

namespace Stateside.Engine.Execution.Turns;

/// <summary>Everything that reaches an execution does so as a message in its mailbox.</summary>
internal abstract record Message;

/// <summary>The execution begins.</summary>
internal sealed record StartMessage : Message
{
    public static readonly StartMessage Instance = new();
}

/// <summary>A turn was cut so that others got theirs; there is more to do.</summary>
internal sealed record ContinueMessage : Message
{
    public static readonly ContinueMessage Instance = new();
}

/// <summary>An execution that ended without success goes on where it failed.</summary>
/// <param name="ClientToken">The token with which the caller may ask again without redriving twice; null for none.</param>
/// <param name="Generation">Of a map run's child: the gathering it now belongs to.</param>
internal sealed record RedriveMessage(string? ClientToken, int? Generation = null) : Message
{
    /// <summary>Whether it came while the execution was over; else another one was quicker.</summary>
    public bool IsTaken { get; set; }
}

/// <summary>A due time of some frame has come.</summary>
internal sealed record TimerMessage : Message
{
    public static readonly TimerMessage Instance = new();
}

/// <summary>A caller ends the execution.</summary>
internal sealed record StopMessage(string? Error, string? Cause) : Message
{
    /// <summary>When the execution ended, by this or before it; null until the message is taken.</summary>
    public DateTimeOffset? StopDate { get; set; }
}

/// <summary>News of one attempt at a task; stale when the frame has gone on since.</summary>
internal abstract record TaskMessage(TaskKey Task) : Message
{
    /// <summary>Whether the token's bearer brings it, rather than the request that started the task.</summary>
    public bool IsByToken { get; init; }

    /// <summary>Whether the step found the attempt waiting for it; set in the turn that takes it, for whoever waits for that turn.</summary>
    public bool IsTaken { get; set; }
}

/// <summary>A worker has taken the task.</summary>
internal sealed record TaskStartedMessage(TaskKey Task, string? WorkerName) : TaskMessage(Task);

/// <summary>The request was accepted; the work goes on elsewhere.</summary>
internal sealed record TaskSubmittedMessage(TaskKey Task, JsonValue Output) : TaskMessage(Task);

/// <summary>The worker is alive.</summary>
internal sealed record HeartbeatMessage(TaskKey Task) : TaskMessage(Task);

/// <summary>The task is done.</summary>
internal sealed record TaskSucceededMessage(TaskKey Task, JsonValue Output) : TaskMessage(Task);

/// <summary>The task failed.</summary>
internal sealed record TaskFailedMessage(TaskKey Task, TaskFailure Failure) : TaskMessage(Task);

/// <summary>News of a map run; stale when its frame has gathered anew since.</summary>
/// <param name="FrameId">The frame whose state the Map is.</param>
/// <param name="Generation">The number of the gathering within the frame.</param>
internal abstract record MapRunMessage(int FrameId, int Generation) : Message;

/// <summary>More items of a map run have failed than may, or all that there is to do is done.</summary>
/// <param name="FrameId">The frame whose state the Map is.</param>
/// <param name="Generation">The number of the gathering within the frame.</param>
/// <param name="Failed">How many items have failed.</param>
/// <param name="Items">How many items there are; null while they are read.</param>
/// <param name="IsDone">Whether no child is left to begin or to wait for.</param>
internal sealed record MapRunNewsMessage(int FrameId, int Generation, long Failed, long? Items, bool IsDone) : MapRunMessage(FrameId, Generation);

/// <summary>A map run cannot go on: an item could not be read or selected, or results not be written.</summary>
/// <param name="FrameId">The frame whose state the Map is.</param>
/// <param name="Generation">The number of the gathering within the frame.</param>
/// <param name="Failure">Why; null where an evaluation failed.</param>
/// <param name="Evaluation">The evaluation that failed; null where something else did.</param>
internal sealed record MapRunFailedMessage(int FrameId, int Generation, FrameFailure? Failure, StatesException? Evaluation) : MapRunMessage(FrameId, Generation);

/// <summary>What a map run's children gave is brought together.</summary>
/// <param name="FrameId">The frame whose state the Map is.</param>
/// <param name="Generation">The number of the gathering within the frame.</param>
/// <param name="Result">What the Map gives; null where that is more than any payload may be.</param>
internal sealed record MapRunFinishedMessage(int FrameId, int Generation, JsonValue? Result) : MapRunMessage(FrameId, Generation);

/// <summary>A caller changes a map run that is under way; what is null stays as it is, of the failures' two limits where both are.</summary>
internal sealed record UpdateMapRunMessage(string MapRunArn, int? MaxConcurrency, long? ToleratedCount, double? ToleratedPercentage) : Message;

/// <summary>One attempt at one task of one execution.</summary>
/// <param name="FrameId">The frame whose state it is.</param>
/// <param name="Attempt">The number of the attempt within the frame, never used twice.</param>
internal readonly record struct TaskKey(int FrameId, int Attempt);
