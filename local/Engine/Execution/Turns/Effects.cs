using Stateside.Engine.History;
using Stateside.Engine.Items;
using Stateside.Language.Definitions;
using Stateside.Language.Evaluation;
using Stateside.Language.Json;

namespace Stateside.Engine.Execution.Turns;

/// <summary>What is to happen outside once a turn is saved. Effects leave at least once: after a crash they may leave again.</summary>
internal abstract record Effect;

/// <summary>Starts one attempt at a task.</summary>
internal sealed record StartTaskEffect(
    TaskKey Task, TaskResource Resource, JsonValue Payload, string Token, string StateName, string? CredentialsRoleArn, TimeSpan? Timeout) : Effect
{
    /// <summary>The frame that waits for it.</summary>
    public required Frame Frame { get; init; }

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

/// <summary>Lets a distributed Map's run begin, or go on: after a crash, or because the execution was redriven.</summary>
/// <param name="FrameId">The frame whose state the Map is.</param>
/// <param name="Generation">The number of this gathering within the frame.</param>
/// <param name="Map">The Map.</param>
/// <param name="Run">Its run.</param>
/// <param name="Select">What a child is given of an item, by the item's number; throws a <see cref="StatesException"/> where that fails.</param>
internal sealed record RunMapEffect(int FrameId, int Generation, MapState Map, MapRunState Run, Func<int, MapItem, JsonValue> Select) : Effect
{
    /// <summary>Whether it goes on, rather than begins: some of its children may have begun, or be over.</summary>
    public bool IsBegun { get; init; }
}

/// <summary>Lets as many children of a map run run at a time, 0 for as many as the service allows, and as many items fail from now on.</summary>
internal sealed record UpdateMapRunEffect(string MapRunArn, int MaxConcurrency, Tolerance Tolerance) : Effect;

/// <summary>Brings together what the children of a map run gave; first, where some still run, ends them.</summary>
internal sealed record FinishMapRunEffect(string MapRunArn) : Effect;

/// <summary>Tells the parent of a map run's child once more how the child ended.</summary>
internal sealed record ReportEndEffect : Effect;

/// <summary>Ends a map run and the children that still run.</summary>
internal sealed record StopMapRunEffect(string MapRunArn) : Effect;

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

    /// <summary>How far the wall clock was ahead of the steady one: due times are saved as dates.</summary>
    public TimeSpan WallAhead { get; init; }

    /// <summary>The transitions it took, in order; null when nobody asked for them.</summary>
    public IReadOnlyList<Transition>? Transitions { get; init; }
}

/// <summary>That one branch or iteration gave something, or that it was taken back.</summary>
internal readonly record struct GroupResult(int FrameId, int Index);
