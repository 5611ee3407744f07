using Stateside.Language.Evaluation;
using Stateside.Language.Json;

namespace Stateside.Language.Paths;

/// <summary>
/// The steps after a path's root, with the dialect's ways: a definite path gives one node or none, an indefinite one the array of
/// what it finds, empty when it finds nothing.
/// </summary>
internal sealed class CompiledSteps
{
    private readonly PathStep[] _steps;
    private readonly int _lastFork;

    public CompiledSteps(PathStep[] steps)
    {
        _steps = steps;
        _lastFork = Array.FindLastIndex(steps, step => !step.IsDefinite);
    }

    public PathStep[] Steps => _steps;

    /// <summary>Whether the steps give at most one value.</summary>
    public bool IsDefinite => _lastFork < 0;

    /// <summary>Whether the steps are members and items alone. What looks like a function, <c>.length()</c>, is none of them.</summary>
    public bool IsReference => Array.TrueForAll(_steps, step =>
        step is IndexStep { Index: >= 0 } || (step is MemberStep member && !member.Name.EndsWith("()", StringComparison.Ordinal)));

    /// <summary>Follows all steps.</summary>
    /// <param name="start">Where they start; null is what <see cref="Follow"/> says.</param>
    /// <param name="document">What <c>$</c> stands for in filters.</param>
    /// <param name="value">What they lead to.</param>
    /// <param name="budget">What following them may take; null where they do so alone.</param>
    public PathOutcome Evaluate(JsonValue? start, JsonValue document, out JsonValue value, Budget? budget = null)
    {
        if (!IsDefinite)
            return new PathWalk(this, document, null, budget).Run(start, out value);
        var current = start;
        for (var i = 0; i < _steps.Length; i++)
        {
            if (_steps[i] is MemberStep member && current is JsonObject owner && owner.TryGetValue(member.Name, out var found))
            {
                current = found;
            }
            else if (_steps[i] is IndexStep index && current is JsonArray items)
            {
                current = ItemAt(items, index.Index);
            }
            else if (Follow(i, current is JsonNull && i > 0 && _steps[i - 1] is MemberStep ? null : current, out current)
                is not PathOutcome.Found and var outcome)
            {
                value = JsonValue.Null;
                return outcome;
            }
        }

        value = current ?? JsonValue.Null;
        return PathOutcome.Found;
    }

    /// <summary>Whether a null that the steps led to lies beyond an array: the last step is an index, and there is no such item.</summary>
    public bool IsBeyond(JsonValue start, JsonValue document)
    {
        if (_steps is not [.., IndexStep or FromEndStep] || !IsDefinite)
            return false;
        new CompiledSteps(_steps[..^1]).Evaluate(start, document, out var value);
        return new CompiledSteps([_steps[^1]]).Follow(0, value, out var item) == PathOutcome.Found && item is null;
    }

    /// <summary>Why the steps lead nowhere, in the words of the library that AWS reports.</summary>
    /// <param name="start">Where they start.</param>
    /// <param name="document">What <c>$</c> stands for in filters.</param>
    /// <param name="isPlain">Whether a text that they start from is printed without quotation marks.</param>
    /// <param name="budget">What finding that out may take; null where it does so alone.</param>
    public string DescribeFailure(JsonValue? start, JsonValue document, bool isPlain = false, Budget? budget = null)
    {
        var problem = new PathProblem { IsPlain = isPlain };
        new PathWalk(this, document, problem, budget).Run(start, out _);
        return problem.Text;
    }

    /// <summary>Follows one definite step.</summary>
    /// <param name="at">Which.</param>
    /// <param name="value">
    /// Where it is. Null where there is no more than a null: a member that is null, or what lies beyond an array. The items of an
    /// array are values even when they are null.
    /// </param>
    /// <param name="next">Where it leads.</param>
    public PathOutcome Follow(int at, JsonValue? value, out JsonValue? next)
    {
        next = null;
        switch (_steps[at])
        {
            case MemberStep member:
                if (value is not JsonObject owner || !owner.TryGetValue(member.Name, out var found))
                    return PathOutcome.Missing;
                next = found is JsonNull ? null : found;
                return PathOutcome.Found;
            case MembersStep members:
                if (value is not JsonObject all)
                    return PathOutcome.Missing;
                if (at < _steps.Length - 1)
                    return PathOutcome.Unfit;
                next = Pick(all, members.Names);
                return PathOutcome.Found;
            case IndexStep index when value is JsonArray items:
                next = ItemAt(items, index.Index);
                return PathOutcome.Found;
            case FromEndStep fromEnd when value is JsonArray items:
                next = ItemAt(items, items.Count - fromEnd.Back);
                return PathOutcome.Found;
            default:
                return value is null ? PathOutcome.Missing : PathOutcome.Unfit;
        }
    }

    /// <summary>
    /// Whether a member that is not there ends its line and fails nothing: it comes right after a step that names several nodes, or
    /// such a step comes after it. The last step never ends so.
    /// </summary>
    public bool MaySkip(int at) => at < _steps.Length - 1 && (at <= _lastFork || (at > 0 && !_steps[at - 1].IsDefinite));

    /// <summary>The item; null beyond the array.</summary>
    public static JsonValue? ItemAt(JsonArray items, int index) => (uint)index < (uint)items.Count ? items[index] : null;

    public override string ToString() => From(0);

    /// <summary>The steps from one on, as they are written in messages.</summary>
    public string From(int at) => string.Concat(_steps[at..].Select(step => step.ToString()));

    private static JsonObject Pick(JsonObject members, string[] names)
    {
        var picked = new JsonObject.Builder(names.Length);
        foreach (var name in names)
        {
            if (members.TryGetValue(name, out var value))
                picked.Set(name, value);
        }

        return picked.ToObject();
    }
}
