using Stateside.Language.Json;
using Stateside.Language.Shapes;

namespace Stateside.Language.Jsonata.Nodes;

/// <summary><c>[ , ]</c>. An item that is an array is flattened unless it is a constructor itself.</summary>
/// <param name="items">The items, each with whether it is an array constructor.</param>
/// <param name="isConstructed">Whether this opens or closes a path.</param>
internal sealed class ArrayNode((Node Value, bool IsArray)[] items, bool isConstructed) : CompositeNode
{
    public override JsonValue? EvaluateRaw(JsonValue? input, Bindings frame, Run run)
    {
        if (isConstructed)
        {
            var array = new JsonataArray(items.Length) { IsConstructed = true };
            run.HasInnerValues = true;
            foreach (var (node, isArray) in items)
                Add(array, node.Evaluate(input, frame, run), isArray, run);
            return array;
        }

        if (items.Length == 1 && !items[0].IsArray)
            return Single(items[0].Value.Evaluate(input, frame, run), run);
        var result = new JsonataArray(items.Length);
        var plain = true;
        foreach (var (node, isArray) in items)
            plain &= Add(result, node.Evaluate(input, frame, run), isArray, run);
        return plain ? JsonArray.Of(result.AsSpan().ToArray()!) : result;
    }

    public override ShapeValue RawShapeOf(ShapeValue input, ShapeFrame frame, ShapeRun run)
    {
        var first = new List<Shape>();
        var rest = Shape.Never;
        var isCertain = true;
        var traits = isConstructed ? ShapeTraits.Constructed : ShapeTraits.Plain;
        foreach (var (node, isArray) in items)
        {
            var value = node.ShapeOf(input, frame, run);
            if (value.IsNever)
                return value;
            traits |= isArray ? value.KeptTraits() : value.Without(ShapeKinds.List).KeptTraits();
            var single = isArray ? value : value.Without(ShapeKinds.List);
            var list = isArray ? null : value.Shape.List;

            // What is certain stands at its place, up to the first thing of which it is not known how many there will be.
            isCertain &= !single.MayBeNothing && (list is null || single.IsNever) && first.Count + (list?.First.Count ?? 1) <= ListShape.MostFirst;
            if (!isCertain)
                rest = rest.Join(single.Without(ShapeKinds.Nothing).Kept()).Join(list?.Item ?? Shape.Never);
            else if (list is null)
                first.Add(single.Kept());
            else
                first.AddRange(list.First);
            if (isCertain && list is not null)
            {
                rest = list.Rest;
                isCertain = rest.IsNever;
            }
        }

        return new ShapeValue(Shape.Of(new ListShape(first, rest)), null, traits);
    }

    private static JsonValue Single(JsonValue? value, Run run) => value switch
    {
        null => JsonArray.Empty,
        JsonArray array => array.WithoutSourceText(),
        JsonataArray array => Copy(array, run),
        _ => JsonArray.Of(run.Kept(value)),
    };

    private static JsonValue Copy(JsonataArray array, Run run)
    {
        run.Make(array.Count);
        HasUndefined(array.AsSpan(), run);
        return array.ToArray();
    }

    private static bool Add(JsonataArray result, JsonValue? value, bool isArray, Run run)
    {
        if (value is null)
            return true;
        if (!isArray && Values.TryItems(value, out var items))
        {
            run.Make(items.Length);
            result.AddRange(items);

            return value is JsonArray || !HasUndefined(items, run);
        }

        result.Add(run.Kept(value));
        return true;
    }

    /// <summary>Whether an item is undefined, which no JSON has; notes what else is none, as a path gathers whatever its steps give.</summary>
    private static bool HasUndefined(ReadOnlySpan<JsonValue?> items, Run run)
    {
        var result = false;
        foreach (var item in items)
        {
            if (item is null)
                result = true;
            else
                run.Kept(item);
        }

        return result;
    }
}

/// <summary><c>{ : }</c>, alone or behind an expression: groups the items by key, then evaluates a value for each group.</summary>
/// <param name="pairs">The pairs.</param>
/// <param name="tupleSlots">How many variables the tuples of the path in front have; 0 where it is no such path.</param>
/// <param name="position">Where the constructor stands.</param>
internal sealed class GroupNode((Node Key, Node Value)[] pairs, int tupleSlots, int position)
{
    public JsonValue? Evaluate(JsonValue? input, Bindings frame, Run run)
    {
        if (Values.IsTupleStream(input))
            return EvaluateTuples((JsonataArray)input!, frame, run);
        if (tupleSlots > 0)
            frame = new Bindings(frame, new JsonValue?[tupleSlots]);
        if (!Values.TryItems(input, out var items) || items.Length == 0)
        {
            var only = items.Length == 0 && Values.IsArray(input) ? null : input;
            return Single(only, frame, run);
        }

        return items.Length == 1 ? Single(items[0], frame, run) : Many(items, frame, run);
    }

    /// <summary>The counterpart of <see cref="Evaluate"/>.</summary>
    public ShapeValue ShapeOf(ShapeValue input, ShapeFrame frame, ShapeRun run)
    {
        if (input.IsNever)
            return input;
        if (tupleSlots > 0)
            frame = run.NewTupleFrame(this, tupleSlots, frame);
        var item = input.Without(ShapeKinds.List);
        var isMany = false;
        if (input.MayBeList)
        {
            var (least, most) = input.Count(run);
            item = item.Join(input.Items());
            if (least == 0)
                item = item.OrNothing();
            isMany = most > 1;
        }

        return ShapeOf(item, isMany ? Merged(item) : item, isMany, frame, run);
    }

    /// <summary>The counterpart of <see cref="EvaluateTuples"/>.</summary>
    public ShapeValue ShapeOfTuples(ShapeValue item, ShapeValue?[] tuple, ShapeFrame frame, ShapeRun run)
    {
        // Of no tuples there are no groups.
        var none = new ShapeValue(Shape.Of(ObjectShape.Empty));
        if (item.IsNever)
            return none;
        var merged = Array.ConvertAll(tuple, value => value is null ? null : Merged(value));
        var own = tupleSlots > 0 ? new ShapeFrame(frame, merged, this, run.Region) : frame;
        return none.Join(ShapeOf(item, Merged(item), true, own, run));
    }

    /// <summary>Several items that have a key in common come as one array.</summary>
    private static ShapeValue Merged(ShapeValue item)
    {
        var flat = item.Without(ShapeKinds.List | ShapeKinds.Nothing).Join(item.Items());
        return item.Join(flat.ToList(0, int.MaxValue));
    }

    private ShapeValue ShapeOf(ShapeValue item, ShapeValue data, bool isMany, ShapeFrame frame, ShapeRun run)
    {
        var members = new OrderedDictionary<string, ShapeMember>(StringComparer.Ordinal);
        var rest = Shape.Never;
        var traits = ShapeTraits.Plain;
        run.Region++;
        foreach (var (keyNode, valueNode) in pairs)
        {
            var key = keyNode.ShapeOf(item, frame, run);
            var isRefused = !key.Shape.MayBe(ShapeKinds.Text | ShapeKinds.Nothing);
            run.Note(keyNode, -1, isRefused && !key.IsNever
                ? new ShapeProblem(ShapeProblemKind.NeverTaken, "{", position - 1, $"a key is a text, never {key.Told}")
                : null);
            if (isRefused)
            {
                run.Region--;
                return ShapeValue.Never;
            }

            if (!key.Shape.MayBe(ShapeKinds.Text))
                continue;
            var value = valueNode.ShapeOf(data, frame, run);
            if (value.IsNever && !isMany && key.IsOnly(ShapeKinds.Text))
            {
                run.Region--;
                return value;
            }

            traits |= value.KeptTraits();
            var kept = value.Kept();
            if (key.Shape.Texts is not { } names)
            {
                rest = rest.Join(kept.Without(ShapeKinds.Nothing));
                continue;
            }

            var isCertain = names.Count == 1 && key.IsOnly(ShapeKinds.Text) && !kept.MayBe(ShapeKinds.Nothing);
            kept = kept.Without(ShapeKinds.Nothing);
            foreach (var name in kept.IsNever ? [] : names)
                members[name] = members.TryGetValue(name, out var known) ? new(kept.Join(known.Shape), false) : new(kept, isCertain);
        }

        run.Region--;
        return new ShapeValue(Shape.Of(new ObjectShape(members, rest)), null, traits);
    }

    /// <summary>One item: the pairs are evaluated for it, with no groups to form.</summary>
    private JsonObject Single(JsonValue? item, Bindings frame, Run run)
    {
        var keys = new string?[pairs.Length];
        for (var i = 0; i < pairs.Length; i++)
        {
            keys[i] = Key(pairs[i].Key.Evaluate(item, frame, run));
            if (keys[i] is { } key && Array.IndexOf(keys, key, 0, i) >= 0)
                throw new JsonataException("D1009") { Position = position, Value = new JsonString(key) };
        }

        var result = new JsonObject.Builder(pairs.Length);
        for (var i = 0; i < pairs.Length; i++)
        {
            if (keys[i] is { } key && pairs[i].Value.Evaluate(item, frame, run) is { } value)
                result.Set(key, run.Kept(value));
        }

        return result.ToObject();
    }

    private JsonObject Many(ReadOnlySpan<JsonValue?> items, Bindings frame, Run run)
    {
        var groups = new Dictionary<string, Grouped>(StringComparer.Ordinal);
        var order = new List<Grouped>();
        foreach (var item in items)
        {
            for (var i = 0; i < pairs.Length; i++)
            {
                run.Step();
                Join(groups, order, Key(pairs[i].Key.Evaluate(item, frame, run)), i, item, run);
            }
        }

        var result = new JsonObject.Builder(order.Count);
        foreach (var group in order)
        {
            if (pairs[group.Pair].Value.Evaluate(group.Data(), frame, run) is { } value)
                result.Set(group.Key, run.Kept(value));
        }

        return result.ToObject();
    }

    private JsonObject EvaluateTuples(JsonataArray tuples, Bindings frame, Run run)
    {
        var groups = new Dictionary<string, Grouped>(StringComparer.Ordinal);
        var order = new List<Grouped>();
        foreach (var item in tuples.AsSpan())
        {
            if (item is not TupleValue tuple)
                continue;
            for (var i = 0; i < pairs.Length; i++)
            {
                run.Step();
                Join(groups, order, Key(pairs[i].Key.Evaluate(tuple.Context, tuple.Bindings(frame, tupleSlots), run)), i, tuple, run);
            }
        }

        var result = new JsonObject.Builder(order.Count);
        foreach (var group in order)
        {
            var merged = Merge(group.Data(), run);
            if (pairs[group.Pair].Value.Evaluate(merged.Context, merged.Bindings(frame, tupleSlots), run) is { } value)
                result.Set(group.Key, run.Kept(value));
        }

        return result.ToObject();
    }

    /// <summary>A group's tuples as one, whose every variable holds all values.</summary>
    private static TupleValue Merge(JsonValue? data, Run run)
    {
        if (data is TupleValue only)
            return only;
        var items = Values.Items(data);
        var first = (TupleValue)items[0]!;
        var context = first.Context;
        var slots = (JsonValue?[])first.Slots.Clone();
        foreach (var item in items[1..])
        {
            var tuple = (TupleValue)item!;
            context = Values.Append(context, tuple.Context, run);
            for (var i = 0; i < slots.Length; i++)
                slots[i] = Values.Append(slots[i], tuple.Slots[i], run);
        }

        return new TupleValue(context, slots);
    }

    private string? Key(JsonValue? key) => key switch
    {
        null => null,
        JsonString text => text.Value,
        _ => throw new JsonataException("T1003") { Position = position, Value = key },
    };

    private void Join(Dictionary<string, Grouped> groups, List<Grouped> order, string? key, int pair, JsonValue? item, Run run)
    {
        if (key is null)
            return;
        if (!groups.TryGetValue(key, out var group))
        {
            group = new Grouped(key, pair, item);
            groups.Add(key, group);
            order.Add(group);
        }
        else if (group.Pair != pair)
        {
            throw new JsonataException("D1009") { Position = position, Value = new JsonString(key) };
        }
        else
        {
            group.Add(item, run);
        }
    }

    private sealed class Grouped(string key, int pair, JsonValue? first)
    {
        private JsonataArray? _all;

        public string Key { get; } = key;

        public int Pair { get; } = pair;

        public JsonValue? Data() => _all ?? first;

        public void Add(JsonValue? item, Run run)
        {
            if (item is null)
                return;
            if (_all is null)
            {
                _all = new JsonataArray(8);
                if (first is not null)
                    Values.Gather(_all, first, run);
            }

            Values.Gather(_all, item, run);
        }
    }
}

/// <summary>An object on its own.</summary>
internal sealed class ObjectNode(GroupNode group) : CompositeNode
{
    public override JsonValue? EvaluateRaw(JsonValue? input, Bindings frame, Run run) => group.Evaluate(input, frame, run);

    public override ShapeValue RawShapeOf(ShapeValue input, ShapeFrame frame, ShapeRun run) => group.ShapeOf(input, frame, run);
}

/// <summary>An expression that is no path, with a grouping behind it.</summary>
internal sealed class GroupedNode(Node expression, GroupNode group) : CompositeNode
{
    public override JsonValue? EvaluateRaw(JsonValue? input, Bindings frame, Run run) =>
        group.Evaluate(expression.EvaluateRaw(input, frame, run), frame, run);

    public override ShapeValue RawShapeOf(ShapeValue input, ShapeFrame frame, ShapeRun run) =>
        group.ShapeOf(expression.RawShapeOf(input, frame, run), frame, run);
}
