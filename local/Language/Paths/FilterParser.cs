using System.Text.RegularExpressions;
using Stateside.Language.Json;

namespace Stateside.Language.Paths;

/// <summary>Reads what stands between <c>[?(</c> and <c>)]</c>: <c>!</c> binds first, then <c>&amp;&amp;</c>, then <c>||</c>.</summary>
internal static class FilterParser
{
    public static PathFilter Read(PathParser parser)
    {
        parser.Enter();
        var filter = ReadAnd(parser);
        while (TakeTwice(parser, '|'))
            filter = new OrFilter(filter, ReadAnd(parser));
        parser.Leave();
        return filter;
    }

    private static PathFilter ReadAnd(PathParser parser)
    {
        var filter = ReadNot(parser);
        while (TakeTwice(parser, '&'))
            filter = new AndFilter(filter, ReadNot(parser));
        return filter;
    }

    private static PathFilter ReadNot(PathParser parser)
    {
        parser.Enter();
        PathFilter filter;
        if (parser.Take('!'))
        {
            filter = new NotFilter(ReadNot(parser));
        }
        else if (parser.Take('('))
        {
            filter = Read(parser);
            parser.Expect(')');
        }
        else
        {
            filter = ReadComparison(parser);
        }

        parser.Leave();
        return filter;
    }

    private static PathFilter ReadComparison(PathParser parser)
    {
        var start = parser.Position;
        var left = ReadOperand(parser);
        parser.SkipBlanks();
        if (parser.AtEnd || parser.Current is ')' or '&' or '|')
            return left is FilterPath path ? new ExistsFilter(path) : throw parser.Problem("Expected a comparison", start);

        var at = parser.Position;
        var isWord = char.IsAsciiLetter(parser.Current);
        while (isWord ? char.IsAsciiLetter(parser.Current) : parser.Current is '<' or '>' or '=' or '~' or '!')
            parser.Position++;
        var spelling = parser.Text[at..parser.Position];
        if (FilterOperator.Find(spelling) is not { } comparison)
            throw parser.Problem(spelling.Length == 0 ? $"Expected an operator but found '{parser.Current}'" : $"There is no operator '{spelling}'", at);
        var right = ReadOperand(parser);
        if (comparison == FilterOperator.Matches && left is FilterPattern == right is FilterPattern)
            throw parser.Problem("'=~' needs a regular expression between slashes on one side", at);
        return new ComparisonFilter(left, comparison, right);
    }

    private static FilterOperand ReadOperand(PathParser parser)
    {
        parser.SkipBlanks();
        if (parser.Current is '@' or '$')
        {
            var fromDocument = parser.Current == '$';
            parser.Position++;
            return new FilterPath(fromDocument, parser.ReadFilterSteps());
        }

        return parser.Current == '/' ? ReadPattern(parser) : new FilterLiteral(ReadLiteral(parser));
    }

    private static FilterPattern ReadPattern(PathParser parser)
    {
        var start = parser.Position++;
        while (parser.Current != '/')
        {
            if (parser.AtEnd)
                throw parser.Problem("The regular expression is not closed, expected /", start);
            parser.Position += parser.Current == '\\' ? 2 : 1;
        }

        var pattern = parser.Text[(start + 1)..parser.Position++];
        var options = RegexOptions.None;
        for (; char.IsAsciiLetter(parser.Current); parser.Position++)
        {
            options |= parser.Current switch
            {
                'i' => RegexOptions.IgnoreCase,
                'm' => RegexOptions.Multiline,
                's' => RegexOptions.Singleline,
                'x' => RegexOptions.IgnorePatternWhitespace,
                'd' or 'u' or 'U' => RegexOptions.None,
                _ => throw parser.Problem($"There is no flag '{parser.Current}' of regular expressions"),
            };
        }

        try
        {
            return new FilterPattern(pattern, options);
        }
        catch (ArgumentException e)
        {
            throw parser.Problem($"The regular expression cannot be read: {e.Message}", start);
        }
    }

    private static JsonValue ReadLiteral(PathParser parser)
    {
        parser.SkipBlanks();
        switch (parser.Current)
        {
            case '\'' or '"':
                return JsonValue.From(parser.ReadQuoted());
            case '[':
                return ReadArray(parser);
            case '{':
                return ReadObject(parser);
            default:
                var start = parser.Position;
                while (char.IsAsciiLetterOrDigit(parser.Current) || parser.Current is '-' or '+' or '.')
                    parser.Position++;
                var token = parser.Text[start..parser.Position];
                if (token.Length == 0)
                    throw parser.Problem(parser.AtEnd ? "Expected a value before the end" : $"Expected a value but found '{parser.Current}'");
                return JsonReader.TryParse(token, out var value) ? value : throw parser.Problem($"'{token}' is not a value", start);
        }
    }

    private static JsonArray ReadArray(PathParser parser)
    {
        parser.Enter();
        parser.Position++;
        var items = new List<JsonValue>();
        if (!parser.Take(']'))
        {
            do
                items.Add(ReadLiteral(parser));
            while (parser.Take(','));
            parser.Expect(']');
        }

        parser.Leave();
        return JsonArray.Of([.. items]);
    }

    private static JsonObject ReadObject(PathParser parser)
    {
        parser.Enter();
        parser.Position++;
        var members = new JsonObject.Builder();
        if (!parser.Take('}'))
        {
            do
            {
                parser.SkipBlanks();
                if (parser.Current is not ('\'' or '"'))
                    throw parser.Problem("Expected a key in quotation marks");
                var key = parser.ReadQuoted();
                parser.Expect(':');
                members.Set(key, ReadLiteral(parser));
            }
            while (parser.Take(','));
            parser.Expect('}');
        }

        parser.Leave();
        return members.ToObject();
    }

    private static bool TakeTwice(PathParser parser, char c)
    {
        parser.SkipBlanks();
        if (parser.Current != c)
            return false;
        parser.Position++;
        if (parser.Current != c)
            throw parser.Problem($"Expected '{c}{c}'");
        parser.Position++;
        return true;
    }
}
