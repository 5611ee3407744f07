using System.Runtime.CompilerServices;
using Stateside.Language.Json;
using Stateside.Language.Shapes;

namespace Stateside.Language.Jsonata.Nodes;

internal sealed class LiteralNode(JsonValue? value) : Node
{
    public JsonValue? Value { get; } = value;

    public override bool IgnoresContext => true;

    public override JsonValue? Evaluate(JsonValue? input, Bindings frame, Run run) => Value;

    public override ShapeValue ShapeOf(ShapeValue input, ShapeFrame frame, ShapeRun run) => Value is null ? ShapeValue.Nothing
        : new(Shape.Constant(Value), null, Value is JsonNumber { IsWhole: true, Double: >= -20 and <= 20 } ? ShapeTraits.Plain | ShapeTraits.Whole : ShapeTraits.Plain);
}

/// <summary><c>$</c>.</summary>
internal sealed class ContextNode : Node
{
    public override JsonValue? Evaluate(JsonValue? input, Bindings frame, Run run) =>
        input is JsonataArray array ? (array.IsInputWrapper ? array[0] : Values.Settle(array)) : input;

    public override ShapeValue ShapeOf(ShapeValue input, ShapeFrame frame, ShapeRun run) => input.Document().Settle();
}

/// <summary>A variable that the expression does not bind: bound from outside, or a function of the language.</summary>
internal sealed class GlobalNode(int index) : Node
{
    public int Index => index;

    public override bool IgnoresContext => true;

    public override JsonValue? Evaluate(JsonValue? input, Bindings frame, Run run) => Values.Settle(run.Global(index));

    public override ShapePlace? Place(ShapeFrame frame, ShapeRun run) => new(run, index, "");

    public override ShapeValue ShapeOf(ShapeValue input, ShapeFrame frame, ShapeRun run) => run.Known(Place(frame, run), run.Global(index));
}

/// <summary>A parameter of a function around.</summary>
internal sealed class ParameterNode(int hops, int slot) : Node
{
    public override JsonValue? Evaluate(JsonValue? input, Bindings frame, Run run)
    {
        for (var i = hops; i > 0; i--)
            frame = frame.Outer!;
        var value = frame.Slots[slot];
        return value is JsonataArray ? Values.Settle(value) : value;
    }

    public override bool IgnoresContext => true;

    public override ShapePlace? Place(ShapeFrame frame, ShapeRun run)
    {
        for (var i = hops; i > 0; i--)
            frame = frame.Outer!;
        return run.Place(frame, slot);
    }

    public override ShapeValue ShapeOf(ShapeValue input, ShapeFrame frame, ShapeRun run)
    {
        var holder = frame;
        for (var i = hops; i > 0; i--)
            holder = holder.Outer!;
        return run.Known(Place(frame, run), (holder.Slots[slot] ?? ShapeValue.Everything).Settle());
    }
}

/// <summary>
/// A variable that one or more blocks around bind somewhere: the innermost that has done so by now counts, else one from outside.
/// </summary>
internal sealed class VariableNode((int Hops, int Slot)[] places, Node otherwise) : Node
{
    public override JsonValue? Evaluate(JsonValue? input, Bindings frame, Run run)
    {
        var holder = frame;
        var at = 0;
        foreach (var (hops, slot) in places)
        {
            for (; at < hops; at++)
                holder = holder.Outer!;
            if (holder.Slots[slot] is { } value)
                return ReferenceEquals(value, Bindings.Undefined) ? null : value is JsonataArray ? Values.Settle(value) : value;
        }

        return otherwise.Evaluate(input, frame, run);
    }

    public override bool IgnoresContext => true;

    public override ShapeValue ShapeOf(ShapeValue input, ShapeFrame frame, ShapeRun run)
    {
        var holder = frame;
        var at = 0;
        foreach (var (hops, slot) in places)
        {
            for (; at < hops; at++)
                holder = holder.Outer!;
            if (holder.Slots[slot] is { } value)
                return run.Known(run.Place(holder, slot), value.Settle());
        }

        return otherwise.ShapeOf(input, frame, run);
    }

    public override ShapePlace? Place(ShapeFrame frame, ShapeRun run)
    {
        var holder = frame;
        var at = 0;
        foreach (var (hops, slot) in places)
        {
            for (; at < hops; at++)
                holder = holder.Outer!;
            if (holder.Slots[slot] is not null)
                return run.Place(holder, slot);
        }

        return otherwise.Place(frame, run);
    }
}

/// <summary>One member of the context, as a step of a path.</summary>
/// <param name="name">The name.</param>
/// <param name="start">Where it stands.</param>
/// <param name="end">Where it ends.</param>
internal sealed class NameNode(string name, int start, int end) : Node
{
    public string Name { get; } = name;

    public override JsonValue? Evaluate(JsonValue? input, Bindings frame, Run run) => Values.Settle(Values.Lookup(input, Name, run));

    public override JsonValue? EvaluateRaw(JsonValue? input, Bindings frame, Run run) => Values.Lookup(input, Name, run);

    public override ShapeValue ShapeOf(ShapeValue input, ShapeFrame frame, ShapeRun run) => RawShapeOf(input, frame, run).Settle();

    public override ShapeValue RawShapeOf(ShapeValue input, ShapeFrame frame, ShapeRun run)
    {
        if (input.IsNever)
            return input;
        var value = input.Lookup(Name);
        run.Note(this, 0, !input.IsNothing && input.NeverHas(value) ? run.Missing(input, Name, start, end) : null);
        return value;
    }
}

/// <summary><c>*</c>.</summary>
internal sealed class WildcardNode : Node
{
    public bool KeepArray { get; init; }

    public override JsonValue? Evaluate(JsonValue? input, Bindings frame, Run run) => Values.Settle(EvaluateRaw(input, frame, run), KeepArray);

    public override JsonValue? EvaluateRaw(JsonValue? input, Bindings frame, Run run)
    {
        if (input is JsonataArray { IsInputWrapper: true, Count: > 0 } wrapper)
            input = wrapper[0];
        var gathered = new JsonataArray();
        var isSequence = true;
        if (input is JsonObject members)
        {
            run.Make(members.Count);
            foreach (var value in members.Values)
                isSequence &= !Add(gathered, value, run);
        }
        else if (Values.TryItems(input, out var items))
        {
            run.Make(items.Length);
            foreach (var value in items)
                isSequence &= !Add(gathered, value, run);
        }

        // Flattened arrays do not give a sequence, so a single item of one stays in its array.
        gathered.IsSequence = isSequence;
        return gathered;
    }

    public override ShapeValue ShapeOf(ShapeValue input, ShapeFrame frame, ShapeRun run) => RawShapeOf(input, frame, run).Settle(KeepArray);

    public override ShapeValue RawShapeOf(ShapeValue input, ShapeFrame frame, ShapeRun run)
    {
        input = input.Document();
        var value = input.Items();
        if (input.Shape.Members is { } members)
            value = value.Join(input.Inside(members.Value));
        var isMany = value.MayBeList;
        return value.Flat(ShapeRun.MostNested).ToList(0, int.MaxValue, ShapeTraits.Sequence | ShapeTraits.Raw | (isMany ? ShapeTraits.Plain : ShapeTraits.None));
    }

    private static bool Add(JsonataArray results, JsonValue? value, Run run)
    {
        if (!Values.TryItems(value, out var items))
        {
            results.Add(value);
            return false;
        }

        RuntimeHelpers.EnsureSufficientExecutionStack();
        run.Step();
        run.Make(items.Length);
        foreach (var item in items)
            Add(results, item, run);
        return true;
    }
}

/// <summary><c>**</c>.</summary>
internal sealed class DescendantsNode : Node
{
    public bool KeepArray { get; init; }

    public override JsonValue? Evaluate(JsonValue? input, Bindings frame, Run run) => Values.Settle(EvaluateRaw(input, frame, run), KeepArray);

    public override JsonValue? EvaluateRaw(JsonValue? input, Bindings frame, Run run)
    {
        if (input is null)
            return null;

        // Counted first, so that a large list is made once and not grown.
        var count = Count(input, run);
        run.Make(count);
        var results = JsonataArray.Sequence(count);
        Add(results, input, run);
        return results.Count == 1 ? results[0] : results;
    }

    public override ShapeValue ShapeOf(ShapeValue input, ShapeFrame frame, ShapeRun run) => RawShapeOf(input, frame, run).Settle(KeepArray);

    public override ShapeValue RawShapeOf(ShapeValue input, ShapeFrame frame, ShapeRun run)
    {
        if (input.IsNever || input.IsNothing)
            return input;
        if (input.Function is null && !input.Shape.MayBe(ShapeKinds.List | ShapeKinds.Object))
            return input;

        // Whatever lies in it, down to where no more is told.
        var all = ShapeValue.Never;
        var level = input.Flat(ShapeRun.MostNested);
        for (var depth = 0; !level.IsNever; depth++)
        {
            if (depth == ShapeRun.MostNested)
                return ShapeValue.Everything;
            all = all.Join(level);
            level = level.Shape.Members is { } members ? level.Inside(members.Value).Flat(ShapeRun.MostNested) : ShapeValue.Never;
        }

        return all.ToSequence(0, int.MaxValue).Join(all);
    }

    private static int Count(JsonValue? value, Run run)
    {
        var members = value as JsonObject;
        if (members is null && !Values.IsArray(value))
            return 1;
        RuntimeHelpers.EnsureSufficientExecutionStack();
        var count = members is null ? 0 : 1;
        var items = Values.Items(value);
        if (members is not null)
            items = members.Values!;
        run.Step();
        run.Touch(items.Length);
        foreach (var item in items)
        {
            count += item is JsonObject or JsonArray or JsonataArray ? Count(item, run) : 1;
            if (count > Values.MaxItems)
                throw new JsonataException("D2015") { Value = JsonNumber.Of(Values.MaxItems) };
        }

        return count;
    }

    private static void Add(JsonataArray results, JsonValue? value, Run run)
    {
        switch (value)
        {
            case JsonArray array:
                AddAll(results, array.AsSpan()!, run);
                break;
            case JsonataArray array:
                AddAll(results, array.AsSpan(), run);
                break;
            case JsonObject members:
                results.Add(members);
                AddAll(results, members.Values!, run);
                break;
            default:
                results.Add(value);
                break;
        }
    }

    private static void AddAll(JsonataArray results, ReadOnlySpan<JsonValue?> items, Run run)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        run.Step();
        foreach (var item in items)
            Add(results, item, run);
    }
}

/// <summary>A regular expression: a function that finds the first match in a string.</summary>
internal sealed class RegexNode(Stateside.Language.Jsonata.Patterns.RegexLiteral regex, int position) : Node
{
    private readonly Stateside.Language.Jsonata.Patterns.RegexFunction _function = new(regex, position);

    public override JsonValue? Evaluate(JsonValue? input, Bindings frame, Run run) => _function;

    public override ShapeValue ShapeOf(ShapeValue input, ShapeFrame frame, ShapeRun run) => new(Shape.Never, _function.ShapeOf());
}
