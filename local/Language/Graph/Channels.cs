namespace Stateside.Language.Graph;

/// <summary>
/// Finds the heights: of the rows, and in the channels between them of the level lines, one above the other where they would meet, in
/// an order that makes them cross little and never lie on each other.
/// </summary>
internal sealed class Channels
{
    private const double TrackHeight = 10;

    /// <summary>What lines are apart that share a track, or a side of a channel.</summary>
    private const double Apart = 8;

    /// <summary>Above the first track: room for a corner.</summary>
    private const double Above = 12;

    /// <summary>Below the last track: room for a corner, and for the arrow into a node.</summary>
    private const double BelowNode = 20;

    private const double BelowLabel = 10;

    /// <summary>More lines than this in one channel keep the order that sorting gives them.</summary>
    private const int MaxExchanged = 120;

    public static double Place(List<List<Vertex>> rows, IEnumerable<Net> nets)
    {
        var byChannel = nets.ToLookup(net => net.Channel);
        var y = 0d;
        for (var channel = 0; channel <= rows.Count; channel++)
        {
            var level = byChannel[channel].Where(net => !net.IsStraight).ToList();
            var tracks = Tracks(level);
            var (above, below) = Room(rows, channel, tracks);
            foreach (var net in level)
                net.Y = y + above + (net.Track * TrackHeight);
            y += above + below + (Math.Max(0, tracks - 1) * TrackHeight);
            if (channel < rows.Count)
                y += PlaceRow(rows[channel], y);
        }

        return y;
    }

    private static (double Above, double Below) Room(List<List<Vertex>> rows, int channel, int tracks)
    {
        var isFirst = channel == 0;
        var isLast = channel == rows.Count;
        var labelsAbove = !isFirst && !rows[channel - 1].Exists(IsState);
        var labelsBelow = !isLast && !rows[channel].Exists(IsState);
        var above = isFirst ? 4 : labelsAbove ? 8 : Above;
        var below = isLast ? 4 : labelsBelow && !rows[channel].Exists(vertex => vertex.Node is not null) ? BelowLabel : BelowNode;
        if (tracks > 0)
            return (above, below);
        return isFirst || isLast ? (0, 0) : (above, Math.Max(below, labelsAbove || labelsBelow ? below : 24));
    }

    private static bool IsState(Vertex vertex) => vertex.Node is { Node.Kind: not GraphNodeKind.End };

    private static double PlaceRow(List<Vertex> row, double y)
    {
        var height = row.Max(vertex => vertex.Height);
        foreach (var vertex in row)
            vertex.Y = vertex.Label is null ? y : y + Math.Round((Math.Min(height, 62) - vertex.Height) / 2);
        return height;
    }

    /// <summary>Gives each level line its track.</summary>
    private static int Tracks(List<Net> nets)
    {
        nets.Sort((a, b) => a.Left != b.Left ? a.Left.CompareTo(b.Left) : a.Right.CompareTo(b.Right));
        if (nets.Count <= MaxExchanged)
            Order(nets);
        var count = 0;
        for (var i = 0; i < nets.Count; i++)
        {
            var track = 0;
            for (var j = 0; j < i; j++)
            {
                if (Meet(nets[i], nets[j]))
                    track = Math.Max(track, nets[j].Track + 1);
            }

            nets[i].Track = track;
            count = Math.Max(count, track + 1);
        }

        return count;
    }

    /// <summary>Moves each line up or down among the others to where it costs least, until none wants to move.</summary>
    private static void Order(List<Net> nets)
    {
        var cost = new int[nets.Count, nets.Count];
        for (var i = 0; i < nets.Count; i++)
        {
            for (var j = 0; j < nets.Count; j++)
                cost[i, j] = i == j || !Meet(nets[i], nets[j]) ? 0 : Cost(nets[i], nets[j]);
        }

        var order = Enumerable.Range(0, nets.Count).ToList();
        for (var round = 0; round < 6; round++)
        {
            var moved = false;
            for (var net = 0; net < nets.Count; net++)
            {
                var from = order.IndexOf(net);
                var (best, to, sum) = (0, from, 0);
                for (var at = from - 1; at >= 0; at--)
                {
                    sum += cost[net, order[at]] - cost[order[at], net];
                    if (sum < best)
                        (best, to) = (sum, at);
                }

                sum = 0;
                for (var at = from + 1; at < order.Count; at++)
                {
                    sum += cost[order[at], net] - cost[net, order[at]];
                    if (sum < best)
                        (best, to) = (sum, at);
                }

                if (to == from)
                    continue;
                order.RemoveAt(from);
                order.Insert(to, net);
                moved = true;
            }

            if (!moved)
                break;
        }

        var sorted = order.ConvertAll(net => nets[net]);
        for (var i = 0; i < sorted.Count; i++)
            nets[i] = sorted[i];
    }

    private static bool Meet(Net a, Net b) => a.Left < b.Right + Apart && b.Left < a.Right + Apart;

    /// <summary>What it costs that one line is above another: crossings, and far more where upright lines would lie on each other.</summary>
    private static int Cost(Net above, Net below)
    {
        var cost = 0;
        foreach (var terminal in below.Terminals)
        {
            if (terminal.IsBelow)
                continue;
            if (terminal.X > above.Left && terminal.X < above.Right)
                cost++;
            foreach (var other in above.Terminals)
            {
                if (other.IsBelow && Math.Abs(other.X - terminal.X) < Apart)
                    cost += 1000;
            }
        }

        foreach (var terminal in above.Terminals)
        {
            if (terminal.IsBelow && terminal.X > below.Left && terminal.X < below.Right)
                cost++;
        }

        return cost;
    }
}
