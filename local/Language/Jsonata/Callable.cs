using System.Runtime.CompilerServices;
using Stateside.Language.Json;
using Stateside.Language.Jsonata.Nodes;

namespace Stateside.Language.Jsonata;

/// <summary>A function as a value.</summary>
internal abstract class Callable : JsonValue
{
    public override JsonKind Kind => JsonKind.Object;

    public override int CompactLength => throw new InvalidOperationException("A function is no JSON.");

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

    public override bool Equals(JsonValue? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => RuntimeHelpers.GetHashCode(this);

    internal override JsonValue Copy() => this;
}

/// <summary>A function written in the expression, with the variables around it.</summary>
internal sealed class Lambda(LambdaNode definition, JsonValue? input, Frame frame) : Callable
{
    public LambdaNode Definition { get; } = definition;

    public override int Arity => Definition.ParameterCount;

    public override bool UsesContext => Definition.Signature is { UsesContext: true };

    public override JsonValue? Invoke(JsonValue?[] arguments, JsonValue? context, Run run)
    {
        if (Definition.Signature is { } signature)
            arguments = signature.Validate(arguments, context);
        return InvokeUnchecked(arguments, context, run);
    }

    /// <summary>Calls the function without a look at its signature.</summary>
    public JsonValue? InvokeUnchecked(JsonValue?[] arguments, JsonValue? context, Run run) =>
        InvokeInFrame(new Frame(frame, Definition.ToSlots(arguments)), context, run);

    /// <summary>A frame for calls of this function.</summary>
    public Frame NewFrame() => new(frame, new JsonValue?[Definition.FrameSize]);

    /// <summary>Calls the function; its arguments are in the frame.</summary>
    public JsonValue? InvokeInFrame(Frame call, JsonValue? context, Run run)
    {
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
            throw JsonataException.Guard("Stack overflow error: Check for non-terminating recursive function.  Consider rewriting as "
                + "tail-recursive.");
        run.Step();
        var result = Definition.Body.Evaluate(input, call, run);

        // A call in tail position comes back as a value and is made here, so that the stack does not grow.
        while (result is TailCall tail)
        {
            run.Step();
            try
            {
                result = tail.Function switch
                {
                    Lambda lambda => lambda.Continue(tail.Arguments, context, run),
                    Callable function => function.Invoke(tail.Arguments, context, run),
                    _ => throw new JsonataException("T1006"),
                };
            }
            catch (JsonataException e) when (e.InCall(tail.Position, tail.Name))
            {
            }
        }

        return result;
    }

    private JsonValue? Continue(JsonValue?[] arguments, JsonValue? context, Run run)
    {
        if (Definition.Signature is { } signature)
            arguments = signature.Validate(arguments, context);
        return Definition.Body.Evaluate(input, new Frame(frame, Definition.ToSlots(arguments)), run);
    }
}

/// <summary>A call in tail position on its way to whoever called the function it ends.</summary>
internal sealed class TailCall(JsonValue? function, JsonValue?[] arguments, int position, string? name) : Callable
{
    public JsonValue? Function { get; } = function;

    public JsonValue?[] Arguments { get; } = arguments;

    public int Position { get; } = position;

    public string? Name { get; } = name;

    public override int Arity => 0;

    public override JsonValue? Invoke(JsonValue?[] arguments, JsonValue? context, Run run) => throw new JsonataException("T1006");
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
        return target switch
        {
            Lambda lambda => lambda.InvokeUnchecked(all, context, run),
            Functions.NativeFunction native => native.InvokePartial(all, run),
            _ => target.Invoke(all, context, run),
        };
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
