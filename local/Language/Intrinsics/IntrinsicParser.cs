using System.Text;
using Stateside.Language.Json;
using Stateside.Language.Paths;

namespace Stateside.Language.Intrinsics;

/// <summary>Reads a call and the calls inside it.</summary>
internal sealed class IntrinsicParser(string text)
{
    /// <summary>The service's limit on calls within calls.</summary>
    private const int DeepestNesting = 10;

    private int _at;

    private char Current => _at < text.Length ? text[_at] : '\0';

    public IntrinsicCall Read()
    {
        SkipBlanks();
        var call = ReadCall(0);
        SkipBlanks();
        return _at == text.Length ? call : throw Problem($"Expected the end after the call but found '{Current}'");
    }

    private IntrinsicCall ReadCall(int depth)
    {
        var start = _at;
        if (depth > DeepestNesting)
            throw Problem($"Calls may be nested up to {DeepestNesting} deep", start);
        while (char.IsAsciiLetterOrDigit(Current) || Current == '.')
            _at++;
        var name = text[start.._at];
        if (IntrinsicFunction.Find(name) is not { } function)
            throw Problem(name.Length == 0 ? "Expected a path or an intrinsic function" : $"There is no intrinsic function '{name}'", start);

        var arguments = new List<IntrinsicArgument>();
        Expect('(', $"Expected '(' after {name}");
        SkipBlanks();
        if (Current == ')')
        {
            _at++;
        }
        else
        {
            arguments.Add(ReadArgument(depth));
            for (SkipBlanks(); Current == ','; SkipBlanks())
            {
                _at++;
                arguments.Add(ReadArgument(depth));
            }

            Expect(')', "Expected ',' or ')' after the argument");
        }

        return new IntrinsicCall(text[start.._at], function, [.. arguments]);
    }

    private IntrinsicArgument ReadArgument(int depth)
    {
        SkipBlanks();
        return Current switch
        {
            '\'' => ReadString(),
            '$' => new(null, null, ReadPath(), null),
            'S' when text.AsSpan(_at).StartsWith("States.", StringComparison.Ordinal) => new(null, null, null, ReadCall(depth + 1)),
            _ => new(ReadWord(), null, null, null),
        };
    }

    /// <summary>A number, true, false or null.</summary>
    private JsonValue ReadWord()
    {
        var start = _at;
        while (char.IsAsciiLetterOrDigit(Current) || Current is '-' or '+' or '.')
            _at++;
        if (start == _at)
            throw Problem(_at == text.Length ? "Expected an argument before the end" : $"Expected an argument but found '{Current}'");
        var word = text[start.._at];
        return JsonReader.TryParse(word, out var value) && value is not JsonString
            ? value
            : throw Problem($"'{word}' is not an argument: expected a path, a 'string', a number, true, false, null or a call", start);
    }

    private JsonPath ReadPath()
    {
        var start = _at;
        var open = 0;
        var quote = '\0';
        for (; _at < text.Length; _at++)
        {
            if (quote != '\0')
            {
                if (Current == '\\')
                    _at++;
                else if (Current == quote)
                    quote = '\0';
            }
            else if (open == 0 && Current is (',' or ')' or ' ' or '\t' or '\n' or '\r'))
            {
                break;
            }
            else if (Current is '[' or '(')
            {
                open++;
            }
            else if (Current is ']' or ')')
            {
                open--;
            }
            else if (open > 0 && Current is '\'' or '"')
            {
                quote = Current;
            }
        }

        _at = Math.Min(_at, text.Length);
        try
        {
            return JsonPath.Parse(text[start.._at]);
        }
        catch (JsonPathException e)
        {
            throw Problem(e.Problem, start + e.Position);
        }
    }

    /// <summary>A string between single quotation marks, in which a backslash stands before <c>' { } \</c> and nothing else.</summary>
    private IntrinsicArgument ReadString()
    {
        var start = _at++;
        var value = new StringBuilder();
        while (_at < text.Length && Current != '\'')
        {
            if (Current == '\\' && ++_at < text.Length && Current is not ('\'' or '{' or '}' or '\\'))
                throw Problem($"'\\{Current}' is no escape: a backslash stands before ' {{ }} or another backslash only", _at - 1);
            if (_at < text.Length)
                value.Append(text[_at++]);
        }

        if (_at >= text.Length)
            throw Problem("The string is not closed, expected '", start);
        return new(new JsonString(value.ToString()), text[(start + 1).._at++], null, null);
    }

    private void SkipBlanks()
    {
        while (Current is ' ' or '\t' or '\n' or '\r')
            _at++;
    }

    private void Expect(char c, string problem)
    {
        SkipBlanks();
        if (Current != c)
            throw Problem(problem);
        _at++;
    }

    private JsonPathException Problem(string problem, int? position = null) => new(problem, position ?? _at);
}
