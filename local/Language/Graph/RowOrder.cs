namespace Stateside.Language.Graph;

/// <summary>
/// Finds an order within each row that makes few edges cross: sweeps that put each vertex between those that it is linked to, and
/// exchanges of neighbors. It begins with the order of writing and leaves it only for fewer crossings, so that small changes of a
/// definition move little.
/// </summary>
internal sealed class RowOrder(List<List<Vertex>> rows)
{
    /// <summary>Neighbors of more links than this are not exchanged: counting their crossings would take too long.</summary>
    private const int MaxPairs = 4000;

    private readonly int _vertices = rows.Sum(row => row.Count);

    public void Improve()
    {
        WriteInOrder();
        var best = Snapshot();
        var fewest = Crossings();
        var sweeps = Math.Clamp(60_000 / Math.Max(_vertices, 1), 4, 24);
        for (var (i, idle) = (0, 0); i < sweeps && idle < 5 && fewest > 0; i++, idle++)
        {
            Sweep(down: i % 2 == 0);
            Exchange();
            var crossings = Crossings();
            if (crossings < fewest)
                (fewest, best, idle) = (crossings, Snapshot(), -1);
        }

        for (var r = 0; r < rows.Count; r++)
            Arrange(r, best[r]);
    }

    /// <summary>The order in which a reader meets things: from the start, in the order of writing.</summary>
    private void WriteInOrder()
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
                for (var i = vertex.Down.Count - 1; i >= 0; i--)
                    open.Push(vertex.Down[i]);
            }
        }

        for (var r = 0; r < rows.Count; r++)
            Arrange(r, ordered[r]);
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
        for (var i = 1; i < rows.Count; i++)
        {
            var row = rows[down ? i : rows.Count - 1 - i];
            var moved = row.Where(vertex => Links(vertex).Count > 0).Select(vertex => (Vertex: vertex, Middle: Middle(Links(vertex)))).OrderBy(one => one.Middle).ToList();
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

        List<Vertex> Links(Vertex vertex) => down ? vertex.Up : vertex.Down;
    }

    private static double Middle(List<Vertex> links)
    {
        var sum = 0d;
        foreach (var link in links)
            sum += link.Order;
        return sum / links.Count;
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

    /// <summary>How many crossings fewer there are when b stands before a.</summary>
    private static int Gain(List<Vertex> a, List<Vertex> b)
    {
        if (a.Count * b.Count > MaxPairs)
            return 0;
        var gain = 0;
        foreach (var x in a)
        {
            foreach (var y in b)
                gain += Math.Sign(x.Order - y.Order);
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

    /// <summary>Counts, for each link from left to right, the earlier ones that end further right.</summary>
    private static long Crossings(List<Vertex> upper, int lowerCount)
    {
        var tree = new int[lowerCount + 1];
        var (total, seen) = (0L, 0);
        foreach (var vertex in upper)
        {
            foreach (var below in vertex.Down)
            {
                var upTo = 0;
                for (var i = below.Order + 1; i > 0; i -= i & -i)
                    upTo += tree[i];
                total += seen - upTo;
            }

            foreach (var below in vertex.Down)
            {
                for (var i = below.Order + 1; i <= lowerCount; i += i & -i)
                    tree[i]++;
                seen++;
            }
        }

        return total;
    }
}
