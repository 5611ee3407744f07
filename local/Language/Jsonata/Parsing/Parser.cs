using System.Runtime.CompilerServices;
using Stateside.Language.Json;

namespace Stateside.Language.Jsonata.Parsing;

/// <summary>
/// Reads an expression by operator precedence: every token knows what it means at the start of an expression
/// (<see cref="Prefix"/>) and after one (<see cref="Infix"/>).
/// </summary>
internal sealed class Parser
{
    private readonly Tokenizer _tokenizer;
    private SyntaxNode _token;

    private Parser(string source)
    {
        _tokenizer = new Tokenizer(source);
        _token = Read(infix: false);
    }

    public static SyntaxNode Parse(string source)
    {
        var parser = new Parser(source);
        var expression = parser.Expression(0);
        if (parser._token.Kind != SyntaxKind.End)
            throw new JsonataException("S0201") { Position = parser._token.Position, Token = parser._token.Token };
        return expression;
    }

    private static int Power(SyntaxNode token) => token.Symbol switch
    {
        "[" or "(" or "@" or "#" => 80,
        "." => 75,
        "{" => 70,
        "*" or "/" or "%" => 60,
        "+" or "-" or "&" => 50,
        "=" or "<" or ">" or "!=" or "<=" or ">=" or "~>" or "?:" or "??" or "^" or "in" => 40,
        "and" => 30,
        "or" => 25,
        "?" => 20,
        ":=" => 10,
        _ => 0,
    };

    private SyntaxNode Expression(int power)
    {
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
            throw JsonataException.Guard("Stack overflow error: the expression is nested too deeply.");
        var token = _token;
        Advance(infix: true);
        var left = Prefix(token);
        while (power < Power(_token))
        {
            token = _token;
            Advance();
            left = Infix(token, left);
        }

        return left;
    }

    private void Advance(bool infix = false) => _token = Read(infix);

    private SyntaxNode Read(bool infix)
    {
        var token = _tokenizer.Next(infix);
        return token.Symbol is "!" or "~" ? throw new JsonataException("S0204") { Position = token.Position, Token = token.Symbol } : token;
    }

    private void Expect(string symbol, bool infix = false)
    {
        if (_token.Symbol != symbol)
        {
            throw new JsonataException(_token.Kind == SyntaxKind.End ? "S0203" : "S0202")
            {
                Position = _token.Position,
                Token = _token.Token,
                Value = new JsonString(symbol),
            };
        }

        Advance(infix);
    }

    /// <summary>Takes a token if it is next.</summary>
    private bool Take(string symbol)
    {
        if (_token.Symbol != symbol)
            return false;
        Advance();
        return true;
    }

    private SyntaxNode Prefix(SyntaxNode token)
    {
        switch (token.Symbol)
        {
            case "(end)" or "(name)" or "(literal)" or "(regex)" or "and" or "or" or "in":
                return token;
            case "-":
                token.Kind = SyntaxKind.Unary;
                token.Inner = Expression(70);
                return token;
            case "*":
                token.Kind = SyntaxKind.Wildcard;
                return token;
            case "**":
                token.Kind = SyntaxKind.Descendant;
                return token;
            case "%":
                token.Kind = SyntaxKind.Parent;
                return token;
            case "(":
                while (_token.Symbol != ")")
                {
                    token.Items.Add(Expression(0));
                    if (!Take(";"))
                        break;
                }

                Expect(")", infix: true);
                token.Kind = SyntaxKind.Block;
                return token;
            case "[":
                ReadArray(token);
                return token;
            case "{":
                ReadPairs(token);
                token.Kind = SyntaxKind.Unary;
                return token;
            case "|":
                token.Kind = SyntaxKind.Transform;
                token.Inner = Expression(0);
                Expect("|");
                token.Then = Expression(0);
                if (Take(","))
                    token.Else = Expression(0);
                Expect("|");
                return token;
            default:
                throw new JsonataException("S0211") { Position = token.Position, Token = token.Token };
        }
    }

    private SyntaxNode Infix(SyntaxNode token, SyntaxNode left)
    {
        switch (token.Symbol)
        {
            case "(":
                return ReadCall(token, left);
            case "[" when _token.Symbol == "]":
                // An empty predicate: the step keeps arrays of one item.
                var step = left;
                while (step.Is(SyntaxKind.Binary, "["))
                    step = step.Left!;
                step.KeepArray = true;
                Advance();
                return left;
            case "[":
                token.Left = left;
                token.Right = Expression(0);
                token.Kind = SyntaxKind.Binary;
                Expect("]", infix: true);
                return token;
            case "{":
                token.Left = left;
                ReadPairs(token);
                token.Kind = SyntaxKind.Binary;
                return token;
            case "^":
                token.Left = left;
                ReadTerms(token);
                token.Kind = SyntaxKind.Binary;
                return token;
            case ":=":
                if (left.Kind != SyntaxKind.Variable)
                    throw new JsonataException("S0212") { Position = left.Position, Token = left.Token };
                token.Left = left;
                token.Right = Expression(9);
                token.Kind = SyntaxKind.Binary;
                return token;
            case "@" or "#":
                token.Left = left;
                token.Right = Expression(80);
                if (token.Right.Kind != SyntaxKind.Variable)
                    throw new JsonataException("S0214") { Position = token.Right.Position, Token = token.Symbol };
                token.Kind = SyntaxKind.Binary;
                return token;
            case "?":
                token.Kind = SyntaxKind.Condition;
                token.Condition = left;
                token.Then = Expression(0);
                if (Take(":"))
                    token.Else = Expression(0);
                return token;
            case "?:":
                token.Kind = SyntaxKind.Condition;
                token.Condition = left.Clone();
                token.Then = left;
                token.Else = Expression(0);
                return token;
            case "??":
                token.Kind = SyntaxKind.Condition;
                token.Condition = new SyntaxNode(SyntaxKind.Call, "(", new JsonString("("), token.Start, token.Position)
                {
                    Inner = new SyntaxNode(SyntaxKind.Variable, "(name)", new JsonString("exists"), token.Start, token.Position),
                    Items = [left.Clone()],
                };
                token.Then = left;
                token.Else = Expression(0);
                return token;
            default:
                token.Left = left;
                token.Right = Expression(Power(token));
                token.Kind = SyntaxKind.Binary;
                return token;
        }
    }

    private void ReadArray(SyntaxNode token)
    {
        if (_token.Symbol != "]")
        {
            do
            {
                var item = Expression(0);
                if (_token.Symbol == "..")
                {
                    var range = _token;
                    Advance();
                    range.Kind = SyntaxKind.Binary;
                    range.Left = item;
                    range.Right = Expression(0);
                    item = range;
                }

                token.Items.Add(item);
            }
            while (Take(","));
        }

        Expect("]", infix: true);
        token.Kind = SyntaxKind.Unary;
    }

    private void ReadPairs(SyntaxNode token)
    {
        if (_token.Symbol != "}")
        {
            do
            {
                var key = Expression(0);
                Expect(":");
                token.Pairs.Add((key, Expression(0)));
            }
            while (Take(","));
        }

        Expect("}", infix: true);
    }

    private void ReadTerms(SyntaxNode token)
    {
        Expect("(");
        do
        {
            var descending = _token.Symbol == ">";
            if (_token.Symbol is "<" or ">")
                Advance();
            token.Terms.Add(new SortTerm(Expression(0), descending));
        }
        while (Take(","));
        Expect(")");
    }

    private SyntaxNode ReadCall(SyntaxNode token, SyntaxNode left)
    {
        token.Inner = left;
        token.Kind = SyntaxKind.Call;
        if (_token.Symbol != ")")
        {
            do
            {
                if (_token.Symbol == "?")
                {
                    token.Kind = SyntaxKind.PartialCall;
                    token.Items.Add(_token);
                    Advance();
                }
                else
                {
                    token.Items.Add(Expression(0));
                }
            }
            while (Take(","));
        }

        Expect(")", infix: true);
        if (left.Kind == SyntaxKind.Name && left.Text is "function" or "λ")
            ReadLambda(token);
        return token;
    }

    private void ReadLambda(SyntaxNode token)
    {
        for (var i = 0; i < token.Items.Count; i++)
        {
            var parameter = token.Items[i];
            if (parameter.Kind != SyntaxKind.Variable)
            {
                throw new JsonataException("S0208")
                {
                    Position = parameter.Position,
                    Token = parameter.Token,
                    Value = JsonNumber.Of(i + 1),
                };
            }
        }

        token.Kind = SyntaxKind.Lambda;
        if (_token.Symbol == "<")
        {
            var position = _token.Position;
            var depth = 1;
            var signature = "<";
            while (depth > 0 && _token.Symbol is not ("{" or "(end)"))
            {
                Advance();
                depth += _token.Symbol == ">" ? -1 : _token.Symbol == "<" ? 1 : 0;
                signature += _token.Token;
            }

            Expect(">");
            token.Signature = Signature.Parse(signature, position);
        }

        Expect("{");
        token.Inner = Expression(0);
        Expect("}");
    }
}
