using Stateside.Language.Json;

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
