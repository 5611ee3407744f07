using System.Buffers;
using System.Globalization;
using System.Text;

namespace Stateside.Language.Json;

/// <summary>A text that Jackson does not read.</summary>
/// <param name="message">What Jackson 2.17, the service's, says of it.</param>
internal sealed class JacksonException(string message) : Exception(message);

/// <summary>
/// Reads JSON as Java's Jackson does: the first value of a text, whatever comes after it. Of a text that does not begin with one it says
/// what Jackson's parser of characters says, with the place.
/// </summary>
internal sealed class JacksonReader
{
    private const string Expected = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')";
    private const string NoSuchNumber = "JSON spec does not allow numbers to have plus signs: enable `JsonReadFeature.ALLOW_LEADING_PLUS_SIGN_FOR_NUMBERS` "
        + "to allow";

    private const int LongestToken = 256;
    private const int End = -1;

    /// <summary>What ends a run of characters in a string.</summary>
    private static readonly SearchValues<char> Special = SearchValues.Create([.. Enumerable.Range(0, 32).Select(c => (char)c), '"', '\\']);

    private readonly string _text;
    private readonly List<Scope> _scopes = [];
    private int _at;
    private int _line = 1;
    private int _lineStart;
    private bool _isStrict;

    private JacksonReader(string text) => _text = text;

    private bool IsOutside => _scopes.Count == 0;

    private Scope Innermost => IsOutside ? new Scope('\0', 1, 0) : _scopes[^1];

    /// <summary>The first value of a text; null when there is nothing but white space.</summary>
    /// <exception cref="JacksonException">The text begins with something else.</exception>
    public static JsonValue? Read(string text)
    {
        var reader = new JacksonReader(text);
        var c = reader.SkipSpace();
        return c == End ? null : reader.ReadValue(c);
    }

    /// <summary>The only value of a text whose objects repeat no name and whose numbers doubles have room for; null for any other text.</summary>
    public static JsonValue? ReadStrictly(string text)
    {
        var reader = new JacksonReader(text) { _isStrict = true };
        try
        {
            return reader.SkipSpace() is var c and not End && reader.ReadValue(c) is var value && reader.SkipSpace() == End ? value : null;
        }
        catch (JacksonException)
        {
            return null;
        }
    }

    private static bool IsDigit(int c) => c is >= '0' and <= '9';

    /// <summary>Whether Java allows a character in an identifier.</summary>
    private static bool IsIdentifierPart(char c) => c is < (char)9 or (>= (char)14 and < (char)28) or (>= (char)127 and < (char)160) || IsIdentifierStart(c)
        || CharUnicodeInfo.GetUnicodeCategory(c) is UnicodeCategory.DecimalDigitNumber or UnicodeCategory.SpacingCombiningMark
            or UnicodeCategory.NonSpacingMark or UnicodeCategory.Format;

    private static bool IsIdentifierStart(char c) => char.IsLetter(c)
        || CharUnicodeInfo.GetUnicodeCategory(c) is UnicodeCategory.LetterNumber or UnicodeCategory.CurrencySymbol or UnicodeCategory.ConnectorPunctuation;

    private static string Described(int c) => c switch
    {
        < 32 or (>= 127 and < 160) => $"(CTRL-CHAR, code {c})",
        > 255 => $"'{(char)c}' (code {c} / 0x{c:x})",
        _ => $"'{(char)c}' (code {c})",
    };

    private JsonValue ReadValue(int c)
    {
        switch (c)
        {
            case '"':
                return new JsonString(ReadString("string value", ": was expecting closing quote for a string value"));
            case '[':
                return ReadArray();
            case '{':
                return ReadObject();
            case '-':
                return ReadNegative();
            case >= '0' and <= '9':
                return ReadNumber(_at - 1);
            case 't':
                Match("true");
                return JsonValue.True;
            case 'f':
                Match("false");
                return JsonValue.False;
            case 'n':
                Match("null");
                return JsonValue.Null;
            default:
                throw Odd(c);
        }
    }

    private JsonArray ReadArray()
    {
        Open('[');
        var items = new List<JsonValue>();
        var c = SkipSpace();
        while (c != ']')
        {
            Refuse(c, '}');
            if (items.Count > 0)
                c = SkipComma(c);
            items.Add(ReadValue(c));
            c = SkipSpace();
        }

        Close();
        return JsonArray.Of([.. items]);
    }

    private JsonObject ReadObject()
    {
        Open('{');
        var members = new JsonObject.Builder();
        var isFirst = true;
        var c = SkipSpace();
        while (c != '}')
        {
            Refuse(c, ']');
            if (!isFirst)
                c = SkipComma(c);
            if (c != '"')
                throw Unexpected(c, "was expecting double-quote to start field name");
            var name = ReadString("name", " in field name");
            if (_isStrict && members.Get(name) is not null)
                throw At($"Duplicate field '{name}'", _at);
            members.Set(name, ReadValue(SkipColon()));
            isFirst = false;
            c = SkipSpace();
        }

        Close();
        return members.ToObject();
    }

    private void Open(char mark)
    {
        _scopes.Add(new Scope(mark, _line, _at - _lineStart));
        if (_scopes.Count > JsonReader.MaxDepth)
            throw new JacksonException(JsonReader.TooDeep(_scopes.Count));
    }

    private void Close() => _scopes.RemoveAt(_scopes.Count - 1);

    /// <summary>Refuses the mark that would close another kind of thing than is open.</summary>
    private void Refuse(int c, char mark)
    {
        if (c == mark)
            throw Mismatch(c);
    }

    private string ReadString(string where, string unclosed)
    {
        StringBuilder? text = null;
        while (true)
        {
            var rest = _text.AsSpan(_at);
            var length = rest.IndexOfAny(Special);
            if (length < 0)
            {
                _at = _text.Length;
                throw EndOfInput(unclosed);
            }

            var run = rest[..length];
            var c = rest[length];
            _at += length + 1;
            switch (c)
            {
                case '"':
                    return text is null ? run.ToString() : text.Append(run).ToString();
                case '\\':
                    (text ??= new StringBuilder(length + 16)).Append(run).Append(ReadEscape());
                    break;
                default:
                    throw At($"Illegal unquoted character ({Described(c)}): has to be escaped using backslash to be included in {where}", _at - 1);
            }
        }
    }

    private char ReadEscape()
    {
        const string Unfinished = " in character escape sequence";
        if (_at == _text.Length)
            throw EndOfInput(Unfinished);
        var c = _text[_at++];
        if (c is '"' or '\\' or '/')
            return c;
        if (JsonEscape.Meant(c) is { } meant)
            return meant;
        if (c != 'u')
            throw At($"Unrecognized character escape {Described(c)}", _at - 1);
        var value = 0;
        for (var i = 0; i < 4; i++)
        {
            if (_at == _text.Length)
                throw EndOfInput(Unfinished);
            var digit = _text[_at++];
            if (!char.IsAsciiHexDigit(digit))
                throw Unexpected(digit, "expected a hex-digit for character escape sequence");
            value = (value << 4) | Convert.ToInt32(digit.ToString(), 16);
        }

        return (char)value;
    }

    private JsonNumber ReadNegative()
    {
        if (_at == _text.Length)
            throw EndOfInput("No digit following minus sign");
        var c = _text[_at++];
        if (c == '.')
            throw Unexpected(c, $"expected a valid value {Expected}");
        return IsDigit(c) ? ReadNumber(_at - 2) : throw NoNumber(c, "-");
    }

    /// <summary>Reads a number whose first digit has been read.</summary>
    private JsonNumber ReadNumber(int start)
    {
        var startsWithZero = _text[_at - 1] == '0';
        if (startsWithZero && _at < _text.Length && IsDigit(_text[_at]))
            throw At("Invalid numeric value: Leading zeroes not allowed", _at);
        var c = SkipDigits();

        // Jackson's quick way through a number stands behind the whole part when it finds something wrong later on.
        int? quick = startsWithZero ? null : _at;
        if (c == '.')
        {
            _at++;
            var fraction = _at;
            c = SkipDigits();
            if (_at == fraction)
                throw NotADigit(c == End ? '.' : c, c == End ? _at - 1 : quick ?? _at, "Decimal point not followed by a digit");
        }

        if (c is 'e' or 'E')
        {
            _at++;
            c = ExponentCharacter();
            if (c is '-' or '+')
            {
                _at++;
                c = ExponentCharacter();
            }

            if (!IsDigit(c))
                throw NotADigit(c, quick ?? _at, "Exponent indicator not followed by a digit");
            c = SkipDigits();
        }

        if (c != End && IsOutside && c is not (' ' or '\t' or '\n' or '\r'))
        {
            _at++;
            throw Unexpected(c, "Expected space separating root-level values");
        }

        var token = _text.AsSpan(start, _at - start);
        var number = long.TryParse(token, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) && !token.SequenceEqual("-0")
            ? JsonNumber.Of(whole)
            : JsonNumber.Parse(token.ToString());
        return !_isStrict || double.IsFinite(number.Double) ? number : throw At("Number out of range", _at);
    }

    private int SkipDigits()
    {
        while (_at < _text.Length && IsDigit(_text[_at]))
            _at++;
        return _at < _text.Length ? _text[_at] : End;
    }

    private char ExponentCharacter() => _at < _text.Length ? _text[_at] : throw EndOfInput("expected a digit for number exponent");

    private JacksonException NotADigit(int c, int at, string problem) => At($"Unexpected character ({Described(c)}) in numeric value: {problem}", at);

    /// <summary>Reads a word of which some letters have been read.</summary>
    private void Match(string word, int read = 1)
    {
        for (var i = read; i < word.Length; i++, _at++)
        {
            if (_at == _text.Length || _text[_at] != word[i])
                throw BadToken(word[..i]);
        }

        if (_at < _text.Length && _text[_at] is >= '0' and not (']' or '}') && IsIdentifierPart(_text[_at]))
            throw BadToken(word);
    }

    /// <summary>The next character that is no white space; the end where nothing is open.</summary>
    private int SkipSpace()
    {
        var c = NextVisible();
        if (c == End && !IsOutside)
            throw EndOfInput($": expected close marker for {Innermost.Kind} (start marker at {Place(Innermost.Line, Innermost.Column)})");
        return c;
    }

    private int SkipComma(int c)
    {
        if (c != ',')
            throw Unexpected(c, $"was expecting comma to separate {Innermost.Kind} entries");
        return Between();
    }

    private int SkipColon()
    {
        var c = Between();
        return c == ':' ? Between() : throw Unexpected(c, "was expecting a colon to separate field name and value");
    }

    private int Between() => NextVisible() is var c and not End ? c : throw EndOfInput($" within/between {Innermost.Kind} entries");

    private int NextVisible()
    {
        while (_at < _text.Length)
        {
            var c = _text[_at++];
            switch (c)
            {
                case > ' ' and not '/':
                    return c;
                case '/':
                    throw Unexpected(c, "maybe a (non-standard) comment? (not recognized as one since Feature 'ALLOW_COMMENTS' not enabled for parser)");
                case '\n':
                case '\r' when _at == _text.Length || _text[_at] != '\n':
                    _line++;
                    _lineStart = _at;
                    break;
                case < ' ' and not ('\t' or '\r'):
                    throw At($"Illegal character ({Described(c)}): only regular white space (\\r, \\n, \\t) is allowed between tokens", _at);
            }
        }

        return End;
    }

    private JacksonException Odd(int c)
    {
        switch (c)
        {
            case ']' or '}' when IsOutside:
                return Mismatch(c);
            case '}' when Innermost.Mark == '[':
                return Unexpected(c, "expected a value");
            case 'N':
                Match("NaN");
                return NonStandard("NaN");
            case 'I':
                Match("Infinity");
                return NonStandard("Infinity");
            case '+':
                return _at == _text.Length ? EndOfInput(" in a Number value") : NoNumber(_text[_at++], "+");
            default:
                return IsIdentifierStart((char)c) ? BadToken(((char)c).ToString()) : Unexpected(c, $"expected a valid value {Expected}");
        }
    }

    /// <summary>What is wrong with a sign and what comes after it, which is no digit.</summary>
    private JacksonException NoNumber(char c, string sign)
    {
        if (c == 'I')
        {
            if (_at == _text.Length)
                return EndOfInput(" in a Number value");
            c = _text[_at++];
            if (c is 'N' or 'n')
            {
                var word = sign + (c == 'N' ? "INF" : "Infinity");
                Match(word, 3);
                return NonStandard(word);
            }
        }

        return sign == "+"
            ? At($"Unexpected character ('+' (code 43)) in numeric value: {NoSuchNumber}", _at - 1)
            : At($"Unexpected character ({Described(c)}) in numeric value: expected digit (0-9) to follow minus sign, for valid numeric value", _at - 1);
    }

    private JacksonException NonStandard(string word) =>
        At($"Non-standard token '{word}': enable `JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS` to allow", _at);

    private JacksonException BadToken(string begun)
    {
        var token = new StringBuilder(begun);
        while (_at < _text.Length && IsIdentifierPart(_text[_at]))
        {
            token.Append(_text[_at++]);
            if (token.Length >= LongestToken)
            {
                token.Append("...");
                break;
            }
        }

        return At($"Unrecognized token '{token}': was expecting {Expected}", _at);
    }

    private JacksonException Mismatch(int c) => At(
        $"Unexpected close marker '{(char)c}': expected '{(c == ']' ? '}' : ']')}' (for {Innermost.Kind} starting at {Place(Innermost.Line, Innermost.Column)})",
        _at - 1);

    private JacksonException Unexpected(int c, string comment) => At($"Unexpected character ({Described(c)}): {comment}", _at - 1);

    private JacksonException EndOfInput(string where) => At($"Unexpected end-of-input{where}", _at);

    private JacksonException At(string problem, int at) => new($"{problem}\n at {Place(_line, at - _lineStart + 1)}");

    private static string Place(int line, int column) =>
        $"[Source: REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled); line: {line}{(column > 0 ? $", column: {column}" : "")}]";

    /// <summary>An array or object that is open, or the outside of all.</summary>
    private readonly record struct Scope(char Mark, int Line, int Column)
    {
        public string Kind => Mark switch { '[' => "Array", '{' => "Object", _ => "root" };
    }
}
