using Stateside.Language.Json;

namespace Stateside.Language.Jsonata;

/// <summary>
/// One item of a path that binds variables on its way: the item itself and what <c>@$v</c>, <c>#$i</c> and <c>%</c> name for it.
/// </summary>
/// <param name="context">The item.</param>
/// <param name="slots">The variables, by the slots of the path's scope; serves as the frame's slots too.</param>
internal sealed class TupleValue(JsonValue? context, JsonValue?[] slots) : JsonValue
{
    public JsonValue? Context { get; } = context;

    public JsonValue?[] Slots { get; } = slots;

    /// <summary>A frame of the tuple's variables, where the expression was compiled to be in one.</summary>
    public Bindings Bindings(Bindings outer, int expectedSlots) => expectedSlots > 0 ? new Bindings(outer, Slots) : outer;

    public override JsonKind Kind => JsonKind.Object;

    internal override int CompactLength => throw new InvalidOperationException("A tuple is no JSON.");

    internal override int HeldBytes => throw new InvalidOperationException("A tuple is no JSON.");

    public override bool Equals(JsonValue? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => Slots.Length;

    internal override JsonValue Copy() => this;
}
