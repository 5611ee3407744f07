using System.Buffers;
using System.Globalization;

namespace Stateside.Language.Paths;

/// <summary>
/// Reads the text of a path. What it takes and refuses is what Jayway JsonPath 2.0.0 takes and refuses, which is the library of the
/// service: names stand in brackets between single quotation marks, without escapes, and there are no functions but
/// <c>[(@.length-1)]</c>.
/// </summary>
internal sealed class PathParser
{
    /// <summary>AWS refuses longer names of variables.</summary>
    private const int LongestVariableName = 80;

    /// <summary>Paths of more steps are refused rather than risk the stack.</summary>
    private const int MostSteps = 1000;

    private readonly string _text;
    private readonly int _end;
    private readonly bool _isInFilter;
    private int _at;

    private PathParser(string text, int start, int end, bool isInFilter)
    {
        while (end > start && text[end - 1] <= ' ')
            end--;
        (_text, _at, _end, _isInFilter) = (text, start, end, isInFilter);
    }

    private char Current => _at < _end ? _text[_at] : '\0';

    private char Next => _at + 1 < _end ? _text[_at + 1] : '\0';

    /// <summary>Reads a path.</summary>
    /// <exception cref="JsonPathException">The text is not a path.</exception>
    public static (PathRoot Kind, string? Variable, CompiledSteps Steps) Read(string text)
    {
        var parser = new PathParser(text, 0, text.Length, isInFilter: false);
        var (kind, variable) = parser.ReadRoot();
        return (kind, variable, parser.ReadSteps());
    }

    /// <summary>Reads the steps of a path in a filter, which must be definite.</summary>
    /// <param name="text">The whole path.</param>
    /// <param name="start">Where they start, after the <c>@</c>.</param>
    /// <param name="end">Where they end.</param>
    public static CompiledSteps ReadFilterSteps(string text, int start, int end) =>
        new PathParser(text, start, end, isInFilter: true).ReadSteps();

    private (PathRoot Kind, string? Variable) ReadRoot()
    {
        if (Current != '$')
            throw Problem("A path must start with '$'");
        _at++;
        if (Current == '$')
        {
            _at++;
            return (PathRoot.Context, null);
        }

        if (!IsNameStart(Current))
            return (PathRoot.Input, null);
        var start = _at;
        while (IsNamePart(Current))
            _at++;
        if (_at - start > LongestVariableName)
            throw Problem($"The name of a variable has at most {LongestVariableName} characters", start);
        return (PathRoot.Variable, _text[start.._at]);
    }

    private CompiledSteps ReadSteps()
    {
        if (_at < _end && Current is not ('.' or '['))
            throw Problem($"Illegal character '{Current}', expected '.' or '['");
        var steps = new List<PathStep>();
        while (_at < _end)
        {
            var start = _at;
            steps.Add(ReadStep());
            if (steps.Count > MostSteps)
                throw Problem($"A path has at most {MostSteps} steps", start);
            if (_isInFilter && !steps[^1].IsDefinite)
                throw Problem("The path of a filter must be definite: names and indexes only", start);
        }

        return steps is [.., DescentStep] ? throw Problem("A path must not end with '..'") : new CompiledSteps([.. steps]);
    }

    private PathStep ReadStep()
    {
        if (Current == '[')
            return ReadBracket();
        if (Current == '.' && Next == '.')
        {
            _at += 2;
            return new DescentStep();
        }

        if (Current == '*')
        {
            // Without a dot before it the asterisk stands for itself, whatever comes behind it.
            _at++;
            return new WildcardStep();
        }

        if (Current == '.')
            _at++;
        return Current switch
        {
            '\0' => throw Problem("A path must not end with a '.'"),
            '[' => ReadBracket(),
            _ => ReadName(),
        };
    }

    private PathStep ReadName()
    {
        var start = _at;
        while (_at < _end && Current is not ('.' or '['))
            _at++;
        var name = _text[start.._at];
        if (name.Contains(' ', StringComparison.Ordinal))
            throw Problem("A name with blanks needs brackets and quotation marks: ['my name']", start);
        if (name == "*")
            return new WildcardStep();

        // The library reads a name after a dot as if it stood in brackets and quotation marks.
        return name.AsSpan().ContainsAny('\'', ']') ? ReadNames($"'{name}']", 0) : new MemberStep(name);
    }

    private PathStep ReadBracket()
    {
        var start = _at;
        var open = 0;
        do
            open += Current switch { '[' => 1, ']' => -1, _ => 0 };
        while (++_at < _end && open > 0);

        // Brackets are counted in texts, too. One too many there takes all that follows, and may be the last thing in the path only.
        if (_text[_at - 1] != ']')
            throw Problem("The bracket is not closed, expected ]", start);
        var end = _at - 1;
        if (_text.AsSpan(start + 1, end - start - 1) is "*")
            return new WildcardStep();
        for (var at = start + 1; at < end; at++)
        {
            switch (_text[at])
            {
                case '\'':
                    return ReadNames(_text, at, open > 0 ? end : null);
                case '?' when _isInFilter:
                    throw Problem("The path of a filter must be definite: names and indexes only", start);
                case '?':
                    return _text.AsSpan(start + 1, at - start - 1).IsWhiteSpace()
                        ? new FilterStep(FilterParser.Read(_text, at + 1, end))
                        : throw Problem("A filter starts with '[?(' and ends with ')]'", start);
                case '@':
                    return ReadFromEnd(at, end);
                case '-' or ':' or (>= '0' and <= '9'):
                    return ReadIndexes(at, end);
            }
        }

        throw Problem("Expected a name in single quotation marks, an index, '*' or '?' after '['", start);
    }

    /// <summary>The names that stand between quotation marks up to the closing bracket; what stands between them has no meaning.</summary>
    private PathStep ReadNames(string text, int start, int? end = null)
    {
        var names = new List<string>();
        var (at, nameStart) = (start, -1);
        for (; text[at] != ']'; at++)
        {
            if (text[at] != '\'')
                continue;
            if (nameStart >= 0)
                names.Add(text[nameStart..at]);
            nameStart = nameStart < 0 ? at + 1 : -1;
        }

        if (end is not null && at != end)
            throw Problem("The bracket is not closed, expected ]", start);
        return names is [var only] ? new MemberStep(only) : new MembersStep([.. names]);
    }

    /// <summary><c>[(@.length-1)]</c>, whose <c>length</c> may also be <c>size</c>, with or without parentheses.</summary>
    private FromEndStep ReadFromEnd(int start, int end)
    {
        var text = _text.AsSpan(start, end - start);
        var (minus, close) = (text.IndexOf('-'), text.LastIndexOf(')'));
        if (minus > 0 && close > minus && text[..minus].TrimEnd(' ') is "@.length" or "@.length()" or "@.size" or "@.size()")
        {
            var digits = text[(minus + 1)..(minus + text[minus..].IndexOf(')'))].ToString().Replace(" ", "", StringComparison.Ordinal);
            if (int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var back))
                return new FromEndStep(back);
        }

        throw Problem("Expected [(@.length-1)] or another number", start);
    }

    private static readonly SearchValues<char> OfIndexes = SearchValues.Create("0123456789,: -");

    private PathStep ReadIndexes(int start, int end)
    {
        var length = _text.AsSpan(start, end - start).IndexOfAnyExcept(OfIndexes);
        var text = _text.Substring(start, length < 0 ? end - start : length).Replace(" ", "", StringComparison.Ordinal);
        var separator = text.AsSpan().IndexOfAny(',', ':');
        if (separator >= 0 && text[separator] == ':')
            return ReadSlice(text, start);

        // Behind a comma a colon is as good as one.
        var indexes = text.Contains(':', StringComparison.Ordinal)
            ? text.Split([',', ':'], StringSplitOptions.RemoveEmptyEntries)
            : (text.EndsWith(',') ? text[..^1] : text).Split(',');
        return indexes.Length == 1
            ? new IndexStep(ReadIndex(indexes[0], start))
            : new IndexesStep(ReadAll(indexes, start));
    }

    /// <summary>A slice, in which a comma ends what is read.</summary>
    private SliceStep ReadSlice(string text, int start)
    {
        var comma = text.IndexOf(',', StringComparison.Ordinal);
        var parts = (comma < 0 ? text : text[..comma]).Split(':');
        if (comma >= 0 && parts.Length > 2)
            throw Problem("Expected indexes with ',' between them or a slice with ':', not both", start);
        return parts[0].Length + parts[1].Length > 0
            ? new SliceStep(ReadBound(parts[0], start), ReadBound(parts[1], start))
            : throw Problem("A slice needs a start or an end", start);
    }

    private int[] ReadAll(string[] indexes, int start)
    {
        var all = new int[indexes.Length];
        for (var i = 0; i < all.Length; i++)
            all[i] = ReadIndex(indexes[i], start);
        return all;
    }

    private int? ReadBound(string text, int start) => text.Length == 0 ? null : ReadIndex(text, start);

    private int ReadIndex(string text, int start) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var index)
            ? index
            : throw Problem("Expected an index", start);

    private JsonPathException Problem(string problem, int? position = null) => new(problem, position ?? _at);

    private static bool IsNameStart(char c) => char.IsLetter(c) || c == '_' || char.IsSurrogate(c);

    private static bool IsNamePart(char c) => IsNameStart(c) || char.IsDigit(c) || char.GetUnicodeCategory(c)
        is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.ConnectorPunctuation;
}
