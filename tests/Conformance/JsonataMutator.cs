using System.Text.RegularExpressions;
using Stateside.Language.Evaluation;

namespace Stateside.Conformance;

/// <summary>
/// Makes new expressions out of known ones. Most changes keep the grammar (a name for a name, an operator for an operator, an index
/// behind an operand, a whole expression inside another), so that evaluation is reached; some break it.
/// </summary>
internal sealed partial class JsonataMutator(IReadOnlyList<string> expressions, ulong seed)
{
    private static readonly string[] Operators = ["=", "!=", "<", "<=", ">", ">=", "in", "and", "or", "&", "+", "-", "*", "/", "%", ".", "~>", "?:", "??"];

    private static readonly string[] Literals =
    [
        "0", "1", "2", "-1", "1.5", "1e3", "10", "\"\"", "\"a\"", "\"1\"", "null", "true", "false", "[]", "{}", "[1,2,3]", "[[1],[2,3]]", "[\"b\",\"a\"]",
        "{\"a\":[1,{\"b\":2}]}", "$", "$$", "nothing", "function($x){$x}", "/[a-z]+/i", "(1..3)", "[1..3]",
    ];

    private static readonly string[] Suffixes =
    [
        "[]", "[0]", "[-1]", "[1]", "[$]", "[true]", "[[0,1]]", ".$", ".*", ".**", ".%", ".$string()", "@$v", "#$i", "^($)", "^(>$)", "{\"k\": $}", ".[$]",
        ".{\"v\": $}", ".(1)", "[%.a]", "#$i[$i=0]", "@$v.$v", "~>$count", "~>$string()", "~>|$|{\"z\":1}|",
    ];

    private static readonly string[] Wrappers =
    [
        "({0})", "[{0}]", "{{\"w\": {0}}}", "-({0})", "$string({0})", "$count({0})", "$sum({0})", "$keys({0})", "$spread({0})", "$distinct({0})", "$sort({0})",
        "$reverse({0})", "$type({0})", "$exists({0})", "$number({0})", "$boolean({0})", "$not({0})", "$append({0}, {1})", "$zip({0}, {1})", "$merge({0})",
        "$map({0}, function($v, $i){{[$i, $v]}})", "$filter({0}, function($v){{$v}})", "$reduce({0}, function($a, $b){{$a & $b}})", "$lookup({0}, \"a\")",
        "$each({0}, function($v, $k){{$k}})", "$sift({0}, function($v){{$v}})", "$join({0}, \",\")", "$split({0}, /\\W/)", "$substring({0}, 1, 2)",
        "$replace({0}, /[aeiou]/, \"$0$0\")", "$formatNumber({0}, \"#,##0.00\")", "({0}; {1})", "($x := {0}; $x)", "{0} ? {1}", "({0}).({1})", "({0}){{\"g\": {1}}}",
        "$pad({0}, 5)", "$max({0})", "$round({0}, 1)", "$single({0})", "$contains({0}, \"a\")", "[{0}, {1}]", "({0})[{1}]", "({0})^({1})", "function($y){{{0}}}({1})",
    ];

    private readonly Chance _chance = new(seed);
    private readonly string[][] _tokens = [.. expressions.Select(expression => Token().Matches(expression).Select(match => match.Value).ToArray())];

    public string Next(int index)
    {
        var tokens = _tokens[index].ToList();
        for (var edits = Pick(3); edits >= 0; edits--)
            Edit(tokens);
        var text = string.Concat(tokens);
        while (Pick(3) == 0 && text.Length < 2000)
            text = Pick(3) == 0 ? text + Any(Suffixes) : Wrap(text);
        return text;
    }

    private static bool IsWord(string token) => char.IsLetter(token[0]) || token[0] is '$' or '`';

    private static bool IsOperand(string token) => IsWord(token) || char.IsAsciiDigit(token[0]) || token[0] is '"' or '\'' or ')' or ']' or '}';

    private string Wrap(string text)
    {
        var other = Pick(4) == 0 ? expressions[Pick(expressions.Count)] : Any(Literals);
        return Any(Wrappers).Replace("{{", "\u0001", StringComparison.Ordinal).Replace("}}", "\u0002", StringComparison.Ordinal)
            .Replace("{0}", text, StringComparison.Ordinal).Replace("{1}", other, StringComparison.Ordinal)
            .Replace('\u0001', '{').Replace('\u0002', '}');
    }

    private void Edit(List<string> tokens)
    {
        if (tokens.Count == 0)
        {
            tokens.Add(Any(Literals));
            return;
        }

        var at = Pick(tokens.Count);
        var token = tokens[at];
        switch (Pick(10))
        {
            case < 4 when IsWord(token):
                tokens[at] = Like(token, IsWord);
                break;
            case < 4 when Array.IndexOf(Operators, token) >= 0:
                tokens[at] = Any(Operators);
                break;
            case < 4 when char.IsAsciiDigit(token[0]) || token[0] is '"' or '\'':
                tokens[at] = Any(Literals);
                break;
            case < 7 when IsOperand(token):
                tokens.Insert(at + 1, Any(Suffixes));
                break;
            case 7:
                tokens.RemoveAt(at);
                break;
            case 8:
                tokens[at] = Foreign();
                break;
            case 9:
                tokens.Insert(at, Foreign());
                break;
        }
    }

    private string Like(string token, Func<string, bool> kind)
    {
        for (var tries = 0; tries < 20; tries++)
        {
            if (Foreign() is { Length: > 0 } other && kind(other) && (other[0] == '$') == (token[0] == '$'))
                return other;
        }

        return token;
    }

    private string Foreign()
    {
        var tokens = _tokens[Pick(_tokens.Length)];
        return tokens.Length == 0 ? "1" : tokens[Pick(tokens.Length)];
    }

    private string Any(string[] list) => list[Pick(list.Length)];

    private int Pick(int count) => (int)_chance.NextInt64(0, count);

    [GeneratedRegex("""\s+|\$?\w+|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`|\.\.|:=|!=|<=|>=|~>|\?:|\?\?|\*\*|.""", RegexOptions.Singleline)]
    private static partial Regex Token();
}
