using Stateside.Language.Json;

namespace Stateside.Language.Jsonata;

/// <summary>
/// An array that an evaluation made and that says how it came about. Most are sequences: lists without an identity of their own,
/// which melt into the sequence around them and into their only item. Plain arrays are <see cref="JsonArray"/>s.
/// </summary>
/// <remarks>An item may be undefined (null): a group of a regular expression that took no part in the match.</remarks>
internal sealed class JsonataArray : JsonValue
{
    private readonly double _rangeFrom;
    private JsonValue?[]? _items;

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

    private JsonataArray(double from, int count)
    {
        _rangeFrom = from;
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

    internal override int CompactLength => throw new InvalidOperationException("A JSONata array is no JSON yet.");

    internal override int HeldBytes => throw new InvalidOperationException("A JSONata array is no JSON yet.");

    public JsonValue? this[int index] => _items is null ? JsonNumber.Of(_rangeFrom + index) : _items[index];

    public static JsonataArray Sequence(int capacity = 4) => new(capacity) { IsSequence = true };

    /// <summary>An array of the given items, given away, that is no sequence.</summary>
    public static JsonataArray Of(JsonValue?[] items) => new(items, items.Length);

    /// <summary>A sequence of the given items, given away.</summary>
    public static JsonataArray SequenceOf(JsonValue?[] items) => new(items, items.Length) { IsSequence = true };

    /// <summary>The sequence of whole numbers from one on. They are made when somebody looks at them.</summary>
    public static JsonataArray Range(double from, int count) => new(from, count) { IsSequence = true };

    public ReadOnlySpan<JsonValue?> AsSpan() => (_items ??= MakeRange()).AsSpan(0, Count);

    /// <summary>The same items, not as a sequence: what an array constructor makes of one.</summary>
    public JsonValue ToArray()
    {
        if (_items is null)
            return new JsonataArray(_rangeFrom, Count);
        var copy = AsSpan().ToArray();
        return Array.IndexOf(copy, null) >= 0 ? Of(copy) : JsonArray.Of(copy!);
    }

    public void Add(JsonValue? item)
    {
        _items ??= MakeRange();
        if (Count == _items.Length)
            Grow(ref _items, Count + 1);
        _items[Count++] = item;
    }

    public void AddRange(ReadOnlySpan<JsonValue?> items)
    {
        _items ??= MakeRange();
        if (Count + items.Length > _items.Length)
            Grow(ref _items, Count + items.Length);
        items.CopyTo(_items.AsSpan(Count));
        Count += items.Length;
    }

    public override bool Equals(JsonValue? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => Count;

    internal override JsonValue Copy() => this;

    private JsonValue?[] MakeRange()
    {
        var items = new JsonValue?[Count];
        for (var i = 0; i < items.Length; i++)
            items[i] = JsonNumber.Of(_rangeFrom + i);
        return items;
    }

    private static void Grow(ref JsonValue?[] items, int needed)
    {
        if (needed > Values.MaxItems)
            throw new JsonataException("D2015") { Value = JsonNumber.Of(Values.MaxItems) };
        Array.Resize(ref items, Math.Max(needed, Math.Min(Values.MaxItems, Math.Max(4, items.Length * 2))));
    }
}
