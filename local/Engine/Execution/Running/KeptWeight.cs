using Stateside.Engine.Execution.Turns;
using Stateside.Engine.History;
using Stateside.Language.Json;

namespace Stateside.Engine.Execution.Running;

/// <summary>How much memory what is kept takes, counted in events.</summary>
internal static class KeptWeight
{
    /// <summary>What an event takes in memory at most, as a rule: an execution without data weighs ten of them and takes 2,900 bytes.</summary>
    public const int BytesPerEvent = 300;

    /// <summary>What an execution takes whatever it does.</summary>
    public const long Least = 10;

    /// <summary>What has grown by less is not worth telling.</summary>
    public const long Noticed = 8;

    /// <summary>What a branch or an iteration takes that is not over, or a task that is under way, whatever they have.</summary>
    private const long Line = 6;

    /// <summary>What a text may have that counts as a part of its event.</summary>
    private const int ShortText = 128;

    /// <summary>What a part of a history takes.</summary>
    /// <param name="segment">The part.</param>
    /// <param name="last">
    /// The value that was counted last: from one event to the next, and from one part to the next, the same value goes on and is there once.
    /// </param>
    public static long Of(HistorySegment segment, ref JsonValue last)
    {
        long bytes = 0;
        foreach (var e in segment.Events)
        {
            if (e.Details is null)
                continue;
            foreach (var (_, field) in e.Details.AsSpan())
            {
                if (field is string { Length: > ShortText } text)
                    bytes += 2 * text.Length;
                if (field is not JsonValue value || ReferenceEquals(value, last))
                    continue;
                bytes += BytesOf(value);
                last = value;
            }
        }

        return segment.Events.Count + (bytes / BytesPerEvent);
    }

    /// <summary>What a value takes.</summary>
    public static long Of(JsonValue? value) => value is null ? 0 : BytesOf(value) / BytesPerEvent;

    /// <summary>What an execution takes to go on, besides its input and its history; of values that of its own line, where no history has it.</summary>
    public static long OfProgress(RunningExecution execution, bool hasHistory)
    {
        var weight = (Line * (execution.Inner?.Count ?? 0)) + (4 * execution.VariableBytes / BytesPerEvent);
        if (execution.Root is not { } root)
            return weight;
        if (root.Task is not null)
            weight += Line;
        return !hasHistory && !ReferenceEquals(root.Input, execution.Input) ? weight + Of(root.Input) : weight;
    }

    /// <summary>With its text, which it has once somebody was told of it.</summary>
    private static long BytesOf(JsonValue value) => value.HeldBytes + (2L * (value.HasSourceText ? value.Text.Length : value.CompactLength));
}
