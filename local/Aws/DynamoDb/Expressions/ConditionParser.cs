using Stateside.Aws.DynamoDb.Values;
using Stateside.Aws.Services;
using Stateside.Language.Json;

namespace Stateside.Aws.DynamoDb.Expressions;

/// <summary>Reads conditions, and refuses those that could hold for no item at all as DynamoDB does.</summary>
internal sealed class ConditionParser
{
    private const int MostInList = 100;

    private static readonly string[] Operators = ["=", "<>", "<", "<=", ">", ">="];

    /// <summary>The functions that are conditions, and how many operands each takes.</summary>
    private static readonly Dictionary<string, int> Functions = new(StringComparer.Ordinal)
    {
        ["attribute_exists"] = 1,
        ["attribute_not_exists"] = 1,
        ["attribute_type"] = 2,
        ["begins_with"] = 2,
        ["contains"] = 2,
    };

    private readonly ExpressionReader _reader;
    private ItemCondition? _lastInParentheses;

    private ConditionParser(ExpressionReader reader) => _reader = reader;

    /// <summary>Reads a condition.</summary>
    /// <param name="text">The expression.</param>
    /// <param name="kind">What kind it is, such as ConditionExpression.</param>
    /// <param name="scope">The names and values it may use.</param>
    public static ItemCondition Parse(string text, string kind, ExpressionScope scope)
    {
        var parser = new ConditionParser(new ExpressionReader(text, kind, scope));
        var condition = parser.Or();
        parser._reader.ExpectEnd();
        return condition;
    }

    /// <summary>Whether conditions know a function of that name.</summary>
    public static bool IsFunction(string name) => name == "size" || Functions.ContainsKey(name);

    private ItemCondition Or()
    {
        var condition = And();
        while (_reader.Take("OR"))
            condition = new ItemCondition.Or(condition, And());
        return condition;
    }

    private ItemCondition And()
    {
        var condition = Not();
        while (_reader.Take("AND"))
            condition = new ItemCondition.And(condition, Not());
        return condition;
    }

    private ItemCondition Not() => _reader.Take("NOT") ? new ItemCondition.Not(Not()) : Primary();

    private ItemCondition Primary()
    {
        if (!_reader.Take("("))
            return _reader.Current.Kind == TokenKind.Word && _reader.Ahead.Is("(") && _reader.Current.Text != "size" ? Function() : Comparison();
        var inner = Or();
        if (ReferenceEquals(inner, _lastInParentheses))
            throw _reader.Wrong("The expression has redundant parentheses;");
        _reader.Expect(")");
        _lastInParentheses = inner;
        return inner;
    }

    private ItemCondition Comparison()
    {
        var left = Operand();
        if (_reader.Take("BETWEEN"))
        {
            var low = Operand();
            _reader.Expect("AND");
            return Between(left, low, Operand());
        }

        if (_reader.Take("IN"))
            return new ItemCondition.In(left, List());
        if (!Operators.Contains(_reader.Current.Text, StringComparer.Ordinal))
            throw _reader.SyntaxError();
        var comparison = new ItemCondition.Comparison(left, _reader.Take().Text, Operand());
        CheckDistinct(comparison.Operator, left, comparison.Right);
        if (comparison.Operator is not ("=" or "<>"))
        {
            CheckOrdered(comparison.Operator, left);
            CheckOrdered(comparison.Operator, comparison.Right);
        }

        return comparison;
    }

    private ItemCondition.Between Between(Operand value, Operand low, Operand high)
    {
        foreach (var operand in new[] { value, low, high })
            CheckOrdered("BETWEEN", operand);
        if (low is Operand.Given { Value: var from } && high is Operand.Given { Value: var to })
        {
            if (from.Type != to.Type)
                throw _reader.Wrong($"The BETWEEN operator requires same data type for lower and upper bounds; lower bound operand: {Shown(from)}, upper bound operand: {Shown(to)}");
            if (from.CompareTo(to) > 0)
                throw _reader.Wrong($"The BETWEEN operator requires upper bound to be greater than or equal to lower bound; lower bound operand: {Shown(from)}, upper bound operand: {Shown(to)}");
        }

        return new ItemCondition.Between(value, low, high);
    }

    private List<Operand> List()
    {
        var operands = _reader.List(Operand);
        return operands.Count <= MostInList
            ? operands
            : throw _reader.Wrong($"The IN operator is provided with too many operands; number of operands: {operands.Count}");
    }

    private ItemCondition Function()
    {
        var name = _reader.Take().Text;
        if (!Functions.TryGetValue(name, out var count))
            throw _reader.Wrong($"Invalid function name; function: {name}");
        var operands = Arguments(name, count);
        switch (name)
        {
            case "attribute_exists" or "attribute_not_exists":
                return new ItemCondition.Exists(Path(name, operands[0]), name == "attribute_exists");
            case "attribute_type":
                var path = Path(name, operands[0]);
                if (operands[1] is not Operand.Given { Value: StringValue type })
                    throw WrongType(name, operands[1]);
                return Enum.TryParse<AttributeType>(type.Value, out var wanted) && Enum.IsDefined(wanted) && !char.IsAsciiDigit(type.Value[0])
                    ? new ItemCondition.HasType(path, wanted)
                    : throw _reader.Wrong($"Invalid attribute type name found; type: {type.Value}, valid types: {{B,NULL,SS,BOOL,L,BS,N,NS,S,M}}");
            case "begins_with":
                CheckDistinct(name, operands[0], operands[1]);
                foreach (var operand in operands)
                {
                    if (operand is Operand.Given { Value: not (StringValue or BinaryValue) })
                        throw WrongType(name, operand);
                }

                return new ItemCondition.BeginsWith(operands[0], operands[1]);
            default:
                CheckDistinct(name, operands[0], operands[1]);
                return new ItemCondition.Contains(operands[0], operands[1]);
        }
    }

    private List<Operand> Arguments(string function, int count)
    {
        var operands = _reader.List(Operand);
        return operands.Count == count
            ? operands
            : throw _reader.Wrong($"Incorrect number of operands for operator or function; operator or function: {function}, number of operands: {operands.Count}");
    }

    private Operand Operand()
    {
        if (_reader.Current.Kind == TokenKind.Value)
            return new Operand.Given(_reader.Value());
        if (_reader.Current.Kind != TokenKind.Word || !_reader.Ahead.Is("("))
            return new Operand.Attribute(_reader.Path());
        var name = _reader.Take().Text;
        if (name != "size")
        {
            throw _reader.Wrong(Functions.ContainsKey(name)
                ? $"The function is not allowed to be used this way in an expression; function: {name}"
                : $"Invalid function name; function: {name}");
        }

        var measured = Arguments(name, 1)[0];
        return measured is Operand.Given { Value: NumberValue or BooleanValue or NullValue } ? throw WrongType(name, measured) : new Operand.Size(measured);
    }

    private DocumentPath Path(string function, Operand operand) => operand is Operand.Attribute attribute
        ? attribute.Path
        : throw _reader.Wrong($"Operator or function requires a document path; operator or function: {function}");

    private void CheckDistinct(string name, Operand first, Operand second)
    {
        if (first is Operand.Attribute a && second is Operand.Attribute b && a.ToString() == b.ToString())
            throw _reader.Wrong($"The first operand must be distinct from the remaining operands for this operator or function; operator: {name}, first operand: {a}");
    }

    private void CheckOrdered(string name, Operand operand)
    {
        if (operand is Operand.Given { Value: not (StringValue or NumberValue or BinaryValue) })
            throw WrongType(name, operand);
    }

    private StoreRefusal WrongType(string name, Operand operand) => _reader.Wrong(
        $"Incorrect operand type for operator or function; operator or function: {name}, operand type: {(operand is Operand.Given given ? given.Value.Type : AttributeType.S)}");

    private static string Shown(AttributeValue value) => $"AttributeValue: {{{value.Type}:{(value.Content is JsonString text ? text.Value : value.Content.Text)}}}";
}
