using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Stateside.Language.Json;

/// <summary>An object. Its members keep the order in which they were written.</summary>
public sealed class JsonObject : JsonValue, IReadOnlyCollection<KeyValuePair<string, JsonValue>>
{
    /// <summary>Up to this many members a look along the keys is quicker than an index.</summary>
    private const int IndexedFrom = 9;

    private readonly string[] _keys;
    private readonly JsonValue[] _values;
    private readonly int _count;
    private Dictionary<string, int>? _index;
    private int _compactLength;
    private int _heldBytes;

    private JsonObject(string[] keys, JsonValue[] values, int count, Dictionary<string, int>? index)
    {
        _keys = keys;
        _values = values;
        _count = count;
        _index = index;
    }

    /// <summary>The object without members.</summary>
    public static JsonObject Empty { get; } = new([], [], 0, null);

    /// <inheritdoc/>
    public override JsonKind Kind => JsonKind.Object;

    /// <inheritdoc/>
    public int Count => _count;

    /// <summary>The keys, in order.</summary>
    public ReadOnlySpan<string> Keys => _keys.AsSpan(0, _count);

    /// <summary>The values, in the order of their keys.</summary>
    public ReadOnlySpan<JsonValue> Values => _values.AsSpan(0, _count);

    /// <inheritdoc/>
    internal override int CompactLength
    {
        get
        {
            if (_compactLength == 0)
            {
                var length = 2L + Math.Max(0, _count - 1);
                for (var i = 0; i < _count; i++)
                    length += JsonWriter.QuotedLength(_keys[i]) + 1L + _values[i].CompactLength;
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
                var bytes = OwnBytes + (2L * TextBytes);
                for (var i = 0; i < _count; i++)
                    bytes += 16L + TextBytes + (2L * _keys[i].Length) + _values[i].HeldBytes;
                _heldBytes = (int)Math.Min(bytes, int.MaxValue);
            }

            return _heldBytes;
        }
    }

    /// <summary>The member of that name, or null (no value, not the JSON null) when there is none.</summary>
    /// <param name="key">The name.</param>
    public JsonValue? this[string key] => IndexOf(key) is var at && at >= 0 ? _values[at] : null;

    /// <summary>An object of the given members.</summary>
    /// <param name="members">The members in order; of a repeated key the last value counts.</param>
    /// <returns>The value.</returns>
    public static JsonObject Of(params ReadOnlySpan<(string Key, JsonValue Value)> members)
    {
        var builder = new Builder(members.Length);
        foreach (var (key, value) in members)
            builder.Set(key, value);
        return builder.ToObject();
    }

    /// <summary>Looks a member up.</summary>
    /// <param name="key">The name.</param>
    /// <param name="value">The member.</param>
    /// <returns>Whether there is such a member.</returns>
    public bool TryGetValue(string key, [NotNullWhen(true)] out JsonValue? value)
    {
        var at = IndexOf(key);
        value = at >= 0 ? _values[at] : null;
        return at >= 0;
    }

    /// <summary>Whether there is a member of that name.</summary>
    /// <param name="key">The name.</param>
    /// <returns>Whether there is one.</returns>
    public bool ContainsKey(string key) => IndexOf(key) >= 0;

    /// <summary>A copy with one member set: in its place when the key is there, else at the end.</summary>
    /// <param name="key">The name.</param>
    /// <param name="value">The value.</param>
    /// <returns>The copy.</returns>
    public JsonObject With(string key, JsonValue value)
    {
        var builder = ToBuilder();
        builder.Set(key, value);
        return builder.ToObject();
    }

    /// <summary>A builder that starts with this object's members.</summary>
    /// <returns>The builder.</returns>
    public Builder ToBuilder()
    {
        var builder = new Builder(_count + 1);
        for (var i = 0; i < _count; i++)
            builder.Set(_keys[i], _values[i]);
        return builder;
    }

    /// <inheritdoc/>
    public override bool Equals(JsonValue? other)
    {
        if (ReferenceEquals(this, other))
            return true;
        if (other is not JsonObject that || that._count != _count)
            return false;
        for (var i = 0; i < _count; i++)
        {
            if (!that.TryGetValue(_keys[i], out var value) || !_values[i].Equals(value))
                return false;
        }

        return true;
    }

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = _count;
        for (var i = 0; i < _count; i++)
            hash ^= HashCode.Combine(_keys[i].GetHashCode(StringComparison.Ordinal), _values[i].Kind);
        return hash;
    }

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, JsonValue>> GetEnumerator()
    {
        for (var i = 0; i < _count; i++)
            yield return new(_keys[i], _values[i]);
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private int IndexOf(string key)
    {
        if (_count < IndexedFrom)
        {
            for (var i = 0; i < _count; i++)
            {
                if (_keys[i] == key)
                    return i;
            }

            return -1;
        }

        return (_index ??= MakeIndex(_keys, _count)).TryGetValue(key, out var at) ? at : -1;
    }

    private static Dictionary<string, int> MakeIndex(string[] keys, int count)
    {
        var index = new Dictionary<string, int>(count, StringComparer.Ordinal);
        for (var i = 0; i < count; i++)
            index[keys[i]] = i;
        return index;
    }

    internal override JsonValue Copy() => new JsonObject(_keys, _values, _count, _index);

    private protected override int FindDepth() => DepthAround(Values);

    private protected override bool FindForeignNumbers()
    {
        foreach (var value in Values)
        {
            if (value.HasForeignNumbers)
                return true;
        }

        return false;
    }

    /// <summary>Makes objects of the same members, such as the rows of a table, which share their keys.</summary>
    /// <param name="keys">The keys, none of them twice.</param>
    internal sealed class Shape(string[] keys)
    {
        private readonly Dictionary<string, int>? _index = keys.Length < IndexedFrom ? null : MakeIndex(keys, keys.Length);

        /// <summary>An object.</summary>
        /// <param name="values">The values in the order of their keys, given away.</param>
        public JsonObject Of(JsonValue[] values) => new(keys, values, keys.Length, _index);
    }

    /// <summary>Gathers members into an object. Not to be used any more once the object was taken.</summary>
    /// <param name="capacity">How many members are expected.</param>
    public sealed class Builder(int capacity = 4)
    {
        private string[] _keys = capacity == 0 ? [] : new string[capacity];
        private JsonValue[] _values = capacity == 0 ? [] : new JsonValue[capacity];
        private Dictionary<string, int>? _index;

        /// <summary>How many members there are so far.</summary>
        public int Count { get; private set; }

        /// <summary>Sets a member: in its place when the key is there, else at the end.</summary>
        /// <param name="key">The name.</param>
        /// <param name="value">The value.</param>
        /// <returns>This builder.</returns>
        public Builder Set(string key, JsonValue value)
        {
            var at = IndexOf(key);
            if (at >= 0)
            {
                _values[at] = value;
                return this;
            }

            if (Count == _keys.Length)
            {
                Array.Resize(ref _keys, Math.Max(4, Count * 2));
                Array.Resize(ref _values, Math.Max(4, Count * 2));
            }

            _index?.Add(key, Count);
            _keys[Count] = key;
            _values[Count++] = value;
            return this;
        }

        /// <summary>The member of that name so far, or null when there is none.</summary>
        /// <param name="key">The name.</param>
        /// <returns>The value.</returns>
        public JsonValue? Get(string key) => IndexOf(key) is var at && at >= 0 ? _values[at] : null;

        /// <summary>The object. The builder gives its members away.</summary>
        /// <returns>The value.</returns>
        public JsonObject ToObject() => Count == 0 ? Empty : new JsonObject(_keys, _values, Count, _index);

        private int IndexOf(string key)
        {
            if (Count >= IndexedFrom)
                return (_index ??= MakeIndex(_keys, Count)).TryGetValue(key, out var found) ? found : -1;
            for (var i = 0; i < Count; i++)
            {
                if (_keys[i] == key)
                    return i;
            }

            return -1;
        }
    }
}
