namespace Stateside.Service.Console.Executions;

/// <summary>A visit of one execution beside the same visit of another.</summary>
/// <param name="Name">The state.</param>
/// <param name="Depth">How many Parallel and Map states are around it.</param>
/// <param name="Place">Where it is within those; null outside of them.</param>
/// <param name="Left">The visit of the one; null where it has none.</param>
/// <param name="Right">The visit of the other; null where it has none.</param>
internal sealed record ComparedVisit(string Name, int Depth, string? Place, Visit? Left, Visit? Right);

/// <summary>
/// Two executions side by side. Visits are the same when they are the same time that the same state was visited in the same branch or
/// iteration; what only one has stands where that one has it.
/// </summary>
internal static class Comparison
{
    /// <summary>The visits of both, in the order of the left one.</summary>
    /// <param name="ours">The visits of the one.</param>
    /// <param name="theirs">The visits of the other.</param>
    public static IReadOnlyList<ComparedVisit> Of(IReadOnlyList<(string Key, Visit Visit)> ours, IReadOnlyList<(string Key, Visit Visit)> theirs)
    {
        var rows = new LinkedList<ComparedVisit>();
        var byKey = new Dictionary<string, LinkedListNode<ComparedVisit>>(StringComparer.Ordinal);
        foreach (var (key, visit) in ours)
            byKey[key] = rows.AddLast(new ComparedVisit(visit.Name, visit.Depth, EventRows.Place(visit), visit, null));
        LinkedListNode<ComparedVisit>? before = null;
        foreach (var (key, visit) in theirs)
        {
            if (byKey.TryGetValue(key, out var row))
            {
                row.Value = row.Value with { Right = visit };
                before = row;
                continue;
            }

            var alone = new ComparedVisit(visit.Name, visit.Depth, EventRows.Place(visit), null, visit);
            before = before is null ? rows.AddFirst(alone) : rows.AddAfter(before, alone);
        }

        return [.. rows];
    }

    /// <summary>The visits of an execution with what tells them apart, each followed by those inside it.</summary>
    public static IReadOnlyList<(string Key, Visit Visit)> VisitsOf(ExecutionView view)
    {
        var inner = view.Visits.Where(visit => !visit.IsSuperseded).ToLookup(visit => visit.Outer?.Id ?? 0);
        var keyed = new List<(string, Visit)>();
        Add(0, "");
        return keyed;

        void Add(long outer, string path)
        {
            var times = new Dictionary<string, int>(StringComparer.Ordinal);
            foreach (var visit in inner[outer].OrderBy(visit => visit.Iteration?.Index ?? visit.Branch).ThenBy(visit => visit.Id))
            {
                var place = $"{path}/{visit.Iteration?.Index ?? visit.Branch}:{visit.Name}";
                var time = times[place] = times.GetValueOrDefault(place) + 1;
                keyed.Add(($"{place}#{time}", visit));
                Add(visit.Id, $"{place}#{time}");
            }
        }
    }
}
