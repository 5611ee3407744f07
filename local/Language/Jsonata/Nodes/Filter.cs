using Stateside.Language.Json;
using Stateside.Language.Shapes;

namespace Stateside.Language.Jsonata.Nodes;

/// <summary>What stands in brackets behind an expression: a condition, or the position or positions wanted.</summary>
/// <param name="predicate">The expression in the brackets.</param>
/// <param name="tupleSlots">How many variables the path's tuples have; 0 where it has none.</param>
internal sealed class Filter(Node predicate, int tupleSlots = 0)
{
    private readonly double? _position = predicate is LiteralNode { Value: JsonNumber number } ? Math.Floor(number.Double) : null;

    /// <summary>Applies the predicate.</summary>
    /// <returns>A sequence, or the array that is the item at the position wanted, or null for none.</returns>
    public JsonValue? Apply(JsonValue? input, Bindings frame, Run run)
    {
        scoped ReadOnlySpan<JsonValue?> items;
        if (!Values.TryItems(input, out items))
            items = new ReadOnlySpan<JsonValue?>(in input);
        var isTupleStream = Values.IsTupleStream(input);
        if (_position is { } position)
            return At(items, position, isTupleStream);
        if (!isTupleStream && tupleSlots > 0)
            frame = new Bindings(frame, new JsonValue?[tupleSlots]);
        JsonataArray? results = null;
        for (var i = 0; i < items.Length; i++)
        {
            run.Step();
            var item = items[i];
            var selected = item is TupleValue tuple && isTupleStream
                ? predicate.Evaluate(tuple.Context, tuple.Bindings(frame, tupleSlots), run)
                : predicate.Evaluate(item, frame, run);
            for (var times = Times(selected, i, items.Length, run); times > 0; times--)
                (results ??= new JsonataArray { IsSequence = true, IsTupleStream = isTupleStream }).Add(item);
        }

        return results;
    }

    /// <summary>The counterpart of <see cref="Apply"/>.</summary>
    public ShapeValue ShapeOf(ShapeValue input, ShapeFrame frame, ShapeRun run)
    {
        if (input.IsNever || input.Has(ShapeTraits.Tuples))
            return input;
        var single = input.Without(ShapeKinds.List);
        if (_position is { } position)
            return AtShape(input, single, position);
        var item = input.Items().Join(single);
        if (item.IsNever)
            return ShapeValue.Nothing;
        if (tupleSlots > 0)
            frame = run.NewTupleFrame(this, tupleSlots, frame);
        run.Region++;
        var selected = predicate.ShapeOf(item, frame, run);
        run.Region--;
        if (!selected.IsNever && !selected.Truth().Holds)
            return ShapeValue.Nothing;
        var isPosition = predicate.IgnoresContext && selected.IsOnly(ShapeKinds.Number | ShapeKinds.Nothing | ShapeKinds.Null | ShapeKinds.Boolean)
            && !selected.Shape.MayBe(ShapeKinds.True);
        var isList = selected.MayBeList || selected.Function is not null;
        var most = isPosition || (!input.MayBeList && !isList) ? 1 : int.MaxValue;
        return item.ToSequence(1, most).OrNothing();
    }

    /// <summary>Whether the predicate may take one of a path's tuples.</summary>
    /// <param name="item">The tuple's item.</param>
    /// <param name="frame">The tuple's variables.</param>
    /// <param name="run">The evaluation.</param>
    public bool MayTakeTuple(ShapeValue item, ShapeFrame frame, ShapeRun run)
    {
        if (_position is not null)
            return true;
        var selected = predicate.ShapeOf(item, tupleSlots > 0 ? frame : frame.Outer!, run);
        return selected.IsNever || selected.Truth().Holds;
    }

    private static ShapeValue AtShape(ShapeValue input, ShapeValue single, double position)
    {
        var found = ShapeValue.Never;
        if (input.Shape.List is { } list)
        {
            var index = position < 0 && list.Rest.IsNever ? list.First.Count + position : position;
            if (index is >= 0 and < ListShape.MostFirst * 2)
                found = input.Inside(list.At((int)index));
            else if (position < 0 && !list.Rest.IsNever && -position <= list.First.Count)
                found = input.Items();
            else
                found = input.Items().OrNothing();
        }

        if (!single.IsNever)
            found = found.Join(position is 0 or -1 ? single : ShapeValue.Nothing);
        var only = found.Without(ShapeKinds.List | ShapeKinds.Nothing);
        var result = found with { Shape = found.Shape.Only(ShapeKinds.List | ShapeKinds.Nothing), Function = null };
        return only.IsNever ? result : result.Join(only.ToSequence(1, 1));
    }

    private static JsonValue? At(ReadOnlySpan<JsonValue?> items, double position, bool isTupleStream)
    {
        var index = position < 0 ? items.Length + position : position;
        if (!(index >= 0 && index < items.Length) || items[(int)index] is not { } item)
            return null;
        return Values.IsArray(item) ? item : new JsonataArray(item) { IsTupleStream = isTupleStream };
    }

    /// <summary>How often the item at an index is selected: positions select it as often as they name it, anything else if true.</summary>
    private static int Times(JsonValue? selected, int index, int count, Run run)
    {
        switch (selected)
        {
            case JsonBoolean boolean:
                return boolean.Value ? 1 : 0;
            case JsonNumber:
                return Values.IsNumeric(selected, out var position) && Names(position, index, count) ? 1 : 0;
            case JsonArray or JsonataArray when IsArrayOfNumbers(selected, run):
                var times = 0;
                foreach (var item in Values.Items(selected))
                    times += Names(((JsonNumber)item!).Double, index, count) ? 1 : 0;
                return times;
            default:
                return Values.IsTrue(selected, run) ? 1 : 0;
        }
    }

    private static bool IsArrayOfNumbers(JsonValue? selected, Run run)
    {
        run.Touch(Values.Count(selected));
        return Values.IsArrayOfNumbers(selected);
    }

    private static bool Names(double position, int index, int count)
    {
        position = Math.Floor(position);
        return (position < 0 ? count + position : position) == index;
    }
}

/// <summary>An expression that is no path, with predicates behind it.</summary>
internal sealed class PredicatedNode(Node expression, Filter[] filters) : CompositeNode
{
    public override JsonValue? EvaluateRaw(JsonValue? input, Bindings frame, Run run)
    {
        var result = expression.EvaluateRaw(input, frame, run);
        foreach (var filter in filters)
        {
            result = filter.Apply(result, frame, run);
            if (result is null)
                break;
        }

        return result;
    }

    public override ShapeValue RawShapeOf(ShapeValue input, ShapeFrame frame, ShapeRun run)
    {
        var result = expression.RawShapeOf(input, frame, run);
        foreach (var filter in filters)
            result = filter.ShapeOf(result, frame, run);
        return result;
    }
}
