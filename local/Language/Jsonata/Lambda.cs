using System.Runtime.CompilerServices;
using Stateside.Language.Json;
using Stateside.Language.Shapes;

namespace Stateside.Language.Jsonata;

/// <summary><c>function(…){…}</c>.</summary>
internal sealed class LambdaNode(int parameterCount, int frameSize, Signature? signature, bool capturesFrame) : Node
{
    /// <summary>How many parameters there are.</summary>
    public int ParameterCount => parameterCount;

    /// <summary>How many slots a call needs: the parameters first, then what the body binds.</summary>
    public int FrameSize => frameSize;

    public Signature? Signature => signature;

    /// <summary>Whether a function made in the body may outlive a call, so that each call needs a frame of its own.</summary>
    public bool CapturesFrame => capturesFrame;

    public required Node Body { get; init; }

    public override JsonValue? Evaluate(JsonValue? input, Bindings frame, Run run) => new Lambda(this, input, frame);

    public override ShapeValue ShapeOf(ShapeValue input, ShapeFrame frame, ShapeRun run) => new(Shape.Never, new LambdaShape(this, input, frame));

    /// <summary>The slots of a call with the given arguments: the same array where it fits.</summary>
    public JsonValue?[] ToSlots(JsonValue?[] arguments)
    {
        if (arguments.Length == frameSize)
        {
            // Arguments beyond the parameters must not show through in the slots of variables.
            Array.Clear(arguments, parameterCount, frameSize - parameterCount);
            return arguments;
        }

        var slots = new JsonValue?[frameSize];
        Array.Copy(arguments, slots, Math.Min(arguments.Length, parameterCount));
        return slots;
    }
}

/// <summary>A function written in the expression, with the variables around it.</summary>
internal sealed class Lambda(LambdaNode definition, JsonValue? input, Bindings frame) : Callable
{
    public LambdaNode Definition { get; } = definition;

    public override int Arity => Definition.ParameterCount;

    public override bool UsesContext => Definition.Signature is { UsesContext: true };

    public override JsonValue? Invoke(JsonValue?[] arguments, JsonValue? context, Run run)
    {
        arguments = Checked(arguments, context, run);
        return InvokeUnchecked(arguments, context, run);
    }

    /// <summary>Calls the function without a look at its signature.</summary>
    public JsonValue? InvokeUnchecked(JsonValue?[] arguments, JsonValue? context, Run run) =>
        InvokeInFrame(new Bindings(frame, Definition.ToSlots(arguments)), context, run);

    public override JsonValue? InvokePartial(JsonValue?[] arguments, JsonValue? context, Run run) => InvokeUnchecked(arguments, context, run);

    /// <summary>A frame for calls of this function.</summary>
    public Bindings NewFrame() => new(frame, new JsonValue?[Definition.FrameSize]);

    /// <summary>Calls the function; its arguments are in the frame.</summary>
    public JsonValue? InvokeInFrame(Bindings call, JsonValue? context, Run run)
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

    private JsonValue?[] Checked(JsonValue?[] arguments, JsonValue? context, Run run)
    {
        if (Definition.Signature is not { } signature)
            return arguments;
        run.Touch(arguments);
        return signature.Validate(arguments, context);
    }

    private JsonValue? Continue(JsonValue?[] arguments, JsonValue? context, Run run)
    {
        arguments = Checked(arguments, context, run);
        return Definition.Body.Evaluate(input, new Bindings(frame, Definition.ToSlots(arguments)), run);
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
