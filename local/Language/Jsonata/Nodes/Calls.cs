using Stateside.Language.Json;

namespace Stateside.Language.Jsonata.Nodes;

/// <summary>What is called: an expression that should give a function, with the name for error messages.</summary>
/// <param name="Expression">The expression.</param>
/// <param name="Name">The name of the variable or field, or null.</param>
/// <param name="Forgotten">For a plain name: the variable of that name, which the author may have meant; else null.</param>
/// <param name="Position">Where the call stands.</param>
internal sealed record Callee(Node Expression, string? Name, Node? Forgotten, int Position)
{
    public JsonValue? Evaluate(string codeIfForgotten, JsonValue? input, Bindings frame, Run run)
    {
        var function = Expression.Evaluate(input, frame, run);
        if (function is null && Forgotten is not null && Forgotten.Evaluate(input, frame, run) is not (null or JsonNull or JsonBoolean { Value: false }))
            throw new JsonataException(codeIfForgotten) { Position = Position, Token = Name };
        return function;
    }
}

/// <summary>A call of a function.</summary>
internal sealed class CallNode(Callee callee, Node[] arguments) : CompositeNode
{
    public override JsonValue? EvaluateRaw(JsonValue? input, Bindings frame, Run run) => Call(null, false, input, frame, run);

    /// <summary>Makes the call.</summary>
    /// <param name="first">The value on the left of <c>~&gt;</c>, put before the arguments.</param>
    /// <param name="hasFirst">Whether there is one.</param>
    /// <param name="input">The context.</param>
    /// <param name="frame">The variables in sight.</param>
    /// <param name="run">The evaluation.</param>
    /// <returns>What the function gives, a sequence as it is.</returns>
    public JsonValue? Call(JsonValue? first, bool hasFirst, JsonValue? input, Bindings frame, Run run)
    {
        var function = callee.Evaluate("T1005", input, frame, run);
        var lambda = function as Lambda;
        var isDirect = lambda is { Definition.Signature: null };
        var shift = hasFirst ? 1 : 0;
        var values = isDirect ? new JsonValue?[lambda!.Definition.FrameSize] : new JsonValue?[arguments.Length + shift];
        var room = isDirect ? lambda!.Definition.ParameterCount : values.Length;
        if (hasFirst && room > 0)
            values[0] = first;
        for (var i = 0; i < arguments.Length; i++)
        {
            var value = arguments[i].Evaluate(input, frame, run);
            if (value is Callable { UsesContext: true } passed)
                value = new PassedFunction(passed);
            if (i + shift < room)
                values[i + shift] = value;
        }

        try
        {
            if (isDirect)
                return lambda!.InvokeUnchecked(values, input, run);
            return function is Callable callable ? callable.Invoke(values, input, run) : throw new JsonataException("T1006");
        }
        catch (JsonataException e) when (function is Callable and not Stateside.Language.Jsonata.Patterns.RegexFunction
            ? e.InCall(callee.Position, callee.Name)
            : e.At(callee.Position, callee.Name))
        {
            throw;
        }
    }
}

/// <summary>A call in tail position: it is made by whoever called the function it ends.</summary>
internal sealed class TailCallNode(Callee callee, Node[] arguments) : Node
{
    public override JsonValue? Evaluate(JsonValue? input, Bindings frame, Run run)
    {
        var function = callee.Expression.Evaluate(input, frame, run);
        var values = new JsonValue?[arguments.Length];
        for (var i = 0; i < values.Length; i++)
            values[i] = arguments[i].Evaluate(input, frame, run);
        return new TailCall(function, values, callee.Position, callee.Name);
    }
}

/// <summary>A call some of whose arguments are left open by <c>?</c>, which gives a function of these.</summary>
/// <param name="callee">What is called.</param>
/// <param name="arguments">The arguments; null for each left open.</param>
internal sealed class PartialCallNode(Callee callee, Node?[] arguments) : CompositeNode
{
    public override JsonValue? EvaluateRaw(JsonValue? input, Bindings frame, Run run)
    {
        var given = new JsonValue?[arguments.Length];
        var open = new List<int>();
        for (var i = 0; i < arguments.Length; i++)
        {
            if (arguments[i] is { } argument)
                given[i] = argument.Evaluate(input, frame, run);
            else
                open.Add(i);
        }

        if (callee.Evaluate("T1007", input, frame, run) is not Callable function)
            throw new JsonataException("T1008") { Position = callee.Position, Token = callee.Name };
        if (function is Lambda or PartialFunction)
            open.RemoveAll(i => i >= function.Arity);
        return new PartialFunction(function, given, [.. open]);
    }
}

/// <summary><c>~&gt;</c>: calls the function on its right with the value on its left, or makes one function of two.</summary>
internal sealed class ApplyNode(Node left, Node right, int position) : CompositeNode
{
    public override JsonValue? EvaluateRaw(JsonValue? input, Bindings frame, Run run)
    {
        var value = left.Evaluate(input, frame, run);
        if (right is CallNode call)
            return call.Call(value, true, input, frame, run);
        if (right.Evaluate(input, frame, run) is not Callable function)
            throw new JsonataException("T2006") { Position = position };
        return value is Callable first ? new ComposedFunction(first, function) : function.Invoke([value], JsonValue.Null, run);
    }
}
