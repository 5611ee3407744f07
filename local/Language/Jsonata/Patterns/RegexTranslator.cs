using System.Globalization;
using System.Text;

namespace Stateside.Language.Jsonata.Patterns;

/// <summary>A pattern in .NET's notation.</summary>
/// <param name="Pattern">The pattern.</param>
/// <param name="GroupCount">How many groups it captures, all of them numbered.</param>
/// <param name="NeedsBacktracking">Whether it looks around or back.</param>
internal sealed record TranslatedRegex(string Pattern, int GroupCount, bool NeedsBacktracking);

/// <summary>
/// Rewrites a JavaScript pattern (without the u flag) so that .NET reads the same out of it: the classes are JavaScript's, an anchor
/// knows JavaScript's line ends, groups are numbered as they open, named or not, and a reference to a group that took no part matches
/// the empty string. See https://tc39.es/ecma262/#sec-regexp-regular-expression-objects.
/// </summary>
internal sealed class RegexTranslator
{
    private const string LineEnds = @"\n\r\u2028\u2029";
    private const string Space = @"\t\n\v\f\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff";
    private const string NotSpace = @"\0-\x08\x0e-\x1f!-\u009f\u00a1-\u167f\u1681-\u1fff\u200b-\u2027\u202a-\u202e\u2030-\u205e\u2060-\u2fff"
        + @"\u3001-\ufefe\uff00-\uffff";

    private readonly string _pattern;
    private readonly bool _multiline;
    private readonly StringBuilder _result = new();
    private readonly Dictionary<string, int> _names = new(StringComparer.Ordinal);
    private readonly int _groups;
    private bool _backtracks;
    private int _at;

    private RegexTranslator(string pattern, bool multiline)
    {
        _pattern = pattern;
        _multiline = multiline;
        _groups = CountGroups();
    }

    public static TranslatedRegex Translate(string pattern, bool multiline)
    {
        var translator = new RegexTranslator(pattern, multiline);
        translator.Run();
        return new TranslatedRegex(translator._result.ToString(), translator._groups, translator._backtracks);
    }

    private static bool IsWordNameStart(char c) => char.IsLetter(c) || c is '_' or '$';

    private void Run()
    {
        while (_at < _pattern.Length)
        {
            var c = _pattern[_at];
            switch (c)
            {
                case '\\':
                    Escape();
                    break;
                case '[':
                    Class();
                    break;
                case '(':
                    Group();
                    break;
                case '.':
                    Take($"[^{LineEnds}]", 1);
                    break;
                case '^':
                    _backtracks |= _multiline;
                    Assertion(_multiline ? $"(?<=[{LineEnds}]|\\A)" : "\\A", 1);
                    break;
                case '$':
                    _backtracks |= _multiline;
                    Assertion(_multiline ? $"(?=[{LineEnds}]|\\z)" : "\\z", 1);
                    break;
                case '{' when !IsQuantifier(_at):
                    Take(@"\{", 1);
                    break;
                case '{':
                    var end = _pattern.IndexOf('}', _at);
                    Take(_pattern[_at..(end + 1)], end + 1 - _at);
                    break;
                case '}' or ']':
                    Take("\\" + c, 1);
                    break;
                case '#' or ' ':
                    Take("\\" + c, 1);
                    break;
                default:
                    Take(c.ToString(), 1);
                    break;
            }
        }
    }

    private void Take(string text, int length)
    {
        _result.Append(text);
        _at += length;
    }

    /// <summary>Takes an assertion, which may not be repeated.</summary>
    private void Assertion(string text, int length)
    {
        Take(text, length);
        if (Peek(0) is '*' or '+' or '?' || (Peek(0) == '{' && IsQuantifier(_at)))
            throw new ArgumentException("Nothing to repeat");
    }

    private char Peek(int offset) => _at + offset < _pattern.Length ? _pattern[_at + offset] : '\0';

    private bool IsQuantifier(int at)
    {
        var digits = at + 1;
        while (digits < _pattern.Length && char.IsAsciiDigit(_pattern[digits]))
            digits++;
        if (digits == at + 1)
            return false;
        if (digits < _pattern.Length && _pattern[digits] == ',')
        {
            digits++;
            while (digits < _pattern.Length && char.IsAsciiDigit(_pattern[digits]))
                digits++;
        }

        return digits < _pattern.Length && _pattern[digits] == '}';
    }

    private void Group()
    {
        if (Peek(1) != '?')
        {
            Take("(", 1);
            return;
        }

        if (Peek(2) is '=' or '!' || (Peek(2) == '<' && Peek(3) is '=' or '!'))
        {
            _backtracks = true;
            var length = Peek(2) == '<' ? 4 : 3;
            Take(_pattern.Substring(_at, length), length);
        }
        else if (Peek(2) == '<' && IsWordNameStart(Peek(3)))
        {
            Take("(", _pattern.IndexOf('>', _at) + 1 - _at);
        }
        else if (Peek(2) == ':')
        {
            Take("(?:", 3);
        }
        else
        {
            throw new ArgumentException("Invalid group");
        }
    }

    private void Escape()
    {
        var c = Peek(1);
        switch (c)
        {
            case '\0' when _at + 1 >= _pattern.Length:
                throw new ArgumentException("\\ at end of pattern");
            case 'd':
                Take("[0-9]", 2);
                break;
            case 'D':
                Take("[^0-9]", 2);
                break;
            case 'w':
                Take("[a-zA-Z0-9_]", 2);
                break;
            case 'W':
                Take("[^a-zA-Z0-9_]", 2);
                break;
            case 's':
                Take($"[{Space}]", 2);
                break;
            case 'S':
                Take($"[^{Space}]", 2);
                break;
            case 'b' or 'B':
                Boundary(c);
                break;
            case >= '1' and <= '9':
                Reference();
                break;
            case 'k' when _names.Count > 0:
                var end = _pattern.IndexOf('>', _at);
                if (Peek(2) != '<' || end < 0 || !_names.TryGetValue(_pattern[(_at + 3)..end], out var number))
                    throw new ArgumentException("Invalid named reference");
                AppendReference(number);
                _at = end + 1;
                break;
            default:
                Character();
                break;
        }
    }

    private void Boundary(char kind)
    {
        // .NET's own \b knows more letters than JavaScript's.
        const string Word = "[a-zA-Z0-9_]";
        _backtracks = true;
        Assertion(kind == 'b' ? $"(?:(?<={Word})(?!{Word})|(?<!{Word})(?={Word}))" : $"(?:(?<={Word})(?={Word})|(?<!{Word})(?!{Word}))", 2);
    }

    private void Reference()
    {
        var digits = 2;
        while (char.IsAsciiDigit(Peek(digits)))
            digits++;
        if (int.TryParse(_pattern.AsSpan(_at + 1, digits - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= _groups)
        {
            AppendReference(number);
            _at += digits;
            return;
        }

        Character();
    }

    private void AppendReference(int number)
    {
        _backtracks = true;
        _result.Append(CultureInfo.InvariantCulture, $"(?({number})\\{number}|)");
    }

    private void Character()
    {
        var character = ReadEscapedCharacter(inClass: false);
        AppendLiteral(character);
    }

    private void AppendLiteral(char c)
    {
        if (char.IsAsciiLetterOrDigit(c) || c is '_' || c > 127)
            _result.Append(c);
        else
            _result.Append(CultureInfo.InvariantCulture, $"\\x{(int)c:x2}");
    }

    /// <summary>Reads an escape that stands for one character.</summary>
    private char ReadEscapedCharacter(bool inClass)
    {
        var c = Peek(1);
        _at += 2;
        switch (c)
        {
            case 't':
                return '\t';
            case 'n':
                return '\n';
            case 'v':
                return '\v';
            case 'f':
                return '\f';
            case 'r':
                return '\r';
            case 'b' when inClass:
                return '\b';
            case 'c' when char.IsAsciiLetter(Peek(0)):
                return (char)(_pattern[_at++] % 32);
            case 'c':
                _at--;
                return '\\';
            case 'x':
                return ReadHex(2, c);
            case 'u':
                return ReadHex(4, c);
            case >= '0' and <= '7':
                var value = c - '0';
                var most = c <= '3' ? 2 : 1;
                for (; most > 0 && Peek(0) is >= '0' and <= '7'; most--)
                    value = (value * 8) + (_pattern[_at++] - '0');
                return (char)value;
            default:
                return c;
        }
    }

    private char ReadHex(int digits, char otherwise)
    {
        if (_at + digits <= _pattern.Length
            && ushort.TryParse(_pattern.AsSpan(_at, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code))
        {
            _at += digits;
            return (char)code;
        }

        return otherwise;
    }

    private void Class()
    {
        var negated = Peek(1) == '^';
        _at += negated ? 2 : 1;
        var content = new StringBuilder();
        while (true)
        {
            if (_at >= _pattern.Length)
                throw new ArgumentException("Unterminated character class");
            if (_pattern[_at] == ']')
                break;
            var (first, set) = ReadClassAtom();
            if (Peek(0) == '-' && Peek(1) != ']' && _at + 1 < _pattern.Length)
            {
                _at++;
                var (last, lastSet) = ReadClassAtom();
                if (set is null && lastSet is null)
                {
                    if (last < first)
                        throw new ArgumentException("Range out of order in character class");
                    AppendRange(content, first, last);
                    continue;
                }

                // A class beside the hyphen makes it a hyphen.
                AppendAtom(content, first, set);
                AppendAtom(content, '-', null);
                AppendAtom(content, last, lastSet);
                continue;
            }

            AppendAtom(content, first, set);
        }

        _at++;
        if (content.Length == 0)
            _result.Append(negated ? "[\\0-\\uffff]" : "(?:[^\\0-\\uffff])");
        else
            _result.Append(negated ? "[^" : "[").Append(content).Append(']');
    }

    private (char Character, string? Set) ReadClassAtom()
    {
        var c = _pattern[_at];
        if (c != '\\')
        {
            _at++;
            return (c, null);
        }

        var set = Peek(1) switch
        {
            'd' => "0-9",
            'D' => @"\0-/:-\uffff",
            'w' => "a-zA-Z0-9_",
            'W' => @"\0-/:-@\x5b-\x5e`{-\uffff",
            's' => Space,
            'S' => NotSpace,
            _ => null,
        };
        if (set is null)
            return (ReadEscapedCharacter(inClass: true), null);
        _at += 2;
        return ('\0', set);
    }

    private static void AppendAtom(StringBuilder content, char c, string? set)
    {
        if (set is not null)
            content.Append(set);
        else
            AppendRange(content, c, c);
    }

    private static void AppendRange(StringBuilder content, char first, char last)
    {
        content.Append(CultureInfo.InvariantCulture, $"\\u{(int)first:x4}");
        if (last != first)
            content.Append(CultureInfo.InvariantCulture, $"-\\u{(int)last:x4}");
    }

    /// <summary>Counts the groups and learns the names of named ones, which may be referred to before they open.</summary>
    private int CountGroups()
    {
        var count = 0;
        var inClass = false;
        for (var i = 0; i < _pattern.Length; i++)
        {
            switch (_pattern[i])
            {
                case '\\':
                    i++;
                    break;
                case '[':
                    inClass = true;
                    break;
                case ']':
                    inClass = false;
                    break;
                case '(' when !inClass:
                    var named = i + 3 < _pattern.Length && _pattern[i + 1] == '?' && _pattern[i + 2] == '<' && IsWordNameStart(_pattern[i + 3]);
                    if (i + 1 < _pattern.Length && _pattern[i + 1] == '?' && !named)
                        break;
                    count++;
                    var end = _pattern.IndexOf('>', i);
                    if (named && (end < 0 || !_names.TryAdd(_pattern[(i + 3)..end], count)))
                        throw new ArgumentException("Invalid capture group name");
                    break;
            }
        }

        return count;
    }
}
