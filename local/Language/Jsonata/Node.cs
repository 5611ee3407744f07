using Stateside.Language.Json;

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
}
