using System.Runtime.CompilerServices;
using Stateside.Language.Json;

namespace Stateside.Language.Jsonata;

/// <summary>A function as a value.</summary>
internal abstract class Callable : JsonValue
{
    public override JsonKind Kind => JsonKind.Object;

    internal override int CompactLength => throw new InvalidOperationException("A function is no JSON.");

    internal override int HeldBytes => throw new InvalidOperationException("A function is no JSON.");

    /// <summary>How many arguments it takes; a higher-order function passes no more.</summary>
    public abstract int Arity { get; }

    /// <summary>Whether a missing argument is taken from the context, so that it matters in whose context the function is called.</summary>
    public virtual bool UsesContext => false;

    /// <summary>Calls the function.</summary>
    /// <param name="arguments">The arguments, given away.</param>
    /// <param name="context">The value <c>$</c> names where the call stands.</param>
    /// <param name="run">The evaluation.</param>
    /// <returns>What the function gives, a sequence as it is.</returns>
    public abstract JsonValue? Invoke(JsonValue?[] arguments, JsonValue? context, Run run);

    /// <summary>Calls the function as a partial application does, with all of its arguments.</summary>
    public virtual JsonValue? InvokePartial(JsonValue?[] arguments, JsonValue? context, Run run) => Invoke(arguments, context, run);

    /// <summary>What is known of the function.</summary>
    public virtual ShapeFunction ShapeOf() => ShapeFunction.Any;

    public override bool Equals(JsonValue? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => RuntimeHelpers.GetHashCode(this);

    internal override JsonValue Copy() => this;
}

/// <summary>A function some of whose arguments are given already.</summary>
internal sealed class PartialFunction(Callable target, JsonValue?[] given, int[] open) : Callable
{
    public override int Arity => open.Length;

    public override JsonValue? Invoke(JsonValue?[] arguments, JsonValue? context, Run run)
    {
        var all = (JsonValue?[])given.Clone();
        for (var i = 0; i < open.Length; i++)
            all[open[i]] = i < arguments.Length ? arguments[i] : null;
        return target.InvokePartial(all, context, run);
    }
}

/// <summary>Two functions, one after the other: what <c>~&gt;</c> makes of them.</summary>
internal sealed class ComposedFunction(Callable first, Callable second) : Callable
{
    public override int Arity => 1;

    public override JsonValue? Invoke(JsonValue?[] arguments, JsonValue? context, Run run)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        return second.Invoke([Values.Settle(first.Invoke([arguments.Length > 0 ? arguments[0] : null], null, run))], context, run);
    }
}

/// <summary>A function that was passed as an argument: whoever calls it there, it has no context.</summary>
internal sealed class PassedFunction(Callable function) : Callable
{
    public override int Arity => function.Arity;

    public override JsonValue? Invoke(JsonValue?[] arguments, JsonValue? context, Run run) => function.Invoke(arguments, JsonValue.Null, run);
}
