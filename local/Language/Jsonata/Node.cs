using Stateside.Language.Json;
using Stateside.Language.Shapes;

namespace Stateside.Language.Jsonata;

/// <summary>A compiled piece of an expression. Immutable, so that one expression may be evaluated on many threads at once.</summary>
internal abstract class Node
{
    /// <summary>Evaluates the expression.</summary>
    /// <param name="input">The context, which <c>$</c> names; null when undefined.</param>
    /// <param name="frame">The variables in sight.</param>
    /// <param name="run">The evaluation.</param>
    /// <returns>The value; null when undefined.</returns>
    public abstract JsonValue? Evaluate(JsonValue? input, Bindings frame, Run run);

    /// <summary>Evaluates without making a sequence of one its item: what predicates and groups are applied to.</summary>
    public virtual JsonValue? EvaluateRaw(JsonValue? input, Bindings frame, Run run) => Evaluate(input, frame, run);

    /// <summary>Evaluates the expression over shapes: gives what admits every value that <see cref="Evaluate"/> can give.</summary>
    /// <param name="input">What the context is.</param>
    /// <param name="frame">The variables in sight.</param>
    /// <param name="run">The evaluation.</param>
    public abstract ShapeValue ShapeOf(ShapeValue input, ShapeFrame frame, ShapeRun run);

    /// <summary>The counterpart of <see cref="EvaluateRaw"/>.</summary>
    public virtual ShapeValue RawShapeOf(ShapeValue input, ShapeFrame frame, ShapeRun run) => ShapeOf(input, frame, run);

    /// <summary>Makes known what follows for other parts of the expression from whether this counts as true.</summary>
    /// <param name="holds">Whether it does.</param>
    /// <param name="frame">The variables in sight.</param>
    /// <param name="run">The evaluation.</param>
    public virtual void Assume(bool holds, ShapeFrame frame, ShapeRun run)
    {
        if (holds)
            run.Assume(this, frame, value => value.Without(ShapeKinds.Nothing | ShapeKinds.Null | ShapeKinds.False));
    }

    /// <summary>The variable it is or begins with, and the names behind that; null when it is anything else.</summary>
    public virtual ShapePlace? Place(ShapeFrame frame, ShapeRun run) => null;

    /// <summary>Whether what it gives is the same in every context.</summary>
    public virtual bool IgnoresContext => false;
}

/// <summary>A piece with pieces of its own.</summary>
internal abstract class CompositeNode : Node
{
    /// <summary>Whether <c>[]</c> stands behind it: a sequence of one stays an array.</summary>
    public bool KeepArray { get; init; }

    public sealed override JsonValue? Evaluate(JsonValue? input, Bindings frame, Run run)
    {
        run.Enter();
        var result = EvaluateRaw(input, frame, run);
        run.Leave();
        return result is JsonataArray ? Values.Settle(result, KeepArray) : result;
    }

    public abstract override JsonValue? EvaluateRaw(JsonValue? input, Bindings frame, Run run);

    public sealed override ShapeValue ShapeOf(ShapeValue input, ShapeFrame frame, ShapeRun run) =>
        run.Step() ? RawShapeOf(input, frame, run).Settle(KeepArray) : ShapeValue.Everything;

    public abstract override ShapeValue RawShapeOf(ShapeValue input, ShapeFrame frame, ShapeRun run);
}
