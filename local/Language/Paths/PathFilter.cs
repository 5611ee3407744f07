using System.Text.RegularExpressions;
using Stateside.Language.Json;

namespace Stateside.Language.Paths;

/// <summary>A question about a node: what stands in <c>[?(…)]</c>.</summary>
internal abstract class PathFilter
{
    /// <summary>Whether asking takes longer the larger the node is, and may take long.</summary>
    public virtual bool IsCostly => false;

    /// <summary>Whether asking may take long of any text.</summary>
    public virtual bool Backtracks => false;

    /// <summary>Whether the node is let through; null when a path of the filter does not fit it, which fails the whole path.</summary>
    public abstract bool? Accepts(JsonValue node, JsonValue document, PathProblem? problem);
}

/// <summary>All of several. The last is asked first, as the library does; only that tells which of them can fail.</summary>
internal sealed class AndFilter(PathFilter[] filters) : PathFilter
{
    public override bool IsCostly { get; } = Array.Exists(filters, filter => filter.IsCostly);

    public override bool Backtracks { get; } = Array.Exists(filters, filter => filter.Backtracks);

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
    public override bool IsCostly { get; } = Array.Exists(filters, filter => filter.IsCostly);

    public override bool Backtracks { get; } = Array.Exists(filters, filter => filter.Backtracks);

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
        return (outcome == PathOutcome.Found && value is not JsonNull && path.LedToAll(value)) != isNegated;
    }
}

/// <summary>Compares two operands. Nothing holds for a side that leads to nothing.</summary>
internal sealed class ComparisonFilter(FilterOperand left, FilterOperator comparison, FilterOperand right) : PathFilter
{
    private readonly FilterText? _text = right as FilterText;
    private readonly FilterPattern? _pattern = comparison != FilterOperator.Matches ? null : right as FilterPattern ?? (FilterPattern)left;

    public override bool IsCostly => _pattern is not null;

    public override bool Backtracks => _pattern?.Backtracks == true;

    public override bool? Accepts(JsonValue node, JsonValue document, PathProblem? problem)
    {
        if (left.Read(node, document, problem, out var a) is not PathOutcome.Found and var first)
            return first == PathOutcome.Unfit ? null : false;
        if (_text is not null && _pattern is null)
            return comparison.Holds(a, _text.Beside(a));
        if (right.Read(node, document, problem, out var b) is not PathOutcome.Found and var second)
            return second == PathOutcome.Unfit ? null : false;
        return _pattern is null ? comparison.Holds(a, b) : _pattern.Matches(_pattern == right ? a : b);
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
    private readonly JsonNumber? _number = FilterOperator.ReadNumber(text);

    /// <summary>The text as it is compared with a value: as the number that it is with a number.</summary>
    public JsonValue Beside(JsonValue other) => other is JsonNumber && _number is not null ? _number : _text;

    public override PathOutcome Read(JsonValue node, JsonValue document, PathProblem? problem, out JsonValue value)
    {
        value = _text;
        return PathOutcome.Found;
    }
}

/// <summary>A definite path from the node, <c>@</c>, or from what the whole path starts from, <c>$</c>.</summary>
internal sealed class FilterPath(bool fromDocument, CompiledSteps steps) : FilterOperand
{
    private readonly int? _lastNames = steps.Steps is [.., MembersStep last] ? last.Names.Distinct().Count() : null;

    /// <summary>Whether a value that the path led to has all the names that it ends with: <c>@['a','b']</c>.</summary>
    public bool LedToAll(JsonValue value) => _lastNames is null || ((JsonObject)value).Count == _lastNames;

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
    /// <summary>The text of an array or object that is looked at is no longer.</summary>
    private const int LongestText = 1 << 20;

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

    /// <summary>Whether a match may take long even of a short text.</summary>
    public bool Backtracks => !_regex.Options.HasFlag(RegexOptions.NonBacktracking);

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
            return _regex.IsMatch(value is JsonString text ? text.Value : value.CompactLength <= LongestText ? JsonWriter.Compact(value) : throw new PathGivenUpException());
        }
        catch (RegexMatchTimeoutException)
        {
            throw new PathGivenUpException();
        }
    }
}

/// <summary>A filter cannot be asked: it would take too long. Never leaves <see cref="PathWalk.Run"/>.</summary>
internal sealed class PathGivenUpException : Exception;
