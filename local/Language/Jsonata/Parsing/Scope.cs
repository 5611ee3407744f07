namespace Stateside.Language.Jsonata.Parsing;

/// <summary>
/// The names that one frame of the running expression holds, while it is compiled: a function's parameters and variables, a block's
/// variables, or what a path's tuples bind.
/// </summary>
internal sealed class Scope(Scope? outer)
{
    private readonly Dictionary<string, int> _slots = new(StringComparer.Ordinal);
    private readonly HashSet<string> _parameters = new(StringComparer.Ordinal);

    public Scope? Outer { get; } = outer;

    /// <summary>Whether the frame is a tuple's.</summary>
    public bool IsTuple { get; private init; }

    public IEnumerable<string> Names => _slots.Keys;

    /// <summary>How many slots the frame has.</summary>
    public int Count { get; private set; }

    /// <summary>The same names and slots as a tuple's frame within another scope. No names may be added afterwards.</summary>
    public Scope TupleWithin(Scope outer)
    {
        var tuple = new Scope(outer) { IsTuple = true };
        foreach (var (name, slot) in _slots)
            tuple._slots.Add(name, slot);
        tuple.Count = Count;
        return tuple;
    }

    public int this[string name] => _slots[name];

    public bool TryGet(string name, out int slot) => _slots.TryGetValue(name, out slot);

    /// <summary>Whether a name is bound whenever there is a frame, so that no variable further out can show through.</summary>
    public bool IsParameter(string name) => _parameters.Contains(name);

    public int Declare(string name)
    {
        if (!_slots.TryGetValue(name, out var slot))
        {
            slot = Count++;
            _slots.Add(name, slot);
        }

        return slot;
    }

    /// <summary>Declares a parameter in a slot of its own; of two with one name the later counts.</summary>
    public void DeclareParameter(string name)
    {
        _slots[name] = Count++;
        _parameters.Add(name);
    }
}
