namespace Stateside.Language.Graph;

/// <summary>Chooses what stands on one upright line: long edges before all, then a state and the one it goes on to.</summary>
internal static class Alignment
{
    /// <summary>For each vertex what is to stand right below it. The pairs of two rows never cross each other.</summary>
    public static Dictionary<Vertex, Vertex> Find(List<List<Vertex>> rows)
    {
        var below = new Dictionary<Vertex, Vertex>();
        var candidates = new List<(Vertex Upper, Vertex Lower, int Rank)>();
        foreach (var row in rows)
        {
            candidates.Clear();
            foreach (var upper in row)
            {
                foreach (var (lower, _) in upper.Down)
                {
                    if (Rank(upper, lower) is var rank and > 0)
                        candidates.Add((upper, lower, rank));
                }
            }

            var chosen = new SortedList<int, int>();
            var taken = new HashSet<Vertex>();
            foreach (var (upper, lower, _) in candidates.OrderByDescending(candidate => candidate.Rank))
            {
                if (chosen.ContainsKey(upper.Order) || taken.Contains(lower) || Crosses(chosen, upper.Order, lower.Order))
                    continue;
                chosen.Add(upper.Order, lower.Order);
                taken.Add(lower);
                below.Add(upper, lower);
            }
        }

        return below;
    }

    /// <summary>How strongly two linked vertices draw each other when they do not stand on one line.</summary>
    public static double Strength(Vertex upper, Vertex lower) => (upper, lower) switch
    {
        ({ IsPoint: true }, { IsPoint: true }) => 2,
        _ when upper.Primary == lower => 3,

        // What is caught is said right below the state; from there it may be far.
        ({ Node: not null }, { IsCatch: true }) => 2,
        ({ IsCatch: true }, _) => 0.2,
        (_, { IsCatch: true }) => 0.2,
        _ => 1,
    };

    private static bool Crosses(SortedList<int, int> chosen, int upper, int lower)
    {
        var (low, high) = (0, chosen.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (chosen.Keys[middle] < upper)
                low = middle + 1;
            else
                high = middle;
        }

        return (low > 0 && chosen.Values[low - 1] > lower) || (low < chosen.Count && chosen.Values[low] < lower);
    }

    /// <summary>How much two linked vertices should stand on one line; 0 not at all.</summary>
    private static int Rank(Vertex upper, Vertex lower)
    {
        if (upper.IsPoint && lower.IsPoint)
            return 9;
        if (lower.Node is not null && !upper.IsCatch && !IsMiddle(upper, Regular(lower)))
            return 0;
        if (upper.Node is { } node)
        {
            if (upper.Primary is { } primary)
                return primary == lower ? upper.IsMain ? 7 : 5 : 0;
            return IsMiddle(lower, upper.Down.ConvertAll(link => link.To)) ? node.Node.Type == "Choice" ? 6 : 3 : 0;
        }

        if (upper.IsCatch || lower.IsCatch)
            return 1;
        return upper.IsPoint ? upper.IsMain ? 7 : 4 : 3;
    }

    /// <summary>What leads to a state in the ordinary way: as the Next of a state that handles no error, or else not by an error.</summary>
    private static List<Vertex> Regular(Vertex lower)
    {
        var all = lower.Up.ConvertAll(link => link.To);
        var followed = all.FindAll(upper => upper is { IsMain: true, IsCatch: false } && (upper.Primary == lower || upper.IsPoint));
        return followed.Count > 0 ? followed : all.FindAll(upper => !upper.IsCatch && (upper.Node is null || upper.Primary == lower));
    }

    /// <summary>Whether one of several stands in their middle; of an even number none does.</summary>
    private static bool IsMiddle(Vertex one, List<Vertex> all)
    {
        if (all.Count <= 1)
            return true;
        var orders = all.Select(vertex => vertex.Order).Order().ToList();
        return orders.Count % 2 == 1 && orders[orders.Count / 2] == one.Order;
    }
}
