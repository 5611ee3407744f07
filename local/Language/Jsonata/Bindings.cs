using Stateside.Language.Json;

namespace Stateside.Language.Jsonata;

/// <summary>
/// The variables of a block, a function call or a tuple while it runs. Which slot holds which name was settled when the expression
/// was compiled. A slot is null until its variable is bound; one bound to undefined holds <see cref="Undefined"/>, because it hides
/// a variable of the same name further out. Parameters are always bound and hold undefined as null.
/// </summary>
internal sealed class Bindings(Bindings? outer, JsonValue?[] slots)
{
    public static readonly JsonValue Undefined = new TupleValue(null, []);

    public Bindings? Outer { get; } = outer;

    public JsonValue?[] Slots { get; } = slots;
}
