namespace Stateside.Language.Graph;

/// <summary>
/// Finds how far to the right each vertex stands. What should stand on one upright line is joined to a column first; then columns
/// move toward what they are linked to, as far as their neighbors in each row let them.
/// </summary>
internal sealed class Columns
{
    private readonly List<List<Vertex>> _rows;
    private readonly List<Route> _routes;
    private readonly Dictionary<Vertex, Column> _columnOf = [];
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
                if (_columnOf.ContainsKey(vertex))
                    continue;
                var column = new Column();
                for (var one = vertex; one is not null; one = below.GetValueOrDefault(one))
                {
                    column.Vertices.Add(one);
                    _columnOf.Add(one, column);
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
    private static double Distance(Vertex left, Vertex right)
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
        var pulls = Pulls();
        var rounds = Math.Clamp(300_000 / Math.Max(_columnOf.Count, 1), 8, 60);
        for (var round = 0; round < rounds; round++)
        {
            foreach (var column in _columns)
                column.Wish(pulls);
            foreach (var column in _columns)
                column.X = column.Wished;
            foreach (var column in _columns)
                (column.Sum, column.Weight) = (0, 0);
            foreach (var row in _rows)
                Fit(row);
            foreach (var column in _columns)
            {
                column.X = column.Sum / column.Weight;
            }
        }
    }

    /// <summary>Puts a row's vertices as near as possible to where their columns want to be, without their overlapping.</summary>
    private void Fit(List<Vertex> row)
    {
        var fitted = new List<(double Mean, double Weight, int Count)>();
        var offset = 0d;
        var offsets = new double[row.Count];
        for (var i = 0; i < row.Count; i++)
        {
            offset += i == 0 ? 0 : Distance(row[i - 1], row[i]);
            offsets[i] = offset;
            var weight = WeightOf(row[i]);
            var group = (Mean: _columnOf[row[i]].X - offset, Weight: weight, Count: 1);
            while (fitted.Count > 0 && fitted[^1].Mean > group.Mean)
            {
                var before = fitted[^1];
                fitted.RemoveAt(fitted.Count - 1);
                var sum = before.Weight + group.Weight;
                group = (((before.Mean * before.Weight) + (group.Mean * group.Weight)) / sum, sum, before.Count + group.Count);
            }

            fitted.Add(group);
        }

        var at = 0;
        foreach (var (mean, _, count) in fitted)
        {
            for (var i = 0; i < count; i++, at++)
            {
                var column = _columnOf[row[at]];
                var weight = WeightOf(row[at]);
                column.Sum += (mean + offsets[at]) * weight;
                column.Weight += weight;
            }
        }
    }

    private double WeightOf(Vertex vertex) => Math.Min(_columnOf[vertex].Vertices.Count, 8);

    private Dictionary<Column, List<(Column Other, double Weight)>> Pulls()
    {
        var pulls = _columns.ToDictionary(column => column, _ => new List<(Column, double)>());
        foreach (var row in _rows)
        {
            foreach (var upper in row)
            {
                foreach (var lower in upper.Down)
                    Pull(upper, lower, Alignment.Strength(upper, lower));
            }
        }

        foreach (var route in _routes)
        {
            // Where an edge leads back its ends are drawn to each other across the same row.
            foreach (var (net, entry) in route.Hops)
            {
                if (entry.IsBelow == net.Sink.IsBelow)
                    Pull(entry.Vertex, net.Sink.Vertex, 0.5);
            }
        }

        return pulls;

        void Pull(Vertex a, Vertex b, double weight)
        {
            var (one, other) = (_columnOf[a], _columnOf[b]);
            if (one == other)
                return;
            pulls[one].Add((other, weight));
            pulls[other].Add((one, weight));
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
                    column.Wished = Math.Max(column.Wished, _columnOf[left].Wished + Distance(left, vertex));
            }
        }

        for (var i = order.Count - 1; i >= 0; i--)
        {
            foreach (var vertex in order[i].Vertices)
            {
                if (vertex.Order + 1 < _rows[vertex.Row].Count && _rows[vertex.Row][vertex.Order + 1] is var right)
                    order[i].X = Math.Min(order[i].X, _columnOf[right].X - Distance(vertex, right));
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
                var right = _columnOf[_rows[vertex.Row][vertex.Order + 1]];
                if (--waiting[right] == 0)
                    ready.Enqueue(right);
            }
        }

        return order;
    }

    /// <summary>Vertices of successive rows that stand on one upright line.</summary>
    private sealed class Column
    {
        public List<Vertex> Vertices { get; } = [];

        public double X { get; set; }

        public double Wished { get; set; }

        public double Sum { get; set; }

        public double Weight { get; set; }

        public void Wish(Dictionary<Column, List<(Column Other, double Weight)>> pulls)
        {
            var (sum, weight) = (0d, 0d);
            foreach (var (other, its) in pulls[this])
            {
                sum += other.X * its;
                weight += its;
            }

            // Only part of the way, since what it is drawn to moves as well.
            Wished = weight == 0 ? X : (0.4 * X) + (0.6 * sum / weight);
        }
    }
}
