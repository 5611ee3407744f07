namespace Stateside.Language.Validation;

/// <summary>
/// Which variables are assigned on some way to each state of a definition, found out for all states at once: a set of bits each, that of a
/// state made of those before it. States on a circle have one set together.
/// </summary>
internal sealed class AssignedBefore
{
    private readonly Dictionary<string, int> _bits = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<VariableScopeValidator.Way>> _into = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Visit> _visits = new(StringComparer.Ordinal);
    private readonly Stack<Visit> _open = new();
    private int _count;

    /// <summary>Reads the ways.</summary>
    /// <param name="ways">The ways between states.</param>
    /// <param name="wanted">The names that somebody asks for.</param>
    public AssignedBefore(IReadOnlyList<VariableScopeValidator.Way> ways, HashSet<string> wanted)
    {
        foreach (var name in ways.SelectMany(way => way.Assigned).Select(VariableScopeValidator.NameOf).Where(wanted.Contains))
            _bits.TryAdd(name, _bits.Count);
        if (_bits.Count == 0)
            return;
        foreach (var way in ways)
        {
            if (way.To is null)
                continue;
            if (!_into.TryGetValue(way.To, out var into))
                _into.Add(way.To, into = []);
            into.Add(way);
        }
    }

    /// <summary>Whether a name is assigned on some way to a state.</summary>
    public Predicate<string> Of(string state)
    {
        if (_bits.Count == 0)
            return _ => false;
        if (!_visits.TryGetValue(state, out var visit))
            visit = Go(state);
        return name => _bits.TryGetValue(name, out var bit) && (visit.Names[bit / 64] & (1UL << (bit % 64))) != 0;
    }

    /// <summary>Tarjan's strongly connected components, against the ways, so that what comes before is done before.</summary>
    private Visit Go(string start)
    {
        var path = new Stack<Visit>();
        var first = Enter(start, path);
        while (path.TryPeek(out var visit))
        {
            if (visit.Next < visit.Into.Count)
            {
                var from = visit.Into[visit.Next++].From;
                if (!_visits.TryGetValue(from, out var other))
                    Enter(from, path);
                else if (other.IsOpen)
                    visit.Lowest = Math.Min(visit.Lowest, other.Number);
                continue;
            }

            path.Pop();
            if (path.TryPeek(out var after))
                after.Lowest = Math.Min(after.Lowest, visit.Lowest);
            if (visit.Lowest == visit.Number)
                Close(visit);
        }

        return first;
    }

    private Visit Enter(string state, Stack<Visit> path)
    {
        var visit = new Visit(_count++, _into.GetValueOrDefault(state, []));
        _visits.Add(state, visit);
        _open.Push(visit);
        path.Push(visit);
        return visit;
    }

    private void Close(Visit root)
    {
        var names = new ulong[(_bits.Count + 63) / 64];
        Visit visit;
        do
        {
            visit = _open.Pop();
            visit.IsOpen = false;
            visit.Names = names;
            foreach (var way in visit.Into)
            {
                foreach (var key in way.Assigned)
                {
                    if (_bits.TryGetValue(VariableScopeValidator.NameOf(key), out var bit))
                        names[bit / 64] |= 1UL << (bit % 64);
                }

                // Those of the circle itself have no set yet, or this one.
                var before = _visits[way.From].Names;
                for (var i = 0; i < before.Length; i++)
                    names[i] |= before[i];
            }
        }
        while (visit != root);
    }

    private sealed class Visit(int number, List<VariableScopeValidator.Way> into)
    {
        public int Number { get; } = number;

        public int Lowest { get; set; } = number;

        public List<VariableScopeValidator.Way> Into { get; } = into;

        public int Next { get; set; }

        public bool IsOpen { get; set; } = true;

        public ulong[] Names { get; set; } = [];
    }
}
