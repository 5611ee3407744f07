using Stateside.Language.Json;

namespace Stateside.Language.Jsonata.Nodes;

/// <summary>An operator with a side on its left and one on its right, both evaluated first.</summary>
internal abstract class OperatorNode(Node left, Node right, string symbol, int position) : CompositeNode
{
    protected string Symbol { get; } = symbol;

    public sealed override JsonValue? EvaluateRaw(JsonValue? input, Bindings frame, Run run)
    {
        var first = left.Evaluate(input, frame, run);
        var second = right.Evaluate(input, frame, run);
        try
        {
            return Apply(first, second, run);
        }
        catch (JsonataException e) when (e.AtOperator(position, Symbol))
        {
            throw;
        }
    }

    protected abstract JsonValue? Apply(JsonValue? left, JsonValue? right, Run run);
}

/// <summary><c>+ - * / %</c>.</summary>
internal sealed class ArithmeticNode(Node left, Node right, string symbol, int position) : OperatorNode(left, right, symbol, position)
{
    private readonly char _operator = symbol[0];

    protected override JsonValue? Apply(JsonValue? left, JsonValue? right, Run run)
    {
        double a = 0, b = 0;
        if (left is not null && !Values.IsNumeric(left, out a))
            throw new JsonataException("T2001") { Value = left };
        if (right is not null && !Values.IsNumeric(right, out b))
            throw new JsonataException("T2002") { Value = right };
        if (left is null || right is null)
            return null;
        return Values.Number(_operator switch
        {
            '+' => a + b,
            '-' => a - b,
            '*' => a * b,
            '/' => a / b,
            _ => a % b,
        });
    }
}

/// <summary><c>=</c> and <c>!=</c>.</summary>
internal sealed class EqualityNode(Node left, Node right, string symbol, int position) : OperatorNode(left, right, symbol, position)
{
    private readonly bool _whenEqual = symbol == "=";

    protected override JsonValue? Apply(JsonValue? left, JsonValue? right, Run run) =>
        left is null || right is null ? JsonValue.False : JsonValue.From(Values.AreEqual(left, right, run) == _whenEqual);
}

/// <summary><c>&lt; &lt;= &gt; &gt;=</c>.</summary>
internal sealed class ComparisonNode(Node left, Node right, string symbol, int position) : OperatorNode(left, right, symbol, position)
{
    protected override JsonValue? Apply(JsonValue? left, JsonValue? right, Run run)
    {
        if (left is JsonNumber a && right is JsonNumber b)
            return JsonValue.From(Holds(a.Double, b.Double));
        if (left is not (null or JsonNumber or JsonString) || right is not (null or JsonNumber or JsonString))
            throw new JsonataException("T2010") { Value = left is JsonNumber or JsonString ? right : left };
        if (left is null || right is null)
            return null;
        if (left is not JsonString c || right is not JsonString d)
            throw new JsonataException("T2009") { Value = left, Value2 = right };
        run.Touch(Math.Min(c.Value.Length, d.Value.Length) >> 2);
        return JsonValue.From(Holds(string.CompareOrdinal(c.Value, d.Value), 0));
    }

    private bool Holds(double a, double b) => Symbol switch
    {
        "<" => a < b,
        "<=" => a <= b,
        ">" => a > b,
        _ => a >= b,
    };
}

/// <summary><c>&amp;</c>.</summary>
internal sealed class ConcatenationNode(Node left, Node right, string symbol, int position) : OperatorNode(left, right, symbol, position)
{
    protected override JsonValue? Apply(JsonValue? left, JsonValue? right, Run run)
    {
        var first = JavaScriptText.Of(left, run) ?? "";
        var second = JavaScriptText.Of(right, run) ?? "";
        var length = (long)first.Length + second.Length;
        run.Allow(0, length);
        run.Make(length >> 2);
        return new JsonString(first + second);
    }
}

/// <summary><c>in</c>: whether the value on the left is, itself, one of the items on the right.</summary>
internal sealed class InclusionNode(Node left, Node right, string symbol, int position) : OperatorNode(left, right, symbol, position)
{
    protected override JsonValue? Apply(JsonValue? left, JsonValue? right, Run run)
    {
        if (left is null || right is null)
            return JsonValue.False;
        if (!Values.TryItems(right, out var items))
            return JsonValue.From(AreSame(left, right));
        run.Touch(items.Length);
        foreach (var item in items)
        {
            if (AreSame(left, item))
                return JsonValue.True;
        }

        return JsonValue.False;
    }

    private static bool AreSame(JsonValue? a, JsonValue? b) => (a, b) switch
    {
        (JsonNumber x, JsonNumber y) => x.Double == y.Double,
        (JsonString x, JsonString y) => x.Value == y.Value,
        _ => ReferenceEquals(a, b),
    };
}

/// <summary><c>..</c> within an array constructor.</summary>
internal sealed class RangeNode(Node left, Node right, string symbol, int position) : OperatorNode(left, right, symbol, position)
{
    protected override JsonValue? Apply(JsonValue? left, JsonValue? right, Run run)
    {
        if (left is not (null or JsonNumber { IsWhole: true }))
            throw new JsonataException("T2003") { Value = left };
        if (right is not (null or JsonNumber { IsWhole: true }))
            throw new JsonataException("T2004") { Value = right };
        if (left is not JsonNumber from || right is not JsonNumber to || from.Double > to.Double)
            return null;
        var size = to.Double - from.Double + 1;
        if (size > Values.MaxItems)
            throw new JsonataException("D2014") { Value = Values.Number(size) };
        run.Allow(size);
        run.Touch((long)size);
        return JsonataArray.Range(from.Double, (int)size);
    }
}

/// <summary><c>and</c> and <c>or</c>, which look at their right side only when it matters.</summary>
internal sealed class BooleanNode(Node left, Node right, string symbol, int position) : CompositeNode
{
    private readonly bool _isOr = symbol == "or";

    public override JsonValue? EvaluateRaw(JsonValue? input, Bindings frame, Run run)
    {
        var first = left.Evaluate(input, frame, run);
        try
        {
            return JsonValue.From(Values.IsTrue(first, run) == _isOr ? _isOr : Values.IsTrue(right.Evaluate(input, frame, run), run));
        }
        catch (JsonataException e) when (e.AtOperator(position, symbol))
        {
            throw;
        }
    }
}

/// <summary>A minus sign before an expression.</summary>
internal sealed class NegationNode(Node operand, int position) : CompositeNode
{
    public override JsonValue? EvaluateRaw(JsonValue? input, Bindings frame, Run run)
    {
        var value = operand.Evaluate(input, frame, run);
        if (value is null)
            return null;
        if (!Values.IsNumeric(value, out var number))
            throw new JsonataException("D1002") { Position = position, Token = "-", Value = value };
        return Values.Number(-number);
    }
}

/// <summary><c>? :</c>, also what <c>?:</c> and <c>??</c> stand for.</summary>
internal sealed class ConditionNode(Node condition, Node then, Node? otherwise) : CompositeNode
{
    public override JsonValue? EvaluateRaw(JsonValue? input, Bindings frame, Run run) =>
        Values.IsTrue(condition.Evaluate(input, frame, run), run) ? then.Evaluate(input, frame, run) : otherwise?.Evaluate(input, frame, run);
}

/// <summary><c>( ; )</c>. Makes a frame only when it binds variables.</summary>
internal sealed class BlockNode(Node[] expressions, int slots) : CompositeNode
{
    public override JsonValue? EvaluateRaw(JsonValue? input, Bindings frame, Run run)
    {
        if (slots > 0)
            frame = new Bindings(frame, new JsonValue?[slots]);
        JsonValue? result = null;
        foreach (var expression in expressions)
            result = expression.Evaluate(input, frame, run);
        return result;
    }
}

/// <summary>An expression with variables of its own, where the language gives it a frame without a block.</summary>
internal sealed class FrameNode(Node expression, int slots) : Node
{
    public override JsonValue? Evaluate(JsonValue? input, Bindings frame, Run run) =>
        expression.Evaluate(input, new Bindings(frame, new JsonValue?[slots]), run);
}

/// <summary><c>:=</c>.</summary>
internal sealed class BindNode(int slot, Node value) : CompositeNode
{
    public override JsonValue? EvaluateRaw(JsonValue? input, Bindings frame, Run run)
    {
        var result = value.Evaluate(input, frame, run);
        frame.Slots[slot] = result ?? Bindings.Undefined;
        return result;
    }
}
