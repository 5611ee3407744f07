using Stateside.Language.Evaluation;
using Stateside.Language.Json;
using Stateside.Language.Paths;

namespace Stateside.Language.Conditions;

/// <summary>
/// Asks something of a variable: <c>{"Variable": "$.count", "NumericLessThan": 3}</c>. Values of different kinds never match.
/// </summary>
internal sealed partial class ComparisonCondition : Condition
{
    private readonly JsonValue _constant;
    private readonly TextPattern? _pattern;

    /// <summary>A comparison with a value.</summary>
    /// <param name="variable">What is asked about.</param>
    /// <param name="comparison">The operator; one that takes no path.</param>
    /// <param name="constant">The value, of the kind the operator expects.</param>
    public ComparisonCondition(JsonPath variable, ComparisonOperator comparison, JsonValue constant)
    {
        if (comparison.TakesPath || !comparison.Accepts(constant))
            throw new ArgumentException($"{comparison.Name} does not take {JsonWriter.Compact(constant)}.", nameof(constant));
        Variable = variable;
        Comparison = comparison;
        _constant = constant;
        if (comparison.Test == ComparisonTest.MatchedBy)
            _pattern = new TextPattern(((JsonString)constant).Value);
    }

    /// <summary>A comparison with a value that is looked up.</summary>
    /// <param name="variable">What is asked about.</param>
    /// <param name="comparison">The operator; one that takes a path.</param>
    /// <param name="value">Where the value is.</param>
    public ComparisonCondition(JsonPath variable, ComparisonOperator comparison, JsonPath value)
    {
        if (!comparison.TakesPath)
            throw new ArgumentException($"{comparison.Name} takes no path.", nameof(value));
        Variable = variable;
        Comparison = comparison;
        ValuePath = value;
        _constant = JsonValue.Null;
    }

    /// <summary>What is asked about.</summary>
    public JsonPath Variable { get; }

    /// <summary>The operator.</summary>
    public ComparisonOperator Comparison { get; }

    /// <summary>The value to compare with; null when it is looked up.</summary>
    public JsonValue? Constant => ValuePath is null ? _constant : null;

    /// <summary>Where the value to compare with is; null when it is written out.</summary>
    public JsonPath? ValuePath { get; }

    public override IEnumerable<JsonPath> Paths => ValuePath is null ? [Variable] : [Variable, ValuePath];

    public override bool Matches(EvaluationContext context)
    {
        if (PathFields.IsPutToNull(Variable, context))
            throw new StatesException(ErrorNames.Runtime, PathFields.PutToNull);
        if (Comparison.Test == ComparisonTest.Present)
            return Variable.TryEvaluate(context, out _) == IsTrue(_constant);
        var value = LookUp(Variable, context);
        if (Comparison.Test == ComparisonTest.OfKind)
            return Answer(value, _constant);
        return Answer(value, ValuePath is null ? _constant : LookUp(ValuePath, context));
    }

    /// <summary>The answer for a value that is there.</summary>
    private bool Answer(JsonValue value, JsonValue operand)
    {
        if (Comparison.IsOfKind is { } isOfKind)
            return isOfKind(value) == IsTrue(_constant);
        if (_pattern is not null)
            return value is JsonString text && _pattern.Matches(text.Value);
        return Comparison.Compares == OperandKind.Boolean
            ? value is JsonBoolean && value.Equals(operand)
            : Order(value, operand) is { } order && Holds(order);
    }

    private static bool IsTrue(JsonValue value) => value is JsonBoolean { Value: true };

    private static JsonValue LookUp(JsonPath path, EvaluationContext context) => path.TryEvaluate(context, out var value)
        ? value
        : throw new StatesException(
            ErrorNames.Runtime, $"Invalid path '{path.Text}': The choice state's condition path references an invalid value.");

    private int? Order(JsonValue value, JsonValue operand) => (Comparison.Compares, value, operand) switch
    {
        (OperandKind.Number, JsonNumber a, JsonNumber b) => a.CompareTo(b),
        (OperandKind.String, JsonString a, JsonString b) => string.CompareOrdinal(a.Value, b.Value),
        (OperandKind.Timestamp, JsonString a, JsonString b) when Timestamp.TryParse(a.Value, out var x) && Timestamp.TryParse(b.Value, out var y) =>
            x.CompareTo(y),
        _ => null,
    };

    private bool Holds(int order) => Comparison.Test switch
    {
        ComparisonTest.EqualTo => order == 0,
        ComparisonTest.LessThan => order < 0,
        ComparisonTest.LessThanOrEqualTo => order <= 0,
        ComparisonTest.GreaterThan => order > 0,
        _ => order >= 0,
    };
}
