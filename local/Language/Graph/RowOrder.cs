namespace Stateside.Language.Graph;

/// <summary>
/// Finds an order within each row that makes few edges cross: sweeps that put each vertex between those that it is linked to, and
/// exchanges of neighbors. It begins with the order of writing and leaves it only for fewer crossings, so that small changes of a
/// definition move little.
/// </summary>
internal sealed class RowOrder(List<List<Vertex>> rows)
{
    /// <summary>Neighbors of more links than this are not exchanged: counting their crossings would take too long.</summary>
    private const int MaxPairs = 400;

    /// <summary>More vertices than this are sought an order for from one start only.</summary>
    private const int MaxStarted = 1500;

    private static readonly Start[] Starts = [Start.AsWritten, Start.Backward, Start.LightFirst];

    private readonly int _vertices = rows.Sum(row => row.Count);

    public void Improve()
    {
        var best = Array.Empty<Vertex[]>();
        var least = long.MaxValue;
        foreach (var start in _vertices > MaxStarted ? Starts[..1] : Starts)
        {
            WriteInOrder(start);
            Search(ref best, ref least);
            if (least == 0)
                break;
        }

        for (var r = 0; r < rows.Count; r++)
            Arrange(r, best[r]);
        if (IsMirrored())
        {
            for (var r = 0; r < rows.Count; r++)
                Arrange(r, best[r].Reverse().ToArray());
        }
    }

    /// <summary>Whether more ways on of states go from right to left in the order of writing than from left to right.</summary>
    private bool IsMirrored()
    {
        var sum = 0;
        foreach (var vertex in rows.SelectMany(row => row))
        {
            for (var i = 1; i < vertex.Down.Count; i++)
                sum += Math.Sign(vertex.Down[i].To.Order - vertex.Down[i - 1].To.Order);
        }

        return sum < 0;
    }

    private void Search(ref Vertex[][] best, ref long least)
    {
        var sweeps = Math.Clamp(20_000 / Math.Max(_vertices, 1), 3, 16);
        for (var (i, idle) = (-1, 0); i < sweeps && idle < 5 && least > 0; i++, idle++)
        {
            if (i >= 0)
            {
                Sweep(down: i % 2 == 0);
                Exchange();
            }

            var crossings = Crossings();
            if (crossings < least)
                (least, best, idle) = (crossings, Snapshot(), -1);
        }
    }

    /// <summary>The order in which a reader meets things: from the start, in the order of writing, or another order of the ways on.</summary>
    private void WriteInOrder(Start start)
    {
        var met = new HashSet<Vertex>();
        var ordered = rows.ConvertAll(row => new List<Vertex>(row.Count));
        var open = new Stack<Vertex>();
        foreach (var root in rows.SelectMany(row => row.Where(vertex => vertex is { Up.Count: 0, IsLure: false, Node: not null })).Concat(rows.SelectMany(row => row)))
        {
            open.Push(root);
            while (open.TryPop(out var vertex))
            {
                if (!met.Add(vertex))
                    continue;
                ordered[vertex.Row].Add(vertex);
                foreach (var link in Onward(vertex, start).Reverse())
                    open.Push(link.To);
            }
        }

        for (var r = 0; r < rows.Count; r++)
            Arrange(r, ordered[r]);
    }

    private static IEnumerable<Link> Onward(Vertex vertex, Start start) => start switch
    {
        Start.AsWritten => vertex.Down,
        Start.Backward => vertex.Down.AsEnumerable().Reverse(),
        _ => vertex.Down.OrderBy(link => link.Weight),
    };

    /// <summary>Where a search begins; the first that finds the fewest crossings wins.</summary>
    private enum Start
    {
        /// <summary>The ways on of a state in the order of writing.</summary>
        AsWritten,

        /// <summary>The other way round.</summary>
        Backward,

        /// <summary>Errors before all.</summary>
        LightFirst,
    }

    private Vertex[][] Snapshot() => [.. rows.Select(row => row.ToArray())];

    private void Arrange(int r, IList<Vertex> order)
    {
        for (var i = 0; i < order.Count; i++)
        {
            rows[r][i] = order[i];
            order[i].Order = i;
        }
    }

    private void Sweep(bool down)
    {
        var moved = new List<(double Middle, int At, Vertex Vertex)>();
        for (var i = 1; i < rows.Count; i++)
        {
            var row = rows[down ? i : rows.Count - 1 - i];
            moved.Clear();
            foreach (var vertex in row)
            {
                if (Links(vertex) is { Count: > 0 } links)
                    moved.Add((Middle(links), vertex.Order, vertex));
            }

            moved.Sort((a, b) => a.Middle != b.Middle ? a.Middle.CompareTo(b.Middle) : a.At.CompareTo(b.At));
            var next = 0;
            for (var at = 0; at < row.Count; at++)
            {
                // What is linked to nothing there stays where it is.
                if (Links(row[at]).Count > 0)
                    row[at] = moved[next++].Vertex;
            }

            for (var at = 0; at < row.Count; at++)
                row[at].Order = at;
        }

        List<Link> Links(Vertex vertex) => down ? vertex.Up : vertex.Down;
    }

    private static double Middle(List<Link> links)
    {
        var (sum, weight) = (0d, 0);
        foreach (var link in links)
        {
            sum += link.To.Order * link.Weight;
            weight += link.Weight;
        }

        return sum / weight;
    }

    private void Exchange()
    {
        for (var round = 0; round < 4; round++)
        {
            var improved = false;
            foreach (var row in rows)
            {
                for (var i = 0; i + 1 < row.Count; i++)
                {
                    var (a, b) = (row[i], row[i + 1]);
                    if (Gain(a.Up, b.Up) + Gain(a.Down, b.Down) <= 0)
                        continue;
                    (row[i], row[i + 1]) = (b, a);
                    (a.Order, b.Order) = (i + 1, i);
                    improved = true;
                }
            }

            if (!improved)
                return;
        }
    }

    /// <summary>How much less crossings cost when b stands before a.</summary>
    private static int Gain(List<Link> a, List<Link> b)
    {
        if (a.Count * b.Count > MaxPairs)
            return 0;
        var gain = 0;
        foreach (var x in a)
        {
            foreach (var y in b)
                gain += Math.Sign(x.To.Order - y.To.Order) * x.Weight * y.Weight;
        }

        return gain;
    }

    private long Crossings()
    {
        var total = 0L;
        for (var r = 0; r + 1 < rows.Count; r++)
            total += Crossings(rows[r], rows[r + 1].Count);
        return total;
    }

    /// <summary>Counts, for each link from left to right, the earlier ones that end further right, by their weights.</summary>
    private static long Crossings(List<Vertex> upper, int lowerCount)
    {
        var tree = new int[lowerCount + 1];
        var (total, seen) = (0L, 0);
        foreach (var vertex in upper)
        {
            foreach (var below in vertex.Down)
            {
                var upTo = 0;
                for (var i = below.To.Order + 1; i > 0; i -= i & -i)
                    upTo += tree[i];
                total += (long)(seen - upTo) * below.Weight;
            }

            foreach (var below in vertex.Down)
            {
                for (var i = below.To.Order + 1; i <= lowerCount; i += i & -i)
                    tree[i] += below.Weight;
                seen += below.Weight;
            }
        }

        return total;
    }
}
