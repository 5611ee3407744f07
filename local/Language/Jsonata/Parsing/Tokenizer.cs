using System.Globalization;
using System.Text;
using Stateside.Language.Json;
using Stateside.Language.Jsonata.Patterns;

namespace Stateside.Language.Jsonata.Parsing;

/// <summary>Cuts an expression into tokens, one at a time, since whether a slash divides or opens a regular expression depends on what was read.</summary>
internal sealed class Tokenizer(string source)
{
    private const string Blanks = " \t\n\r\v";
    private const string Stops = ".[]{}(),@#;:?+-*/%|=<>^&!~";
    private static readonly string[] Doubles = ["..", ":=", "!=", ">=", "<=", "**", "~>", "?:", "??"];

    private int _position;

    /// <summary>The next token; one of kind End when there is none.</summary>
    /// <param name="infix">Whether an operator may follow, so that a slash divides.</param>
    public SyntaxNode Next(bool infix)
    {
        SkipBlanks();
        if (_position >= source.Length)
            return new SyntaxNode(SyntaxKind.End, "(end)", new JsonString("(end)"), source.Length, source.Length);
        var start = _position;
        var c = source[_position];
        if (!infix && c == '/')
        {
            _position++;
            var regex = ReadRegex();
            return new SyntaxNode(SyntaxKind.Regex, "(regex)", new JsonString(regex.ToString()), start, _position) { Regex = regex };
        }

        foreach (var two in Doubles)
        {
            if (string.CompareOrdinal(source, _position, two, 0, 2) == 0)
                return Operator(two);
        }

        if (Stops.Contains(c, StringComparison.Ordinal))
            return Operator(c.ToString());
        if (c is '"' or '\'')
            return new SyntaxNode(SyntaxKind.String, "(literal)", new JsonString(ReadString(c)), start, _position);
        if (char.IsAsciiDigit(c))
            return new SyntaxNode(SyntaxKind.Number, "(literal)", ReadNumber(), start, _position);
        if (c == '`')
        {
            var end = source.IndexOf('`', start + 1);
            if (end < 0)
                throw new JsonataException("S0105") { Position = source.Length };
            _position = end + 1;
            return new SyntaxNode(SyntaxKind.Name, "(name)", new JsonString(source[(start + 1)..end]), start, _position);
        }

        return ReadWord(start);
    }

    private void SkipBlanks()
    {
        while (true)
        {
            while (_position < source.Length && Blanks.Contains(source[_position], StringComparison.Ordinal))
                _position++;
            if (string.CompareOrdinal(source, _position, "/*", 0, 2) != 0)
                return;
            var end = source.IndexOf("*/", _position + 2, StringComparison.Ordinal);
            if (end < 0)
                throw new JsonataException("S0106") { Position = _position };
            _position = end + 2;
        }
    }

    private SyntaxNode Operator(string text)
    {
        var start = _position;
        _position += text.Length;
        return new SyntaxNode(SyntaxKind.Operator, text, new JsonString(text), start, _position);
    }

    private SyntaxNode ReadWord(int start)
    {
        while (_position < source.Length && !Stops.Contains(source[_position], StringComparison.Ordinal)
            && !Blanks.Contains(source[_position], StringComparison.Ordinal))
        {
            _position++;
        }

        var word = source[start.._position];
        if (word[0] == '$')
            return new SyntaxNode(SyntaxKind.Variable, "(name)", new JsonString(word[1..]), start, _position);
        return word switch
        {
            "and" or "or" or "in" => new SyntaxNode(SyntaxKind.Operator, word, new JsonString(word), start, _position),
            "true" => new SyntaxNode(SyntaxKind.Value, "(literal)", JsonValue.True, start, _position),
            "false" => new SyntaxNode(SyntaxKind.Value, "(literal)", JsonValue.False, start, _position),
            "null" => new SyntaxNode(SyntaxKind.Value, "(literal)", JsonValue.Null, start, _position),
            _ => new SyntaxNode(SyntaxKind.Name, "(name)", new JsonString(word), start, _position),
        };
    }

    private JsonNumber ReadNumber()
    {
        // 0 or digits without a leading zero, then a fraction, then an exponent, each only when it is complete.
        var start = _position;
        if (source[_position] == '0')
            _position++;
        else
            SkipDigits();
        if (At(_position) == '.' && char.IsAsciiDigit(At(_position + 1)))
        {
            _position++;
            SkipDigits();
        }

        if (At(_position) is 'e' or 'E')
        {
            var digits = At(_position + 1) is '+' or '-' ? _position + 2 : _position + 1;
            if (char.IsAsciiDigit(At(digits)))
            {
                _position = digits;
                SkipDigits();
            }
        }

        var token = source[start.._position];
        var number = double.Parse(token, NumberStyles.Float, CultureInfo.InvariantCulture);
        return double.IsFinite(number) ? JsonNumber.Of(number) : throw new JsonataException("S0102") { Position = start, Token = token };
    }

    private void SkipDigits()
    {
        while (char.IsAsciiDigit(At(_position)))
            _position++;
    }

    private char At(int position) => position < source.Length ? source[position] : '\0';

    private string ReadString(char quote)
    {
        _position++;
        var text = new StringBuilder();
        for (; _position < source.Length; _position++)
        {
            var c = source[_position];
            if (c == quote)
            {
                _position++;
                return text.ToString();
            }

            text.Append(c == '\\' ? ReadEscape() : c);
        }

        throw new JsonataException("S0101") { Position = _position };
    }

    private char ReadEscape()
    {
        var c = At(++_position);
        if (c is '"' or '\\' or '/')
            return c;
        if (JsonEscape.Meant(c) is { } meant)
            return meant;
        if (c != 'u')
            throw new JsonataException("S0103") { Position = _position, Token = _position < source.Length ? c.ToString() : "" };

        // The reference reads up to four digits where the source ends early; then the string is not terminated anyway.
        var hex = source.AsSpan(Math.Min(_position + 1, source.Length), Math.Min(4, Math.Max(0, source.Length - _position - 1)));
        if (hex.Length == 0 || !ushort.TryParse(hex, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code))
            throw new JsonataException("S0104") { Position = _position };
        _position += 4;
        return (char)code;
    }

    private RegexLiteral ReadRegex()
    {
        var start = _position;
        var depth = 0;
        for (; _position < source.Length; _position++)
        {
            var c = source[_position];
            if (c == '/' && depth == 0 && !IsEscaped(_position))
            {
                var pattern = source[start.._position];
                if (pattern.Length == 0)
                    throw new JsonataException("S0301") { Position = _position };
                var flags = ++_position;
                while (At(_position) is 'i' or 'm')
                    _position++;
                return RegexLiteral.Of(pattern, source[flags.._position], _position);
            }

            if (source[_position - 1] != '\\')
                depth += c is '(' or '[' or '{' ? 1 : c is ')' or ']' or '}' ? -1 : 0;
        }

        throw new JsonataException("S0302") { Position = _position };
    }

    private bool IsEscaped(int position)
    {
        var backslashes = 0;
        while (source[position - backslashes - 1] == '\\')
            backslashes++;
        return backslashes % 2 == 1;
    }
}
