using Stateside.Language.Definitions;
using Stateside.Language.Evaluation;
using Stateside.Language.Json;

namespace Stateside.Engine.Execution;

/// <summary>
/// Makes an execution the test of one state: what the state is to find around it, and what was learnt of it. The execution ends when
/// the state is left, is to be tried again, or fails. Null of every real execution.
/// </summary>
internal sealed class StateProbe
{
    /// <summary>Gathers the stages of the state's data.</summary>
    public Inspection Inspection { get; } = new();

    /// <summary>The context object in place of the execution's own.</summary>
    public JsonObject? ContextObject { get; init; }

    /// <summary>The role; null for none.</summary>
    public string? RoleArn { get; init; }

    /// <summary>The variables that are set.</summary>
    public VariableScope Variables { get; init; } = VariableScope.Empty;

    /// <summary>How often the state was tried again already.</summary>
    public int RetryCount { get; init; }

    /// <summary>A Map's items where a reader would have read them.</summary>
    public JsonArray? Items { get; init; }

    /// <summary>How many iterations of a Map failed.</summary>
    public int FailedIterations { get; init; }

    /// <summary>What the state gave on; null when it was not left.</summary>
    public Departure? Departure { get; set; }

    /// <summary>The state it leads to; null when it ends there.</summary>
    public string? Next { get; set; }

    /// <summary>The failure that a retrier or a catcher was asked about; null when there was none.</summary>
    public FrameFailure? Failure { get; set; }

    /// <summary>Which retrier was for the failure.</summary>
    public int? RetryIndex { get; set; }

    /// <summary>How long that retrier pauses; null when it has no attempts left.</summary>
    public TimeSpan? Pause { get; set; }

    /// <summary>Which catcher caught the failure.</summary>
    public int? CatchIndex { get; set; }
}
