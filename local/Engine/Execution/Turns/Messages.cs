using Stateside.Engine.Store;
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
internal sealed record RedriveMessage(string? ClientToken, int? Generation = null) : Message;

/// <summary>A due time of some frame has come.</summary>
internal sealed record TimerMessage : Message
{
    public static readonly TimerMessage Instance = new();
}

/// <summary>A caller ends the execution.</summary>
internal sealed record StopMessage(string? Error, string? Cause) : Message;

/// <summary>News of one attempt at a task; stale when the frame has gone on since.</summary>
internal abstract record TaskMessage(TaskKey Task) : Message
{
    /// <summary>Whether the token's bearer brings it, rather than the request that started the task.</summary>
    public bool IsByToken { get; init; }
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

/// <summary>A child execution of a map run ended: with an output, or with an error and a cause.</summary>
internal sealed record ChildEndedMessage(int FrameId, int Generation, int Index, JsonValue? Output, string? Error, string? Cause) : Message;

/// <summary>A caller changes a map run that is under way; what is null stays as it is, of the failures' two limits where both are.</summary>
internal sealed record UpdateMapRunMessage(string MapRunArn, int? MaxConcurrency, long? ToleratedCount, double? ToleratedPercentage) : Message;

/// <summary>After a crash: child executions of a map run that never began.</summary>
internal sealed record MissingChildrenMessage(int FrameId, IReadOnlyList<int> Indexes) : Message;

/// <summary>One attempt at one task of one execution.</summary>
/// <param name="FrameId">The frame whose state it is.</param>
/// <param name="Attempt">The number of the attempt within the frame, never used twice.</param>
internal readonly record struct TaskKey(int FrameId, int Attempt);
