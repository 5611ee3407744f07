using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using Stateside.Language.Evaluation;
using Stateside.Language.Json;

namespace Stateside.Language.Conditions;

/// <summary>What kind of value an operator is written with.</summary>
internal enum OperandKind
{
    /// <summary>A string.</summary>
    String,

    /// <summary>A number.</summary>
    Number,

    /// <summary>true or false.</summary>
    Boolean,

    /// <summary>A string that is a timestamp.</summary>
    Timestamp,

    /// <summary>A string that is a path.</summary>
    Path,
}

/// <summary>What a comparison asks of its variable.</summary>
internal enum ComparisonTest
{
    /// <summary>Equal to the operand.</summary>
    EqualTo,

    /// <summary>Less than the operand.</summary>
    LessThan,

    /// <summary>Less than or equal to the operand.</summary>
    LessThanOrEqualTo,

    /// <summary>Greater than the operand.</summary>
    GreaterThan,

    /// <summary>Greater than or equal to the operand.</summary>
    GreaterThanOrEqualTo,

    /// <summary>Matched by the operand, in which * stands for any text.</summary>
    MatchedBy,

    /// <summary>Whether it is there.</summary>
    Present,

    /// <summary>Whether it is of a kind.</summary>
    OfKind,
}

/// <summary>
/// One of the 39 comparison operators of Choice rules.
/// See https://docs.aws.amazon.com/step-functions/latest/dg/state-choice.html#amazon-states-language-choice-state-rules.
/// </summary>
internal sealed class ComparisonOperator
{
    private static readonly ComparisonOperator[] InOrder = [.. MakeAll()];
    private static readonly FrozenDictionary<string, ComparisonOperator> ByName = InOrder.ToFrozenDictionary(one => one.Name, StringComparer.Ordinal);

    private ComparisonOperator(string name, ComparisonTest test, OperandKind expects, OperandKind compares)
    {
        Name = name;
        Test = test;
        Expects = expects;
        Compares = compares;
    }

    /// <summary>All operators, in the order of the States Language's specification.</summary>
    public static IEnumerable<ComparisonOperator> All => InOrder;

    /// <summary>The operator as it is written, such as <c>NumericLessThanPath</c>.</summary>
    public string Name { get; }

    /// <summary>What it asks.</summary>
    public ComparisonTest Test { get; }

    /// <summary>What must be written beside it.</summary>
    public OperandKind Expects { get; }

    /// <summary>What kind of values it compares.</summary>
    internal OperandKind Compares { get; }

    /// <summary>Whether the operand is a path to the value rather than the value itself.</summary>
    public bool TakesPath => Expects == OperandKind.Path;

    /// <summary>Of an operator such as IsNumeric: whether a value is of its kind.</summary>
    internal Func<JsonValue, bool>? IsOfKind { get; private init; }

    /// <summary>Finds an operator.</summary>
    public static bool TryGet(string name, [NotNullWhen(true)] out ComparisonOperator? comparison) => ByName.TryGetValue(name, out comparison);

    /// <summary>Whether a value may be written beside this operator.</summary>
    /// <returns>Whether it is of the kind that the operator expects. Whether a string is a path is not looked at.</returns>
    public bool Accepts(JsonValue operand) => Expects switch
    {
        OperandKind.Number => operand is JsonNumber,
        OperandKind.Boolean => operand is JsonBoolean,
        OperandKind.Timestamp => operand is JsonString text && Timestamp.IsRfc3339(text.Value),
        _ => operand is JsonString,
    };

    public override string ToString() => Name;

    private static IEnumerable<ComparisonOperator> MakeAll()
    {
        (string Suffix, ComparisonTest Test)[] orders =
        [
            ("Equals", ComparisonTest.EqualTo),
            ("LessThan", ComparisonTest.LessThan),
            ("GreaterThan", ComparisonTest.GreaterThan),
            ("LessThanEquals", ComparisonTest.LessThanOrEqualTo),
            ("GreaterThanEquals", ComparisonTest.GreaterThanOrEqualTo),
        ];
        return
        [
            .. Ordered("String", OperandKind.String),
            new("StringMatches", ComparisonTest.MatchedBy, OperandKind.String, OperandKind.String),
            .. Ordered("Numeric", OperandKind.Number),
            new("BooleanEquals", ComparisonTest.EqualTo, OperandKind.Boolean, OperandKind.Boolean),
            new("BooleanEqualsPath", ComparisonTest.EqualTo, OperandKind.Path, OperandKind.Boolean),
            .. Ordered("Timestamp", OperandKind.Timestamp),
            Kind("IsNull", value => value is JsonNull),
            new("IsPresent", ComparisonTest.Present, OperandKind.Boolean, OperandKind.Boolean),
            Kind("IsNumeric", value => value is JsonNumber),
            Kind("IsString", value => value is JsonString),
            Kind("IsBoolean", value => value is JsonBoolean),
            Kind("IsTimestamp", value => value is JsonString text && Timestamp.TryParse(text.Value, out _)),
        ];

        IEnumerable<ComparisonOperator> Ordered(string prefix, OperandKind kind)
        {
            foreach (var (suffix, test) in orders)
            {
                yield return new(prefix + suffix, test, kind, kind);
                yield return new($"{prefix}{suffix}Path", test, OperandKind.Path, kind);
            }
        }
    }

    private static ComparisonOperator Kind(string name, Func<JsonValue, bool> isOfKind) =>
        new(name, ComparisonTest.OfKind, OperandKind.Boolean, OperandKind.Boolean) { IsOfKind = isOfKind };
}
