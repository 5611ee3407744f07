namespace Stateside.Language.Graph;

/// <summary>How large a node is and how its texts are broken.</summary>
internal static class NodeShape
{
    public const double NameSize = 13;
    public const double DetailSize = 12;
    public const double LabelSize = 12;
    public const double LineHeight = 16;
    public const double LabelLine = 14;

    /// <summary>The left of a node's texts: behind its icon.</summary>
    public const double TextX = 46;

    /// <summary>The height of a Parallel or Map state's title, above what is inside.</summary>
    public const double TitleHeight = 46;

    /// <summary>Around what is inside a Parallel or Map state.</summary>
    public const double Padding = 14;

    /// <summary>Between branches.</summary>
    public const double BranchGap = 14;

    private const double MinWidth = 148;
    private const double MaxText = 176;
    private const double RetryWidth = 38;
    private const double FoldWidth = 26;
    private const double MaxLabel = 184;

    public static PlacedNode Shape(GraphNode node)
    {
        switch (node.Kind)
        {
            case GraphNodeKind.Start when node.IsInner:
                return new PlacedNode(node, new GraphBox(0, 0, 12, 12), [], "");
            case GraphNodeKind.Start:
                return new PlacedNode(node, new GraphBox(0, 0, 56, 26), ["Start"], "");
            case GraphNodeKind.End:
                return new PlacedNode(node, new GraphBox(0, 0, 44, 26), ["End"], "");
        }

        var shown = Characters.Visible(node.Name);
        var name = TextMetrics.Wrap(shown, NameSize, MaxText, 2, bold: true);
        var retry = node.Retry is null ? 0 : RetryWidth;
        var detail = TextMetrics.Shorten(Characters.Visible(node.Detail), DetailSize, MaxText + 40 - retry);
        var fold = node.IsGroup ? FoldWidth : 0;
        var text = Math.Max(name.Max(line => TextMetrics.Width(line, NameSize, bold: true)) + fold, TextMetrics.Width(detail, DetailSize) + retry);
        var width = Even(Math.Max(MinWidth, TextX + text + 12));
        var height = name.Count > 1 ? 62 : 46;
        return node.Inner.Count == 0
            ? new PlacedNode(node, new GraphBox(0, 0, width, height), name, detail)
            : Group(node, width);
    }

    /// <summary>A text on an edge, where its upper left corner is 0.</summary>
    public static PlacedLabel? Label(GraphEdge edge)
    {
        if (string.IsNullOrEmpty(edge.Label))
            return null;
        var lines = TextMetrics.Wrap(Characters.Visible(edge.Label), LabelSize, MaxLabel, 2);
        var width = Even(lines.Max(line => TextMetrics.Width(line, LabelSize)) + 12);
        return new PlacedLabel(new GraphBox(0, 0, width, (lines.Count * LabelLine) + 4), lines);
    }

    /// <summary>Branches side by side, in rows where there are too many of them for one.</summary>
    private static PlacedNode Group(GraphNode node, double titleWidth)
    {
        const double MaxRow = 2400;
        var inner = node.Inner.Select(ScopeLayout.Place).ToList();
        var framed = node.Type == "Parallel";
        var frame = framed ? Padding : 0;
        var placed = new List<PlacedScope>();
        var (x, y, right, bottom) = (0d, 0d, 0d, 0d);
        var row = new List<PlacedScope>();
        foreach (var scope in inner)
        {
            var (width, height) = (scope.Box.Width + (2 * frame), scope.Box.Height + (2 * frame));
            if (x > 0 && x + width > MaxRow)
            {
                (x, y) = (0, bottom + BranchGap);
            }

            placed.Add(scope.Moved(x + frame, y + frame) with { Box = new GraphBox(x, y, width, height) });
            x += width + BranchGap;
            right = Math.Max(right, x - BranchGap);
            bottom = Math.Max(bottom, y + height);
        }

        var full = Math.Max(titleWidth, right + (2 * Padding));
        var shift = (full - right) / 2;
        var name = TextMetrics.Shorten(Characters.Visible(node.Name), NameSize, full - TextX - 12 - FoldWidth, bold: true);
        var detail = TextMetrics.Shorten(Characters.Visible(node.Detail), DetailSize, full - TextX - 12 - (node.Retry is null ? 0 : RetryWidth));
        return new PlacedNode(node, new GraphBox(0, 0, full, TitleHeight + bottom + Padding), [name], detail)
        {
            Inner = [.. placed.Select(scope => scope.Moved(shift, TitleHeight))],
        };
    }

    private static double Even(double width) => Math.Ceiling(width / 2) * 2;
}
