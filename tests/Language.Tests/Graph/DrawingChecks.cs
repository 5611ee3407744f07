using Stateside.Language.Graph;

namespace Stateside.Language.Tests.Graph;

/// <summary>What must hold of every drawing, whatever the definition.</summary>
internal static class DrawingChecks
{
    /// <summary>All that is wrong with a drawing, a line each.</summary>
    public static IReadOnlyList<string> Problems(GraphLayout layout)
    {
        var problems = new List<string>();
        foreach (var scope in layout.Root.AllScopes())
        {
            CheckNodes(scope, problems);
            CheckEdges(scope, problems);
            CheckLabels(scope, problems);
            CheckLines(scope, problems);
        }

        var page = new GraphBox(0, 0, layout.Width, layout.Height);
        problems.AddRange(layout.AllNodes().Where(node => !Contains(page, node.Box)).Select(node => $"'{node.Node.Name}' is not on the page"));
        problems.AddRange(layout.AllEdges().Where(edge => edge.Points.Any(point => !Contains(page, new GraphBox(point.X, point.Y, 0, 0))))
            .Select(edge => $"{Name(edge)} leaves the page"));
        return problems;
    }

    private static void CheckNodes(PlacedScope scope, List<string> problems)
    {
        for (var i = 0; i < scope.Nodes.Count; i++)
        {
            var node = scope.Nodes[i];
            if (!Contains(scope.Box, node.Box))
                problems.Add($"'{node.Node.Name}' is not inside what it belongs to");
            for (var j = 0; j < i; j++)
            {
                if (Overlap(node.Box, scope.Nodes[j].Box))
                    problems.Add($"'{node.Node.Name}' overlaps '{scope.Nodes[j].Node.Name}'");
            }

            foreach (var inner in node.Inner)
            {
                if (!Contains(node.Box, inner.Box))
                    problems.Add($"a part of '{node.Node.Name}' is not inside it");
                if (node.Inner.Any(other => other != inner && Overlap(other.Box, inner.Box)))
                    problems.Add($"parts of '{node.Node.Name}' overlap");
            }
        }
    }

    private static void CheckEdges(PlacedScope scope, List<string> problems)
    {
        var placed = scope.Nodes.ToDictionary(node => node.Node);
        foreach (var edge in scope.Edges)
        {
            var (from, to) = (placed[edge.Edge.From].Box, placed[edge.Edge.To].Box);
            var (start, end) = (edge.Points[0], edge.Points[^1]);
            if (start.Y != from.Bottom || start.X < from.X || start.X > from.Right)
                problems.Add($"{Name(edge)} does not begin at its state");
            if (end.Y != to.Y || end.X < to.X || end.X > to.Right)
                problems.Add($"{Name(edge)} does not end at its state");
            if (edge.Points[^2].Y > end.Y - 8)
                problems.Add($"{Name(edge)} has no room for its arrow");
            foreach (var line in Lines(edge))
            {
                if (line.Width > 0 && line.Height > 0)
                    problems.Add($"{Name(edge)} is slanted");
                foreach (var node in scope.Nodes.Where(node => Overlap(line, node.Box)))
                    problems.Add($"{Name(edge)} runs through '{node.Node.Name}'");
            }
        }
    }

    private static void CheckLabels(PlacedScope scope, List<string> problems)
    {
        var labeled = scope.Edges.Where(edge => edge.Label is not null).ToList();
        var lines = scope.Edges.SelectMany(edge => Lines(edge).Select(line => (Edge: edge, Line: line))).ToList();
        for (var i = 0; i < labeled.Count; i++)
        {
            var box = labeled[i].Label!.Box;
            if (!Contains(scope.Box, box))
                problems.Add($"the label of {Name(labeled[i])} is not inside what it belongs to");
            foreach (var node in scope.Nodes.Where(node => Overlap(box, node.Box)))
                problems.Add($"the label of {Name(labeled[i])} overlaps '{node.Node.Name}'");
            for (var j = 0; j < i; j++)
            {
                if (Overlap(box, labeled[j].Label!.Box))
                    problems.Add($"the labels of {Name(labeled[i])} and {Name(labeled[j])} overlap");
            }

            foreach (var (other, _) in lines.Where(one => one.Edge != labeled[i] && Overlap(one.Line, box)))
                problems.Add($"{Name(other)} runs through the label of {Name(labeled[i])}");
        }
    }

    /// <summary>Lines may cross, and those to the same state may run together; else none lies on another.</summary>
    private static void CheckLines(PlacedScope scope, List<string> problems)
    {
        var lines = scope.Edges.SelectMany(edge => Lines(edge).Select(line => (Edge: edge, Line: line))).ToList();
        foreach (var direction in lines.GroupBy(one => one.Line.Height == 0))
        {
            // Only lines of nearly the same height, or as far to the right, can lie on each other.
            var sorted = direction.OrderBy(one => Across(one.Line)).ToList();
            for (var i = 0; i < sorted.Count; i++)
            {
                for (var j = i + 1; j < sorted.Count && Across(sorted[j].Line) - Across(sorted[i].Line) < 2; j++)
                {
                    if (sorted[i].Edge.Edge.To != sorted[j].Edge.Edge.To && LieOnEachOther(sorted[i].Line, sorted[j].Line))
                        problems.Add($"{Name(sorted[i].Edge)} and {Name(sorted[j].Edge)} lie on each other");
                }
            }
        }
    }

    private static double Across(GraphBox line) => line.Height == 0 ? line.Y : line.X;

    private static bool LieOnEachOther(GraphBox a, GraphBox b) =>
        (a.Width == 0 && b.Width == 0 && Math.Abs(a.X - b.X) < 2 && Math.Min(a.Bottom, b.Bottom) - Math.Max(a.Y, b.Y) > 2)
        || (a.Height == 0 && b.Height == 0 && Math.Abs(a.Y - b.Y) < 2 && Math.Min(a.Right, b.Right) - Math.Max(a.X, b.X) > 2);

    private static IEnumerable<GraphBox> Lines(PlacedEdge edge)
    {
        for (var i = 1; i < edge.Points.Count; i++)
        {
            var (a, b) = (edge.Points[i - 1], edge.Points[i]);
            yield return new GraphBox(Math.Min(a.X, b.X), Math.Min(a.Y, b.Y), Math.Abs(a.X - b.X), Math.Abs(a.Y - b.Y));
        }
    }

    private static string Name(PlacedEdge edge) => $"{edge.Edge.Kind} {edge.Edge.Index} '{edge.Edge.From.Name}' → '{edge.Edge.To.Name}'";

    private static bool Overlap(GraphBox a, GraphBox b) => a.X < b.Right && b.X < a.Right && a.Y < b.Bottom && b.Y < a.Bottom;

    private static bool Contains(GraphBox outer, GraphBox inner) =>
        inner.X >= outer.X && inner.Right <= outer.Right && inner.Y >= outer.Y && inner.Bottom <= outer.Bottom;
}
