using System.Text.RegularExpressions;

namespace Stateside.Language.Paths;

/// <summary>
/// Reads what stands between <c>[?</c> and <c>]</c>: comparisons and paths that must exist, joined by <c>&amp;&amp;</c>, which binds
/// first, and <c>||</c>. Those end a comparison inside a text, too. Parentheses group nothing: they must come in pairs, and have no
/// meaning before and after a comparison.
/// </summary>
internal sealed class FilterParser
{
    private readonly string _text;
    private readonly int _end;
    private int _at;

    private FilterParser(string text, int start, int end) => (_text, _at, _end) = (text, start, end);

    private char Current => _at < _end ? _text[_at] : '\0';

    /// <summary>Reads a filter.</summary>
    /// <param name="text">The whole path.</param>
    /// <param name="start">Where the filter starts.</param>
    /// <param name="end">Where it ends.</param>
    /// <exception cref="JsonPathException">The text is not a filter.</exception>
    public static PathFilter Read(string text, int start, int end)
    {
        (start, end) = Trimmed(text, start, end);
        if (end - start < 2 || text[start] != '(' || text[end - 1] != ')')
            throw new JsonPathException("A filter starts with '[?(' and ends with ')]'", start);
        CheckPairs(text, start, end);
        return new FilterParser(text, start + 1, end - 1).ReadOr();
    }

    private static void CheckPairs(string text, int start, int end)
    {
        var (parentheses, brackets, inText) = (0, 0, false);
        for (var at = start; at < end; at++)
        {
            var c = text[at];
            if (c == '\'' && text[at - 1] != '\\')
                inText = !inText;
            if (inText)
                continue;
            parentheses += c switch { '(' => 1, ')' => -1, _ => 0 };
            brackets += c switch { '[' => 1, ']' => -1, _ => 0 };
            if (brackets < 0)
                break;
        }

        if (inText || parentheses != 0 || brackets != 0)
            throw new JsonPathException(inText ? "A text is not closed, expected '" : "A parenthesis or bracket has no other to it", start);
    }

    private PathFilter ReadOr()
    {
        var filters = new List<PathFilter> { ReadAnd() };
        while (TakeTwice('|'))
            filters.Add(ReadAnd());
        return filters is [var only] ? only : new OrFilter([.. filters]);
    }

    private PathFilter ReadAnd()
    {
        var filters = new List<PathFilter> { ReadTerm() };
        while (TakeTwice('&'))
            filters.Add(ReadTerm());
        return filters is [var only] ? only : new AndFilter([.. filters]);
    }

    private PathFilter ReadTerm()
    {
        var start = _at;
        while (_at < _end && !IsTwice('&') && !IsTwice('|'))
            _at++;
        var end = _at;
        (start, end) = Trimmed(_text, start, end);
        while (start < end && _text[start] is ' ' or '(' or '[')
            start++;
        while (end > start && _text[end - 1] is ' ' or ')')
            end--;
        (start, end) = Trimmed(_text, start, end);
        foreach (var comparison in FilterOperator.All)
        {
            var at = _text.AsSpan(start, end - start).IndexOf(comparison.Spelling, StringComparison.Ordinal);
            if (at >= 0)
                return ReadComparison(start, start + at, comparison, end);
        }

        var isNegated = start < end && _text[start] == '!';
        if (isNegated)
            start++;

        // A path that must exist starts from the node even where it is written with '$'.
        return start < end && (_text[start] == '@' || (_text[start] == '$' && !isNegated))
            ? new ExistsFilter(new FilterPath(fromDocument: false, PathParser.ReadFilterSteps(_text, start + 1, end)), isNegated)
            : throw new JsonPathException("Expected a comparison or a path that starts with '@'", start);
    }

    private ComparisonFilter ReadComparison(int start, int at, FilterOperator comparison, int end)
    {
        // The exclamation mark before the path of a comparison has no effect.
        var left = ReadOperand(_text[start] == '!' && _text[start + 1] == '@' ? start + 1 : start, at);
        var right = ReadOperand(at + comparison.Spelling.Length, end, isRight: true);
        if (comparison == FilterOperator.Matches && left is not FilterPattern && right is not FilterPattern)
            throw new JsonPathException("'=~' needs a regular expression between slashes, with no other flag than i", at);
        return new ComparisonFilter(left, comparison, right);
    }

    private FilterOperand ReadOperand(int start, int end, bool isRight = false)
    {
        (start, end) = Trimmed(_text, start, end);
        if (start < end && _text[start] is '@' or '$')
            return new FilterPath(_text[start] == '$', PathParser.ReadFilterSteps(_text, start + 1, end));
        var text = _text[start..end];
        if (isRight && text.StartsWith("!@", StringComparison.Ordinal))
            throw new JsonPathException("'!' may stand before a path that must not exist, not before one that is compared", start);
        if (text == "'")
            throw new JsonPathException("A text is not closed, expected '", start);
        if (text.Length > 1 && text[0] == '/')
        {
            var (ignoresCase, last) = text[^1] == 'i' ? (true, text.Length - 2) : (false, text.Length - 1);
            if (last > 0 && text[last] == '/')
                return ReadPattern(text[1..last], ignoresCase, start);
        }

        if (text is ['\'', .., '\''])
            text = text[1..^1];
        return new FilterText(isRight ? text.Replace("\\'", "'", StringComparison.Ordinal) : text);
    }

    private static FilterPattern ReadPattern(string pattern, bool ignoresCase, int start)
    {
        try
        {
            return new FilterPattern(pattern, ignoresCase ? RegexOptions.IgnoreCase : RegexOptions.None);
        }
        catch (ArgumentException e)
        {
            throw new JsonPathException($"The regular expression cannot be read: {e.Message}", start);
        }
    }

    private bool TakeTwice(char c)
    {
        if (!IsTwice(c))
            return false;
        _at += 2;
        return true;
    }

    private bool IsTwice(char c) => Current == c && _at + 1 < _end && _text[_at + 1] == c;

    private static (int Start, int End) Trimmed(string text, int start, int end)
    {
        while (start < end && text[start] <= ' ')
            start++;
        while (end > start && text[end - 1] <= ' ')
            end--;
        return (start, end);
    }
}
