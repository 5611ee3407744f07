namespace Stateside.Language.Graph;

/// <summary>
/// Lays out one scope in layers from top to bottom, after Sugiyama, Tagawa and Toda: loops are opened, nodes get rows, rows get an
/// order, then comes how far right and how far down everything is, and what is very long goes on in further columns. What is inside a state is laid out first, and counts as one node.
/// </summary>
internal static class ScopeLayout
{
    public static PlacedScope Place(GraphScope scope)
    {
        if (scope.Nodes.Count == 0)
            return new PlacedScope(new GraphBox(0, 0, 0, 0), [], []);
        var rows = new Rows(scope);
        new RowOrder(rows.All).Improve();
        rows.RemoveLures();
        Columns.Place(rows.All, rows.Routes);
        var nets = rows.Nets.ToList();
        Ports.Place(rows.All, nets);
        var height = Channels.Place(rows.All, nets);
        var left = Math.Min(rows.All.Min(row => row[0].Left), nets.Min(net => net.Left, 0));
        var right = Math.Max(rows.All.Max(row => row[^1].Right), nets.Max(net => net.Right, 0));
        return LongScopes.InColumns(new PlacedScope(
            new GraphBox(0, 0, right - left, height),
            [.. scope.Nodes.Select(node => Node(rows[node], left))],
            [.. rows.Routes.Select(route => Edge(route, left))]));
    }

    private static PlacedNode Node(Vertex vertex, double left)
    {
        var (x, y) = (vertex.Left - left, vertex.Y);
        var node = vertex.Node!;
        return node with { Box = node.Box.Moved(x, y), Inner = [.. node.Inner.Select(inner => inner.Moved(x, y))] };
    }

    private static PlacedEdge Edge(Route route, double left)
    {
        var points = new List<GraphPoint> { new(route.Hops[0].Entry.X - left, route.From.Y + route.From.Height) };
        foreach (var (net, entry) in route.Hops)
        {
            if (Math.Abs(entry.X - net.Sink.X) < 0.5)
                continue;
            points.Add(new GraphPoint(entry.X - left, net.Y));
            points.Add(new GraphPoint(net.Sink.X - left, net.Y));
        }

        points.Add(new GraphPoint(points[^1].X, route.To.Y));
        var label = route.Label is { Label: { } placed } vertex ? placed with { Box = placed.Box.Moved(vertex.Left - left, vertex.Y) } : null;
        return new PlacedEdge(route.Edge, points, label);
    }

    private static double Min(this List<Net> nets, Func<Net, double> value, double none) => nets.Count == 0 ? none : nets.Min(value);

    private static double Max(this List<Net> nets, Func<Net, double> value, double none) => nets.Count == 0 ? none : nets.Max(value);
}
