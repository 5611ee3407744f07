using Stateside.Language.Json;

namespace Stateside.Conformance.Paths;

/// <summary>Random paths over random documents: mostly right ones that lead somewhere, some that are odd, some that are broken.</summary>
internal sealed class PathMaker(int seed)
{
    private static readonly string[] Names =
    [
        "a", "b", "c", "id", "größe", "a b", "x.y", "", "0", "a-b", "length", "a,b", "b[0]", "@", "$", "*", "it\\", "q\"q", "名前",
        "length()", "a:b", "(a)",
    ];

    private static readonly string[] Texts =
    [
        "", "a", "b", "cat", "Cat", "5", "5.0", "-1", "10", "true", "null", "a b", " a", "é", "[", "a>b", "it's", "1e1", "05", "a.c",
    ];

    private static readonly string[] Numbers =
    [
        "0", "1", "2", "5", "10", "-1", "5.0", "2.5", "0.1", "-0.5", "1000.0", "3000000000", "12345678901234567890",
    ];

    private static readonly string[] Indexes =
        ["0", "1", "2", "3", "-1", "-2", "9", "-9", "00", "01", "+1", " 1 ", "1.5", "99999999999", "-", "", "x", "1 2", "-0", "2147483647"];

    private static readonly string[] Operators =
    [
        "==", "!=", "<", "<=", ">", ">=", "=~", " == ", " != ", " > ", " < ", " >= ", " <= ", " =~ ",
    ];

    private static readonly string[] OddOperators =
    [
        "===", "!==", "<>", "=", " in ", " nin ", " contains ", " size ", " empty ", " ", "=>", " subsetof ", " anyof ", "~", "&",
    ];

    private static readonly string[] Literals =
    [
        "5", "1", "10", "-1", "5.0", "05", "+5", ".5", "5.", "1e1", "cat", "'cat'", "\"cat\"", "a b", "'a b'", "''", "", "true", "'true'",
        "TRUE", "false", "null", "'null'", "[]", "{}", "[1,2]", "['a','b']", "{'a':1}", "'it\\'s'", "'a>b'", "' a'", "é", "'é'", "'5'",
        "(a)", "'(a'", "5 ", "a/b", "0x5", "'\\u00e9'", "NaN", "'['", "'==a'",
    ];

    private static readonly string[] Patterns =
    [
        "/a.*/", "/CAT/i", "/cat/", "/\\d+/", "/.*/", "/(a|b)/", "/[a-c]/", "//", "/a/b/", "/cat", "cat", "'cat'", "/cat/x", "/5/",
        "/a b/", "/a{1}/", "/(?i)CAT/", "/true/",
    ];

    private static readonly string[] Broken =
    [
        ".", "..", "[", "]", "(", ")", "'", "\"", "[?(", ")]", "@", "$", " ", "&&", "||", "!", "[*]", ".*", ",", ":", "-", "\\", "?",
        "[]", "()", "[?", "\t", "*", "==",
    ];

    private static readonly string[] AfterScan =
        ["*", "[*]", "[0]", "[1:]", "[0,1]", "['a']", "['a','b']", "[?(@.a)]", "[(@.length-1)]", "..a"];

    private static readonly string[] FromEnd =
        ["[(@.length-1)]", "[(@.length-2)]", "[(@.length - 9)]", "[(@.size()-1)]", "[(@.length+1)]", "[(@.length)]"];

    private static readonly string[] OddFilters =
    [
        "@.a", "", "()", "(", "(@.a", "@.a)", " (@.a)", "(@.a) ", "( @.a )", "((@.a))", "(@.a)(@.b)", "(@.a),?(@.b)", "(@.a) && (@.b)",
        "(@.a)||(@.b)",
    ];

    private static readonly string[] OddTerms =
    [
        "@", "!@", "$", "true", "1", "@ ", "'a'", "! @.a", "!!@.a", "!$.a", "@.*", "@..a", "@[*]", "@[?(@.a)]", "@.length()", "@['a','b']",
    ];

    private readonly Random _random = new(seed);

    public (string Path, JsonValue Document) Next()
    {
        var document = Value(4);
        var path = Path(document);
        return (Chance(15) ? Damage(path) : path, document);
    }

    private JsonValue Value(int depth)
    {
        var kind = depth == 0 ? _random.Next(5) : _random.Next(4, 16);
        return kind switch
        {
            0 => JsonValue.Null,
            1 => JsonValue.From(Chance(50)),
            2 => JsonNumber.Parse(Pick(Numbers)),
            3 or 4 => new JsonString(Pick(Texts)),
            < 10 => Items(depth),
            _ => Members(depth, Chance(70) ? 4 : Names.Length),
        };
    }

    /// <summary>An array; often of objects with the same few names, as real ones are.</summary>
    private JsonArray Items(int depth)
    {
        var items = new JsonValue[_random.Next(5)];
        var isTable = Chance(60);
        for (var i = 0; i < items.Length; i++)
            items[i] = isTable ? Members(depth, 4) : Value(_random.Next(depth));
        return JsonArray.Of(items);
    }

    private JsonObject Members(int depth, int names)
    {
        var members = new JsonObject.Builder();
        for (var count = _random.Next(5); count > 0; count--)
            members.Set(Names[_random.Next(names)], Value(_random.Next(depth)));
        return members.ToObject();
    }

    private string Path(JsonValue document)
    {
        var path = "$";
        JsonValue? here = document;
        for (var steps = 1 + _random.Next(4); steps > 0; steps--)
        {
            var (step, next) = Step(here, document);
            (path, here) = (path + step, next);
        }

        return path;
    }

    /// <summary>A step that fits where the path is, mostly, and where it leads.</summary>
    private (string Step, JsonValue? Next) Step(JsonValue? here, JsonValue document)
    {
        if (Chance(8))
            return (".." + (Chance(50) ? NameIn(here) : Pick(AfterScan)), null);
        if (Chance(85) && here is JsonObject { Count: > 0 } members)
        {
            var at = _random.Next(members.Count);
            return _random.Next(10) switch
            {
                < 6 => (Name(Chance(85) ? members.Keys[at] : Pick(Names)), members.Values[at]),
                6 => (SeveralNames(), null),
                7 => (Pick(".*", "[*]"), members.Values[at]),
                _ => ($"[?{Filter(members, document)}]", members),
            };
        }

        if (Chance(85) && here is JsonArray { Count: > 0 } items)
        {
            var item = items[_random.Next(items.Count)];
            return _random.Next(10) switch
            {
                < 2 => ($"[{_random.Next(items.Count)}]", item),
                2 => ($"[{Pick(Indexes)}]", item),
                3 => (Slice(), item),
                4 => (SeveralIndexes(), item),
                5 => (Chance(50) ? Pick("[*]", ".*", ".[*]") : Pick(FromEnd), item),
                _ => ($"[?{Filter(item, document)}]", item),
            };
        }

        return _random.Next(6) switch
        {
            0 => ($"[{Pick(Indexes)}]", null),
            1 => (Pick("[*]", ".*", ".length()", ".size()", "[(@.length-1)]", ".sum()"), null),
            2 => (Slice(), null),
            3 => ($"[?{Filter(here, document)}]", null),
            4 => (SeveralNames(), null),
            _ => (Name(Pick(Names)), null),
        };
    }

    private string Name(string name) => _random.Next(12) switch
    {
        < 6 => "." + name,
        < 10 => $"['{name}']",
        10 => Pick($"[ '{name}' ]", $".['{name}']", $"['{name}' ]", $"['{name}'"),
        _ => Pick($"[\"{name}\"]", $"[{name}]", $".'{name}'", $"['{name}\\'s']", $".{name} ", $". {name}"),
    };

    private string NameIn(JsonValue? here) =>
        here is JsonObject { Count: > 0 } members ? members.Keys[_random.Next(members.Count)] : Pick(Names);

    private string SeveralNames()
    {
        var names = Enumerable.Range(0, 1 + _random.Next(3)).Select(_ => $"'{Pick(Names)}'");
        return $"[{string.Join(Pick(",", ", ", " , ", ",", ""), names)}{(Chance(5) ? "," : "")}]";
    }

    private string SeveralIndexes()
    {
        var indexes = Enumerable.Range(0, 1 + _random.Next(3)).Select(_ => Pick(Indexes[..8]));
        return $"[{string.Join(Pick(",", ", ", " ,", ","), indexes)}{(Chance(5) ? "," : "")}]";
    }

    private string Slice()
    {
        string Bound() => Chance(25) ? "" : Pick(Indexes[..8]);
        return $"[{Bound()}{Pick(":", ":", ":", " : ")}{Bound()}{(Chance(20) ? Pick(":", ",") + Pick("", "1", "2", "-1", "0", "x") : "")}]";
    }

    private string Filter(JsonValue? node, JsonValue document) => Chance(4) ? Pick(OddFilters) : $"({Terms(node, document, 2)})";

    private string Terms(JsonValue? node, JsonValue document, int depth)
    {
        var text = Term(node, document, depth);
        while (Chance(25))
            text += (Chance(2) ? Pick(" and ", " & ", " | ") : Pick(" && ", " || ", "&&", "||")) + Term(node, document, depth);
        return text;
    }

    private string Term(JsonValue? node, JsonValue document, int depth) => _random.Next(20) switch
    {
        < 3 when depth > 0 => $"({Terms(node, document, depth - 1)})",
        3 when depth > 0 => Pick("!(", "! (", "!") + Terms(node, document, depth - 1) + (Chance(90) ? ")" : ""),
        4 => Pick(OddTerms),
        < 9 => (Chance(25) ? "!" : "") + Operand(node, document),
        _ => Comparison(node, document),
    };

    private string Comparison(JsonValue? node, JsonValue document)
    {
        var comparison = Chance(4) ? Pick(OddOperators) : Pick(Operators);
        var left = Chance(8) ? Pick(Literals) : (Chance(4) ? "!" : "") + Operand(node, document);
        var right = comparison.Contains("=~", StringComparison.Ordinal) && Chance(90) ? Pick(Patterns)
            : Chance(15) ? Operand(node, document)
            : Pick(Literals);
        return left + comparison + right;
    }

    private string Operand(JsonValue? node, JsonValue document)
    {
        var isDocument = Chance(8);
        var here = isDocument ? document : node;
        var path = isDocument ? "$" : "@";
        for (var steps = Chance(75) ? 1 : _random.Next(3); steps > 0; steps--)
        {
            if (here is JsonObject { Count: > 0 } members && Chance(90))
            {
                var at = _random.Next(members.Count);
                (path, here) = (path + (Chance(80) ? Name(members.Keys[at]) : Name(Pick(Names[..6]))), members.Values[at]);
            }
            else if (here is JsonArray { Count: > 0 } items && Chance(90))
            {
                var at = _random.Next(items.Count);
                (path, here) = (path + (Chance(80) ? $"[{at}]" : Pick("[9]", "[-1]", "[(@.length-1)]", "[*]", "[0:1]")), items[at]);
            }
            else
            {
                (path, here) = (path + Pick(".a", ".b", ".c", "['id']", "[0]", ".a.b", ".length()", "[1]"), null);
            }
        }

        return path;
    }

    private string Damage(string path)
    {
        var at = _random.Next(path.Length + 1);
        return _random.Next(4) switch
        {
            0 when at < path.Length => path.Remove(at, 1),
            1 => path[..at],
            2 when at < path.Length => path[..at] + Pick(Broken) + path[(at + 1)..],
            _ => path.Insert(at, Pick(Broken)),
        };
    }

    private bool Chance(int percent) => _random.Next(100) < percent;

    private string Pick(params string[] choices) => choices[_random.Next(choices.Length)];
}
