using Stateside.Language.Json;
using Stateside.Language.Shapes;

namespace Stateside.Language.Jsonata.Nodes;

/// <summary>
/// A path that binds variables on its way (<c>@$v</c>, <c>#$i</c>) or looks back up it (<c>%</c>): it carries a tuple for each item,
/// with the variables bound so far.
/// </summary>
/// <param name="steps">The steps.</param>
/// <param name="slots">How many slots a tuple has.</param>
/// <param name="startsWithVariable">Whether the path does not go through the items of its input.</param>
/// <param name="isInner">Whether a path around goes on with the tuples.</param>
/// <param name="keepSingleton">Whether a sequence of one stays an array.</param>
/// <param name="group">The grouping at the end.</param>
internal sealed class TuplePathNode(Step[] steps, int slots, bool startsWithVariable, bool isInner, bool keepSingleton, GroupNode? group) : CompositeNode
{
    public override JsonValue? EvaluateRaw(JsonValue? input, Bindings frame, Run run)
    {
        JsonValue? current = !startsWithVariable && Values.IsArray(input) ? input : new JsonataArray(input);
        JsonataArray? tuples = null;
        var inTuples = false;
        for (var i = 0; i < steps.Length; i++)
        {
            var step = steps[i];
            inTuples |= step.IsTuple;
            if (i == 0 && step.IsOpeningConstructor)
            {
                // A constructor that binds its focus leaves the context what it was.
                var value = step.Expression.Evaluate(current, step.IsTuple ? new Bindings(frame, new JsonValue?[slots]) : frame, run);
                current = step.FocusSlot < 0 ? value : current;
            }
            else if (inTuples)
            {
                tuples = Take(step, current, tuples, frame, run);
                continue;
            }
            else
            {
                current = Before(step, current, frame, run);
            }

            if (!inTuples && (current is null || (Values.TryItems(current, out var items) && items.Length == 0)))
                return group is not null ? group.Evaluate(current, frame, run) : keepSingleton ? PathNode.Keep(current) : current;
        }

        tuples ??= JsonataArray.Sequence(0);
        JsonValue result = tuples;
        if (!isInner)
        {
            var items = JsonataArray.Sequence(tuples.Count);
            foreach (var tuple in tuples.AsSpan())
                items.Add((tuple as TupleValue)?.Context);
            result = items;
        }

        if (keepSingleton)
            result = PathNode.Keep(result)!;
        return group is null ? result : group.Evaluate(tuples, frame, run);
    }

    public override ShapeValue RawShapeOf(ShapeValue input, ShapeFrame frame, ShapeRun run)
    {
        run.Region++;
        var result = ShapeOfTuples(input, frame, run);
        run.Region--;
        return isInner ? ShapeValue.Everything with { Traits = ShapeTraits.All | ShapeTraits.Tuples } : result;
    }

    private ShapeValue ShapeOfTuples(ShapeValue input, ShapeFrame frame, ShapeRun run)
    {
        var item = startsWithVariable ? input : input.Without(ShapeKinds.List).Join(input.Items());
        var early = ShapeValue.Nothing;
        var tuple = new ShapeValue?[slots];
        var inTuples = false;
        for (var i = 0; i < steps.Length && !item.IsNever; i++)
        {
            var step = steps[i];
            inTuples |= step.IsTuple;
            if (i == 0 && step.IsOpeningConstructor)
            {
                var value = step.Expression.ShapeOf(input.MayBeList ? input : input.ToSequence(1, 1), step.IsTuple ? Frame(tuple, frame, run) : frame, run);
                early = early.Join(value.MayBeList ? new(Shape.Tuple([]), null, value.Traits) : ShapeValue.Never);
                item = step.FocusSlot < 0 ? value.Items() : item;
            }
            else if (inTuples)
            {
                item = Take(step, item, ref tuple, frame, run);
            }
            else
            {
                item = Before(step, item, frame, run);
            }
        }

        var result = item.ToSequence(0, int.MaxValue);
        if (group is null)
            return result.Settle(keepSingleton).OrNothing().Join(early);
        return group.ShapeOf(early, frame, run).Join(group.ShapeOfTuples(item, tuple, frame, run));
    }

    private ShapeFrame Frame(ShapeValue?[] tuple, ShapeFrame frame, ShapeRun run)
    {
        var own = run.NewFrame(this, 0, frame);
        return new ShapeFrame(frame, tuple, own.Owner, own.Region);
    }

    private static ShapeValue Before(Step step, ShapeValue item, ShapeFrame frame, ShapeRun run)
    {
        if (step.Expression is SortNode sort)
        {
            sort.ShapeOfKeys(item, frame, run);
            return step.ShapeOfStages(item.ToSequence(0, int.MaxValue), frame, run).Items();
        }

        var value = step.ShapeOfStages(step.Expression.ShapeOf(item, frame, run), frame, run);
        return value.Without(ShapeKinds.List | ShapeKinds.Nothing).Join(value.Items()).Join(value.Has(ShapeTraits.Constructed) ? value.Only(ShapeKinds.List) : ShapeValue.Never);
    }

    private ShapeValue Take(Step step, ShapeValue item, ref ShapeValue?[] tuple, ShapeFrame frame, ShapeRun run)
    {
        var own = Frame(tuple, frame, run);
        if (step.Expression is SortNode sort)
        {
            sort.ShapeOfKeys(item, own, run, isTuple: true);
            if (step.IndexSlot >= 0 && tuple[step.IndexSlot] is null)
                tuple = With(tuple, step.IndexSlot, ShapeValue.Number);
        }
        else
        {
            var found = step.Expression.ShapeOf(item, own, run);
            var context = found.Without(ShapeKinds.List | ShapeKinds.Nothing).Join(found.Items());
            if (found.Has(ShapeTraits.Tuples))
            {
                tuple = [.. tuple.Select(_ => ShapeValue.Everything)];
                context = ShapeValue.Everything;
            }

            var outer = item;
            if (step.FocusSlot >= 0)
            {
                tuple = With(tuple, step.FocusSlot, context);
                context = context.IsNever ? context : item;
            }

            if (step.IndexSlot >= 0)
                tuple = With(tuple, step.IndexSlot, ShapeValue.Number);
            if (step.AncestorSlot >= 0)
                tuple = With(tuple, step.AncestorSlot, found.Has(ShapeTraits.Tuples) ? ShapeValue.Everything : outer);
            item = context;
        }

        foreach (var stage in step.Stages)
        {
            if (stage.Filter is { } filter)
                item = item.IsNever || filter.MayTakeTuple(item, Frame(tuple, frame, run), run) ? item : ShapeValue.Never;
            else
                tuple = With(tuple, stage.IndexSlot, ShapeValue.Number);
        }

        return item;
    }

    private static ShapeValue?[] With(ShapeValue?[] tuple, int slot, ShapeValue value)
    {
        var changed = (ShapeValue?[])tuple.Clone();
        changed[slot] = value;
        return changed;
    }

    private static JsonataArray Before(Step step, JsonValue? current, Bindings frame, Run run)
    {
        if (step.Expression is SortNode sort)
        {
            var sorted = step.ApplyStages(sort.Sort(current, frame, run), frame, run);
            return sorted as JsonataArray ?? JsonataArray.SequenceOf([.. Values.Items(sorted)]);
        }

        var result = JsonataArray.Sequence();
        foreach (var item in Values.Items(current))
        {
            var value = step.ApplyStages(step.Expression.Evaluate(item, frame, run), frame, run);
            if (value is JsonataArray { IsConstructed: true })
                result.Add(value);
            else if (value is not null)
                Values.Gather(result, value, run);
        }

        return result;
    }

    private JsonataArray Take(Step step, JsonValue? current, JsonataArray? tuples, Bindings frame, Run run)
    {
        JsonValue? result;
        if (step.Expression is SortNode sort)
        {
            result = tuples is not null ? sort.Sort(tuples, frame, run) : Number(step, sort.Sort(current, frame, run));
        }
        else
        {
            var next = new JsonataArray { IsSequence = true, IsTupleStream = true };
            if (tuples is null)
            {
                foreach (var item in Values.Items(current))
                    Take(step, new TupleValue(item, new JsonValue?[slots]), next, frame, run);
            }
            else
            {
                foreach (var item in tuples.AsSpan())
                    Take(step, item as TupleValue ?? new TupleValue(null, new JsonValue?[slots]), next, frame, run);
            }

            result = next;
        }

        return step.ApplyStages(result, frame, run) as JsonataArray ?? new JsonataArray { IsSequence = true, IsTupleStream = true };
    }

    private JsonataArray Number(Step step, JsonValue? sorted)
    {
        var result = new JsonataArray { IsSequence = true, IsTupleStream = true };
        foreach (var item in Values.Items(sorted))
        {
            var tuple = new TupleValue(item, new JsonValue?[slots]);
            if (step.IndexSlot >= 0)
                tuple.Slots[step.IndexSlot] = JsonNumber.Of(result.Count);
            result.Add(tuple);
        }

        return result;
    }

    private static void Take(Step step, TupleValue tuple, JsonataArray next, Bindings frame, Run run)
    {
        run.Step();
        var found = step.Expression.Evaluate(tuple.Context, new Bindings(frame, tuple.Slots), run);
        if (found is null)
            return;
        scoped ReadOnlySpan<JsonValue?> items;
        if (!Values.TryItems(found, out items))
            items = new ReadOnlySpan<JsonValue?>(in found);
        var areTuples = Values.IsTupleStream(found);
        for (var i = 0; i < items.Length; i++)
        {
            run.Step();
            run.Make(tuple.Slots.Length);
            var bound = (JsonValue?[])tuple.Slots.Clone();
            var item = items[i];
            if (areTuples && item is TupleValue inner)
            {
                for (var slot = 0; slot < bound.Length; slot++)
                    bound[slot] = inner.Slots[slot] ?? bound[slot];
                next.Add(new TupleValue(inner.Context, bound));
                continue;
            }

            var context = item;
            if (step.FocusSlot >= 0)
            {
                bound[step.FocusSlot] = item ?? Bindings.Undefined;
                context = tuple.Context;
            }

            if (step.IndexSlot >= 0)
                bound[step.IndexSlot] = JsonNumber.Of(i);
            if (step.AncestorSlot >= 0)
                bound[step.AncestorSlot] = tuple.Context ?? Bindings.Undefined;
            next.Add(new TupleValue(context, bound));
        }
    }
}
