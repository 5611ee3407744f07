using System.Text;
using System.Text.RegularExpressions;
using Stateside.Language.Json;
using Stateside.Language.Templates;

namespace Stateside.Language.Roles;

/// <summary>
/// What of a template's value is known before it is evaluated: what is written out, and of texts that are put together at least the parts
/// that are.
/// </summary>
internal readonly partial struct Known
{
    private readonly PayloadTemplate? _template;

    private Known(PayloadTemplate? template, bool isOpen) => (_template, IsOpen) = (template, isOpen);

    /// <summary>Whether the value itself is not known: it may be anything, or nothing.</summary>
    public bool IsOpen { get; }

    /// <summary>Whether there certainly is no value.</summary>
    public bool IsAbsent => _template is null && !IsOpen;

    /// <summary>The text with an asterisk in the place of what is not known; null where nothing is, or where there is no text.</summary>
    public string? Text
    {
        get
        {
            var text = _template switch
            {
                LiteralTemplate { Value: JsonString value } => value.Value,
                IntrinsicTemplate intrinsic => OfFormat(intrinsic.Call.Text),
                JsonataTemplate expression => OfConcatenation(expression.Expression.Source),
                _ => null,
            };
            return text is null or "*" ? null : text;
        }
    }

    /// <summary>The items of a list; nothing where there is none or it is not known.</summary>
    public IEnumerable<Known> Items => _template switch
    {
        LiteralTemplate { Value: JsonArray items } => items.Select(item => Of(item)),
        ArrayTemplate array => array.Items.Select(Of),
        _ => [],
    };

    /// <summary>The members of an object with their names; nothing where there is none or it is not known.</summary>
    public IEnumerable<(string Name, Known Value)> Members => _template switch
    {
        LiteralTemplate { Value: JsonObject members } => members.Select(member => (member.Key, Of(member.Value))),
        ObjectTemplate members => members.Keys.Zip(members.Members, (key, member) => (key, Of(member))),
        _ => [],
    };

    /// <summary>A member of an object.</summary>
    public Known this[string name]
    {
        get
        {
            foreach (var (key, value) in Members)
            {
                if (key == name)
                    return value;
            }

            return new(null, IsOpen || _template is not (null or LiteralTemplate or ObjectTemplate));
        }
    }

    /// <summary>What is known of a field.</summary>
    /// <param name="template">The field; null where it is not there.</param>
    public static Known Of(PayloadTemplate? template) => new(template, false);

    /// <summary>What is known of a field that takes the input where it is not there.</summary>
    public static Known OfArguments(PayloadTemplate? template) => new(template, template is null);

    /// <summary>A text that is known.</summary>
    public static Known OfText(string text) => Of(new JsonString(text));

    private static Known Of(JsonValue value) => new(new LiteralTemplate(value), false);

    /// <summary>States.Format with the format written out.</summary>
    private static string? OfFormat(string call) =>
        FormatCall().Match(call) is { Success: true } match
            ? Regex.Unescape(match.Groups["format"].Value.Replace("{}", "*", StringComparison.Ordinal))
            : null;

    /// <summary>Texts that are put together with <c>&amp;</c> and nothing else outside of brackets.</summary>
    private static string? OfConcatenation(string source)
    {
        var text = new StringBuilder();
        foreach (var part in Operands(source) ?? [])
            text.Append(Literal().Match(part) is { Success: true } literal ? literal.Groups["text"].Value : "*");
        return text.Length == 0 ? null : Asterisks().Replace(text.ToString(), "*");
    }

    private static List<string>? Operands(string source)
    {
        var operands = new List<string>();
        var (depth, begin, quote) = (0, 0, '\0');
        for (var i = 0; i < source.Length; i++)
        {
            var c = source[i];
            if (quote != '\0')
            {
                if (c == '\\')
                    i++;
                else if (c == quote)
                    quote = '\0';
            }
            else if (c is '\'' or '"' or '`')
            {
                quote = c;
            }
            else if (c is '(' or '[' or '{')
            {
                depth++;
            }
            else if (c is ')' or ']' or '}')
            {
                depth--;
            }
            else if (depth == 0 && c is '?' or ':' or ';' or '=' or '<' or '>' or '~' or '^' or '/')
            {
                // A choice, a comparison, an assignment, a comment: the whole is no text that is put together.
                return null;
            }
            else if (depth == 0 && c == '&')
            {
                operands.Add(source[begin..i].Trim());
                begin = i + 1;
            }
        }

        operands.Add(source[begin..].Trim());
        return operands.Exists(operand => Word().IsMatch(operand)) ? null : operands;
    }

    [GeneratedRegex(@"^States\.Format\(\s*'(?<format>(?:[^'\\]|\\['{}\\])*)'", RegexOptions.CultureInvariant)]
    private static partial Regex FormatCall();

    [GeneratedRegex("""^(?:'(?<text>[^'\\]*)'|"(?<text>[^"\\]*)")$""", RegexOptions.CultureInvariant)]
    private static partial Regex Literal();

    [GeneratedRegex(@"\*\*+", RegexOptions.CultureInvariant)]
    private static partial Regex Asterisks();

    /// <summary>An operator that is a word, which binds less than &amp; does.</summary>
    [GeneratedRegex(@"(?<=\s|\))(?:and|or|in)(?=\s|\()", RegexOptions.CultureInvariant)]
    private static partial Regex Word();
}
