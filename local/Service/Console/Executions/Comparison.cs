using Stateside.Engine.History;

namespace Stateside.Service.Console.Executions;

/// <summary>A visit of one execution beside the same visit of another.</summary>
/// <param name="Name">The state.</param>
/// <param name="Depth">How many Parallel and Map states are around it.</param>
/// <param name="Place">Where it is within those; null outside of them.</param>
/// <param name="Left">The visit of the one; null where it has none.</param>
/// <param name="Right">The visit of the other; null where it has none.</param>
internal sealed record ComparedVisit(string Name, int Depth, string? Place, Visit? Left, Visit? Right);

/// <summary>A visit with what is in it.</summary>
/// <param name="Key">What tells it from the others beside it: branch or item, state, and which time.</param>
/// <param name="Visit">The visit.</param>
/// <param name="Inner">What happened inside it, in order.</param>
internal sealed record VisitNode(string Key, Visit Visit, IReadOnlyList<VisitNode> Inner);

/// <summary>
/// Two executions side by side. Visits are the same when they are the same time that the same state was visited in the same branch or
/// iteration; what only one of them has stands after what both had before it.
/// </summary>
internal static class Comparison
{
    /// <summary>The visits of an execution, those that a later round took the place of left out.</summary>
    public static IReadOnlyList<VisitNode> VisitsOf(ExecutionTimeline view)
    {
        var inner = view.Visits.Where(visit => !visit.IsSuperseded).ToLookup(visit => visit.Outer?.Id ?? 0);
        return Nodes(0);

        List<VisitNode> Nodes(long outer)
        {
            var times = new Dictionary<string, int>(StringComparer.Ordinal);
            var nodes = new List<VisitNode>();
            foreach (var visit in inner[outer].OrderBy(visit => visit.Iteration?.Index ?? visit.Branch).ThenBy(visit => visit.Id))
            {
                var key = $"{visit.Iteration?.Index ?? visit.Branch} {visit.Name}";
                var time = times[key] = times.GetValueOrDefault(key) + 1;
                nodes.Add(new VisitNode($"{time} {key}", visit, Nodes(visit.Id)));
            }

            return nodes;
        }
    }

    /// <summary>The visits of both, each followed by those inside it.</summary>
    public static IReadOnlyList<ComparedVisit> Of(IReadOnlyList<VisitNode> left, IReadOnlyList<VisitNode> right)
    {
        var rows = new List<ComparedVisit>();
        Add(rows, left, right);
        return rows;
    }

    private static void Add(List<ComparedVisit> rows, IReadOnlyList<VisitNode> left, IReadOnlyList<VisitNode> right)
    {
        var theirs = right.Select((node, i) => (node, i)).ToDictionary(pair => pair.node.Key, StringComparer.Ordinal);
        var ours = left.Select(node => node.Key).ToHashSet(StringComparer.Ordinal);
        var next = 0;
        foreach (var node in left)
        {
            if (!theirs.TryGetValue(node.Key, out var pair))
            {
                Add(rows, node, null);
                continue;
            }

            AddRight(pair.i);
            Add(rows, node, pair.node);
            next = Math.Max(next, pair.i + 1);
        }

        AddRight(right.Count);

        void AddRight(int end)
        {
            for (; next < end; next++)
            {
                if (!ours.Contains(right[next].Key))
                    Add(rows, null, right[next]);
            }
        }
    }

    private static void Add(List<ComparedVisit> rows, VisitNode? left, VisitNode? right)
    {
        var visit = (left ?? right)!.Visit;
        rows.Add(new ComparedVisit(visit.Name, visit.Depth, EventRows.Place(visit), left?.Visit, right?.Visit));
        Add(rows, left?.Inner ?? [], right?.Inner ?? []);
    }
}
