using Stateside.Aws.DynamoDb.Values;

namespace Stateside.Aws.DynamoDb.Expressions;

/// <summary>The parts of an update.</summary>
internal enum UpdateKind
{
    Set,
    Remove,
    Add,
    Delete,
}

/// <summary>One action of an update on one place.</summary>
/// <param name="Kind">What to do.</param>
/// <param name="Path">Where.</param>
/// <param name="Value">With what; null for a removal.</param>
internal sealed record UpdateClause(UpdateKind Kind, DocumentPath Path, UpdateValue? Value);

/// <summary>What an update computes from the item as it was.</summary>
internal abstract record UpdateValue
{
    private const string NoAttribute = "The provided expression refers to an attribute that does not exist in the item";
    private const string WrongType = "An operand in the update expression has an incorrect data type";

    private UpdateValue()
    {
    }

    public abstract AttributeValue Of(MapValue item);

    public sealed record Given(AttributeValue Value) : UpdateValue
    {
        public override AttributeValue Of(MapValue item) => Value.Copy();
    }

    public sealed record Attribute(DocumentPath Path) : UpdateValue
    {
        public override AttributeValue Of(MapValue item) => Path.Find(item)?.Copy() ?? throw Refusals.Invalid(NoAttribute);
    }

    public sealed record IfNotExists(DocumentPath Path, UpdateValue Otherwise) : UpdateValue
    {
        public override AttributeValue Of(MapValue item) => Path.Find(item)?.Copy() ?? Otherwise.Of(item);
    }

    public sealed record ListAppend(UpdateValue First, UpdateValue Second) : UpdateValue
    {
        public override AttributeValue Of(MapValue item) => First.Of(item) is ListValue first && Second.Of(item) is ListValue second
            ? new ListValue([.. first.Items, .. second.Items])
            : throw Refusals.Invalid(WrongType);
    }

    /// <summary>A sum, or a difference.</summary>
    public sealed record Sum(UpdateValue First, UpdateValue Second, bool IsDifference) : UpdateValue
    {
        public override AttributeValue Of(MapValue item) => First.Of(item) is NumberValue first && Second.Of(item) is NumberValue second
            ? new NumberValue(IsDifference ? first.Value - second.Value : first.Value + second.Value)
            : throw Refusals.Invalid(WrongType);
    }
}
