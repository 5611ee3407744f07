using Stateside.Language.Conditions;
using Stateside.Language.Definitions;
using Stateside.Language.Json;
using Stateside.Language.Templates;

namespace Stateside.Language.Graph;

/// <summary>Says a Choice rule's condition as people would write it: <c>$.total &gt; 100 and $.country = "Japan"</c>.</summary>
internal static class ConditionText
{
    public static string Of(Condition condition, QueryLanguage language) => condition switch
    {
        JsonataCondition { Template: JsonataTemplate template } => OneLine(template.Expression.Source),

        // Where a rule of paths could not be read, the reader puts a constant in its place.
        JsonataCondition { Template: LiteralTemplate literal } => language == QueryLanguage.Jsonata ? literal.Value.Text : "?",
        ComparisonCondition comparison => Comparison(comparison),
        AndCondition all => Joined(all.Parts, " and ", language),
        OrCondition any => Joined(any.Parts, " or ", language),
        NotCondition { Inner: ComparisonCondition { Comparison.Test: ComparisonTest.EqualTo } inner } => Comparison(inner, negated: true),
        NotCondition not => $"not ({Of(not.Inner, language)})",
        _ => "?",
    };

    private static string Joined(IReadOnlyList<Condition> parts, string word, QueryLanguage language) =>
        string.Join(word, parts.Select(part => part is AndCondition or OrCondition && parts.Count > 1 ? $"({Of(part, language)})" : Of(part, language)));

    private static string Comparison(ComparisonCondition condition, bool negated = false)
    {
        var variable = condition.Variable.Text;
        var operand = condition.ValuePath?.Text ?? condition.Constant?.Text ?? "";
        if (condition.Comparison.Test is ComparisonTest.Present or ComparisonTest.OfKind)
        {
            // IsPresent, IsNull, IsNumeric, …
            var verb = condition.Constant is JsonBoolean { Value: true } ? "is" : "is not";
            return $"{variable} {verb} {condition.Comparison.Name[2..].ToLowerInvariant()}";
        }

        var sign = condition.Comparison.Test switch
        {
            ComparisonTest.EqualTo => negated ? "≠" : "=",
            ComparisonTest.LessThan => "<",
            ComparisonTest.LessThanOrEqualTo => "≤",
            ComparisonTest.GreaterThan => ">",
            ComparisonTest.GreaterThanOrEqualTo => "≥",
            _ => "matches",
        };
        return $"{variable} {sign} {operand}";
    }

    private static string OneLine(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
