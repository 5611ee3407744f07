using Stateside.Language.Json;

namespace Stateside.Language.Jsonata;

/// <summary>
/// An array that an evaluation made and that says how it came about. Most are sequences: lists without an identity of their own,
/// which melt into the sequence around them and into their only item. Plain arrays are <see cref="JsonArray"/>s.
/// </summary>
/// <remarks>An item may be undefined (null): a group of a regular expression that took no part in the match.</remarks>
internal sealed class JsonataArray : JsonValue
{
    private JsonValue?[] _items;

    public JsonataArray(int capacity = 4) => _items = capacity == 0 ? [] : new JsonValue?[capacity];

    /// <summary>A sequence of one item.</summary>
    public JsonataArray(JsonValue? item)
    {
        _items = [item];
        Count = 1;
        IsSequence = true;
    }

    private JsonataArray(JsonValue?[] items, int count)
    {
        _items = items;
        Count = count;
    }

    public int Count { get; private set; }

    /// <summary>Whether this is a sequence rather than an array.</summary>
    public bool IsSequence { get; set; }

    /// <summary>Whether a sequence of one item stays an array.</summary>
    public bool KeepSingleton { get; set; }

    /// <summary>Whether an array constructor in a path made this: it is not flattened into what the path gathers.</summary>
    public bool IsConstructed { get; init; }

    /// <summary>Whether this wraps an input document that is an array, so that the document counts as one value.</summary>
    public bool IsInputWrapper { get; init; }

    /// <summary>Whether the items are <see cref="TupleValue"/>s.</summary>
    public bool IsTupleStream { get; set; }

    public override JsonKind Kind => JsonKind.Array;

    public override int CompactLength => throw new InvalidOperationException("A JSONata array is no JSON yet.");

    public JsonValue? this[int index] => _items[index];

    public static JsonataArray Sequence(int capacity = 4) => new(capacity) { IsSequence = true };

    /// <summary>An array of the given items, given away, that is no sequence.</summary>
    public static JsonataArray Of(JsonValue?[] items) => new(items, items.Length);

    /// <summary>A sequence of the given items, given away.</summary>
    public static JsonataArray SequenceOf(JsonValue?[] items) => new(items, items.Length) { IsSequence = true };

    public ReadOnlySpan<JsonValue?> AsSpan() => _items.AsSpan(0, Count);

    public void Add(JsonValue? item)
    {
        if (Count == _items.Length)
            Grow(Count + 1);
        _items[Count++] = item;
    }

    public void AddRange(ReadOnlySpan<JsonValue?> items)
    {
        if (Count + items.Length > _items.Length)
            Grow(Count + items.Length);
        items.CopyTo(_items.AsSpan(Count));
        Count += items.Length;
    }

    public override bool Equals(JsonValue? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => Count;

    internal override JsonValue Copy() => this;

    private void Grow(int needed)
    {
        if (needed > Values.MaxItems)
            throw new JsonataException("D2015") { Value = JsonNumber.Of(Values.MaxItems) };
        Array.Resize(ref _items, Math.Max(needed, Math.Min(Values.MaxItems, Math.Max(4, _items.Length * 2))));
    }
}
