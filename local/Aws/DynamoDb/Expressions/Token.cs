using Stateside.Aws.DynamoDb.Values;

namespace Stateside.Aws.DynamoDb.Expressions;

/// <summary>What a token is.</summary>
internal enum TokenKind
{
    End,

    /// <summary>A word: an attribute's name, a keyword or a function.</summary>
    Word,

    /// <summary><c>#name</c>.</summary>
    Name,

    /// <summary><c>:value</c>.</summary>
    Value,

    /// <summary>A whole number, as between brackets.</summary>
    Number,

    /// <summary>An operator or a bracket.</summary>
    Symbol,
}

/// <summary>One token of an expression and where it stands.</summary>
internal readonly record struct Token(TokenKind Kind, string Text, int Start)
{
    public int End => Start + Text.Length;

    /// <summary>Whether it is a symbol or, in any case of letters, a keyword.</summary>
    public bool Is(string text) => Kind switch
    {
        TokenKind.Symbol => Text == text,
        TokenKind.Word => string.Equals(Text, text, StringComparison.OrdinalIgnoreCase),
        _ => false,
    };

    /// <summary>All tokens of an expression; the last is the end.</summary>
    /// <param name="expression">The expression.</param>
    /// <param name="kind">What kind of expression it is, such as ConditionExpression.</param>
    public static IReadOnlyList<Token> ReadAll(string expression, string kind)
    {
        var tokens = new List<Token>();
        var at = 0;
        while (at < expression.Length)
        {
            var start = at;
            var c = expression[at];
            if (c is ' ' or '\t' or '\r' or '\n')
            {
                at++;
                continue;
            }

            var tokenKind = c switch
            {
                '#' => TokenKind.Name,
                ':' => TokenKind.Value,
                >= '0' and <= '9' => TokenKind.Number,
                '_' => TokenKind.Word,
                _ when char.IsAsciiLetter(c) => TokenKind.Word,
                _ => TokenKind.Symbol,
            };
            at++;
            if (tokenKind == TokenKind.Symbol)
            {
                if (at < expression.Length && expression[start..(at + 1)] is "<>" or "<=" or ">=")
                    at++;
                else if (!"=<>()[],.+-".Contains(c, StringComparison.Ordinal))
                    throw Refusals.Invalid($"Invalid {kind}: Syntax error; token: \"{c}\", near: \"{Near(expression, tokens, start, at)}\"");
            }
            else
            {
                while (at < expression.Length && (tokenKind == TokenKind.Number ? char.IsAsciiDigit(expression[at]) : char.IsAsciiLetterOrDigit(expression[at]) || expression[at] == '_'))
                    at++;
            }

            tokens.Add(new Token(tokenKind, expression[start..at], start));
        }

        tokens.Add(new Token(TokenKind.End, "", expression.Length));
        return tokens;
    }

    private static string Near(string expression, List<Token> before, int start, int end) =>
        expression[(before.Count == 0 ? start : before[^1].Start)..Math.Min(expression.Length, end + 1)];
}
