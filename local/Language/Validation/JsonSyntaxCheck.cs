using System.Globalization;
using System.Text;
using Stateside.Language.Json;

namespace Stateside.Language.Validation;

/// <summary>A mistake in the JSON of a definition.</summary>
/// <param name="Problem">What is wrong.</param>
/// <param name="Source">Where, as the service writes it: the beginning of the text, the line and the column after the mistake.</param>
/// <param name="Line">The line, from 1.</param>
/// <param name="Column">The column in characters, from 1.</param>
internal sealed record JsonMistake(string Problem, string Source, int Line, int Column)
{
    public string Message => $"{Problem}\n at {Source}";
}

/// <summary>
/// Finds the first mistake in a text that should be JSON and tells it as the service does, whose wording is that of the Jackson parser.
/// It also finds a key that stands twice in an object, which reading takes silently.
/// </summary>
internal sealed class JsonSyntaxCheck
{
    private const string Values = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')";

    /// <summary>As many characters of the text stand in a message.</summary>
    private const int QuotedCharacters = 500;

    private readonly string _text;
    private readonly Stack<Level> _levels = new();
    private int _at;

    private JsonSyntaxCheck(string text) => _text = text;

    private enum Expects
    {
        Key,
        FirstKeyOrEnd,
        Value,
        FirstValueOrEnd,
        CommaOrEnd,
    }

    /// <summary>The first mistake; null when there is none.</summary>
    public static JsonMistake? Find(string text) => new JsonSyntaxCheck(text).Run();

    /// <summary>What the service says of an input that is no JSON.</summary>
    /// <param name="text">The input.</param>
    /// <param name="refusal">What reading it said, for what is found in no other way.</param>
    public static string ProblemOfInput(string text, JsonSyntaxException refusal) =>
        string.IsNullOrWhiteSpace(text) ? "Invalid execution input." : Find(text)?.Problem ?? refusal.Problem;

    /// <summary>A mistake at a known place.</summary>
    public static JsonMistake At(string text, string problem, int line, int column) => new(problem, SourceOf(text, line, column), line, column);

    private JsonMistake? Run()
    {
        SkipSpace();
        if (ReadValue() is { } mistake)
            return mistake;
        while (_levels.TryPeek(out var level))
        {
            if ((mistake = Step(level)) is not null)
                return mistake;
        }

        SkipSpace();
        return _at == _text.Length ? null : Unexpected("Expected space separating root-level values");
    }

    private JsonMistake? Step(Level level)
    {
        SkipSpace();
        if (_at == _text.Length)
            return EndOfInput($"expected close marker for {level.Kind} (start marker at {SourceAt(level.Start, level.Start)})");
        var c = _text[_at];
        switch (level.Expects)
        {
            case Expects.CommaOrEnd when c == ',':
                _at++;
                level.Expects = level.IsObject ? Expects.Key : Expects.Value;
                return null;
            case Expects.CommaOrEnd or Expects.FirstKeyOrEnd or Expects.FirstValueOrEnd when c is '}' or ']':
                if (c != (level.IsObject ? '}' : ']'))
                {
                    _at++;
                    return Mistake(
                        $"Unexpected close marker '{c}': expected '{(level.IsObject ? '}' : ']')}' (for {level.Kind} starting at {SourceAt(level.Start, level.Start)})");
                }

                _at++;
                _levels.Pop();
                return null;
            case Expects.CommaOrEnd:
                return Unexpected($"was expecting comma to separate {level.Kind} entries");
            case Expects.Key or Expects.FirstKeyOrEnd:
                level.Expects = Expects.CommaOrEnd;
                return ReadMember(level);
            default:
                level.Expects = Expects.CommaOrEnd;
                return ReadValue();
        }
    }

    private JsonMistake? ReadMember(Level level)
    {
        if (_text[_at] != '"')
            return Unexpected("was expecting double-quote to start field name");
        var start = _at;
        if (ReadString("in field name", out var key) is { } mistake)
            return mistake;
        if (!level.Keys.Add(key))
            return Mistake($"Duplicate field '{key}'", start, _at);
        SkipSpace();
        if (_at == _text.Length)
            return EndOfInput("within/between Object entries", ' ');
        if (_text[_at] != ':')
            return Unexpected("was expecting a colon to separate field name and value");
        _at++;
        SkipSpace();
        return _at == _text.Length ? EndOfInput("within/between Object entries", ' ') : ReadValue();
    }

    private JsonMistake? ReadValue()
    {
        switch (_text[_at])
        {
            case '{' or '[':
                _levels.Push(new Level(_text[_at] == '{', _at));
                _at++;
                return _levels.Count > JsonReader.MaxDepth ? Mistake(JsonReader.TooDeep(_levels.Count)) : null;
            case '"':
                return ReadString(": was expecting closing quote for a string value", out _);
            case '-' or (>= '0' and <= '9'):
                return ReadNumber();
            default:
                return ReadLiteral();
        }
    }

    private JsonMistake? ReadLiteral()
    {
        var start = _at;
        while (_at < _text.Length && (char.IsLetterOrDigit(_text[_at]) || _text[_at] is '_' or '$'))
            _at++;
        if (_at == start)
            return Unexpected($"expected a valid value {Values}");
        var token = _text[start.._at];
        return token is "true" or "false" or "null" ? null : Mistake($"Unrecognized token '{token}': was expecting {Values}", start, _at);
    }

    private JsonMistake? ReadNumber()
    {
        if (_text[_at] == '-')
            _at++;
        var digits = _at;
        if (SkipDigits() == 0)
            return UnexpectedOrEnd("expected digit (0-9) to follow minus sign, for valid numeric value");
        if (_text[digits] == '0' && _at - digits > 1)
            return Mistake("Invalid numeric value: Leading zeroes not allowed");
        if (Accept('.') && SkipDigits() == 0)
            return UnexpectedOrEnd("Decimal point not followed by a digit");
        if (Accept('e') || Accept('E'))
        {
            _ = Accept('+') || Accept('-');
            if (SkipDigits() == 0)
                return UnexpectedOrEnd("Exponent indicator not followed by a digit");
        }

        return null;
    }

    private JsonMistake? ReadString(string whenItEnds, out string value)
    {
        var text = new StringBuilder();
        value = "";
        _at++;
        while (_at < _text.Length)
        {
            var c = _text[_at++];
            if (c == '"')
            {
                value = text.ToString();
                return null;
            }

            if (c < ' ')
            {
                return Mistake(
                    $"Illegal unquoted character ((CTRL-CHAR, code {(int)c})): has to be escaped using backslash to be included in string value");
            }

            if (c != '\\')
            {
                text.Append(c);
                continue;
            }

            if (_at == _text.Length)
                break;
            c = _text[_at++];
            if (c == 'u')
            {
                var end = Math.Min(_at + 4, _text.Length);
                if (!ushort.TryParse(_text.AsSpan(_at, end - _at), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code) || end - _at < 4)
                    return Mistake("Unexpected character in character escape sequence: expected a hex-digit for character escape sequence");
                text.Append((char)code);
                _at = end;
                continue;
            }

            if ((c is '"' or '\\' or '/' ? c : JsonEscape.Meant(c)) is not { } meant)
                return Mistake($"Unrecognized character escape {Describe(c)}");
            text.Append(meant);
        }

        return EndOfInput(whenItEnds, whenItEnds[0] == ':' ? '\0' : ' ');
    }

    private int SkipDigits()
    {
        var start = _at;
        while (_at < _text.Length && char.IsAsciiDigit(_text[_at]))
            _at++;
        return _at - start;
    }

    private bool Accept(char c)
    {
        if (_at == _text.Length || _text[_at] != c)
            return false;
        _at++;
        return true;
    }

    private void SkipSpace()
    {
        while (_at < _text.Length && _text[_at] is ' ' or '\t' or '\r' or '\n')
            _at++;
    }

    private JsonMistake UnexpectedOrEnd(string rest) => _at == _text.Length ? EndOfInput(rest) : Unexpected(rest);

    private JsonMistake Unexpected(string rest) => Mistake($"Unexpected character ({Describe(_text[_at])}): {rest}", _at, _at + 1);

    private JsonMistake EndOfInput(string rest, char separator = ':') => Mistake(separator switch
    {
        '\0' => $"Unexpected end-of-input{rest}",
        ' ' => $"Unexpected end-of-input {rest}",
        _ => $"Unexpected end-of-input: {rest}",
    });

    /// <summary>A mistake in the character before the current one.</summary>
    private JsonMistake Mistake(string problem) => Mistake(problem, Math.Max(0, _at - 1), _at);

    private JsonMistake Mistake(string problem, int start, int end)
    {
        var (line, column) = LineAndColumn(start);
        return new JsonMistake(problem, SourceAt(end, start), line, column);
    }

    private static string Describe(char c) =>
        char.IsControl(c) ? $"(CTRL-CHAR, code {(int)c})" : $"'{c}' (code {(int)c}{(c > 255 ? $" / 0x{(int)c:x}" : "")})";

    /// <summary>The source as the service writes it, at the character with that number, on the line of another.</summary>
    private string SourceAt(int at, int onLineOf)
    {
        var (line, column) = LineAndColumn(onLineOf);
        return SourceOf(_text, line, column + at - onLineOf);
    }

    private static string SourceOf(string text, int line, int column)
    {
        var quoted = text.Length <= QuotedCharacters ? text : text[..QuotedCharacters];
        var rest = text.Length <= QuotedCharacters ? "" : $"[truncated {text.Length - QuotedCharacters} chars]";
        return $"[Source: (String)\"{quoted}\"{rest}; line: {line}, column: {column}]";
    }

    private (int Line, int Column) LineAndColumn(int at)
    {
        var before = _text.AsSpan(0, at);
        return (before.Count('\n') + 1, at - before.LastIndexOf('\n'));
    }

    private sealed class Level(bool isObject, int start)
    {
        public bool IsObject { get; } = isObject;

        public int Start { get; } = start;

        public string Kind => IsObject ? "Object" : "Array";

        public HashSet<string> Keys { get; } = new(StringComparer.Ordinal);

        public Expects Expects { get; set; } = isObject ? Expects.FirstKeyOrEnd : Expects.FirstValueOrEnd;
    }
}
