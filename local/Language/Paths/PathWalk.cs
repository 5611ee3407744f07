using System.Runtime.CompilerServices;
using Stateside.Language.Evaluation;
using Stateside.Language.Json;

namespace Stateside.Language.Paths;

/// <summary>
/// Follows steps that may fork, once, and collects what they find in the order of the document. With a problem to tell it also keeps
/// the way it takes.
/// </summary>
/// <remarks>
/// Steps that fork multiply: <c>[0,0,0][0,0,0]</c> leads to nine nodes, and <c>[-2000000000:1]</c> to as many that are not there. A
/// path that comes by too many, over and over, is given up.
/// </remarks>
internal sealed class PathWalk(CompiledSteps compiled, JsonValue document, PathProblem? problem, Budget? budget)
{
    /// <summary>What is said of a path that is given up.</summary>
    public const string TooMany = "The path leads to too many nodes";

    private readonly PathStep[] _steps = compiled.Steps;
    private readonly List<JsonValue> _found = [];
    private int _left = Budget.Stride;

    public PathOutcome Run(JsonValue? start, out JsonValue value)
    {
        PathOutcome outcome;
        try
        {
            outcome = Walk(0, start);
        }
        catch (PathGivenUpException)
        {
            outcome = GiveUp();
        }

        if (outcome != PathOutcome.GivenUp && budget is not null && budget.Take(Budget.Stride - _left, 8L * _found.Count) != Shortage.None)
            outcome = GiveUp();
        value = outcome == PathOutcome.Found ? JsonArray.Of([.. _found]) : JsonValue.Null;
        return outcome;
    }

    /// <summary>Counts nodes.</summary>
    private bool Take(int nodes) => (_left -= nodes) >= 0 || Look();

    private bool Look(long bytes = 0)
    {
        var taken = Budget.Stride - _left;
        _left = Budget.Stride;
        budget ??= new Budget(EvaluationLimits.Default);
        return budget.Look(taken, bytes) == Shortage.None;
    }

    /// <summary>Goes on from a node; null is what <see cref="CompiledSteps.Follow"/> says.</summary>
    private PathOutcome Walk(int at, JsonValue? value)
    {
        if (!Take(1))
            return GiveUp();
        if (at == _steps.Length)
        {
            // The list grows by as much as it has.
            if (_found.Count == _found.Capacity && _found.Count > Budget.Stride && !Look(16L * _found.Count))
                return GiveUp();
            _found.Add(value ?? JsonValue.Null);
            return PathOutcome.Found;
        }

        switch (_steps[at])
        {
            case MemberStep member when problem is null && value is JsonObject owner && owner.TryGetValue(member.Name, out var found):
                return Walk(at + 1, found is JsonNull ? null : found);
            case WildcardStep:
                return WalkAll(at, value);
            case DescentStep:
                return value is null ? PathOutcome.Found : Descend(at + 1, value);
            case FilterStep filter:
                return WalkFilter(at, filter.Filter, value);
            case IndexesStep indexes:
                return value is JsonArray items ? WalkIndexes(at, items, indexes.Indexes) : NoArray(at, value);
            case SliceStep slice:
                return value is JsonArray array ? WalkSlice(at, array, slice) : NoArray(at, value);
            default:
                return WalkOne(at, value);
        }
    }

    private PathOutcome WalkOne(int at, JsonValue? value)
    {
        var step = _steps[at];
        var outcome = compiled.Follow(at, value, out var next);
        if (outcome != PathOutcome.Found)
        {
            var isSkipped = step is MemberStep && value is JsonObject && compiled.MaySkip(at);
            return isSkipped ? PathOutcome.Found : step is MemberStep or MembersStep ? NoMember(at, value, outcome) : NoArray(at, value);
        }

        return step switch
        {
            MemberStep member => Enter(member.Name, at + 1, next),
            IndexStep index => Enter(index.Index, at + 1, next),
            FromEndStep fromEnd => Enter(((JsonArray)value!).Count - fromEnd.Back, at + 1, next),
            _ => Walk(at + 1, next),
        };
    }

    private PathOutcome WalkAll(int at, JsonValue? value)
    {
        if (value is JsonObject members)
        {
            for (var i = 0; i < members.Count; i++)
            {
                var member = members.Values[i];
                if (Enter(members.Keys[i], at + 1, member is JsonNull ? null : member) is not PathOutcome.Found and var outcome)
                    return outcome;
            }
        }
        else if (value is JsonArray items)
        {
            for (var i = 0; i < items.Count; i++)
            {
                if (Enter(i, at + 1, items[i]) is not (PathOutcome.Found or PathOutcome.Missing) and var outcome)
                    return outcome;
            }
        }

        return PathOutcome.Found;
    }

    private PathOutcome WalkIndexes(int at, JsonArray items, int[] indexes)
    {
        foreach (var index in indexes)
        {
            if (Enter(index, at + 1, CompiledSteps.ItemAt(items, index)) is not PathOutcome.Found and var outcome)
                return outcome;
        }

        return PathOutcome.Found;
    }

    private PathOutcome WalkSlice(int at, JsonArray items, SliceStep slice)
    {
        // Only an open end makes a negative start count back, and only an open start a negative end. Otherwise what lies before
        // the array is walked too, so that [-2:1] has two nulls and the first item.
        var (from, to) = (slice.From, slice.To) switch
        {
            ({ } first, { } end) => (first, Math.Min(items.Count, end)),
            ({ } first, null) => (Math.Max(0, first < 0 ? items.Count + first : first), items.Count),
            (_, { } end) => (0, Math.Min(items.Count, end < 0 ? items.Count + end : end)),
            _ => (0, items.Count),
        };
        for (var i = items.Count == 0 ? to : from; i < to; i++)
        {
            if (Enter(i, at + 1, CompiledSteps.ItemAt(items, i)) is not PathOutcome.Found and var outcome)
                return outcome;
        }

        return PathOutcome.Found;
    }

    private PathOutcome WalkFilter(int at, PathFilter filter, JsonValue? value)
    {
        switch (value)
        {
            case JsonArray items:
                if (!Take(items.Count))
                    return GiveUp();
                var isCostly = filter.IsCostly;
                for (var i = 0; i < items.Count; i++)
                {
                    if ((isCostly ? Accepts(filter, items[i]) : filter.Accepts(items[i], document, problem)) is not { } accepts)
                        return PathOutcome.Unfit;
                    if (accepts && Enter(i, at + 1, items[i]) is not PathOutcome.Found and var outcome)
                        return outcome;
                }

                return PathOutcome.Found;
            case JsonObject when !RuntimeHelpers.TryEnsureSufficientExecutionStack():
                return GiveUp();
            case JsonObject:
                return Accepts(filter, value) switch { null => PathOutcome.Unfit, true => Walk(at + 1, value), _ => PathOutcome.Found };
            default:
                return Unfit(at, value, "can not be applied to primitives");
        }
    }

    private PathOutcome Descend(int at, JsonValue value)
    {
        if (value is not (JsonArray or JsonObject))
            return PathOutcome.Found;
        if (!Take(1) || !RuntimeHelpers.TryEnsureSufficientExecutionStack())
            return GiveUp();
        if (Matches(_steps[at], value) is not { } matches)
            return PathOutcome.Unfit;
        if (matches && value is JsonArray array && at < _steps.Length - 1)
        {
            // The library goes on with every item here, whatever the step selects: $..[0].a finds the a of all items.
            for (var i = 0; i < array.Count; i++)
            {
                if (Enter(i, at + 1, array[i] is JsonNull ? null : array[i], isPlain: true) is not PathOutcome.Found and var outcome)
                    return outcome;
            }
        }
        else if (matches && Walk(at, value) is not PathOutcome.Found and var outcome)
        {
            return outcome;
        }

        return DescendAll(at, value);
    }

    private PathOutcome DescendAll(int at, JsonValue value)
    {
        var members = value as JsonObject;
        var children = members is null ? ((JsonArray)value).AsSpan() : members.Values;
        var trail = problem?.Trail;
        for (var i = 0; i < children.Length; i++)
        {
            if (problem is not null)
                problem.Trail = trail + (members is null ? $"[{i}]" : $"['{members.Keys[i]}']");
            if (children[i] is (JsonArray or JsonObject) && Descend(at, children[i]) is not PathOutcome.Found and var outcome)
                return outcome;
        }

        return PathOutcome.Found;
    }

    /// <summary>Whether a step after <c>..</c> has anything to do with a node; null when its filter cannot be asked.</summary>
    private bool? Matches(PathStep step, JsonValue value) => step switch
    {
        MemberStep member => value is JsonObject members && members.ContainsKey(member.Name),
        MembersStep some => value is JsonObject members && Array.TrueForAll(some.Names, members.ContainsKey),
        IndexStep or FromEndStep or IndexesStep or SliceStep => value is JsonArray,
        WildcardStep => true,
        FilterStep filter => Accepts(filter.Filter, value),
        _ => false,
    };

    private bool? Accepts(PathFilter filter, JsonValue node)
    {
        if (filter.Backtracks)
            budget?.ExpectLong();
        var accepts = filter.Accepts(node, document, problem);
        if (!filter.IsCostly)
            return accepts;

        // What is asked of a text takes as long as it is.
        _left -= node.CompactLength >> 6;
        return Look() ? accepts : throw new PathGivenUpException();
    }

    private PathOutcome Enter(string name, int at, JsonValue? value) =>
        problem is null ? Walk(at, value) : Enter($"['{name}']", at, value, isPlain: true);

    private PathOutcome Enter(int index, int at, JsonValue? value, bool isPlain = false) =>
        problem is null ? Walk(at, value) : Enter($"[{index}]", at, value, isPlain);

    private PathOutcome Enter(string step, int at, JsonValue? value, bool isPlain)
    {
        var trail = problem!.Trail;
        (problem.Trail, problem.IsPlain) = (trail + step, isPlain);
        var outcome = Walk(at, value);
        problem.Trail = trail;
        return outcome;
    }

    private PathOutcome GiveUp()
    {
        if (problem is not null)
            problem.Text = TooMany;
        return PathOutcome.GivenUp;
    }

    private PathOutcome NoMember(int at, JsonValue? value, PathOutcome outcome)
    {
        if (problem is not null)
        {
            var step = _steps[at];
            problem.Text = value is not JsonObject ? $"Property {step} not found in path {problem.Trail}"
                : step is MembersStep ? $"Multi properties can only be used as path leafs: {problem.Trail}{step}"
                : at == _steps.Length - 1 ? $"No results for path: {problem.Trail}{step}"
                : $"Missing property in path {problem.Trail}{step}";
        }

        return outcome;
    }

    private PathOutcome NoArray(int at, JsonValue? value)
    {
        if (value is not null)
            return Unfit(at, value, "can only be applied to arrays");
        if (problem is not null)
            problem.Text = $"The path {problem.Trail} is null";
        return PathOutcome.Missing;
    }

    private PathOutcome Unfit(int at, JsonValue? value, string rule)
    {
        if (problem is not null)
            problem.Text = $"Filter: {compiled.From(at)} {rule}. Current context is: {Shown(value)}";
        return PathOutcome.Unfit;
    }

    /// <summary>A value as the library prints it: a text that is a member without quotation marks, one that is an item with them.</summary>
    private string Shown(JsonValue? value) =>
        value is JsonString text && problem!.IsPlain ? text.Value : (value ?? JsonValue.Null).WithoutSourceText().Told;
}
