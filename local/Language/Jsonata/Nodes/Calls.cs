using Stateside.Language.Json;
using Stateside.Language.Shapes;

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

    public override ShapeValue RawShapeOf(ShapeValue input, ShapeFrame frame, ShapeRun run) => Call(null, input, frame, run);

    /// <summary>The counterpart of <see cref="Call(JsonValue?, bool, JsonValue?, Bindings, Run)"/>.</summary>
    public ShapeValue Call(ShapeValue? first, ShapeValue input, ShapeFrame frame, ShapeRun run)
    {
        var called = callee.Expression.ShapeOf(input, frame, run);
        var function = called.Function;
        var name = callee.Name ?? "";
        run.Note(this, 1, function is null && !called.IsNever
            ? new ShapeProblem(ShapeProblemKind.NeverTaken, name, Math.Max(0, callee.Position - name.Length - 1), $"what is called is never a function, but {called.Told}")
            : null);
        var values = new List<ShapeValue>(arguments.Length + 1);
        if (first is not null)
            values.Add(first);
        run.Asking += function is { Asks: true } ? 1 : 0;
        foreach (var argument in arguments)
        {
            var value = argument.ShapeOf(input, frame, run);
            values.Add(value.Function is { UsesContext: true } passed ? value with { Function = new PassedFunctionShape(passed) } : value);
        }

        run.Asking -= function is { Asks: true } ? 1 : 0;
        if (function is null || values.Exists(value => value.IsNever))
            return ShapeValue.Never;
        var result = function.Call([.. values], input, run);
        run.Note(this, 0, result.IsNever ? function.Refused([.. values], input, name, callee.Position) : null);
        return result;
    }

    public override void Assume(bool holds, ShapeFrame frame, ShapeRun run)
    {
        if (arguments.Length != 1 || callee.Expression is not GlobalNode global || run.Global(global.Index).Function is not { Asks: true } function)
            return;
        if (function.Name == "exists")
            run.Assume(arguments[0], frame, value => holds ? value.Without(ShapeKinds.Nothing) : value.Only(ShapeKinds.Nothing));
        else if (holds || function.Name == "boolean" || arguments[0] is CallNode { IsExists: true } or EqualityNode or BooleanNode)
            arguments[0].Assume(holds == (function.Name == "boolean"), frame, run);

        // Else $not gives nothing of nothing, and so does not hold whatever would follow from its argument.
    }

    /// <summary>Whether it asks whether something exists, which is always true or false.</summary>
    private bool IsExists { get; } = callee.Expression is GlobalNode && callee.Name == "exists";
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

    public override ShapeValue ShapeOf(ShapeValue input, ShapeFrame frame, ShapeRun run)
    {
        var function = callee.Expression.ShapeOf(input, frame, run).Function;
        var values = Array.ConvertAll(arguments, argument => argument.ShapeOf(input, frame, run));
        if (function is null || Array.Exists(values, value => value.IsNever))
            return ShapeValue.Never;
        var result = function.Call(values, ShapeValue.Everything, run);
        return result with { Traits = result.Traits | ShapeTraits.Late };
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

    public override ShapeValue RawShapeOf(ShapeValue input, ShapeFrame frame, ShapeRun run)
    {
        var given = Array.ConvertAll(arguments, argument => argument?.ShapeOf(input, frame, run) ?? ShapeValue.Nothing);
        if (callee.Expression.ShapeOf(input, frame, run).Function is not { } function || Array.Exists(given, value => value.IsNever))
            return ShapeValue.Never;
        var open = Enumerable.Range(0, arguments.Length).Where(i => arguments[i] is null);
        if (function is LambdaShape or PartialFunctionShape)
            open = open.Where(i => i < function.Arity);
        return new(Shape.Never, function.Arity is null ? function : new PartialFunctionShape(function, given, [.. open]));
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

    public override ShapeValue RawShapeOf(ShapeValue input, ShapeFrame frame, ShapeRun run)
    {
        var value = left.ShapeOf(input, frame, run);
        if (value.IsNever)
            return value;
        if (right is CallNode call)
            return call.Call(value, input, frame, run);
        if (right.ShapeOf(input, frame, run).Function is not { } function)
            return ShapeValue.Never;
        if (value.Function is null)
        {
            var result = function.Call([value], new ShapeValue(Shape.Null), run);
            run.Note(this, 0, result.IsNever ? function.Refused([value], new ShapeValue(Shape.Null), "", position) : null);
            return result;
        }

        return value.Shape.IsNever && value.Function.Arity is not null && function.Arity is not null
            ? new(Shape.Never, new ComposedFunctionShape(value.Function, function))
            : ShapeValue.Everything;
    }
}
