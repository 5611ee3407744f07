using Stateside.Language.Json;

namespace Stateside.Engine.History;

/// <summary>What was given as the record of an execution cannot be read: a sentence that says what, where and what to do.</summary>
/// <param name="message">The sentence.</param>
internal sealed class RecordException(string message) : FormatException(message);

/// <summary>An execution that ran elsewhere, as its history and what was found beside it tell.</summary>
/// <param name="Events">The events in order, from 1 without gaps.</param>
internal sealed record RecordedExecution(IReadOnlyList<HistoryEvent> Events)
{
    /// <summary>Where it was read from, for messages.</summary>
    public required string Source { get; init; }

    /// <summary>Its ARN; null where nothing tells.</summary>
    public string? Arn { get; init; }

    /// <summary>Its name; null where nothing tells.</summary>
    public string? Name { get; init; }

    /// <summary>The machine's ARN; null where nothing tells.</summary>
    public string? StateMachineArn { get; init; }

    /// <summary>The machine's definition when it ran; null where it was not given.</summary>
    public string? DefinitionText { get; init; }

    /// <summary>The map run that it is a child of; null for none, or where nothing tells.</summary>
    public string? MapRunArn { get; init; }

    /// <summary>The input; null of a record without data.</summary>
    public JsonValue? Input { get; init; }

    /// <summary>How it ended as far as is recorded; running where no end is.</summary>
    public ExecutionStatus Status { get; init; }

    /// <summary>Whether inputs and outputs were recorded. What was cut for its length is missing all the same.</summary>
    public bool HasData { get; init; }

    /// <summary>Whether it was an Express execution.</summary>
    public bool IsExpress { get; init; }

    /// <summary>When it started.</summary>
    public DateTimeOffset StartDate => Events[0].Timestamp;

    /// <summary>When it ended; null where no end is recorded.</summary>
    public DateTimeOffset? StopDate => Status == ExecutionStatus.Running ? null : Events[^1].Timestamp;

    /// <summary>How often it was redriven.</summary>
    public int RedriveCount { get; init; }

    /// <summary>The output; null unless it succeeded and data was recorded.</summary>
    public JsonValue? Output { get; init; }

    /// <summary>The error name it ended with; null for none, and of a record without data.</summary>
    public string? Error => Events[^1]["error"] as string;

    /// <summary>The cause it ended with; null for none, and of a record without data.</summary>
    public string? Cause => Events[^1]["cause"] as string;

    /// <summary>The name of the machine; null where nothing tells.</summary>
    public string? MachineName => StateMachineArn is { } arn
        ? arn.Split(':') is { Length: > 6 } parts ? parts[6].Split('/')[0] : null
        : Arn?.Split(':') is { Length: > 6 } own ? own[6].Split('/')[0] : null;

    /// <summary>The event of that number.</summary>
    /// <param name="id">The number.</param>
    public HistoryEvent this[long id] => Events[(int)id - 1];
}
