namespace Stateside.Language.Graph;

/// <summary>
/// Makes columns of a drawing that is far taller than wide, as a page of a newspaper has them: it is cut where few lines pass, and these
/// lines go on from the foot of a column around to the head of the next. Nothing changes within a column.
/// </summary>
internal static class LongScopes
{
    /// <summary>What is no taller stays one column.</summary>
    private const double Tall = 4000;

    /// <summary>Above a row of states: lines are upright there.</summary>
    private const double AboveRow = 12;

    private const double TrackHeight = 10;
    private const double Margin = 20;
    private const int MostLines = 8;

    public static PlacedScope InColumns(PlacedScope scope)
    {
        var (width, height) = (scope.Box.Width, scope.Box.Height);
        if (height < Tall || height < 3 * width)
            return scope;
        var count = (int)Math.Round(Math.Sqrt(1.6 * height / (width + (2 * Margin))));
        var cuts = Cuts(scope, Math.Max(2, count));
        if (cuts.Count == 0)
            return scope;
        var columns = Columns(cuts, width, height);
        var last = columns[^1];
        return new PlacedScope(
            new GraphBox(0, 0, last.X + width, columns.Max(column => column.Foot + (column.Lines * TrackHeight))),
            [.. scope.Nodes.Select(node => Move(node, Of(columns, node.Box.Y)))],
            [.. scope.Edges.Select(edge => Move(edge, columns))]);
    }

    /// <summary>Where to cut: above rows that states begin, near to where columns of the same height would end.</summary>
    private static List<Cut> Cuts(PlacedScope scope, int count)
    {
        var rows = scope.Nodes.Where(node => node.Node.Kind != GraphNodeKind.End).Select(node => node.Box.Y - AboveRow).Distinct().Order().Skip(1).ToList();
        var boxes = scope.Nodes.Select(node => node.Box).Concat(scope.Edges.Where(edge => edge.Label is not null).Select(edge => edge.Label!.Box)).ToList();
        var cuts = new List<Cut>();
        var size = scope.Box.Height / count;
        for (var i = 1; i < count; i++)
        {
            var wished = i * size;
            var best = rows.Where(y => Math.Abs(y - wished) < size / 3)
                .OrderBy(y => Math.Abs(y - wished))
                .Take(12)
                .Where(y => !boxes.Exists(box => box.Y < y && box.Bottom > y))
                .Select(y => new Cut(y, Lines(scope, y)))
                .Where(cut => cut.Lines.Count <= MostLines)
                .MinBy(cut => (cut.Lines.Count * 150) + Math.Abs(cut.Y - wished));
            if (best is not null)
                cuts.Add(best);
        }

        return cuts;
    }

    /// <summary>How far right the lines are that pass a height; lines that run together are one.</summary>
    private static List<double> Lines(PlacedScope scope, double y)
    {
        var lines = new SortedSet<double>();
        foreach (var edge in scope.Edges)
        {
            for (var i = 1; i < edge.Points.Count; i++)
            {
                if ((edge.Points[i - 1].Y < y) != (edge.Points[i].Y < y))
                    lines.Add(edge.Points[i].X);
            }
        }

        return [.. lines];
    }

    private static List<Column> Columns(List<Cut> cuts, double width, double height)
    {
        var columns = new List<Column>();
        var (x, from, head) = (0d, 0d, 0d);
        for (var i = 0; i <= cuts.Count; i++)
        {
            var cut = i < cuts.Count ? cuts[i] : null;
            columns.Add(new Column(x, from, cut?.Y ?? height, head, x + width, cut));
            if (cut is null)
                break;
            x += width + (2 * Margin) + ((cut.Lines.Count - 1) * TrackHeight);
            head = AboveRow + (cut.Lines.Count * TrackHeight);
            from = cut.Y;
        }

        return columns;
    }

    private static Column Of(List<Column> columns, double y) => columns.Find(column => y < column.To) ?? columns[^1];

    private static PlacedNode Move(PlacedNode node, Column column)
    {
        var (x, y) = (column.X, column.Shift);
        return node with { Box = node.Box.Moved(x, y), Inner = [.. node.Inner.Select(inner => inner.Moved(x, y))] };
    }

    private static PlacedEdge Move(PlacedEdge edge, List<Column> columns)
    {
        var points = new List<GraphPoint>();
        for (var i = 0; i < edge.Points.Count; i++)
        {
            if (i > 0)
                GoAround(points, edge.Points[i - 1], edge.Points[i], columns);
            var at = Of(columns, edge.Points[i].Y);
            points.Add(new GraphPoint(edge.Points[i].X + at.X, edge.Points[i].Y + at.Shift));
        }

        if (edge.Label is not { } label)
            return edge with { Points = points };
        var column = Of(columns, label.Box.Y);
        return edge with { Points = points, Label = label with { Box = label.Box.Moved(column.X, column.Shift) } };
    }

    /// <summary>
    /// Adds how a line gets from column to column. Of lines side by side the left one goes the outermost way at the foot and the inmost at
    /// the head of the next column, so that none crosses another.
    /// </summary>
    private static void GoAround(List<GraphPoint> points, GraphPoint a, GraphPoint b, List<Column> columns)
    {
        var (first, last) = (columns.IndexOf(Of(columns, a.Y)), columns.IndexOf(Of(columns, b.Y)));
        for (var i = Math.Min(first, last); i < Math.Max(first, last); i++)
        {
            // Upward the columns are passed from the last one back.
            var at = first < last ? i : first + last - 1 - i;
            var (column, next) = (columns[at], columns[at + 1]);
            var track = (column.Lines - 1 - column.Cut!.Lines.IndexOf(a.X)) * TrackHeight;
            GraphPoint[] way =
            [
                new(a.X + column.X, column.Foot + track),
                new(column.Right + Margin + track, column.Foot + track),
                new(column.Right + Margin + track, 4 + track),
                new(a.X + next.X, 4 + track),
            ];
            points.AddRange(first < last ? way : way.Reverse());
        }
    }

    /// <summary>A height to cut at, and the lines that pass it from left to right.</summary>
    private sealed record Cut(double Y, List<double> Lines);

    /// <summary>A part of the drawing: what was between two heights, where it goes, and the cut at its end.</summary>
    private sealed record Column(double X, double From, double To, double Head, double Right, Cut? Cut)
    {
        public double Shift => Head - From;

        public double Foot => To + Shift + (Cut is null ? 0 : 8);

        public int Lines => Cut?.Lines.Count ?? 0;
    }
}
