using System.Globalization;
using System.Text;
using Stateside.Aws.DynamoDb.Values;
using Stateside.Aws.Services;

namespace Stateside.Aws.DynamoDb.Expressions;

/// <summary>Goes through the tokens of one expression; what all kinds of expressions share.</summary>
internal sealed class ExpressionReader
{
    private const int LongestExpression = 4096;

    private readonly string _text;
    private readonly IReadOnlyList<Token> _tokens;
    private readonly ExpressionScope _scope;
    private int _at;

    /// <param name="text">The expression.</param>
    /// <param name="kind">What kind it is, such as ConditionExpression, as messages name it.</param>
    /// <param name="scope">The names and values it may use.</param>
    public ExpressionReader(string text, string kind, ExpressionScope scope)
    {
        Kind = kind;
        _text = text;
        _scope = scope;
        if (string.IsNullOrWhiteSpace(text))
            throw Wrong("The expression can not be empty;");
        if (Encoding.UTF8.GetByteCount(text) > LongestExpression)
            throw Wrong("Expression size has exceeded the maximum allowed size;");
        _tokens = Token.ReadAll(text, kind);
    }

    public string Kind { get; }

    public Token Current => _tokens[_at];

    public Token Ahead => _tokens[Math.Min(_at + 1, _tokens.Count - 1)];

    public bool Take(string text)
    {
        if (!Current.Is(text))
            return false;
        _at++;
        return true;
    }

    public Token Take() => _tokens[_at++];

    public void Expect(string text)
    {
        if (!Take(text))
            throw SyntaxError();
    }

    /// <summary>What stands in parentheses, with commas between.</summary>
    public List<T> List<T>(Func<T> read)
    {
        Expect("(");
        var parts = new List<T> { read() };
        while (Take(","))
            parts.Add(read());
        Expect(")");
        return parts;
    }

    public void ExpectEnd()
    {
        if (Current.Kind != TokenKind.End)
            throw SyntaxError();
    }

    /// <summary>A mistake at the current token.</summary>
    public StoreRefusal SyntaxError()
    {
        var current = Current;
        var from = _at == 0 ? current.Start : _tokens[_at - 1].Start;
        var near = _text[from..(current.Kind == TokenKind.End ? _text.Length : Ahead.End)];
        return Wrong($"Syntax error; token: \"{(current.Kind == TokenKind.End ? "<EOF>" : current.Text)}\", near: \"{near}\"");
    }

    public StoreRefusal Wrong(string problem) => Refusals.Invalid($"Invalid {Kind}: {problem}");

    public AttributeValue Value() => _scope.Value(Take().Text, Kind);

    /// <summary>A path such as <c>a.b[1].#c</c>.</summary>
    public DocumentPath Path()
    {
        var steps = new List<PathStep> { new(Name(), 0) };
        while (true)
        {
            if (Take("."))
            {
                steps.Add(new PathStep(Name(), 0));
            }
            else if (Take("["))
            {
                if (Current.Kind != TokenKind.Number || !int.TryParse(Current.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var index))
                    throw SyntaxError();
                _at++;
                Expect("]");
                steps.Add(new PathStep(null, index));
            }
            else
            {
                return new DocumentPath(steps);
            }
        }
    }

    private string Name()
    {
        if (Current.Kind == TokenKind.Name)
            return _scope.Name(Take().Text, Kind);
        if (Current.Kind != TokenKind.Word)
            throw SyntaxError();
        if (ReservedWords.Has(Current.Text))
            throw Wrong($"Attribute name is a reserved keyword; reserved keyword: {Current.Text}");
        return Take().Text;
    }
}
