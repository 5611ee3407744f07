using Stateside.Engine.Execution.Turns;
using Stateside.Engine.History;
using Stateside.Engine.Replay;
using Stateside.Engine.Store;
using Stateside.Language.Evaluation;
using Stateside.Language.Json;

namespace Stateside.Conformance.Replays;

/// <summary>
/// Changes definitions in one place each and replays on them what was recorded before. Where a divergence is found, it must show at the
/// place that was changed or after it: at an event that a visit to the changed state led to. A change that cannot matter to a run is the same.
/// </summary>
internal static class ReplayMutations
{
    /// <summary>Makes and replays so many changes.</summary>
    /// <returns>Whether each was found where it may be.</returns>
    public static bool Run(IReadOnlyList<ReplaySetup> replayed, int count, ulong seed)
    {
        var chance = new Chance(seed);
        var kinds = new SortedDictionary<string, (int Found, int Same)>(StringComparer.Ordinal);
        var (made, before) = (0, 0);
        for (var tries = 0; made < count && tries < count * 100; tries++)
        {
            var setup = replayed[(int)chance.NextInt64(0, replayed.Count)];
            if (DefinitionMutator.Mutate((JsonObject)JsonReader.Parse(setup.Machine.DefinitionText), chance) is not { } mutation)
                continue;
            var text = JsonWriter.Compact(mutation.Definition);
            if (setup.Machine.Type.ParseAccepted(text).Definition is not { } definition)
                continue;
            made++;
            var mutated = setup with { Machine = setup.Machine with { DefinitionText = text, Definition = definition }, Definition = definition };
            var first = Replayer.Run(mutated).First;
            var (found, same) = kinds.GetValueOrDefault(mutation.Kind);
            kinds[mutation.Kind] = first is null ? (found, same + 1) : (found + 1, same);
            if (first is null || IsAtOrAfter(setup.Record, first.EventId, mutation.State))
                continue;
            before++;
            Console.WriteLine($"{setup.Record.Source}: {mutation.Kind} at '{mutation.State}' shows before it: {ReplayText.OneLine(first)}");
        }

        foreach (var (kind, (found, same)) in kinds)
            Console.WriteLine($"  {kind}: {found} found, {same} the same");
        Console.WriteLine($"replay: {made} changed definitions, {kinds.Values.Sum(kind => kind.Found)} go another way, {kinds.Values.Sum(kind => kind.Same)} the same, {before} of them told before their place");
        return made == count && before == 0;
    }

    /// <summary>Whether an event is one of the state's own, or one that came after it.</summary>
    private static bool IsAtOrAfter(RecordedExecution record, long eventId, string? state)
    {
        // The whole definition was changed, such as where it starts.
        if (state is null)
            return true;
        for (var at = eventId; at != 0; at = record[at].PreviousEventId)
        {
            if (record[at]["name"] as string == state)
                return true;
        }

        return record[eventId].PreviousEventId == 0
            || record.Events.Any(e => e.PreviousEventId == eventId && e["name"] as string == state);
    }
}
