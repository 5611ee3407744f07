using Stateside.Language.Json;
using Stateside.Language.Shapes;

namespace Stateside.Language.Jsonata.Nodes;

/// <summary>
/// A path whose steps bind no variables: each step is evaluated for every item the one before gave, and what it gives is flattened
/// into one sequence.
/// </summary>
internal sealed class PathNode(Step[] steps, bool startsWithVariable, bool keepSingleton, GroupNode? group) : Node
{
    private static readonly JsonataArray Nothing = JsonataArray.Sequence(0);

    public bool KeepArray { get; init; }

    public override JsonValue? Evaluate(JsonValue? input, Bindings frame, Run run)
    {
        run.Enter();
        var result = new Gathering();
        var current = input;
        var isMany = !startsWithVariable && Values.IsArray(input);
        JsonValue? whole = null;
        for (var i = 0; i < steps.Length; i++)
        {
            var step = steps[i];
            if (step.IsOpeningConstructor && i == 0)
            {
                // What it gives, an array unless a predicate chose from it, is the sequence for the next step.
                whole = step.Expression.Evaluate(isMany ? input : new JsonataArray(input), frame, run);
                result = default;
            }
            else if (step.Expression is SortNode sort)
            {
                whole = step.ApplyStages(sort.Sort(isMany ? current : new JsonataArray(current), frame, run), frame, run);
                result = default;
            }
            else
            {
                whole = Take(step, current, isMany, i == steps.Length - 1, ref result, frame, run);
            }

            if (whole is not null)
            {
                current = whole;
                isMany = true;
                if (Values.IsArray(whole) && Values.Items(whole).Length == 0)
                    break;
                if (!Values.IsArray(whole) && i < steps.Length - 1 && steps[i + 1].Expression is not SortNode)
                {
                    // A single value is no list: the next step finds nothing in it to go through, but in a string its characters.
                    whole = null;
                    if (current is not JsonString { Value.Length: > 0 } text)
                        break;
                    run.Make(text.Value.Length, 64);
                    current = JsonataArray.SequenceOf([.. text.Value.Select(c => new JsonString(c.ToString()))]);
                }
            }
            else if (result.Count == 0)
            {
                break;
            }
            else
            {
                isMany = result.Count > 1;
                current = isMany ? result.All : result.First;
            }
        }

        run.Leave();
        return Finish(whole, ref result, frame, run);
    }

    private JsonValue? Finish(JsonValue? whole, ref Gathering result, Bindings frame, Run run)
    {
        if (whole is null && group is null)
        {
            if (result.Count == 0)
                return null;
            if (result.Count == 1)
                return keepSingleton || KeepArray ? new JsonataArray(result.First) { KeepSingleton = true } : result.First;
            if (keepSingleton)
                result.All!.KeepSingleton = true;
            return result.All;
        }

        var value = whole ?? result.ToSequence();
        if (keepSingleton)
            value = Keep(value);
        if (group is not null)
            value = group.Evaluate(value, frame, run);
        return Values.Settle(value, KeepArray);
    }

    internal static JsonValue? Keep(JsonValue? value)
    {
        if (value is not JsonataArray array)
            return value;
        if (array is { IsConstructed: true, IsSequence: false })
            return new JsonataArray(array) { KeepSingleton = true };
        array.KeepSingleton = true;
        return array;
    }

    /// <summary>Evaluates a step for one item or each of many.</summary>
    /// <returns>The array that is the whole result, where it is not to be taken for a sequence; else null, and the result holds the items.</returns>
    private static JsonValue? Take(Step step, JsonValue? current, bool isMany, bool isLast, ref Gathering result, Bindings frame, Run run)
    {
        if (!isMany)
        {
            result = default;
            var only = One(step, current, frame, run);
            if (only is null)
                return null;
            if (isLast && IsPlainArray(only))
                return only;
            result.Flatten(only, 0, run);
            return null;
        }

        var items = Values.Items(current);
        var gathered = new Gathering();
        JsonValue? first = null;
        var count = 0;
        var name = step.Stages.Length == 0 ? step.Name : null;
        foreach (var item in items)
        {
            run.Step();
            var value = name is not null && item is JsonObject members ? Values.Settle(members[name]) : One(step, item, frame, run);
            if (value is null)
                continue;

            // The first waits until there is a second: alone at the end of a path, an array stays what it is.
            if (count++ == 0)
            {
                first = value;
                continue;
            }

            if (count == 2)
                gathered.Flatten(first!, items.Length, run);
            gathered.Flatten(value, items.Length, run);
        }

        result = gathered;
        if (count != 1)
            return null;
        if (isLast && IsPlainArray(first!))
            return first;
        result.Flatten(first!, 0, run);
        return null;
    }

    private static JsonValue? One(Step step, JsonValue? item, Bindings frame, Run run)
    {
        var value = step.Expression.Evaluate(item, frame, run);
        if (step.Stages.Length == 0)
            return value;

        // What a predicate leaves nothing of is an empty sequence, which counts among the results where there are several.
        return step.ApplyStages(value, frame, run) ?? Nothing;
    }

    public override bool IgnoresContext => startsWithVariable && steps[0].Expression.IgnoresContext;

    public override ShapePlace? Place(ShapeFrame frame, ShapeRun run)
    {
        if (!startsWithVariable || group is not null || keepSingleton || KeepArray || steps[0].Stages.Length > 0)
            return null;
        var place = steps[0].Expression.Place(frame, run);
        foreach (var step in steps.AsSpan(1))
            place = step.Name is { } name && step.Stages.Length == 0 ? place?.With(name) : null;
        return place;
    }

    public override ShapeValue ShapeOf(ShapeValue input, ShapeFrame frame, ShapeRun run)
    {
        if (!run.Step())
            return ShapeValue.Everything;
        if (startsWithVariable || !input.MayBeList)
            return ShapeOf(new(input, 1, 1), input, frame, run);
        var (least, most) = input.Count(run);
        var result = ShapeOf(new(input.Items(), least, most), input, frame, run);
        var single = input.Without(ShapeKinds.List);
        return single.IsNever ? result : result.Join(ShapeOf(new(single, 1, 1), single, frame, run));
    }

    /// <summary>What a step was given, or gave.</summary>
    /// <param name="Item">What each item is.</param>
    /// <param name="Least">How many there are at least.</param>
    /// <param name="Most">How many there are at most.</param>
    /// <param name="Whole">What it may be, too, where it is an array that is not to be taken for a sequence.</param>
    private sealed record Taken(ShapeValue Item, int Least, int Most, ShapeValue? Whole = null);

    private ShapeValue ShapeOf(Taken current, ShapeValue input, ShapeFrame frame, ShapeRun run)
    {
        var place = startsWithVariable && run.HasFacts ? steps[0].Expression.Place(frame, run) : null;
        var isRepeated = current is not { Least: 1, Most: 1 };
        run.Region += isRepeated ? 1 : 0;
        var regions = isRepeated ? 1 : 0;

        // What a step finds nothing in is the result as it is.
        var early = ShapeValue.Never;
        for (var i = 0; i < steps.Length; i++)
        {
            var step = steps[i];
            var isLast = i == steps.Length - 1;
            if (i > 0)
                place = step.Name is { } name && step.Stages.Length == 0 ? place?.With(name) : null;
            if (step.IsOpeningConstructor && i == 0)
                current = Array(step.Expression.ShapeOf(input.MayBeList ? input : input.ToSequence(1, 1), frame, run), run);
            else if (step.Expression is SortNode sort)
                current = Array(step.ShapeOfStages(Sorted(sort, current, i == 0 ? input : null, frame, run), frame, run), run);
            else
                current = Take(step, current, isLast, i > 0 ? place : null, frame, run);
            if (current.Whole is { } whole && !isLast)
            {
                if (whole.Without(ShapeKinds.List | ShapeKinds.Nothing) is { IsNever: false })
                    early = ShapeValue.Everything;
                if (current.Least == 0)
                    early = early.Join(new(Shape.Tuple([]), null, whole.Traits));
                current = current with { Whole = null };
            }

            if (current.Item.IsNever && current.Least > 0)
                break;
            if (current.Least == 0)
                early = early.OrNothing();
            if (current.Most == 0)
                break;
            if (current is not { Least: 1, Most: 1 })
            {
                run.Region++;
                regions++;
            }
        }

        var result = Finished(current, early, frame, run);
        run.Region -= regions;
        return result;
    }

    /// <summary>An array, or nothing, as what a step gave: its items for the next step, itself at the end.</summary>
    private static Taken Array(ShapeValue whole, ShapeRun run)
    {
        var (least, most) = whole.Count(run);
        return new Taken(whole.Items(), whole.IsOnly(ShapeKinds.List) ? least : 0, most, whole);
    }

    private static ShapeValue Sorted(SortNode sort, Taken current, ShapeValue? input, ShapeFrame frame, ShapeRun run)
    {
        run.Region++;
        sort.ShapeOfKeys(current.Item, frame, run);
        run.Region--;
        var sorted = current.Item.ToList(current.Least, current.Most, ShapeTraits.Plain | ShapeTraits.Sequence | ShapeTraits.Raw);
        return input is { MayBeList: true } ? sorted with { Traits = sorted.Traits | input.Traits } : sorted;
    }

    private static Taken Take(Step step, Taken current, bool isLast, ShapePlace? place, ShapeFrame frame, ShapeRun run)
    {
        var value = step.Expression.ShapeOf(current.Item, frame, run);
        if (place is not null && current.Most == 1)
        {
            value = run.Known(place, current.Least == 0 ? value.OrNothing() : value);
            current = value.MayBeNothing ? current : current with { Least = 1 };
        }

        value = step.ShapeOfStages(value, frame, run);
        if (value.IsNever)
            return new Taken(current.Least > 0 ? ShapeValue.Never : ShapeValue.Nothing, current.Least, 0);
        var (least, most) = (current.Least, current.Most);
        if (value.MayBeNothing)
            least = 0;
        if (value.IsNothing)
            most = 0;
        var single = value.Without(ShapeKinds.List | ShapeKinds.Nothing);
        if (!value.MayBeList)
            return new Taken(single, least, most);

        // Arrays are flattened, but for one that is all there is at the end.
        var item = single;
        var (leastItems, mostItems) = value.Count(run);
        if (value.Has(ShapeTraits.Plain | ShapeTraits.Sequence))
            item = item.Join(value.Items());
        if (value.Has(ShapeTraits.Constructed))
            item = item.Join(value.Only(ShapeKinds.List));
        if (!single.IsNever || value.Has(ShapeTraits.Constructed))
            (leastItems, mostItems) = (Math.Min(leastItems, 1), Math.Max(mostItems, 1));
        var whole = isLast && least <= 1 && most >= 1 && value.Has(ShapeTraits.Plain | ShapeTraits.Constructed) ? value.Only(ShapeKinds.List) : null;
        var isWhole = whole is not null && most == 1 && single.IsNever && !value.Has(ShapeTraits.Sequence);
        if (isWhole)
            return new Taken(ShapeValue.Never, least, 0, least == 0 ? whole!.OrNothing() : whole);
        return new Taken(item, Math.Min(2, least * leastItems), most == 0 || mostItems == 0 ? 0 : most == 1 ? mostItems : int.MaxValue, whole);
    }

    private ShapeValue Finished(Taken current, ShapeValue early, ShapeFrame frame, ShapeRun run)
    {
        var keeps = keepSingleton || KeepArray;
        var result = early;
        if (current.Most > 0 && !(current.Item.IsNever && current.Least > 0))
            result = result.Join(current.Item.ToSequence(Math.Max(1, current.Least), current.Most));
        if (current.Least == 0 && current.Whole is null)
            result = result.OrNothing();
        if (current.Whole is { } whole)
        {
            if (keepSingleton && whole.Has(ShapeTraits.Constructed))
                whole = whole.Join(whole.Only(ShapeKinds.List).ToSequence(1, 1));
            result = result.Join(whole);
        }

        if (group is not null)
        {
            run.Region++;
            result = group.ShapeOf(result, frame, run);
            run.Region--;
        }

        return result.Settle(keeps);
    }

    private static bool IsPlainArray(JsonValue value) => value is JsonArray or JsonataArray { IsSequence: false };
}

/// <summary>Items gathered by a step. One alone needs no sequence.</summary>
internal struct Gathering
{
    public JsonValue? First { get; private set; }

    public JsonataArray? All { get; private set; }

    public int Count { get; private set; }

    public void Add(JsonValue? value, int expected)
    {
        if (Count == 0)
        {
            First = value;
        }
        else
        {
            if (All is null)
            {
                All = JsonataArray.Sequence(Math.Max(4, expected));
                All.Add(First);
            }

            All.Add(value);
        }

        Count++;
    }

    /// <summary>Adds the items of an array, unless it was constructed on the way, and anything else as it is.</summary>
    public void Flatten(JsonValue value, int expected, Run run)
    {
        if (value is JsonArray or JsonataArray { IsConstructed: false })
        {
            var items = Values.Items(value);
            run.Make(items.Length);
            foreach (var item in items)
                Add(item, Math.Max(expected, items.Length));
        }
        else
        {
            Add(value, expected);
        }
    }

    public readonly JsonataArray ToSequence()
    {
        if (All is not null)
            return All;
        var sequence = JsonataArray.Sequence(1);
        if (Count == 1)
            sequence.Add(First);
        return sequence;
    }
}
