using Stateside.Engine.Execution;
using Stateside.Engine.Execution.Running;
using Stateside.Engine.History;
using Stateside.Engine.Replay;
using Stateside.Engine.Store;
using Stateside.Language.Definitions;
using Stateside.Language.Evaluation;
using Stateside.Language.Json;
using Stateside.Language.Validation;

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
        var kinds = new SortedDictionary<string, (int Found, int Same, int Unseen)>(StringComparer.Ordinal);
        var (made, before, missed, alone) = (0, 0, 0, 0);
        for (var tries = 0; made < count && tries < count * 1000; tries++)
        {
            var setup = replayed[(int)chance.NextInt64(0, replayed.Count)];
            if (DefinitionMutator.Mutate((JsonObject)JsonReader.Parse(setup.Machine.DefinitionText), DefinitionMutator.Kinds[made % DefinitionMutator.Kinds.Count], chance) is not { } mutation)
                continue;
            var text = JsonWriter.Compact(mutation.Definition);
            if (Parse(setup, text) is not { } definition)
                continue;
            made++;
            var mutated = setup with { Machine = setup.Machine with { DefinitionText = text, Definition = definition }, Definition = definition };
            var result = Replayer.Run(mutated);
            var first = result.First;
            var (found, same, unseen) = kinds.GetValueOrDefault(mutation.Kind);
            var isVisited = setup.Record.Events.Any(e => e["name"] as string == mutation.State);
            kinds[mutation.Kind] = first is not null ? (found + 1, same, unseen) : isVisited ? (found, same + 1, unseen) : (found, same, unseen + 1);
            if (first is null && result.Tolerated.Count == 0 && IsAlone(setup.Record))
            {
                alone++;
                if (Differs(mutated) is { } problem)
                {
                    missed++;
                    Console.WriteLine($"{setup.Record.Source}: {mutation.Kind} at '{mutation.State}' is told to go the same way, and {problem}");
                }
            }

            if (first is null || IsAtOrAfter(setup.Record, first.EventId, mutation.State))
                continue;
            before++;
            Console.WriteLine($"{setup.Record.Source}: {mutation.Kind} at '{mutation.State}' shows before it: {ReplayText.OneLine(first)}");
        }

        foreach (var (kind, (found, same, unseen)) in kinds)
            Console.WriteLine($"  {kind}: {found} go another way, {same} the same, {unseen} where the run never was");
        Console.WriteLine($"replay: {made} changed definitions, {kinds.Values.Sum(kind => kind.Found)} go another way and {before} of them show it before the change, "
            + $"{kinds.Values.Sum(kind => kind.Same)} go the same, {kinds.Values.Sum(kind => kind.Unseen)} were changed where the run never was");
        Console.WriteLine($"replay: {alone} of those that go the same ask nobody and were run without the record, {missed} of them went another way");
        return made == count && before == 0 && missed == 0;
    }

    /// <summary>Whether an execution asked nobody, so that the engine can run it without a record.</summary>
    private static bool IsAlone(RecordedExecution record) => record.Status is ExecutionStatus.Succeeded or ExecutionStatus.Failed
        && !record.Events.Any(e => e.Subject is EventSubject.Task or EventSubject.MapRun);

    /// <summary>Runs the changed machine from its start, with nothing of the record but its input; null where it ends as recorded.</summary>
    private static string? Differs(ReplaySetup mutated)
    {
        var engine = new ExecutionEngine(new EngineOptions { Time = new VirtualTime(mutated.Record.StartDate), HandlerOf = _ => null, Seed = 1 });
        var (started, _) = engine.StartAsync(new StartRequest(mutated.Machine, mutated.Record.Input ?? JsonObject.Empty)).AsTask().GetAwaiter().GetResult();
        var ended = engine.WhenEndedAsync(started.Arn).GetAwaiter().GetResult();
        var states = engine.ReadHistory(started.Arn)!.Events.Where(IsEntered).Select(e => e["name"] as string).Order(StringComparer.Ordinal);
        engine.DisposeAsync().AsTask().GetAwaiter().GetResult();
        if (ended.Status != mutated.Record.Status || ended.Error != mutated.Record.Error)
            return $"ended {ended.Status} {ended.Error}";
        if (ended.Output is { } output && mutated.Record.Output is { } recorded && !output.Equals(recorded))
            return $"gave {output}, where {recorded} was recorded";
        return states.SequenceEqual(mutated.Record.Events.Where(IsEntered).Select(e => e["name"] as string).Order(StringComparer.Ordinal))
            ? null
            : "went through other states";

        static bool IsEntered(HistoryEvent e) => e is { Subject: EventSubject.State, Says: EventSays.Entered };
    }

    /// <summary>The definition of a text, also where states are not reached any more, which would be refused.</summary>
    private static Definition? Parse(ReplaySetup setup, string text)
    {
        var parsed = setup.Machine.Type.ParseAccepted(text);
        return parsed.Definition ?? (parsed.Diagnostics.All(diagnostic => diagnostic.Severity == Severity.Warning || diagnostic.Code is "MISSING_TRANSITION_TARGET") ? parsed.Draft : null);
    }

    /// <summary>Whether an event is one of the state's own, or one that came after it.</summary>
    private static bool IsAtOrAfter(RecordedExecution record, long eventId, string? state)
    {
        // The whole definition was changed, such as where it starts.
        if (state is null)
            return true;
        for (var at = eventId; at != 0; at = record[at].PreviousEventId)
        {
            // Of histories of 2024 what says that an expression failed points past the state, which it names.
            if ((record[at]["name"] ?? record[at]["state"]) as string == state)
                return true;
        }

        return record[eventId].PreviousEventId == 0
            || record.Events.Any(e => e.PreviousEventId == eventId && e["name"] as string == state);
    }
}
