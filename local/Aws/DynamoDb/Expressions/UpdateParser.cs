using Stateside.Aws.DynamoDb.Values;
using Stateside.Aws.Services;

namespace Stateside.Aws.DynamoDb.Expressions;

/// <summary>
/// Reads update expressions.
/// See https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html.
/// </summary>
internal sealed class UpdateParser
{
    private const string Kind = "UpdateExpression";

    private readonly ExpressionReader _reader;
    private readonly List<UpdateClause> _clauses = [];

    private UpdateParser(ExpressionReader reader) => _reader = reader;

    /// <summary>Reads the actions of an update.</summary>
    public static IReadOnlyList<UpdateClause> Parse(string text, ExpressionScope scope)
    {
        var parser = new UpdateParser(new ExpressionReader(text, Kind, scope));
        parser.Read();
        parser.CheckPaths();
        return parser._clauses;
    }

    private void Read()
    {
        var sections = new HashSet<UpdateKind>();
        while (_reader.Current.Kind != TokenKind.End)
        {
            if (_reader.Current.Kind != TokenKind.Word || !Enum.TryParse<UpdateKind>(_reader.Current.Text, ignoreCase: true, out var kind))
                throw _reader.SyntaxError();
            _reader.Take();
            if (!sections.Add(kind))
                throw _reader.Wrong($"The \"{kind.ToString().ToUpperInvariant()}\" section can only be used once in an update expression;");
            do
                _clauses.Add(Clause(kind));
            while (_reader.Take(","));
        }
    }

    private UpdateClause Clause(UpdateKind kind)
    {
        var path = _reader.Path();
        switch (kind)
        {
            case UpdateKind.Set:
                _reader.Expect("=");
                return new UpdateClause(kind, path, Sum());
            case UpdateKind.Remove:
                return new UpdateClause(kind, path, null);
            default:
                if (_reader.Current.Kind != TokenKind.Value)
                    throw _reader.SyntaxError();
                var value = _reader.Value();
                var isAllowed = value is SetValue || (kind == UpdateKind.Add && value is NumberValue);
                var name = kind.ToString().ToUpperInvariant();
                return isAllowed
                    ? new UpdateClause(kind, path, new UpdateValue.Given(value))
                    : throw _reader.Wrong($"Incorrect operand type for operator or function; operator: {name}, operand type: {LongName(value.Type)}, typeSet: ALLOWED_FOR_{name}_OPERAND");
        }
    }

    private UpdateValue Sum()
    {
        var first = Operand();
        if (!_reader.Current.Is("+") && !_reader.Current.Is("-"))
            return first;
        var sign = _reader.Take().Text;
        var second = Operand();
        foreach (var operand in new[] { first, second })
        {
            if (operand is UpdateValue.Given { Value: not NumberValue } given)
                throw WrongType(sign, given.Value);
        }

        return new UpdateValue.Sum(first, second, sign == "-");
    }

    private UpdateValue Operand()
    {
        if (_reader.Take("("))
        {
            var inner = Sum();
            _reader.Expect(")");
            return inner;
        }

        if (_reader.Current.Kind == TokenKind.Value)
            return new UpdateValue.Given(_reader.Value());
        if (_reader.Current.Kind != TokenKind.Word || !_reader.Ahead.Is("("))
            return new UpdateValue.Attribute(_reader.Path());
        var name = _reader.Take().Text;
        if (name is not ("if_not_exists" or "list_append"))
        {
            throw _reader.Wrong(ConditionParser.IsFunction(name)
                ? $"The function is not allowed in an update expression; function: {name}"
                : $"Invalid function name; function: {name}");
        }

        var operands = _reader.List(Operand);
        if (operands.Count != 2)
            throw _reader.Wrong($"Incorrect number of operands for operator or function; operator or function: {name}, number of operands: {operands.Count}");
        if (name == "if_not_exists")
        {
            return operands[0] is UpdateValue.Attribute attribute
                ? new UpdateValue.IfNotExists(attribute.Path, operands[1])
                : throw _reader.Wrong($"Operator or function requires a document path; operator or function: {name}");
        }

        foreach (var operand in operands)
        {
            if (operand is UpdateValue.Given { Value: not ListValue } given)
                throw WrongType(name, given.Value);
        }

        return new UpdateValue.ListAppend(operands[0], operands[1]);
    }

    private void CheckPaths()
    {
        for (var i = 0; i < _clauses.Count; i++)
        {
            for (var j = i + 1; j < _clauses.Count; j++)
            {
                var (one, two) = (_clauses[i].Path, _clauses[j].Path);
                if (one.Overlaps(two))
                    throw _reader.Wrong($"Two document paths overlap with each other; must remove or rewrite one of these paths; path one: {one}, path two: {two}");
                if (one.Conflicts(two))
                    throw _reader.Wrong($"Two document paths conflict with each other; must remove or rewrite one of these paths; path one: {one}, path two: {two}");
            }
        }
    }

    private StoreRefusal WrongType(string name, AttributeValue value) =>
        _reader.Wrong($"Incorrect operand type for operator or function; operator or function: {name}, operand type: {value.Type}");

    private static string LongName(AttributeType type) => type switch
    {
        AttributeType.S => "STRING",
        AttributeType.N => "NUMBER",
        AttributeType.B => "BINARY",
        AttributeType.BOOL => "BOOLEAN",
        AttributeType.NULL => "NULL",
        AttributeType.SS => "STRING_SET",
        AttributeType.NS => "NUMBER_SET",
        AttributeType.BS => "BINARY_SET",
        AttributeType.L => "LIST",
        _ => "MAP",
    };
}
