using System.Text;
using Stateside.Language.Json;

namespace Stateside.Aws.DynamoDb.Values;

/// <summary>The types of an attribute, by their letters on the wire.</summary>
internal enum AttributeType
{
    S,
    N,
    B,
    BOOL,
    NULL,
    SS,
    NS,
    BS,
    L,
    M,
}

/// <summary>One value of an item. Lists and maps are changed only by the one request that read them.</summary>
internal abstract class AttributeValue
{
    public abstract AttributeType Type { get; }

    /// <summary>How many bytes it counts in an item, its name aside.</summary>
    public abstract int Size { get; }

    /// <summary>What stands beside the type's letters.</summary>
    public abstract JsonValue Content { get; }

    public JsonObject ToJson() => JsonObject.Of((Type.ToString(), Content));

    /// <summary>Whether both mean the same; sets whatever their order.</summary>
    public abstract bool Means(AttributeValue other);

    /// <summary>The order of two values of one type that has an order, else null.</summary>
    public virtual int? CompareTo(AttributeValue other) => null;

    /// <summary>A value that no later change of this one reaches.</summary>
    public virtual AttributeValue Copy() => this;
}

internal sealed class StringValue(string value) : AttributeValue
{
    public string Value { get; } = value;

    public override AttributeType Type => AttributeType.S;

    public override int Size => Encoding.UTF8.GetByteCount(Value);

    public override JsonValue Content => JsonValue.From(Value);

    public override bool Means(AttributeValue other) => other is StringValue text && text.Value == Value;

    public override int? CompareTo(AttributeValue other) => other is StringValue text
        ? Encoding.UTF8.GetBytes(Value).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(text.Value))
        : null;
}

internal sealed class NumberValue(DynamoNumber value) : AttributeValue
{
    public DynamoNumber Value { get; } = value;

    public override AttributeType Type => AttributeType.N;

    public override int Size => Value.Size;

    public override JsonValue Content => JsonValue.From(Value.ToString());

    public override bool Means(AttributeValue other) => other is NumberValue number && number.Value.Equals(Value);

    public override int? CompareTo(AttributeValue other) => other is NumberValue number ? Value.CompareTo(number.Value) : null;
}

internal sealed class BinaryValue(byte[] value) : AttributeValue
{
    public byte[] Value { get; } = value;

    public override AttributeType Type => AttributeType.B;

    public override int Size => Value.Length;

    public override JsonValue Content => JsonValue.From(Convert.ToBase64String(Value));

    public override bool Means(AttributeValue other) => other is BinaryValue binary && binary.Value.AsSpan().SequenceEqual(Value);

    public override int? CompareTo(AttributeValue other) => other is BinaryValue binary ? Value.AsSpan().SequenceCompareTo(binary.Value) : null;
}

internal sealed class BooleanValue(bool value) : AttributeValue
{
    public override AttributeType Type => AttributeType.BOOL;

    public override int Size => 1;

    public override JsonValue Content => JsonValue.From(value);

    public override bool Means(AttributeValue other) => other is BooleanValue && other.Content.Equals(Content);
}

internal sealed class NullValue : AttributeValue
{
    public override AttributeType Type => AttributeType.NULL;

    public override int Size => 1;

    public override JsonValue Content => JsonValue.True;

    public override bool Means(AttributeValue other) => other is NullValue;
}

/// <summary>A set of strings, of numbers or of binary values.</summary>
internal sealed class SetValue(AttributeType type, IReadOnlyList<AttributeValue> elements) : AttributeValue
{
    public IReadOnlyList<AttributeValue> Elements { get; } = elements;

    public override AttributeType Type => type;

    public override int Size => Elements.Sum(element => element.Size);

    public override JsonValue Content => JsonArray.Of([.. Elements.Select(element => element.Content)]);

    public bool Contains(AttributeValue value) => Elements.Any(element => element.Means(value));

    public override bool Means(AttributeValue other) =>
        other is SetValue set && set.Type == Type && set.Elements.Count == Elements.Count && Elements.All(set.Contains);
}

internal sealed class ListValue(List<AttributeValue> items) : AttributeValue
{
    public List<AttributeValue> Items { get; } = items;

    public override AttributeType Type => AttributeType.L;

    public override int Size => 3 + Items.Count + Items.Sum(item => item.Size);

    public override JsonValue Content => JsonArray.Of([.. Items.Select(item => item.ToJson())]);

    public override bool Means(AttributeValue other) =>
        other is ListValue list && list.Items.Count == Items.Count && Items.Zip(list.Items).All(pair => pair.First.Means(pair.Second));

    public override AttributeValue Copy() => new ListValue([.. Items.Select(item => item.Copy())]);
}

/// <summary>A map, and so an item.</summary>
internal sealed class MapValue(Dictionary<string, AttributeValue> members) : AttributeValue
{
    public Dictionary<string, AttributeValue> Members { get; } = members;

    public override AttributeType Type => AttributeType.M;

    public override int Size => 3 + Members.Count + ItemSize;

    /// <summary>The size of an item with these members.</summary>
    public int ItemSize => Members.Sum(member => Encoding.UTF8.GetByteCount(member.Key) + member.Value.Size);

    public override JsonValue Content => Members.Count == 0
        ? JsonObject.Empty
        : JsonObject.Of([.. Members.Select(member => (member.Key, (JsonValue)member.Value.ToJson()))]);

    public override bool Means(AttributeValue other) => other is MapValue map && map.Members.Count == Members.Count
        && Members.All(member => map.Members.TryGetValue(member.Key, out var value) && member.Value.Means(value));

    public override MapValue Copy() => new(Members.ToDictionary(member => member.Key, member => member.Value.Copy(), StringComparer.Ordinal));
}
