namespace Stateside.Language.Graph;

/// <summary>
/// The rows of a scope: layers of nodes with rows of labels between them, and a point wherever an edge passes a row. Edges to the same
/// node share their points, so that a hundred catchers of one state make one line and not a hundred. An edge that leads back goes down
/// from its state, around and up beside the rows between, and into its state from above.
/// </summary>
internal sealed class Rows
{
    private readonly Dictionary<GraphNode, Vertex> _vertices = [];
    private readonly Dictionary<(GraphNode To, int Slot, int Row), Vertex> _points = [];
    private readonly Dictionary<(Vertex Sink, int Slot, int Channel), Net> _nets = [];
    private readonly List<Vertex> _lures = [];

    public Rows(GraphScope scope)
    {
        var layers = new Layers(scope);
        var labels = scope.Edges.Select(NodeShape.Label).ToList();
        var rowOf = RowOfLayer(scope, layers, labels);
        foreach (var node in scope.Nodes.Where(node => node.Kind != GraphNodeKind.End))
            _vertices[node] = Add(new Vertex { Row = rowOf[layers[node]], Node = NodeShape.Shape(node) });

        // An end marker stands among the labels right below its state, where it is in nothing's way.
        foreach (var edge in scope.Edges.Where(edge => edge.Kind == GraphEdgeKind.End))
            _vertices[edge.To] = Add(new Vertex { Row = _vertices[edge.From].Row + 1, Node = NodeShape.Shape(edge.To) });
        FindMain(scope);
        for (var i = 0; i < scope.Edges.Count; i++)
        {
            var edge = scope.Edges[i];
            if (layers.IsBack(edge))
                GoBack(edge, labels[i]);
            else
                GoDown(edge, labels[i]);
        }
    }

    /// <summary>The rows, each from left to right.</summary>
    public List<List<Vertex>> All { get; } = [];

    /// <summary>What connects the rows, channel by channel.</summary>
    public IEnumerable<Net> Nets => _nets.Values;

    /// <summary>Each edge's way.</summary>
    public List<Route> Routes { get; } = [];

    public Vertex this[GraphNode node] => _vertices[node];

    /// <summary>Takes the lures away once the order is found.</summary>
    public void RemoveLures()
    {
        foreach (var lure in _lures)
        {
            foreach (var above in lure.Up)
                above.To.Down.RemoveAll(link => link.To == lure);
            foreach (var below in lure.Down)
                below.To.Up.RemoveAll(link => link.To == lure);
        }

        foreach (var row in All)
        {
            row.RemoveAll(vertex => vertex.IsLure);
            for (var i = 0; i < row.Count; i++)
                row[i].Order = i;
        }

        while (All.Count > 0 && All[^1].Count == 0)
            All.RemoveAt(All.Count - 1);
    }

    private static int[] RowOfLayer(GraphScope scope, Layers layers, List<PlacedLabel?> labels)
    {
        var count = scope.Nodes.Max(node => layers[node]) + 1;
        var hasLabels = new bool[count];
        for (var i = 0; i < labels.Count; i++)
        {
            if (scope.Edges[i].Kind == GraphEdgeKind.End || (labels[i] is not null && !layers.IsBack(scope.Edges[i])))
                hasLabels[layers[scope.Edges[i].From]] = true;
        }

        var rows = new int[count];
        for (var i = 1; i < count; i++)
            rows[i] = rows[i - 1] + (hasLabels[i - 1] ? 2 : 1);
        return rows;
    }

    private void FindMain(GraphScope scope)
    {
        var open = new Stack<Vertex>(scope.Nodes.Take(1).Select(node => _vertices[node]));
        var ways = scope.Edges.Where(edge => edge.Kind != GraphEdgeKind.Catch).ToLookup(edge => edge.From, edge => _vertices[edge.To]);
        while (open.TryPop(out var vertex))
        {
            if (vertex.IsMain)
                continue;
            vertex.IsMain = true;
            foreach (var next in ways[vertex.Node!.Node])
                open.Push(next);
        }
    }

    private void GoDown(GraphEdge edge, PlacedLabel? label)
    {
        var (from, to) = (_vertices[edge.From], _vertices[edge.To]);
        var slot = edge.Kind == GraphEdgeKind.Catch ? 1 : 0;
        var route = new Route(edge, from, to) { Label = label is null ? null : Add(new Vertex { Row = from.Row + 1, Label = label, IsCatch = slot == 1 }) };
        var at = from;
        if (route.Label is not null)
            at = Hop(route, at, route.Label, 0, route.Label.Row);
        var follows = edge.Kind is GraphEdgeKind.Start or GraphEdgeKind.Next or GraphEdgeKind.End;
        while (at.Row + 1 < to.Row)
        {
            at = Hop(route, at, Point(edge.To, slot, at.Row + 1), 0, at.Row + 1);
            at.IsMain |= follows && from.IsMain;
        }

        Hop(route, at, to, slot, to.Row);
        if (follows)
            from.Primary = from.Down[^1].To;
        Routes.Add(route);
    }

    private void GoBack(GraphEdge edge, PlacedLabel? label)
    {
        var (from, to) = (_vertices[edge.From], _vertices[edge.To]);
        var slot = edge.Kind == GraphEdgeKind.Catch ? 3 : 2;
        var route = new Route(edge, from, to) { Label = label is null ? null : Add(new Vertex { Row = from.Row, Label = label, IsCatch = slot == 3 }) };
        var column = route.Label ?? Point(edge.To, slot, from.Row);
        Hop(route, from, column, 0, from.Row + 1, link: false);
        Lure(from.Row + 1, from, column, isBelow: true);
        var at = column;
        while (at.Row > to.Row)
            at = Hop(route, at, Point(edge.To, slot, at.Row - 1), 0, at.Row);
        Hop(route, at, to, slot, to.Row, link: false);
        if (to.Row > 0)
            Lure(to.Row - 1, at, to, isBelow: false);
        Routes.Add(route);
    }

    /// <summary>Takes a route from one vertex to the next through a channel; the channel of a number is above the row of that number.</summary>
    private Vertex Hop(Route route, Vertex from, Vertex to, int slot, int channel, bool link = true)
    {
        if (link)
        {
            var (upper, lower) = from.Row < to.Row ? (from, to) : (to, from);
            upper.LinkTo(lower, Weight(route));
        }

        if (!_nets.TryGetValue((to, slot, channel), out var net))
            _nets.Add((to, slot, channel), net = new Net(channel, new Terminal(to, to.Row == channel, slot)));
        route.Hops.Add((net, net.Source(from, from.Row == channel)));
        return to;
    }

    /// <summary>What a crossing costs: the way that is mostly gone should be easy to follow.</summary>
    private static int Weight(Route route) => route.Edge.Kind switch
    {
        GraphEdgeKind.Catch => 1,
        GraphEdgeKind.Next or GraphEdgeKind.Start or GraphEdgeKind.End when route.From.IsMain => 8,
        _ => route.From.IsMain ? 3 : 2,
    };

    private Vertex Point(GraphNode to, int slot, int row)
    {
        if (!_points.TryGetValue((to, slot, row), out var point))
            _points.Add((to, slot, row), point = Add(new Vertex { Row = row, IsCatch = slot is 1 or 3 }));
        return point;
    }

    private void Lure(int row, Vertex a, Vertex b, bool isBelow)
    {
        var lure = Add(new Vertex { Row = row, IsLure = true });
        _lures.Add(lure);
        foreach (var vertex in new[] { a, b })
        {
            if (isBelow)
                vertex.LinkTo(lure, 1);
            else
                lure.LinkTo(vertex, 1);
        }
    }

    private Vertex Add(Vertex vertex)
    {
        while (All.Count <= vertex.Row)
            All.Add([]);
        vertex.Order = All[vertex.Row].Count;
        All[vertex.Row].Add(vertex);
        return vertex;
    }
}

/// <summary>An edge's way.</summary>
internal sealed record Route(GraphEdge Edge, Vertex From, Vertex To)
{
    /// <summary>Its label's vertex.</summary>
    public Vertex? Label { get; init; }

    /// <summary>The nets that it passes, and where it enters each.</summary>
    public List<(Net Net, Terminal Entry)> Hops { get; } = [];
}

/// <summary>What meets in a channel and goes on as one: a level line with an end for each vertex that it connects.</summary>
internal sealed class Net(int channel, Terminal sink)
{
    public int Channel { get; } = channel;

    /// <summary>Where all of it goes.</summary>
    public Terminal Sink { get; } = sink;

    /// <summary>Where it comes from.</summary>
    public List<Terminal> Sources { get; } = [];

    /// <summary>Its level line's number in the channel, from the top.</summary>
    public int Track { get; set; }

    /// <summary>Where its level line is.</summary>
    public double Y { get; set; }

    public double Left { get; private set; }

    public double Right { get; private set; }

    public bool IsStraight => Right - Left < 0.5;

    /// <summary>Where it touches vertices, known once it has been measured.</summary>
    public Terminal[] Terminals { get; private set; } = [];

    public Terminal Source(Vertex vertex, bool isBelow)
    {
        foreach (var source in Sources)
        {
            if (source.Vertex == vertex)
                return source;
        }

        var added = new Terminal(vertex, isBelow, -1);
        Sources.Add(added);
        return added;
    }

    public void Measure()
    {
        Terminals = [Sink, .. Sources];
        Left = Terminals.Min(terminal => terminal.X);
        Right = Terminals.Max(terminal => terminal.X);
    }
}

/// <summary>Where a net touches a vertex.</summary>
/// <param name="vertex">The vertex.</param>
/// <param name="isBelow">Whether the vertex is below the channel.</param>
/// <param name="slot">Which of a node's entries it is; -1 for an exit.</param>
internal sealed class Terminal(Vertex vertex, bool isBelow, int slot)
{
    public Vertex Vertex { get; } = vertex;

    public bool IsBelow { get; } = isBelow;

    public int Slot { get; } = slot;

    public double X { get; set; }
}
