using System.Text.RegularExpressions;
using Stateside.Language.Json;

namespace Stateside.Language.Paths;

/// <summary>A question about a node: what stands in <c>[?(…)]</c>.</summary>
internal abstract class PathFilter
{
    /// <summary>Whether the node is let through; null when a path of the filter does not fit it, which fails the whole path.</summary>
    public abstract bool? Accepts(JsonValue node, JsonValue document, PathProblem? problem);
}

/// <summary>All of several. The last is asked first, as the library does; only that tells which of them can fail.</summary>
internal sealed class AndFilter(PathFilter[] filters) : PathFilter
{
    public override bool? Accepts(JsonValue node, JsonValue document, PathProblem? problem)
    {
        for (var i = filters.Length - 1; i >= 0; i--)
        {
            if (filters[i].Accepts(node, document, problem) is not true and var accepts)
                return accepts;
        }

        return true;
    }
}

/// <summary>One of several. The last is asked first, too.</summary>
internal sealed class OrFilter(PathFilter[] filters) : PathFilter
{
    public override bool? Accepts(JsonValue node, JsonValue document, PathProblem? problem)
    {
        for (var i = filters.Length - 1; i >= 0; i--)
        {
            if (filters[i].Accepts(node, document, problem) is not false and var accepts)
                return accepts;
        }

        return false;
    }
}

/// <summary>
/// Whether a path leads to a value that is not null, <c>@.a</c>, or does not, <c>!@.a</c>. One that ends with several names must lead
/// to each of them.
/// </summary>
internal sealed class ExistsFilter(FilterPath path, bool isNegated) : PathFilter
{
    public override bool? Accepts(JsonValue node, JsonValue document, PathProblem? problem)
    {
        var outcome = path.Read(node, document, problem, out var value);
        if (outcome == PathOutcome.Unfit)
            return null;
        var exists = outcome == PathOutcome.Found && value is not JsonNull
            && Array.TrueForAll(path.LastNames, name => ((JsonObject)value).ContainsKey(name));
        return exists != isNegated;
    }
}

/// <summary>Compares two operands. Nothing holds for a side that leads to nothing.</summary>
internal sealed class ComparisonFilter(FilterOperand left, FilterOperator comparison, FilterOperand right) : PathFilter
{
    public override bool? Accepts(JsonValue node, JsonValue document, PathProblem? problem)
    {
        if (left.Read(node, document, problem, out var a) is var first && first == PathOutcome.Unfit)
            return null;
        if (first == PathOutcome.Missing)
            return false;
        if (right.Read(node, document, problem, out var b) is not PathOutcome.Found and var second)
            return second == PathOutcome.Unfit ? null : false;
        if (comparison != FilterOperator.Matches)
            return comparison.Holds(a, a is JsonNumber && right is FilterText { Number: { } number } ? number : b);
        return left is FilterPattern pattern ? pattern.Matches(b) : ((FilterPattern)right).Matches(a);
    }
}

/// <summary>A side of a comparison.</summary>
internal abstract class FilterOperand
{
    public abstract PathOutcome Read(JsonValue node, JsonValue document, PathProblem? problem, out JsonValue value);
}

/// <summary>A text, with or without quotation marks.</summary>
internal sealed class FilterText(string text) : FilterOperand
{
    private readonly JsonString _text = new(text);

    /// <summary>The number that the text is, read once.</summary>
    public JsonNumber? Number { get; } = FilterOperator.ReadNumber(text);

    public override PathOutcome Read(JsonValue node, JsonValue document, PathProblem? problem, out JsonValue value)
    {
        value = _text;
        return PathOutcome.Found;
    }
}

/// <summary>A definite path from the node, <c>@</c>, or from what the whole path starts from, <c>$</c>.</summary>
internal sealed class FilterPath(bool fromDocument, CompiledSteps steps) : FilterOperand
{
    /// <summary>The names it ends with, when those are several: <c>@['a','b']</c>.</summary>
    public string[] LastNames { get; } = steps.Steps is [.., MembersStep last] ? last.Names : [];

    public override PathOutcome Read(JsonValue node, JsonValue document, PathProblem? problem, out JsonValue value)
    {
        var start = fromDocument ? document : node;
        if (start is JsonNull)
            start = null;
        var outcome = steps.Evaluate(start, document, out value);
        if (problem is not null && outcome == PathOutcome.Unfit)
            problem.Text = steps.DescribeFailure(start, document, isPlain: true);
        return outcome;
    }
}

/// <summary>A regular expression, which must match the whole text.</summary>
internal sealed class FilterPattern : FilterOperand
{
    private static readonly TimeSpan LongestMatch = TimeSpan.FromSeconds(1);
    private readonly Regex _regex;

    /// <exception cref="ArgumentException">The pattern is not a regular expression.</exception>
    public FilterPattern(string pattern, RegexOptions options)
    {
        pattern = $@"\A(?:{pattern})\z";
        options |= RegexOptions.CultureInvariant;
        try
        {
            _regex = new Regex(pattern, options | RegexOptions.NonBacktracking, LongestMatch);
        }
        catch (NotSupportedException)
        {
            // Look-around and back references need the backtracking engine.
            _regex = new Regex(pattern, options, LongestMatch);
        }
    }

    /// <summary>A pattern is compared with nothing: it stands as a value of which no comparison holds.</summary>
    public override PathOutcome Read(JsonValue node, JsonValue document, PathProblem? problem, out JsonValue value)
    {
        value = JsonArray.Empty;
        return PathOutcome.Found;
    }

    public bool Matches(JsonValue value)
    {
        if (value is JsonNull)
            return false;
        try
        {
            return _regex.IsMatch(value is JsonString text ? text.Value : JsonWriter.Compact(value));
        }
        catch (RegexMatchTimeoutException)
        {
            return false;
        }
    }
}
