using System.Globalization;
using System.Text;

namespace Stateside.Engine.Template;

/// <summary>
/// Reads the part of TOML (https://toml.io/en/v1.0.0) that configuration files of the SAM CLI use: tables, dotted keys, strings of all
/// four kinds, arrays and inline tables. Numbers, Booleans and dates are kept as their text. Values are string, List and Dictionary.
/// </summary>
internal sealed class Toml
{
    private readonly string _file;
    private readonly string _text;
    private int _at;

    private Toml(string file, string text)
    {
        _file = file;
        _text = text;
    }

    private char Current => _at < _text.Length ? _text[_at] : '\0';

    /// <summary>Reads a file's text.</summary>
    /// <param name="file">The path for messages.</param>
    /// <param name="text">The text.</param>
    /// <returns>The root table.</returns>
    /// <exception cref="TemplateException">The text is not TOML.</exception>
    public static Dictionary<string, object> Parse(string file, string text)
    {
        var parser = new Toml(file, text);
        var root = new Dictionary<string, object>(StringComparer.Ordinal);
        var table = root;
        for (parser.SkipBlank(true); parser._at < text.Length; parser.SkipBlank(true))
        {
            if (parser.Current == '[')
            {
                table = parser.Header(root);
            }
            else
            {
                parser.KeyValue(table);
            }

            parser.EndOfLine();
        }

        return root;
    }

    private Dictionary<string, object> Header(Dictionary<string, object> root)
    {
        _at++;
        var many = Current == '[';
        if (many)
            _at++;
        var path = Key();
        Expect(']');
        if (many)
        {
            Expect(']');
            var added = new Dictionary<string, object>(StringComparer.Ordinal);
            var parent = Descend(root, path.Take(path.Count - 1));
            if (!parent.TryGetValue(path[^1], out var list))
                parent[path[^1]] = list = new List<object>();
            ((list as List<object>) ?? throw Problem($"'{path[^1]}' is not an array of tables.")).Add(added);
            return added;
        }

        return Descend(root, path);
    }

    private Dictionary<string, object> Descend(Dictionary<string, object> table, IEnumerable<string> path)
    {
        foreach (var key in path)
        {
            if (!table.TryGetValue(key, out var next))
                table[key] = next = new Dictionary<string, object>(StringComparer.Ordinal);
            table = next switch
            {
                Dictionary<string, object> inner => inner,
                List<object> list when list.Count > 0 && list[^1] is Dictionary<string, object> last => last,
                _ => throw Problem($"'{key}' has a value already and cannot be a table."),
            };
        }

        return table;
    }

    private void KeyValue(Dictionary<string, object> table)
    {
        var path = Key();
        Expect('=');
        SkipBlank(false);
        var value = Value();
        var target = Descend(table, path.Take(path.Count - 1));
        if (!target.TryAdd(path[^1], value))
            throw Problem($"The key '{path[^1]}' stands twice in one table.");
    }

    private List<string> Key()
    {
        var path = new List<string>();
        while (true)
        {
            SkipBlank(false);
            if (Current is '"' or '\'')
            {
                path.Add(QuotedString());
            }
            else
            {
                var start = _at;
                while (char.IsAsciiLetterOrDigit(Current) || Current is '_' or '-')
                    _at++;
                if (_at == start)
                    throw Problem("A key is expected here.");
                path.Add(_text[start.._at]);
            }

            SkipBlank(false);
            if (Current != '.')
                return path;
            _at++;
        }
    }

    private object Value()
    {
        switch (Current)
        {
            case '"' or '\'':
                return QuotedString();
            case '[':
                _at++;
                var items = new List<object>();
                for (SkipBlank(true); Current != ']'; SkipBlank(true))
                {
                    items.Add(Value());
                    SkipBlank(true);
                    if (Current == ',')
                        _at++;
                    else if (Current != ']')
                        throw Problem("A comma or the array's closing bracket is expected here.");
                }

                _at++;
                return items;
            case '{':
                _at++;
                var table = new Dictionary<string, object>(StringComparer.Ordinal);
                for (SkipBlank(true); Current != '}'; SkipBlank(true))
                {
                    KeyValue(table);
                    SkipBlank(true);
                    if (Current == ',')
                        _at++;
                    else if (Current != '}')
                        throw Problem("A comma or the table's closing brace is expected here.");
                }

                _at++;
                return table;
            default:
                var start = _at;
                while (Current is not ('\0' or '\n' or '\r' or ',' or ']' or '}' or '#'))
                    _at++;
                var word = _text[start.._at].Trim();
                return word.Length > 0 ? word : throw Problem("A value is expected here.");
        }
    }

    private string QuotedString()
    {
        var quote = Current;
        var mark = new string(quote, 3);
        var many = string.CompareOrdinal(_text, _at, mark, 0, 3) == 0;
        _at += many ? 3 : 1;
        if (many && Current == '\r')
            _at++;
        if (many && Current == '\n')
            _at++;
        var value = new StringBuilder();
        while (true)
        {
            if (_at >= _text.Length || (!many && Current is '\n' or '\r'))
                throw Problem("A string is not closed before this place.");
            if (many ? string.CompareOrdinal(_text, _at, mark, 0, 3) == 0 : Current == quote)
                break;
            if (quote == '"' && Current == '\\')
                Escape(value);
            else
                value.Append(_text[_at++]);
        }

        _at += many ? 3 : 1;

        // Up to two quotation marks may stand right before the closing three.
        for (; many && Current == quote; _at++)
            value.Append(quote);
        return value.ToString();
    }

    private void Escape(StringBuilder value)
    {
        _at++;
        var c = Current;
        _at++;
        switch (c)
        {
            case 'b' or 't' or 'n' or 'f' or 'r' or '"' or '\\' or 'e':
                value.Append(c switch { 'b' => '\b', 't' => '\t', 'n' => '\n', 'f' => '\f', 'r' => '\r', 'e' => '\e', _ => c });
                break;
            case 'u' or 'U':
                var length = c == 'u' ? 4 : 8;
                if (_at + length > _text.Length
                    || !int.TryParse(_text.AsSpan(_at, length), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code)
                    || !Rune.TryCreate(code, out var rune))
                {
                    throw Problem("This is not the escape of a character.");
                }

                value.Append(rune.ToString());
                _at += length;
                break;
            case ' ' or '\t' or '\r' or '\n':
                while (char.IsWhiteSpace(Current))
                    _at++;
                break;
            default:
                throw Problem($"'\\{c}' is not an escape of TOML.");
        }
    }

    private void SkipBlank(bool lines)
    {
        while (true)
        {
            if (Current is ' ' or '\t' or '\uFEFF' || (lines && Current is '\n' or '\r'))
            {
                _at++;
            }
            else if (lines && Current == '#')
            {
                while (Current is not ('\n' or '\0'))
                    _at++;
            }
            else if (lines && _at >= _text.Length)
            {
                return;
            }
            else
            {
                return;
            }
        }
    }

    private void EndOfLine()
    {
        SkipBlank(false);
        if (Current == '#')
            SkipBlank(true);
        else if (Current is not ('\n' or '\r' or '\0'))
            throw Problem("The line should end here.");
    }

    private void Expect(char c)
    {
        SkipBlank(false);
        if (Current != c)
            throw Problem($"'{c}' is expected here.");
        _at++;
    }

    private TemplateException Problem(string problem)
    {
        var before = _text.AsSpan(0, Math.Min(_at, _text.Length));
        return new TemplateException(new(_file, before.Count('\n') + 1, before.Length - before.LastIndexOf('\n')), problem);
    }
}
