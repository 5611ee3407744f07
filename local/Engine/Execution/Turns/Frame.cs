using Stateside.Engine.Store;
using Stateside.Language.Definitions;
using Stateside.Language.Evaluation;
using Stateside.Language.Json;

namespace Stateside.Engine.Execution.Turns;

/// <summary>What a frame is about to do, or what it waits for.</summary>
internal enum FramePhase
{
    /// <summary>To enter its state.</summary>
    Entering,

    /// <summary>To do its state's work again after a retrier's pause, which is over, or since its evaluation was put off.</summary>
    Retrying,

    /// <summary>To deal with what its task gave, or with its failure.</summary>
    Returning,

    /// <summary>Waits for a task's outcome.</summary>
    Working,

    /// <summary>Waits for its due time: a Wait state or a retrier's pause.</summary>
    Sleeping,

    /// <summary>Waits for its branches or iterations.</summary>
    Gathering,

    /// <summary>Over.</summary>
    Ended,
}

/// <summary>
/// One line of progress in an execution: the root, a branch or an iteration. Plain data, so that it can be saved between turns and
/// carried on from: position is here, never on a call stack.
/// </summary>
internal sealed class Frame
{
    /// <summary>The number, unique in the execution.</summary>
    public required int Id { get; init; }

    /// <summary>The frame whose Parallel or Map state this one runs in; null of the root.</summary>
    public required Frame? Parent { get; init; }

    /// <summary>Which branch or iteration of the parent's state it is.</summary>
    public required int Index { get; init; }

    /// <summary>The definition it walks through.</summary>
    public required Definition Definition { get; init; }

    /// <summary>The item of a Map's iteration, for the context object; null elsewhere.</summary>
    public JsonValue? Item { get; init; }

    /// <summary>The state it is at.</summary>
    public required State State { get; set => (field, IsChanged) = (value, true); }

    /// <summary>That state's input.</summary>
    public required JsonValue Input { get; set => (field, IsChanged) = (value, true); }

    /// <summary>What it is about to do or waits for.</summary>
    public FramePhase Phase { get; set => (field, IsChanged) = (value, true); }

    /// <summary>The variables in sight.</summary>
    public required VariableScope Variables { get; set => (field, IsChanged) = (value, true); }

    /// <summary>The last event on this line; the next one points at it.</summary>
    public long LastEventId { get; set => (field, IsChanged) = (value, true); }

    /// <summary>The event of entering the state.</summary>
    public long EnteredEventId { get; set => (field, IsChanged) = (value, true); }

    /// <summary>
    /// Of a Parallel or a Map whose branches or iterations have succeeded: the event before those that say so, which leaving the state
    /// points at. What fails before the state is left points at the last of them. 0 elsewhere.
    /// </summary>
    public long BeforeSucceededEventId { get; set => (field, IsChanged) = (value, true); }

    /// <summary>When the state was entered.</summary>
    public DateTimeOffset EnteredTime { get; set => (field, IsChanged) = (value, true); }

    /// <summary>How often the state's work was tried again in this visit.</summary>
    public int RetryCount { get; set => (field, IsChanged) = (value, true); }

    /// <summary>How often each retrier was used in this visit; null before the first use.</summary>
    public int[]? RetriesUsed { get; set => (field, IsChanged) = (value, true); }

    /// <summary>When a Wait state or a pause is over, by the steady clock unless it waits for a date.</summary>
    public DateTimeOffset? Due { get; set => (field, IsChanged) = (value, true); }

    /// <summary>Whether what it waits for is a date: whoever sets the wall clock moves it.</summary>
    public bool IsUntilDate => State is WaitState { Timestamp: not null };

    /// <summary>The task it waits for.</summary>
    public TaskAttempt? Task { get; set => (field, IsChanged) = (value, true); }

    /// <summary>How many attempts at tasks this frame has made.</summary>
    public int Attempts { get; set => (field, IsChanged) = (value, true); }

    /// <summary>The branches or iterations it waits for.</summary>
    public FrameGroup? Group { get; set => (field, IsChanged) = (value, true); }

    /// <summary>What its task gave, to be dealt with.</summary>
    public JsonValue? Result { get; set => (field, IsChanged) = (value, true); }

    /// <summary>
    /// What is left of branches or iterations that ended without success, for a redrive: their results, and their frames where they
    /// stood. Null while none failed, and once a retrier or a catcher has taken the failure.
    /// </summary>
    public FrameGroup? Remains { get; set => (field, IsChanged) = (value, true); }

    /// <summary>The failure to be dealt with.</summary>
    public FrameFailure? Failure { get; set => (field, IsChanged) = (value, true); }

    /// <summary>Whether there is something about it, its task or its group that is not saved yet.</summary>
    public bool IsChanged { get; set; } = true;

    /// <summary>Of one that was aborted: whether it had yet to enter its state.</summary>
    public bool IsYetToEnter { get; set; }

    /// <summary>Whether it was ever saved.</summary>
    public bool IsSaved { get; set; }

    /// <summary>The group whose results are saved; null for none.</summary>
    public FrameGroup? SavedGroup { get; set; }
}

/// <summary>Why a frame's state failed.</summary>
/// <param name="Error">The error name; null for none.</param>
/// <param name="Cause">The cause; null for none.</param>
/// <param name="Alias">Another name that Retry and Catch may use for it, such as States.HeartbeatTimeout.</param>
internal sealed record FrameFailure(string? Error, string? Cause, string? Alias = null)
{
    /// <summary>More of a Map's iterations failed than may.</summary>
    public static FrameFailure Intolerable { get; } =
        new(ErrorNames.ExceedToleratedFailureThreshold, "The specified tolerated failure threshold was exceeded");

    /// <summary>A reader of a Map's items is asked for fewer than none.</summary>
    public static FrameFailure NegativeMaxItems { get; } = new(ErrorNames.ItemReaderFailed, "field MaxItems must be positive");

    /// <summary>A task's failure, as its frame deals with it.</summary>
    public static FrameFailure Of(TaskFailure failure) => new(failure.Error, failure.Cause);
}

/// <summary>An attempt at a task that is under way.</summary>
internal sealed class TaskAttempt
{
    public required TaskKey Key { get; init; }

    /// <summary>The token with which an outsider finishes it.</summary>
    public required string Token { get; init; }

    /// <summary>The payload, kept so that the task can be started again after a crash.</summary>
    public required JsonValue Payload { get; init; }

    /// <summary>The role it is performed under; null for the machine's own.</summary>
    public string? CredentialsRoleArn { get; init; }

    /// <summary>How long it may take; null for no limit of the author's.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>When it has taken too long, by the steady clock.</summary>
    public DateTimeOffset? TimeoutDue { get; set; }

    /// <summary>How long the worker may stay silent.</summary>
    public TimeSpan? Heartbeat { get; init; }

    /// <summary>When the worker has been silent for too long, by the steady clock.</summary>
    public DateTimeOffset? HeartbeatDue { get; set; }

    /// <summary>Whether a worker has it.</summary>
    public bool Started { get; set; }

    /// <summary>What the request was answered with when the work goes on elsewhere; null before that.</summary>
    public JsonValue? Submitted { get; set; }

    /// <summary>The outcome that a worker brought before the request which woke it was answered: it waits for that.</summary>
    public TaskMessage? Early { get; set; }

    /// <summary>Sets both deadlines from the given time on.</summary>
    public void BeginTime(DateTimeOffset time)
    {
        TimeoutDue = time + Timeout;
        HeartbeatDue = time + Heartbeat;
    }

    /// <summary>The earlier of the two deadlines.</summary>
    public DateTimeOffset? Due => TimeoutDue is null || HeartbeatDue < TimeoutDue ? HeartbeatDue : TimeoutDue;
}

/// <summary>The branches of a Parallel state or the iterations of a Map under way.</summary>
internal sealed class FrameGroup
{
    /// <summary>The state's effective input: what branches are given and what an ItemSelector looks at.</summary>
    public required JsonValue Input { get; init; }

    /// <summary>The items of an inline Map, an array or an object; null elsewhere.</summary>
    public JsonValue? Items { get; init; }

    /// <summary>What each branch or iteration in this execution has given so far.</summary>
    public required JsonValue?[] Results { get; init; }

    /// <summary>How many may run at a time.</summary>
    public required int Concurrency { get; init; }

    /// <summary>How many may fail.</summary>
    public int ToleratedFailures { get; init; }

    /// <summary>The map run of a distributed Map; null elsewhere.</summary>
    public MapRunState? Run { get; init; }

    /// <summary>Of a map run that has failed and whose results are still to be written: why. It fails anew after a crash.</summary>
    public FrameFailure? Failure { get; set; }

    /// <summary>The number of this gathering within the frame: news of an earlier one is stale.</summary>
    public required int Generation { get; set; }

    /// <summary>The next one to begin.</summary>
    public int Next { get; set; }

    /// <summary>The event that iterations go on from whose beginning was put off; 0 for none.</summary>
    public long GoesOnFrom { get; set; }

    /// <summary>How many have failed.</summary>
    public int Failed { get; set; }

    /// <summary>How many have ended well.</summary>
    public int Succeeded { get; set; }

    /// <summary>Those under way in this execution, in the order in which they began.</summary>
    public List<Frame> Running { get; } = [];

    /// <summary>Those that failed or were aborted, for a redrive of the state.</summary>
    public List<Frame> Halted { get; } = [];

    /// <summary>Whether all have ended.</summary>
    public bool IsComplete => Succeeded + Failed == Results.Length;
}
