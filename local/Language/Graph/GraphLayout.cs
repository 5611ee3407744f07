namespace Stateside.Language.Graph;

/// <summary>A place in a drawing, in pixels from its upper left corner.</summary>
/// <param name="X">To the right.</param>
/// <param name="Y">Down.</param>
internal readonly record struct GraphPoint(double X, double Y);

/// <summary>A rectangle in a drawing.</summary>
/// <param name="X">Its left side.</param>
/// <param name="Y">Its upper side.</param>
/// <param name="Width">Its width.</param>
/// <param name="Height">Its height.</param>
internal readonly record struct GraphBox(double X, double Y, double Width, double Height)
{
    /// <summary>Its right side.</summary>
    public double Right => X + Width;

    /// <summary>Its lower side.</summary>
    public double Bottom => Y + Height;

    internal GraphBox Moved(double x, double y) => this with { X = X + x, Y = Y + y };
}

/// <summary>Where the nodes, edges and texts of a <see cref="StateGraph"/> are. The same graph always gives the same places.</summary>
internal sealed record GraphLayout(double Width, double Height, PlacedScope Root)
{
    /// <summary>Finds a place for everything.</summary>
    public static GraphLayout Of(StateGraph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        const double Margin = 16;
        var root = ScopeLayout.Place(graph.Root);
        return new GraphLayout(root.Box.Width + (2 * Margin), root.Box.Height + (2 * Margin), root.Moved(Margin, Margin));
    }

    /// <summary>All nodes, outer before inner.</summary>
    public IEnumerable<PlacedNode> AllNodes() => Root.AllScopes().SelectMany(scope => scope.Nodes);

    /// <summary>All edges.</summary>
    public IEnumerable<PlacedEdge> AllEdges() => Root.AllScopes().SelectMany(scope => scope.Edges);
}

/// <summary>The machine, a branch or an item processor, in its place.</summary>
/// <param name="Box">Where it is; of a branch with its frame.</param>
/// <param name="Nodes">Its nodes.</param>
/// <param name="Edges">Its edges.</param>
internal sealed record PlacedScope(GraphBox Box, IReadOnlyList<PlacedNode> Nodes, IReadOnlyList<PlacedEdge> Edges)
{
    /// <summary>This one and those inside it.</summary>
    /// <returns>The scopes, outer before inner.</returns>
    public IEnumerable<PlacedScope> AllScopes()
    {
        yield return this;
        foreach (var node in Nodes)
        {
            foreach (var scope in node.Inner)
            {
                foreach (var inner in scope.AllScopes())
                    yield return inner;
            }
        }
    }

    internal PlacedScope Moved(double x, double y) => new(
        Box.Moved(x, y),
        [.. Nodes.Select(node => node with { Box = node.Box.Moved(x, y), Inner = [.. node.Inner.Select(inner => inner.Moved(x, y))] })],
        [.. Edges.Select(edge => edge with
        {
            Points = [.. edge.Points.Select(point => new GraphPoint(point.X + x, point.Y + y))],
            Label = edge.Label is { } label ? label with { Box = label.Box.Moved(x, y) } : null,
        })]);
}

/// <summary>A node in its place.</summary>
/// <param name="Node">The node.</param>
/// <param name="Box">Where it is; of a Parallel or Map state with all that is inside.</param>
/// <param name="Name">Its name, in lines, cut off where it is too long.</param>
/// <param name="Detail">What it does, cut off where it is too long.</param>
internal sealed record PlacedNode(GraphNode Node, GraphBox Box, IReadOnlyList<string> Name, string Detail)
{
    /// <summary>What is inside it.</summary>
    public IReadOnlyList<PlacedScope> Inner { get; init; } = [];
}

/// <summary>An edge in its place.</summary>
/// <param name="Edge">The edge.</param>
/// <param name="Points">
/// Its corners, from where it leaves its state to the tip of its arrow; upright and level lines by turns. Edges to the same state run
/// together once they have met.
/// </param>
/// <param name="Label">What is written on it; null for nothing.</param>
internal sealed record PlacedEdge(GraphEdge Edge, IReadOnlyList<GraphPoint> Points, PlacedLabel? Label);

/// <summary>A text on an edge.</summary>
/// <param name="Box">Where it is.</param>
/// <param name="Lines">Its lines, cut off where they are too long.</param>
internal sealed record PlacedLabel(GraphBox Box, IReadOnlyList<string> Lines);
