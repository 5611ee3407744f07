using Stateside.Language.Json;
using Stateside.Language.Shapes;

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

    public sealed override ShapeValue RawShapeOf(ShapeValue input, ShapeFrame frame, ShapeRun run)
    {
        var first = left.ShapeOf(input, frame, run);
        var second = right.ShapeOf(input, frame, run);
        return first.IsNever || second.IsNever ? ShapeValue.Never : Apply(first, second, run);
    }

    /// <summary>What the operator gives; both sides may be.</summary>
    protected abstract ShapeValue Apply(ShapeValue left, ShapeValue right, ShapeRun run);

    /// <summary>Notes what is wrong with the sides, or that nothing is.</summary>
    protected void Note(ShapeRun run, int part, ShapeProblemKind kind, string? message) => run.Note(
        this, part, message is null ? null : new ShapeProblem(kind, Symbol, position - Symbol.Length, message));

    /// <summary>Whether one of the sides is never what the operator takes.</summary>
    protected bool IsRefused(ShapeRun run, ShapeValue left, ShapeValue right, ShapeKinds taken, string what)
    {
        var side = !left.Shape.MayBe(taken | ShapeKinds.Nothing) ? left : !right.Shape.MayBe(taken | ShapeKinds.Nothing) ? right : null;
        Note(run, 0, ShapeProblemKind.NeverTaken, side is null ? null : $"'{Symbol}' takes {what}, never {side.Told}");
        return side is not null;
    }
}

/// <summary><c>+ - * / %</c>.</summary>
internal sealed class ArithmeticNode(Node left, Node right, string symbol, int position) : OperatorNode(left, right, symbol, position)
{
    private readonly char _operator = symbol[0];
    private readonly Node _left = left;
    private readonly Node _right = right;

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

    public override bool IgnoresContext => _left.IgnoresContext && _right.IgnoresContext;

    protected override ShapeValue Apply(ShapeValue left, ShapeValue right, ShapeRun run)
    {
        if (IsRefused(run, left, right, ShapeKinds.Number, "numbers"))
            return ShapeValue.Never;
        var result = left.Shape.MayBe(ShapeKinds.Number) && right.Shape.MayBe(ShapeKinds.Number) ? ShapeValue.Number : ShapeValue.Never;

        // A sum beyond all numbers is left out of account, a division by zero is not.
        if (_operator is '/' or '%' && _right is not LiteralNode { Value: JsonNumber { Double: >= 1 } })
            result = result with { Traits = result.Traits | ShapeTraits.NotFinite };
        return left.MayBeNothing || right.MayBeNothing ? result.OrNothing() : result;
    }
}

/// <summary><c>=</c> and <c>!=</c>.</summary>
internal sealed class EqualityNode(Node left, Node right, string symbol, int position) : OperatorNode(left, right, symbol, position)
{
    private readonly Node _left = left;
    private readonly Node _right = right;
    private readonly bool _whenEqual = symbol == "=";

    protected override JsonValue? Apply(JsonValue? left, JsonValue? right, Run run) =>
        left is null || right is null ? JsonValue.False : JsonValue.From(Values.AreEqual(left, right, run) == _whenEqual);

    public override void Assume(bool holds, ShapeFrame frame, ShapeRun run)
    {
        var (place, constant) = _right is LiteralNode literal ? (_left, literal.Value) : _left is LiteralNode first ? (_right, first.Value) : (null, null);
        if (place is null || constant is null)
            return;
        var shape = Shape.Constant(constant);
        if (holds == _whenEqual)
            run.Assume(place, frame, value => new(Met(value.Shape, shape).Join(_whenEqual ? Shape.Never : value.Shape.Only(ShapeKinds.Nothing))));
        else if (constant is JsonString or JsonNull or JsonBoolean)
            run.Assume(place, frame, value => value with { Shape = Less(value.Shape, shape) });
    }

    /// <summary>What it is when it is equal to a constant.</summary>
    private static Shape Met(Shape shape, Shape constant)
    {
        var met = shape.Only(constant.Kinds);
        return met.MayBe(ShapeKinds.Text) && constant.Texts is { } texts && met.Texts?.Contains(texts[0], StringComparer.Ordinal) != false
            ? constant
            : met.Without(ShapeKinds.Text);
    }

    /// <summary>What it is when it is not equal to a constant.</summary>
    private static Shape Less(Shape shape, Shape constant) => constant.Texts is not { } texts
        ? shape.Without(constant.Kinds)
        : shape.Texts is not { } all ? shape : shape.Without(ShapeKinds.Text).Join(Shape.TextOf(all.Except(texts, StringComparer.Ordinal)));

    protected override ShapeValue Apply(ShapeValue left, ShapeValue right, ShapeRun run)
    {
        // That something is compared with null, or with what is not there, asks whether it is there.
        var asks = left.IsOnly(ShapeKinds.Null | ShapeKinds.Nothing) || right.IsOnly(ShapeKinds.Null | ShapeKinds.Nothing);
        var isProblem = !asks && !left.IsOfTypeOf(right);
        Note(run, 0, ShapeProblemKind.NeverCompares, isProblem ? $"{left.Told} is never equal to {right.Told}" : null);
        if (left.IsNothing || right.IsNothing)
            return new ShapeValue(Shape.Constant(JsonValue.False));
        if (left.CanEqual(right))
            return ShapeValue.Boolean;
        var result = new ShapeValue(Shape.Constant(JsonValue.From(!_whenEqual)));
        return left.MayBeNothing || right.MayBeNothing ? result.Join(new ShapeValue(Shape.Constant(JsonValue.False))) : result;
    }
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

    protected override ShapeValue Apply(ShapeValue left, ShapeValue right, ShapeRun run)
    {
        const ShapeKinds Taken = ShapeKinds.Number | ShapeKinds.Text;
        if (IsRefused(run, left, right, Taken, "numbers and texts"))
            return ShapeValue.Never;
        var first = left.Shape.Kinds & (Taken | ShapeKinds.Nothing);
        var second = right.Shape.Kinds & (Taken | ShapeKinds.Nothing);
        var mayBeNothing = ((first | second) & ShapeKinds.Nothing) != 0;
        var compares = (first & second & Taken) != 0;
        var problem = compares || mayBeNothing ? null : $"'{Symbol}' never compares {left.Told} and {right.Told}";
        Note(run, 1, ShapeProblemKind.NeverCompares, problem);
        if (compares)
            return mayBeNothing ? ShapeValue.Boolean.OrNothing() : ShapeValue.Boolean;
        return mayBeNothing ? ShapeValue.Nothing : ShapeValue.Never;
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

    protected override ShapeValue Apply(ShapeValue left, ShapeValue right, ShapeRun run)
    {
        if (left.Function is not null || right.Function is not null || Texts(left.Shape) is not { } first || Texts(right.Shape) is not { } second)
            return ShapeValue.Text;
        return new ShapeValue(Shape.TextOf(first.SelectMany(a => second.Select(b => a + b)).Take(Shape.MostTexts + 1)));
    }

    /// <summary>The texts that may stand there, when there are few; null when there may be any.</summary>
    private static IReadOnlyList<string>? Texts(Shape shape) =>
        !shape.IsOnly(ShapeKinds.Text | ShapeKinds.Nothing) || (shape.MayBe(ShapeKinds.Text) && shape.Texts is null) ? null
            : shape.MayBe(ShapeKinds.Nothing) ? [.. shape.Texts ?? [], ""]
            : shape.Texts;
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

    protected override ShapeValue Apply(ShapeValue left, ShapeValue right, ShapeRun run) =>
        left.IsNothing || right.IsNothing ? new(Shape.Constant(JsonValue.False)) : ShapeValue.Boolean;

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

    protected override ShapeValue Apply(ShapeValue left, ShapeValue right, ShapeRun run)
    {
        if (IsRefused(run, left, right, ShapeKinds.Number, "whole numbers"))
            return ShapeValue.Never;
        return left.Shape.MayBe(ShapeKinds.Number) && right.Shape.MayBe(ShapeKinds.Number)
            ? ShapeValue.Number.ToSequence(1, int.MaxValue).OrNothing()
            : ShapeValue.Nothing;
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

    public override void Assume(bool holds, ShapeFrame frame, ShapeRun run)
    {
        if (holds == _isOr)
            return;
        left.Assume(holds, frame, run);
        right.Assume(holds, frame, run);
    }

    public override ShapeValue RawShapeOf(ShapeValue input, ShapeFrame frame, ShapeRun run)
    {
        var first = left.ShapeOf(input, frame, run);
        if (first.IsNever)
            return ShapeValue.Never;
        var (holds, fails) = first.Truth();
        if (_isOr ? !fails : !holds)
            return new(Shape.Constant(JsonValue.From(_isOr)));
        run.Region++;
        var facts = run.Assume(left, !_isOr, frame);
        var second = right.ShapeOf(input, frame, run);
        run.Forget(facts);
        run.Region--;
        var (alsoHolds, alsoFails) = second.IsNever ? (false, false) : second.Truth();
        return ShapeValue.Truths(_isOr ? holds || alsoHolds : alsoHolds, _isOr ? alsoFails : fails || alsoFails);
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

    public override bool IgnoresContext => operand.IgnoresContext;

    public override ShapeValue RawShapeOf(ShapeValue input, ShapeFrame frame, ShapeRun run)
    {
        var value = operand.ShapeOf(input, frame, run);
        var isRefused = !value.IsNever && !value.Shape.MayBe(ShapeKinds.Number | ShapeKinds.Nothing);
        run.Note(this, 0, isRefused ? new ShapeProblem(ShapeProblemKind.NeverTaken, "-", position - 1, $"'-' takes numbers, never {value.Told}") : null);
        return value.Only(ShapeKinds.Number | ShapeKinds.Nothing);
    }
}

/// <summary><c>? :</c>, also what <c>?:</c> and <c>??</c> stand for.</summary>
internal sealed class ConditionNode(Node condition, Node then, Node? otherwise) : CompositeNode
{
    public override JsonValue? EvaluateRaw(JsonValue? input, Bindings frame, Run run) =>
        Values.IsTrue(condition.Evaluate(input, frame, run), run) ? then.Evaluate(input, frame, run) : otherwise?.Evaluate(input, frame, run);

    public override ShapeValue RawShapeOf(ShapeValue input, ShapeFrame frame, ShapeRun run)
    {
        run.Asking += AsksWhetherThere ? 1 : 0;
        var asked = condition.ShapeOf(input, frame, run);
        run.Asking -= AsksWhetherThere ? 1 : 0;
        if (asked.IsNever)
            return ShapeValue.Never;
        var (holds, fails) = asked.Truth();
        var result = holds ? Branch(then, true, input, frame, run) : ShapeValue.Never;
        return !fails ? result : result.Join(otherwise is null ? ShapeValue.Nothing : Branch(otherwise, false, input, frame, run));
    }

    /// <summary>Whether this stands for <c>?:</c>, whose left side need not be there.</summary>
    public bool AsksWhetherThere { get; init; }

    private ShapeValue Branch(Node branch, bool holds, ShapeValue input, ShapeFrame frame, ShapeRun run)
    {
        run.Region++;
        var facts = run.Assume(condition, holds, frame);
        var result = branch.ShapeOf(input, frame, run);
        run.Forget(facts);
        run.Region--;
        return result;
    }
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

    public override ShapeValue RawShapeOf(ShapeValue input, ShapeFrame frame, ShapeRun run)
    {
        if (slots > 0)
            frame = run.NewFrame(this, slots, frame);
        var result = ShapeValue.Nothing;
        foreach (var expression in expressions)
        {
            result = expression.ShapeOf(input, frame, run);
            if (result.IsNever)
                break;
        }

        return result;
    }
}

/// <summary>An expression with variables of its own, where the language gives it a frame without a block.</summary>
internal sealed class FrameNode(Node expression, int slots) : Node
{
    public override JsonValue? Evaluate(JsonValue? input, Bindings frame, Run run) =>
        expression.Evaluate(input, new Bindings(frame, new JsonValue?[slots]), run);

    public override ShapeValue ShapeOf(ShapeValue input, ShapeFrame frame, ShapeRun run) =>
        expression.ShapeOf(input, run.NewFrame(this, slots, frame), run);
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

    public override ShapeValue RawShapeOf(ShapeValue input, ShapeFrame frame, ShapeRun run)
    {
        var result = value.ShapeOf(input, frame, run);
        run.Bind(frame, slot, result);
        return result;
    }
}
