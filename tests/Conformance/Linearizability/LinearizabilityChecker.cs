namespace Stateside.Conformance.Linearizability;

/// <summary>
/// Looks for an order of requests in which one after the other gives the answers that were seen, and in which none comes before one that had ended
/// when it began: the search of Wing and Gong, with Lowe's memory of what was tried.
/// </summary>
internal static class LinearizabilityChecker
{
    /// <summary>How far a search goes before nobody can say.</summary>
    private const int MostTried = 2_000_000;

    /// <summary>Whether there is such an order.</summary>
    /// <param name="model">What the thing does.</param>
    /// <param name="calls">All requests that one thing had.</param>
    /// <returns>Null when there are too many orders to tell.</returns>
    public static bool? Holds<TState>(Model<TState> model, IEnumerable<Call> calls)
        where TState : IEquatable<TState>
    {
        // Those without an answer end when the service does; they come last where two begin at once, since they need not come at all.
        var all = calls.Select(call => call.Answer is null ? call with { End = call.Latest } : call).OrderBy(call => call.Begin).ThenBy(call => call.End).ToArray();
        var tried = new HashSet<(string Done, TState State)>();
        var open = new Stack<(string Done, TState State)>();
        open.Push((new string('\0', (all.Length + 15) / 16), model.Initial));
        while (open.TryPop(out var at))
        {
            if (!tried.Add(at))
                continue;
            if (tried.Count > MostTried)
                return null;

            // What may come next began before any other that is to be ordered has ended. What is to be looked at first is pushed last.
            var next = new List<(string Done, TState State)>();
            var (firstEnd, isOver) = (long.MaxValue, true);
            for (var i = 0; i < all.Length; i++)
            {
                if (all[i].Begin > firstEnd)
                {
                    // It is still to come, with those after it.
                    isOver = false;
                    break;
                }

                if (IsDone(at.Done, i))
                    continue;
                firstEnd = Math.Min(firstEnd, all[i].End);
                isOver &= all[i].Answer is null;
                var done = With(at.Done, i);
                next.AddRange(model.After(at.State, all[i]).Select(state => (done, state)));
                if (all[i] is { Answer: null, Latest: < long.MaxValue })
                    next.Add((done, at.State));
            }

            if (isOver)
                return true;
            for (var i = next.Count - 1; i >= 0; i--)
                open.Push(next[i]);
        }

        return false;
    }

    private static bool IsDone(string done, int call) => (done[call >> 4] & (1 << (call & 15))) != 0;

    private static string With(string done, int call) => string.Create(done.Length, (done, call), static (to, from) =>
    {
        from.done.CopyTo(to);
        to[from.call >> 4] |= (char)(1 << (from.call & 15));
    });
}
