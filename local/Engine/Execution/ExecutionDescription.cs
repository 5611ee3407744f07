using Stateside.Engine.Execution.Turns;
using Stateside.Engine.History;
using Stateside.Engine.Store;
using Stateside.Engine.Store.Data;
using Stateside.Language.Json;

namespace Stateside.Engine.Execution;

/// <summary>An execution as it stood at one moment.</summary>
public sealed record ExecutionDescription
{
    /// <summary>The ARN.</summary>
    public required string Arn { get; init; }

    /// <summary>The name.</summary>
    public required string Name { get; init; }

    /// <summary>The revision it runs.</summary>
    public required StateMachine StateMachine { get; init; }

    /// <summary>How it stands.</summary>
    public required ExecutionStatus Status { get; init; }

    /// <summary>When it started.</summary>
    public required DateTimeOffset StartDate { get; init; }

    /// <summary>When it ended; null while it runs.</summary>
    public DateTimeOffset? StopDate { get; init; }

    /// <summary>The input.</summary>
    public required JsonValue Input { get; init; }

    /// <summary>The output; null unless it succeeded.</summary>
    public JsonValue? Output { get; init; }

    /// <summary>The error name; null unless it ended without success and named one.</summary>
    public string? Error { get; init; }

    /// <summary>The cause; null unless it ended without success and gave one.</summary>
    public string? Cause { get; init; }

    /// <summary>The map run it belongs to; null of an execution of its own.</summary>
    public string? MapRunArn { get; init; }

    /// <summary>The ARN of the machine; of a map run's child it names the Map state too.</summary>
    public string StateMachineArn => MapLabel is { } label ? $"{StateMachine.Arn}/{label}" : StateMachine.Arn;

    /// <summary>What its map run calls the Map state; null of an execution of its own.</summary>
    internal string? MapLabel => MapRunArn is null ? null : MapRunState.LabelOf(MapRunArn);

    /// <summary>The number that orders executions by their beginning; later ones have higher numbers.</summary>
    public long Number { get; init; }

    /// <summary>The alias it was started through; null for none.</summary>
    public string? AliasArn { get; init; }

    /// <summary>The version it runs; null for none.</summary>
    public string? VersionArn { get; init; }

    /// <summary>Which of its map run's items it works on; null of an execution of its own.</summary>
    public int? ItemIndex { get; init; }

    /// <summary>How many items a map run's child was given: those of its batch, or one.</summary>
    internal int ItemCount { get; init; } = 1;

    /// <summary>Whether it is an Express execution, as a Standard machine's children may be.</summary>
    internal bool IsExpress { get; init; }

    /// <summary>The trace header the caller sent.</summary>
    public string? TraceHeader { get; init; }

    /// <summary>The test case of a mock file that answers for its tasks; null for none.</summary>
    public string? TestCase { get; init; }

    /// <summary>How often it was redriven.</summary>
    public int RedriveCount { get; init; }

    /// <summary>When it was last redriven; null before that.</summary>
    public DateTimeOffset? RedriveDate { get; init; }

    /// <summary>The token of whoever redrove it last; null for none.</summary>
    public string? RedriveToken { get; init; }

    /// <summary>How many events its history has.</summary>
    public long EventCount { get; init; }

    /// <summary>Whether it runs and does not go on, since the service ended too often while it was worked on.</summary>
    internal bool IsHeld { get; init; }

    /// <summary>What is wrong with what is saved of it, so that only what its row says is told here; null as a rule.</summary>
    internal string? Damage { get; init; }

    /// <summary>
    /// Why it cannot be redriven, in the API's words; null when it can. AWS also refuses while the state machine is being deleted, which
    /// the caller knows. See https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html.
    /// </summary>
    /// <param name="now">The present time.</param>
    /// <returns>The reason.</returns>
    public string? WhyNotRedrivable(DateTimeOffset now)
    {
        if (Status is ExecutionStatus.Running)
            return "Execution is RUNNING and cannot be redriven" + (IsHeld ? $". {Held}." : "");
        if (Status is ExecutionStatus.Succeeded)
            return "Execution is SUCCEEDED and cannot be redriven";
        if (EventCount >= Step.MaxEvents - 1)
            return "Execution history event limit exceeded";
        if (now - StartDate >= TimeSpan.FromDays(365))
            return "Execution has exceeded the max execution time";
        return now - StopDate > TimeSpan.FromDays(14) ? "Execution redrivable period exceeded" : null;
    }

    /// <summary>What is told of an execution that is held.</summary>
    internal static string Held => $"It is held: {UnderWay.MostTimes} times in a row the service ended while it was worked on";

    /// <summary>How long it ran, or has run so far at <paramref name="now"/>.</summary>
    /// <param name="now">The present time.</param>
    /// <returns>The duration.</returns>
    public TimeSpan Duration(DateTimeOffset now) => (StopDate ?? now) - StartDate;
}

/// <summary>An execution that has just changed.</summary>
/// <param name="Arn">The execution.</param>
/// <param name="StateMachineArn">Its machine.</param>
/// <param name="MapRunArn">The map run it belongs to; null of an execution of its own.</param>
/// <param name="ParentArn">The execution that the map run belongs to; null of an execution of its own.</param>
/// <param name="IsEnd">Whether it has ended now.</param>
internal readonly record struct ExecutionChange(string Arn, string StateMachineArn, string? MapRunArn, string? ParentArn, bool IsEnd);
