namespace Stateside.Language.Graph;

/// <summary>
/// Finds how far to the right each vertex stands. What should stand on one upright line is joined to a column first; then columns
/// move toward what they are linked to, as far as their neighbors in each row let them.
/// </summary>
internal sealed class Columns
{
    private readonly List<List<Vertex>> _rows;
    private readonly List<Route> _routes;
    private readonly List<Column> _columns = [];

    private Columns(List<List<Vertex>> rows, List<Route> routes)
    {
        _rows = rows;
        _routes = routes;
        var below = Alignment.Find(rows);
        foreach (var row in rows)
        {
            foreach (var vertex in row)
            {
                if (vertex.Column is not null)
                    continue;
                var column = new Column();
                for (var one = vertex; one is not null; one = below.GetValueOrDefault(one))
                {
                    column.Vertices.Add(one);
                    one.Column = column;
                }

                _columns.Add(column);
            }
        }
    }

    public static void Place(List<List<Vertex>> rows, List<Route> routes)
    {
        var columns = new Columns(rows, routes);
        columns.Pack();
        columns.Gather();
        columns.Settle();
    }

    /// <summary>How far the middles of neighbors in a row must be from each other.</summary>
    public static double Distance(Vertex left, Vertex right)
    {
        var gap = (left, right) switch
        {
            ({ Node: not null }, { Node: not null }) => 32,
            ({ IsPoint: true }, { IsPoint: true }) => 16,
            ({ Label: not null }, { Label: not null }) => 12,
            _ => 18,
        };
        return (left.Width / 2) + gap + (right.Width / 2);
    }

    private void Pack()
    {
        foreach (var row in _rows)
        {
            var x = 0d;
            for (var i = 0; i < row.Count; i++)
            {
                x += i == 0 ? 0 : Distance(row[i - 1], row[i]);
                row[i].X = x;
            }

            foreach (var vertex in row)
                vertex.X -= x / 2;
        }

        foreach (var column in _columns)
            column.X = column.Vertices.Average(vertex => vertex.X);
    }

    private void Gather()
    {
        LinkColumns();
        var rounds = Math.Clamp(200_000 / Math.Max(_columns.Sum(column => column.Vertices.Count), 1), 8, 200);
        var groups = new List<(double Mean, double Weight, int Count)>();
        for (var round = 0; round < rounds; round++)
        {
            // Down and up by turns, each column after those it has just been drawn by.
            for (var i = 0; i < _columns.Count; i++)
                _columns[round % 2 == 0 ? i : _columns.Count - 1 - i].Move();
            foreach (var row in _rows)
                Fit(row, groups);
            foreach (var column in _columns)
                column.X = column.Sum / column.Weight;
        }
    }

    /// <summary>Puts a row's vertices as near as possible to where their columns want to be, without their overlapping.</summary>
    private static void Fit(List<Vertex> row, List<(double Mean, double Weight, int Count)> groups)
    {
        groups.Clear();
        var offset = 0d;
        for (var i = 0; i < row.Count; i++)
        {
            offset += i == 0 ? 0 : Distance(row[i - 1], row[i]);
            var group = (Mean: row[i].Column.X - offset, row[i].Column.Rigor, Count: 1);
            while (groups.Count > 0 && groups[^1].Mean > group.Mean)
            {
                var (mean, weight, count) = groups[^1];
                groups.RemoveAt(groups.Count - 1);
                var sum = weight + group.Rigor;
                group = (((mean * weight) + (group.Mean * group.Rigor)) / sum, sum, count + group.Count);
            }

            groups.Add(group);
        }

        var at = 0;
        offset = 0;
        foreach (var (mean, _, count) in groups)
        {
            for (var i = 0; i < count; i++, at++)
            {
                offset += at == 0 ? 0 : Distance(row[at - 1], row[at]);
                var column = row[at].Column;
                column.Sum += (mean + offset) * column.Rigor;
                column.Weight += column.Rigor;
            }
        }
    }

    private void LinkColumns()
    {
        foreach (var row in _rows)
        {
            foreach (var upper in row)
            {
                foreach (var (lower, _) in upper.Down)
                    Column.Link(upper.Column, lower.Column, Alignment.Strength(upper, lower));
            }
        }

        foreach (var route in _routes)
        {
            // Where an edge leads back its ends are drawn to each other across the same row.
            foreach (var (net, entry) in route.Hops)
            {
                if (entry.IsBelow == net.Sink.IsBelow)
                    Column.Link(entry.Vertex.Column, net.Sink.Vertex.Column, 0.5);
            }
        }
    }

    /// <summary>Makes sure that nothing overlaps: half way between pushing everything to the right and everything to the left.</summary>
    private void Settle()
    {
        var order = LeftToRight();
        foreach (var column in order)
        {
            column.Wished = column.X;
            foreach (var vertex in column.Vertices)
            {
                if (vertex.Order > 0 && _rows[vertex.Row][vertex.Order - 1] is var left)
                    column.Wished = Math.Max(column.Wished, left.Column.Wished + Distance(left, vertex));
            }
        }

        for (var i = order.Count - 1; i >= 0; i--)
        {
            foreach (var vertex in order[i].Vertices)
            {
                if (vertex.Order + 1 < _rows[vertex.Row].Count && _rows[vertex.Row][vertex.Order + 1] is var right)
                    order[i].X = Math.Min(order[i].X, right.Column.X - Distance(vertex, right));
            }
        }

        foreach (var column in order)
        {
            var x = Math.Round((column.X + column.Wished) / 2);
            foreach (var vertex in column.Vertices)
                vertex.X = x;
        }
    }

    private List<Column> LeftToRight()
    {
        var waiting = _columns.ToDictionary(column => column, column => column.Vertices.Count(vertex => vertex.Order > 0));
        var ready = new Queue<Column>(_columns.Where(column => waiting[column] == 0));
        var order = new List<Column>(_columns.Count);
        while (ready.TryDequeue(out var column))
        {
            order.Add(column);
            foreach (var vertex in column.Vertices)
            {
                if (vertex.Order + 1 >= _rows[vertex.Row].Count)
                    continue;
                var right = _rows[vertex.Row][vertex.Order + 1].Column;
                if (--waiting[right] == 0)
                    ready.Enqueue(right);
            }
        }

        return order;
    }
}

/// <summary>Vertices of successive rows that stand on one upright line.</summary>
internal sealed class Column
{
    private readonly List<(Column Other, double Weight)> _links = [];

    public List<Vertex> Vertices { get; } = [];

    public double X { get; set; }

    public double Wished { get; set; }

    public double Sum { get; set; }

    public double Weight { get; set; }

    /// <summary>How firmly it keeps its place: a long one more than a short one.</summary>
    public double Rigor => Math.Min(Vertices.Count, 8);

    public static void Link(Column a, Column b, double weight)
    {
        if (a == b)
            return;
        a._links.Add((b, weight));
        b._links.Add((a, weight));
    }

    /// <summary>Moves to the middle of what it is linked to.</summary>
    public void Move()
    {
        var (sum, weight) = (0d, 0d);
        foreach (var (other, its) in _links)
        {
            sum += other.X * its;
            weight += its;
        }

        (Sum, Weight) = (0, 0);
        if (weight > 0)
            X = sum / weight;
    }
}
