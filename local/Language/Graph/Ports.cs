namespace Stateside.Language.Graph;

/// <summary>
/// Finds where at a node's upper and lower side its edges end: right above or below what they lead to where that is possible, so that
/// they are straight, and apart from each other.
/// </summary>
internal static class Ports
{
    private const double Inset = 12;
    private const double Apart = 15;

    /// <summary>A label as near as this to being right below its port is moved there.</summary>
    private const double Near = 48;

    public static void Place(List<List<Vertex>> rows, IReadOnlyCollection<Net> nets)
    {
        var exits = new Dictionary<Vertex, List<Port>>();
        var entries = new Dictionary<Vertex, List<Port>>();
        foreach (var net in nets)
        {
            net.Sink.X = net.Sink.Vertex.X;
            foreach (var source in net.Sources)
            {
                source.X = source.Vertex.X;
                if (source.Vertex.Node is not null)
                    Add(exits, source.Vertex, new Port(source, net));
            }

            if (net.Sink.Vertex.Node is not null)
                Add(entries, net.Sink.Vertex, new Port(net.Sink, net));
        }

        foreach (var (vertex, ports) in exits)
            Spread(vertex, ports, port => port.Net.Sink.X);
        foreach (var (vertex, ports) in entries)
            Spread(vertex, ports, port => Nearest(vertex, port.Net));
        foreach (var (vertex, ports) in exits)
            Spread(vertex, ports, port => port.Net.Sink.X);
        MoveLabels(rows, nets);
        foreach (var net in nets)
            net.Measure();
    }

    /// <summary>Straightens what goes from a state to a label that is only a little aside, where the label's neighbors leave room.</summary>
    private static void MoveLabels(List<List<Vertex>> rows, IReadOnlyCollection<Net> nets)
    {
        var moved = new Dictionary<Vertex, double>();
        foreach (var net in nets)
        {
            var label = net.Sink.Vertex;
            if (label.Label is null || label.Column.Vertices.Count > 1 || net.Sources is not [{ Vertex.Node: not null } source])
                continue;
            var x = source.X;
            var row = rows[label.Row];
            if (x == label.X || Math.Abs(x - label.X) > Near
                || (label.Order > 0 && x - row[label.Order - 1].X < Columns.Distance(row[label.Order - 1], label))
                || (label.Order + 1 < row.Count && row[label.Order + 1].X - x < Columns.Distance(label, row[label.Order + 1])))
            {
                continue;
            }

            label.X = x;
            moved.Add(label, x);
        }

        foreach (var terminal in nets.SelectMany(net => net.Sources.Append(net.Sink)))
        {
            if (moved.TryGetValue(terminal.Vertex, out var x))
                terminal.X = x;
        }
    }

    /// <summary>Above which of an entry's sources to be: what is nearest to the node's middle, if that is above the node; else the middle.</summary>
    private static double Nearest(Vertex vertex, Net net)
    {
        var best = net.Sources[0].X;
        foreach (var source in net.Sources)
        {
            if (Math.Abs(source.X - vertex.X) < Math.Abs(best - vertex.X))
                best = source.X;
        }

        var isAbove = best >= vertex.Left + Inset && best <= vertex.Right - Inset;
        return isAbove || net.Sink.Slot > 0 ? best : vertex.X;
    }

    /// <summary>Puts ports as near as possible to where they want to be.</summary>
    private static void Spread(Vertex vertex, List<Port> ports, Func<Port, double> wish)
    {
        var inset = Math.Min(Inset, vertex.Width / 2);
        var (low, high) = (vertex.Left + inset, vertex.Right - inset);
        var apart = ports.Count > 1 ? Math.Min(Apart, (high - low) / (ports.Count - 1)) : 0;
        var wished = ports.Select(port => (Port: port, X: wish(port))).OrderBy(one => one.X).ThenBy(one => one.Port.Terminal.Slot).ToList();
        var groups = new List<(double Mean, double Weight, int Count)>();
        for (var i = 0; i < wished.Count; i++)
        {
            // What cannot be straight anyway makes room for what can.
            var x = Math.Clamp(wished[i].X, low, high);
            var group = (Mean: x - (i * apart), Weight: x == wished[i].X ? wished[i].Port.Weight : 0.02, Count: 1);
            while (groups.Count > 0 && groups[^1].Mean > group.Mean)
            {
                var before = groups[^1];
                groups.RemoveAt(groups.Count - 1);
                var sum = before.Weight + group.Weight;
                group = (((before.Mean * before.Weight) + (group.Mean * group.Weight)) / sum, sum, before.Count + group.Count);
            }

            groups.Add(group);
        }

        var at = 0;
        foreach (var (mean, _, count) in groups)
        {
            for (var i = 0; i < count; i++, at++)
                wished[at].Port.Terminal.X = Math.Round(Math.Clamp(mean, low, high - ((wished.Count - 1) * apart)) + (at * apart));
        }
    }

    private static void Add(Dictionary<Vertex, List<Port>> all, Vertex vertex, Port port)
    {
        if (!all.TryGetValue(vertex, out var ports))
            all.Add(vertex, ports = []);
        ports.Add(port);
    }

    private sealed record Port(Terminal Terminal, Net Net)
    {
        /// <summary>A state's Next and the ordinary way into a state keep their places; catchers and loops make room.</summary>
        public double Weight { get; } = Terminal.Slot == 0 || Terminal.Vertex.Primary == Net.Sink.Vertex ? 50 : 1;
    }
}
