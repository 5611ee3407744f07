using Stateside.Language.Shapes;

namespace Stateside.Language.Jsonata;

/// <summary>What is known of a function: the counterpart of a <see cref="Callable"/>.</summary>
internal abstract record ShapeFunction
{
    /// <summary>Some function.</summary>
    public static ShapeFunction Any { get; } = new AnyFunction();

    /// <summary>How many arguments it takes; null when nothing is known of it.</summary>
    public abstract int? Arity { get; }

    /// <summary>Whether a missing argument is taken from the context.</summary>
    public virtual bool UsesContext => false;

    /// <summary>The name by which the language knows it; null when it does not.</summary>
    public virtual string? Name => null;

    /// <summary>Whether it asks if something is there, so that not to be there is no mistake.</summary>
    public bool Asks => Name is "exists" or "not" or "boolean";

    /// <summary>What is wrong with arguments that it never takes; null when they are not what is wrong.</summary>
    public virtual ShapeProblem? Refused(ShapeValue[] arguments, ShapeValue context, string name, int position) => null;

    /// <summary>What a call gives, a sequence as it is.</summary>
    /// <param name="arguments">The arguments.</param>
    /// <param name="context">What <c>$</c> names where the call stands.</param>
    /// <param name="run">The evaluation.</param>
    public abstract ShapeValue Call(ShapeValue[] arguments, ShapeValue context, ShapeRun run);

    /// <summary>What a call gives with just the arguments that a partial application has.</summary>
    public virtual ShapeValue CallPartial(ShapeValue[] arguments, ShapeValue context, ShapeRun run) => Call(arguments, context, run);

    /// <summary>What a call gives that a function makes which takes this one: with no more arguments than it takes.</summary>
    public ShapeValue Call(ShapeRun run, params ShapeValue[] arguments)
    {
        run.Region++;
        var result = Call(arguments[..Math.Min(arguments.Length, Math.Max(1, Arity ?? arguments.Length))], new ShapeValue(Shape.Null), run);
        run.Region--;
        return result;
    }

    private sealed record AnyFunction : ShapeFunction
    {
        public override int? Arity => null;

        public override ShapeValue Call(ShapeValue[] arguments, ShapeValue context, ShapeRun run) => ShapeValue.Everything;
    }
}

/// <summary>The counterpart of a <see cref="PassedFunction"/>.</summary>
internal sealed record PassedFunctionShape(ShapeFunction Function) : ShapeFunction
{
    public override int? Arity => Function.Arity;

    public override ShapeValue Call(ShapeValue[] arguments, ShapeValue context, ShapeRun run) => Function.Call(arguments, new ShapeValue(Shape.Null), run);
}

/// <summary>The counterpart of a <see cref="PartialFunction"/>.</summary>
internal sealed record PartialFunctionShape(ShapeFunction Function, ShapeValue[] Given, int[] Open) : ShapeFunction
{
    public override int? Arity => Open.Length;

    public override ShapeValue Call(ShapeValue[] arguments, ShapeValue context, ShapeRun run)
    {
        var all = (ShapeValue[])Given.Clone();
        for (var i = 0; i < Open.Length; i++)
            all[Open[i]] = i < arguments.Length ? arguments[i] : ShapeValue.Nothing;
        return Function.CallPartial(all, context, run);
    }
}

/// <summary>The counterpart of a <see cref="ComposedFunction"/>.</summary>
internal sealed record ComposedFunctionShape(ShapeFunction First, ShapeFunction Second) : ShapeFunction
{
    public override int? Arity => 1;

    public override ShapeValue Call(ShapeValue[] arguments, ShapeValue context, ShapeRun run) => Second.Call(
        [First.Call([arguments.Length > 0 ? arguments[0] : ShapeValue.Nothing], ShapeValue.Nothing, run).Settle()], context, run);
}

/// <summary>The counterpart of a <see cref="Lambda"/>.</summary>
internal sealed record LambdaShape(LambdaNode Definition, ShapeValue Input, ShapeFrame Frame) : ShapeFunction
{
    public override int? Arity => Definition.ParameterCount;

    public override bool UsesContext => Definition.Signature is { UsesContext: true };

    public override ShapeValue Call(ShapeValue[] arguments, ShapeValue context, ShapeRun run)
    {
        if (Definition.Signature is { } signature)
        {
            if (!signature.TryValidate(arguments, context, out var validated))
                return ShapeValue.Never;
            arguments = validated ?? [.. Enumerable.Repeat(ShapeValue.Everything, Definition.ParameterCount)];
        }

        return CallPartial(arguments, context, run);
    }

    public override ShapeValue CallPartial(ShapeValue[] arguments, ShapeValue context, ShapeRun run)
    {
        if (!run.EnterCall(Definition))
            return ShapeValue.Everything;
        var frame = run.NewFrame(Definition, Definition.FrameSize, Frame);
        for (var i = 0; i < Definition.ParameterCount; i++)
            frame.Slots[i] = i < arguments.Length ? arguments[i] : ShapeValue.Nothing;
        var result = Definition.Body.ShapeOf(Input, frame, run);
        run.LeaveCall(Definition);
        return result with { Traits = result.Traits & ~ShapeTraits.Late };
    }
}
