namespace Stateside.Language.Graph;

/// <summary>Lays out one scope: layers from top to bottom.</summary>
internal static class ScopeLayout
{
    public static PlacedScope Place(GraphScope scope)
    {
        var layer = new Dictionary<GraphNode, int>();
        foreach (var node in scope.Nodes)
            layer[node] = 0;
        for (var round = 0; round < scope.Nodes.Count; round++)
        {
            var changed = false;
            foreach (var edge in scope.Edges)
            {
                if (layer[edge.To] == 0 && edge.To != scope.Edges[0].From && layer[edge.To] < layer[edge.From] + 1)
                    (layer[edge.To], changed) = (layer[edge.From] + 1, true);
            }

            if (!changed)
                break;
        }

        var placed = new Dictionary<GraphNode, PlacedNode>();
        var (y, right) = (0d, 0d);
        foreach (var row in scope.Nodes.GroupBy(node => layer[node]).OrderBy(row => row.Key))
        {
            var (x, height) = (0d, 0d);
            foreach (var node in row)
            {
                var shape = NodeShape.Shape(node);
                placed[node] = shape with { Box = shape.Box.Moved(x, y), Inner = [.. shape.Inner.Select(inner => inner.Moved(x, y))] };
                x += shape.Box.Width + 30;
                height = Math.Max(height, shape.Box.Height);
            }

            right = Math.Max(right, x - 30);
            y += height + 60;
        }

        var edges = scope.Edges.Select(edge =>
        {
            var (from, to) = (placed[edge.From].Box, placed[edge.To].Box);
            var (start, end) = (new GraphPoint(from.X + (from.Width / 2), from.Bottom), new GraphPoint(to.X + (to.Width / 2), to.Y));
            var label = NodeShape.Label(edge);
            return new PlacedEdge(
                edge,
                [start, new(start.X, start.Y + 20), new(end.X, start.Y + 20), end],
                label is null ? null : label with { Box = label.Box.Moved(start.X - (label.Box.Width / 2), start.Y + 10) });
        });
        return new PlacedScope(new GraphBox(0, 0, right, Math.Max(0, y - 60)), [.. scope.Nodes.Select(node => placed[node])], [.. edges]);
    }
}
