using Stateside.Engine.History;
using Stateside.Language.Json;

namespace Stateside.Engine.Execution.Running;

/// <summary>How much memory what is kept takes, counted in events. A value read from text takes many times the text's length.</summary>
internal static class KeptWeight
{
    /// <summary>What an execution takes whatever it does.</summary>
    public const long Least = 10;

    /// <summary>A history that has grown by less is not worth telling.</summary>
    public const long Noticed = 64;

    private const int CharactersPerEvent = 16;

    public static long Of(HistorySegment segment)
    {
        long weight = segment.Events.Count;
        JsonValue? last = null;
        foreach (var e in segment.Events)
        {
            if (e.Details is null)
                continue;
            foreach (var (_, field) in e.Details.AsSpan())
            {
                // From one event to the next the same value goes on, and is there once.
                if (field is not JsonValue value || ReferenceEquals(value, last))
                    continue;
                weight += Of(value);
                last = value;
            }
        }

        return weight;
    }

    public static long Of(JsonValue? input, JsonValue? output) => Of(input) + (ReferenceEquals(input, output) ? 0 : Of(output));

    private static long Of(JsonValue? value) =>
        value is null ? 0 : (value.HasSourceText ? value.Text.Length : value.CompactLength) / CharactersPerEvent;
}
