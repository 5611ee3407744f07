using System.Globalization;
using Stateside.Aws.DynamoDb.Values;

namespace Stateside.Aws.DynamoDb.Expressions;

/// <summary>What a condition compares.</summary>
internal abstract record Operand
{
    private Operand()
    {
    }

    /// <summary>The value for an item, or null when the item has none.</summary>
    public abstract AttributeValue? Of(MapValue item);

    /// <summary>An attribute, or something within it.</summary>
    public sealed record Attribute(DocumentPath Path) : Operand
    {
        public override AttributeValue? Of(MapValue item) => Path.Find(item);

        public override string ToString() => Path.ToString();
    }

    /// <summary>A value that the request brings.</summary>
    public sealed record Given(AttributeValue Value) : Operand
    {
        public override AttributeValue? Of(MapValue item) => Value;
    }

    /// <summary><c>size(path)</c>: how long a text, a binary value, a set, a list or a map is.</summary>
    public sealed record Size(Operand Measured) : Operand
    {
        public override AttributeValue? Of(MapValue item)
        {
            int? size = Measured.Of(item) switch
            {
                StringValue text => text.Value.EnumerateRunes().Count(),
                BinaryValue binary => binary.Value.Length,
                SetValue set => set.Elements.Count,
                ListValue list => list.Items.Count,
                MapValue map => map.Members.Count,
                _ => null,
            };
            return size is null ? null : new NumberValue(DynamoNumber.Parse(size.Value.ToString(CultureInfo.InvariantCulture)));
        }
    }
}
