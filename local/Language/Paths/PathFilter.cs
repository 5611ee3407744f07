using System.Text.RegularExpressions;
using Stateside.Language.Json;

namespace Stateside.Language.Paths;

/// <summary>A question about a node: what stands in <c>[?(…)]</c>.</summary>
internal abstract class PathFilter
{
    public abstract bool Accepts(JsonValue node, JsonValue document);
}

internal sealed class AndFilter(PathFilter left, PathFilter right) : PathFilter
{
    public override bool Accepts(JsonValue node, JsonValue document) => left.Accepts(node, document) && right.Accepts(node, document);
}

internal sealed class OrFilter(PathFilter left, PathFilter right) : PathFilter
{
    public override bool Accepts(JsonValue node, JsonValue document) => left.Accepts(node, document) || right.Accepts(node, document);
}

internal sealed class NotFilter(PathFilter inner) : PathFilter
{
    public override bool Accepts(JsonValue node, JsonValue document) => !inner.Accepts(node, document);
}

/// <summary>Whether a path finds anything.</summary>
internal sealed class ExistsFilter(FilterPath path) : PathFilter
{
    public override bool Accepts(JsonValue node, JsonValue document) => path.Finds(node, document);
}

/// <summary>Compares two operands. A side that names nothing equals nothing, itself included.</summary>
internal sealed class ComparisonFilter(FilterOperand left, FilterOperator comparison, FilterOperand right) : PathFilter
{
    public override bool Accepts(JsonValue node, JsonValue document)
    {
        if (comparison == FilterOperator.Matches)
            return left is FilterPattern pattern ? pattern.Matches(right.Value(node, document)) : ((FilterPattern)right).Matches(left.Value(node, document));
        return comparison.Holds(left.Value(node, document), right.Value(node, document));
    }
}

/// <summary>A side of a comparison.</summary>
internal abstract class FilterOperand
{
    public abstract JsonValue? Value(JsonValue node, JsonValue document);
}

internal sealed class FilterLiteral(JsonValue value) : FilterOperand
{
    public override JsonValue? Value(JsonValue node, JsonValue document) => value;
}

/// <summary>A path from the node, <c>@</c>, or from what the whole path starts from, <c>$</c>.</summary>
internal sealed class FilterPath(bool fromDocument, CompiledSteps steps) : FilterOperand
{
    public override JsonValue? Value(JsonValue node, JsonValue document) =>
        steps.TryEvaluate(fromDocument ? document : node, document, out var value) ? value : null;

    public bool Finds(JsonValue node, JsonValue document)
    {
        var start = fromDocument ? document : node;
        return steps.IsDefinite ? steps.TryEvaluate(start, document, out _) : steps.FindAll(start, document).Count > 0;
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

    public override JsonValue? Value(JsonValue node, JsonValue document) => null;

    public bool Matches(JsonValue? value)
    {
        if (value is JsonArray items)
            return items.Any(MatchesOne);
        return MatchesOne(value);
    }

    private bool MatchesOne(JsonValue? value)
    {
        var text = value switch
        {
            JsonString s => s.Value,
            JsonNumber or JsonBoolean => value.Text,
            _ => "",
        };
        try
        {
            return _regex.IsMatch(text);
        }
        catch (RegexMatchTimeoutException)
        {
            return false;
        }
    }
}
