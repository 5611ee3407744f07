using System.Globalization;
using System.Text;
using Stateside.Language.Json;

namespace Stateside.Language.Paths;

/// <summary>Reads the text of a path. What it takes and refuses is what the dialect's own compiler takes and refuses.</summary>
internal sealed class PathParser
{
    /// <summary>AWS refuses longer names of variables.</summary>
    private const int LongestVariableName = 80;

    /// <summary>Filters and parentheses nested more deeply than this are refused rather than risk the stack.</summary>
    private const int DeepestNesting = 100;

    private readonly string _text;
    private readonly int _end;
    private int _depth;

    public PathParser(string text)
    {
        _text = text;
        _end = text.AsSpan().TrimEnd(' ').Length;
    }

    public int Position { get; set; }

    public bool AtEnd => Position >= _end;

    public char Current => AtEnd ? '\0' : _text[Position];

    public string Text => _text;

    private char Next => Position + 1 < _end ? _text[Position + 1] : '\0';

    public (PathRoot Kind, string? Variable) ReadRoot()
    {
        if (Current != '$')
            throw Problem("A path must start with '$'");
        Position++;
        if (Current == '$')
        {
            Position++;
            return (PathRoot.Context, null);
        }

        if (!IsNameStart(Current))
            return (PathRoot.Input, null);
        var start = Position;
        while (IsNamePart(Current))
            Position++;
        if (Position - start > LongestVariableName)
            throw Problem($"The name of a variable has at most {LongestVariableName} characters", start);
        return (PathRoot.Variable, _text[start..Position]);
    }

    /// <summary>The steps up to the end of the text.</summary>
    public CompiledSteps ReadSteps()
    {
        if (!AtEnd && Current is not ('.' or '['))
            throw Problem($"Illegal character '{Current}', expected '.' or '['");
        var steps = ReadSteps(inFilter: false);
        return AtEnd ? steps : throw Problem($"Illegal character '{Current}', expected '.' or '['");
    }

    /// <summary>The steps of a path inside a filter, up to an operator, a blank or a bracket.</summary>
    public CompiledSteps ReadFilterSteps() => ReadSteps(inFilter: true);

    public void SkipBlanks()
    {
        while (Current is ' ' or '\t' or '\n' or '\r')
            Position++;
    }

    public bool Take(char c)
    {
        SkipBlanks();
        if (Current != c)
            return false;
        Position++;
        return true;
    }

    public void Expect(char c)
    {
        if (!Take(c))
            throw Problem(AtEnd ? $"Expected '{c}' before the end" : $"Expected '{c}' but found '{Current}'");
    }

    public void Enter()
    {
        if (++_depth > DeepestNesting)
            throw Problem("The path is nested too deeply");
    }

    public void Leave() => _depth--;

    /// <summary>A string in single or double quotation marks, with a backslash before what is meant literally.</summary>
    public string ReadQuoted()
    {
        var quote = Current;
        var start = Position++;
        var text = new StringBuilder();
        while (Current != quote || AtEnd)
        {
            if (AtEnd)
                throw Problem($"The string is not closed, expected {quote}", start);
            var c = _text[Position++];
            text.Append(c == '\\' ? ReadEscaped(start) : c);
        }

        Position++;
        return text.ToString();
    }

    public int ReadInteger()
    {
        SkipBlanks();
        var start = Position;
        if (Current == '-')
            Position++;
        while (char.IsAsciiDigit(Current))
            Position++;
        return int.TryParse(_text.AsSpan(start, Position - start), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw Problem("Expected an index", start);
    }

    public JsonPathException Problem(string problem, int? position = null) => new(problem, position ?? Position);

    private CompiledSteps ReadSteps(bool inFilter)
    {
        Enter();
        var steps = new List<PathStep>();
        while (!AtEnd)
        {
            if (Current == '[')
                steps.Add(ReadBracket());
            else if (Current == '.')
                ReadDot(steps, inFilter);
            else
                break;
        }

        for (var i = 0; i < steps.Count; i++)
        {
            if (steps[i] is MembersStep members)
                steps[i] = members with { IsLast = i == steps.Count - 1, IsDefinite = i == steps.Count - 1 };
        }

        Leave();
        return new CompiledSteps([.. steps]);
    }

    private void ReadDot(List<PathStep> steps, bool inFilter)
    {
        Position++;
        if (Current == '.')
        {
            Position++;
            steps.Add(new DescentStep());
            if (Current == '[')
                return;
        }

        if (AtEnd)
            throw Problem("A path must not end with a '.'");
        if (Current == '.')
            throw Problem("Character '.' is not valid here");
        if (Current == '*')
        {
            Position++;
            steps.Add(new WildcardStep());
        }
        else if (Current == '[')
        {
            steps.Add(ReadBracket());
        }
        else
        {
            steps.Add(ReadNameOrFunction(inFilter));
        }
    }

    private PathStep ReadNameOrFunction(bool inFilter)
    {
        var start = Position;
        while (!AtEnd && Current is not ('.' or '[' or '(') && !(inFilter && EndsFilterPath(Current)))
        {
            if (Current == ' ')
                throw Problem("A name with blanks needs brackets and quotation marks: ['my name']");
            Position++;
        }

        var name = _text[start..Position];
        if (name.Length == 0)
            throw Problem(AtEnd ? "Expected a name before the end" : $"Expected a name but found '{Current}'");
        return Current == '(' ? ReadFunction(name, start) : new MemberStep(name);
    }

    private FunctionStep ReadFunction(string name, int start)
    {
        if (name is not ("length" or "size" or "keys" or "first" or "last" or "index" or "min" or "max" or "avg" or "sum" or "stddev"
            or "concat" or "append"))
        {
            throw Problem($"There is no function '{name}'", start);
        }

        Position++;
        SkipBlanks();
        if (Take(')'))
            return new FunctionStep(name, null, false);
        if (name == "index")
        {
            var index = ReadInteger();
            Expect(')');
            return new FunctionStep(name, index, false);
        }

        // The arguments of the other functions have no effect: AWS finds nothing for these calls.
        for (var open = 1; open > 0;)
        {
            if (AtEnd)
                throw Problem($"The arguments of the function '{name}' are not closed", start);
            if (Current is '"' or '\'')
            {
                ReadQuoted();
                continue;
            }

            open += Current switch { '(' => 1, ')' => -1, _ => 0 };
            Position++;
        }

        return new FunctionStep(name, null, true);
    }

    private PathStep ReadBracket()
    {
        var start = Position++;
        SkipBlanks();
        switch (Current)
        {
            case '\'' or '"':
                return ReadNames();
            case '*':
                Position++;
                Expect(']');
                return new WildcardStep();
            case '?':
                Position++;
                SkipBlanks();
                Expect('(');
                var filter = FilterParser.Read(this);
                Expect(')');
                Expect(']');
                return new FilterStep(filter);
            case '-' or ':' or (>= '0' and <= '9'):
                return ReadIndexes();
            default:
                throw Problem("Expected a name in quotation marks, an index, '*' or '?' after '['", start);
        }
    }

    private PathStep ReadNames()
    {
        var names = new List<string>();
        do
        {
            SkipBlanks();
            if (Current is not ('\'' or '"'))
                throw Problem("Expected a name in quotation marks");
            names.Add(ReadQuoted());
        }
        while (Take(','));
        Expect(']');
        return names.Count == 1 ? new MemberStep(names[0]) : new MembersStep([.. names], false);
    }

    private PathStep ReadIndexes()
    {
        int? first = Current == ':' ? null : ReadInteger();
        SkipBlanks();
        if (Current == ':')
        {
            Position++;
            SkipBlanks();
            int? to = Current is ':' or ']' ? null : ReadInteger();
            if (first is null && to is null)
                throw Problem("A slice needs a start or an end");
            if (Take(':') && !AtEnd && Current != ']')
                ReadInteger();
            Expect(']');
            return new SliceStep(first, to);
        }

        var indexes = new List<int> { first!.Value };
        while (Take(','))
            indexes.Add(ReadInteger());
        Expect(']');
        return indexes.Count == 1 ? new IndexStep(indexes[0]) : new IndexesStep([.. indexes]);
    }

    private char ReadEscaped(int start)
    {
        if (AtEnd)
            throw Problem("The string is not closed", start);
        var c = _text[Position++];
        if (c != 'u')
            return JsonEscape.Meant(c) ?? c;
        if (Position + 4 > _end || !ushort.TryParse(_text.AsSpan(Position, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code))
            throw Problem("Expected four hexadecimal digits after \\u");
        Position += 4;
        return (char)code;
    }

    private bool EndsFilterPath(char c) =>
        c is ' ' or '\t' or '\n' or '\r' or '<' or '>' or '=' or '~' or '!' or ')' or ',' or ']' || (c is '&' or '|' && Next == c);

    private static bool IsNameStart(char c) => char.IsLetter(c) || c == '_' || char.IsSurrogate(c);

    private static bool IsNamePart(char c) => IsNameStart(c) || char.IsDigit(c)
        || char.GetUnicodeCategory(c) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.ConnectorPunctuation;
}
