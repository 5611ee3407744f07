using Stateside.Aws.DynamoDb.Values;

namespace Stateside.Aws.DynamoDb.Expressions;

/// <summary>
/// A condition on an item: of a write, of a filter or of a key.
/// See https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html.
/// </summary>
internal abstract record ItemCondition
{
    private ItemCondition()
    {
    }

    public abstract bool Holds(MapValue item);

    /// <summary>The paths it reads.</summary>
    public abstract IEnumerable<DocumentPath> Paths { get; }

    private static IEnumerable<DocumentPath> PathsOf(params IEnumerable<Operand> operands) => operands.SelectMany(operand => operand switch
    {
        Operand.Attribute attribute => [attribute.Path],
        Operand.Size size => PathsOf(size.Measured),
        _ => Enumerable.Empty<DocumentPath>(),
    });

    public sealed record And(ItemCondition Left, ItemCondition Right) : ItemCondition
    {
        public override bool Holds(MapValue item) => Left.Holds(item) && Right.Holds(item);

        public override IEnumerable<DocumentPath> Paths => Left.Paths.Concat(Right.Paths);
    }

    public sealed record Or(ItemCondition Left, ItemCondition Right) : ItemCondition
    {
        public override bool Holds(MapValue item) => Left.Holds(item) || Right.Holds(item);

        public override IEnumerable<DocumentPath> Paths => Left.Paths.Concat(Right.Paths);
    }

    public sealed record Not(ItemCondition Inner) : ItemCondition
    {
        public override bool Holds(MapValue item) => !Inner.Holds(item);

        public override IEnumerable<DocumentPath> Paths => Inner.Paths;
    }

    /// <summary><c>=</c>, <c>&lt;&gt;</c>, <c>&lt;</c>, <c>&lt;=</c>, <c>&gt;</c> or <c>&gt;=</c>.</summary>
    public sealed record Comparison(Operand Left, string Operator, Operand Right) : ItemCondition
    {
        public override bool Holds(MapValue item)
        {
            var (left, right) = (Left.Of(item), Right.Of(item));
            var same = left is not null && right is not null && left.Means(right);
            if (Operator is "=" or "<>")
                return same == (Operator == "=");
            return left is not null && right is not null && left.CompareTo(right) is { } order && Operator switch
            {
                "<" => order < 0,
                "<=" => order <= 0,
                ">" => order > 0,
                _ => order >= 0,
            };
        }

        public override IEnumerable<DocumentPath> Paths => PathsOf(Left, Right);
    }

    public sealed record Between(Operand Value, Operand Low, Operand High) : ItemCondition
    {
        public override bool Holds(MapValue item) =>
            Value.Of(item) is { } value && Low.Of(item) is { } low && High.Of(item) is { } high && value.CompareTo(low) >= 0 && value.CompareTo(high) <= 0;

        public override IEnumerable<DocumentPath> Paths => PathsOf(Value, Low, High);
    }

    public sealed record In(Operand Value, IReadOnlyList<Operand> List) : ItemCondition
    {
        public override bool Holds(MapValue item) => Value.Of(item) is { } value && List.Any(each => each.Of(item)?.Means(value) == true);

        public override IEnumerable<DocumentPath> Paths => PathsOf([Value, .. List]);
    }

    /// <summary><c>attribute_exists</c> or <c>attribute_not_exists</c>.</summary>
    public sealed record Exists(DocumentPath Path, bool Wanted) : ItemCondition
    {
        public override bool Holds(MapValue item) => Path.Find(item) is not null == Wanted;

        public override IEnumerable<DocumentPath> Paths => [Path];
    }

    public sealed record HasType(DocumentPath Path, AttributeType Type) : ItemCondition
    {
        public override bool Holds(MapValue item) => Path.Find(item)?.Type == Type;

        public override IEnumerable<DocumentPath> Paths => [Path];
    }

    public sealed record BeginsWith(Operand Value, Operand Start) : ItemCondition
    {
        public override bool Holds(MapValue item) => (Value.Of(item), Start.Of(item)) switch
        {
            (StringValue value, StringValue start) => value.Value.StartsWith(start.Value, StringComparison.Ordinal),
            (BinaryValue value, BinaryValue start) => value.Value.AsSpan().StartsWith(start.Value),
            _ => false,
        };

        public override IEnumerable<DocumentPath> Paths => PathsOf(Value, Start);
    }

    public sealed record Contains(Operand Value, Operand Part) : ItemCondition
    {
        public override bool Holds(MapValue item) => (Value.Of(item), Part.Of(item)) switch
        {
            (StringValue value, StringValue part) => value.Value.Contains(part.Value, StringComparison.Ordinal),
            (BinaryValue value, BinaryValue part) => value.Value.AsSpan().IndexOf(part.Value) >= 0,
            (SetValue set, { } part) => set.Contains(part),
            (ListValue list, { } part) => list.Items.Any(part.Means),
            _ => false,
        };

        public override IEnumerable<DocumentPath> Paths => PathsOf(Value, Part);
    }
}
