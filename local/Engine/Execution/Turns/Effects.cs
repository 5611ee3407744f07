using Stateside.Engine.History;
using Stateside.Language.Definitions;
using Stateside.Language.Json;

namespace Stateside.Engine.Execution.Turns;

/// <summary>What is to happen outside once a turn is saved. Effects leave at least once: after a crash they may leave again.</summary>
internal abstract record Effect;

/// <summary>Starts one attempt at a task.</summary>
internal sealed record StartTaskEffect(
    TaskKey Task, TaskResource Resource, JsonValue Payload, string Token, string StateName, string? CredentialsRoleArn, TimeSpan? Timeout) : Effect
{
    /// <summary>Of an attempt that goes on after a crash: what its request was answered with, where it was.</summary>
    public JsonValue? Submitted { get; init; }

    /// <summary>Of an attempt that goes on after a crash: whether a worker has it.</summary>
    public bool IsWithWorker { get; init; }

    /// <summary>Of an attempt that goes on after a crash: whether its token was answered already.</summary>
    public bool IsAnswered { get; init; }

    /// <summary>Of an attempt that goes on after a crash: since when its request may have been sent; null of every other.</summary>
    public DateTimeOffset? SentBefore { get; init; }
}

/// <summary>Tells whoever works on a task that nobody waits for it any more.</summary>
internal sealed record CancelTaskEffect(TaskKey Task, TaskResource Resource, string Token) : Effect;

/// <summary>Starts a child execution of a map run that was redriven so often.</summary>
internal sealed record StartChildEffect(
    int FrameId, int Generation, int Index, MapState Map, string MapRunArn, JsonValue Input, int RedriveCount) : Effect;

/// <summary>Starts a child execution of a map run once more where it failed; of an Express one, anew.</summary>
internal sealed record RedriveChildEffect(StartChildEffect Child) : Effect;

/// <summary>Tells the parent of a map run's child once more how the child ended.</summary>
internal sealed record ReportEndEffect : Effect;

/// <summary>Ends the child executions of a map run that still run.</summary>
internal sealed record StopChildrenEffect(string MapRunArn) : Effect;

/// <summary>What one turn did: saved as one, and only then do its effects leave.</summary>
/// <param name="Events">The history events it wrote, numbered on from those before.</param>
/// <param name="Effects">What is to happen outside.</param>
/// <param name="Results">What branches and iterations gave.</param>
/// <param name="Left">The numbers of frames that are over.</param>
/// <param name="HasMore">Whether the turn was cut and frames are ready to move on.</param>
/// <param name="Defect">The defect of ours that ended the execution; null as a rule.</param>
internal readonly record struct Turn(
    HistorySegment? Events,
    IReadOnlyList<Effect> Effects,
    IReadOnlyList<GroupResult> Results,
    IReadOnlyList<Frame> Left,
    bool HasMore,
    Exception? Defect)
{
    /// <summary>Whether the execution went on again after an end in it.</summary>
    public bool IsRedriven { get; init; }

    /// <summary>The transitions it took, in order; null when nobody asked for them.</summary>
    public IReadOnlyList<Transition>? Transitions { get; init; }
}

/// <summary>That one branch or iteration gave something, or that it was taken back.</summary>
internal readonly record struct GroupResult(int FrameId, int Index);
