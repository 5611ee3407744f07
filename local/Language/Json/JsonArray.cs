using System.Collections;

namespace Stateside.Language.Json;

/// <summary>An array.</summary>
public sealed class JsonArray : JsonValue, IReadOnlyList<JsonValue>
{
    private readonly JsonValue[] _items;
    private int _compactLength;
    private int _heldBytes;

    private JsonArray(JsonValue[] items) => _items = items;

    /// <summary>The array without items.</summary>
    public static JsonArray Empty { get; } = new([]);

    /// <inheritdoc/>
    public override JsonKind Kind => JsonKind.Array;

    /// <inheritdoc/>
    public int Count => _items.Length;

    /// <inheritdoc/>
    internal override int CompactLength
    {
        get
        {
            if (_compactLength == 0)
            {
                var length = 2L + Math.Max(0, _items.Length - 1);
                foreach (var item in _items)
                    length += item.CompactLength;
                _compactLength = (int)Math.Min(length, int.MaxValue);
            }

            return _compactLength;
        }
    }

    /// <inheritdoc/>
    internal override int HeldBytes
    {
        get
        {
            if (_heldBytes == 0)
            {
                var bytes = OwnBytes + TextBytes + (8L * _items.Length);
                foreach (var item in _items)
                    bytes += item.HeldBytes;
                _heldBytes = (int)Math.Min(bytes, int.MaxValue);
            }

            return _heldBytes;
        }
    }

    /// <inheritdoc/>
    public JsonValue this[int index] => _items[index];

    /// <summary>An array of the given items. The caller gives the array away and must not change it.</summary>
    /// <param name="items">The items.</param>
    /// <returns>The value.</returns>
    public static JsonArray Of(params JsonValue[] items) => items.Length == 0 ? Empty : new JsonArray(items);

    /// <summary>An array of the given items.</summary>
    /// <param name="items">The items, which are copied.</param>
    /// <returns>The value.</returns>
    public static JsonArray Of(IEnumerable<JsonValue> items) => Of(items.ToArray());

    /// <summary>
    /// An array that prints its items' own texts, as a Parallel or Map state puts together what its branches gave: a text that a
    /// branch passed through unchanged stays as its author wrote it.
    /// </summary>
    /// <param name="items">The items, given away.</param>
    internal static JsonArray OfTexts(JsonValue[] items)
    {
        var array = new JsonArray(items);
        if (Array.Exists(items, item => item.HasSourceText))
            array.KeepSourceText($"[{string.Join(',', items.Select(item => item.Text))}]");
        return array;
    }

    /// <summary>The items as a span.</summary>
    /// <returns>The items.</returns>
    public ReadOnlySpan<JsonValue> AsSpan() => _items;

    /// <inheritdoc/>
    public override bool Equals(JsonValue? other) =>
        ReferenceEquals(this, other) || (other is JsonArray array && _items.AsSpan().SequenceEqual(array._items));

    /// <inheritdoc/>
    public override int GetHashCode() => _items.Length == 0 ? 3 : HashCode.Combine(_items.Length, _items[0], _items[^1]);

    /// <inheritdoc/>
    public IEnumerator<JsonValue> GetEnumerator() => ((IEnumerable<JsonValue>)_items).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    internal override JsonValue Copy() => new JsonArray(_items);

    private protected override bool FindForeignNumbers() => Array.Exists(_items, item => item.HasForeignNumbers);

    private protected override int FindDepth() => DepthAround(_items);
}
