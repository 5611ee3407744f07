using Stateside.Language.Conditions;
using Stateside.Language.Definitions;
using Stateside.Language.Json;
using Stateside.Language.Templates;

namespace Stateside.Language.Validation;

/// <summary>The Choice state and its rules.</summary>
internal sealed partial class DefinitionReader
{
    /// <summary>The forms of a rule, in the service's order.</summary>
    private static readonly string[] Forms = ["And", "Or", "Not", "Variable", "Condition"];

    private static readonly string[] Comparisons = [.. ComparisonOperator.All.Select(one => one.Name)];

    private ChoiceState ReadChoice(string name, FieldReader fields)
    {
        fields.Require("Choices");
        var rules = new List<ChoiceRule>();
        if (fields.Filled("Choices") is { } items)
        {
            var place = fields.At("Choices");
            for (var i = 0; i < items.Count; i++)
            {
                if (ReadRule(items[i], place.Item(i), fields.Language, $"Choices[{i}]/") is { } rule)
                    rules.Add(rule);
            }
        }

        return new ChoiceState
        {
            Name = name,
            QueryLanguage = fields.Language,
            Choices = rules,
            Default = fields.Text("Default"),
        };
    }

    private ChoiceRule? ReadRule(JsonValue value, JsonPlace place, QueryLanguage language, string outer)
    {
        if (FieldsOf(value, place, language) is not { } fields)
            return null;
        var condition = language == QueryLanguage.Jsonata ? ReadExpressionCondition(fields, outer) : ReadCondition(fields);
        fields.Require("Next");
        var rule = new ChoiceRule(condition ?? NoCondition, fields.Text("Next") ?? "")
        {
            Comment = Comment(fields),
            Assign = AssignField(fields, outer),
            Output = TemplateField(fields, QueryLanguage.Jsonata, "Output", outer),
        };
        fields.Finish();
        return rule;
    }

    /// <summary>JSONata: a Boolean or an expression that gives one.</summary>
    private JsonataCondition? ReadExpressionCondition(FieldReader fields, string outer)
    {
        _ = HasOneForm(fields);
        foreach (var key in fields.Value.Keys)
        {
            if ((key != "Condition" && Array.IndexOf(Forms, key) >= 0) || ComparisonOperator.TryGet(key, out _))
                _ = fields.TakeFor(QueryLanguage.JsonPath, key);
        }

        switch (fields.Take("Condition"))
        {
            case null:
                return null;
            case JsonBoolean constant:
                return new JsonataCondition(new LiteralTemplate(constant));
            case JsonString text when IsExpression(text.Value, fields.At("Condition")):
                return CompileExpression(text.Value, fields.At("Condition"), outer + "Condition", JsonataExpectation.Boolean) is { } expression
                    ? new JsonataCondition(expression)
                    : null;
            case JsonString { Value: var half } when HasSign(half):
                return null;
            default:
                sink.Schema("Expected value of type Boolean or a valid JSONata expression", fields.At("Condition"));
                return null;
        }
    }

    /// <summary>JSONPath: a comparison, or And, Or, Not around others.</summary>
    private Condition? ReadCondition(FieldReader fields)
    {
        _ = fields.TakeFor(QueryLanguage.Jsonata, "Condition");
        if (!HasOneForm(fields))
        {
            // One finding is enough: what stands there is not looked at.
            foreach (var key in fields.Value.Keys)
            {
                if (Array.IndexOf(Forms, key) >= 0 || ComparisonOperator.TryGet(key, out _))
                    _ = fields.Take(key);
            }

            return null;
        }

        if (fields.Has("And") || fields.Has("Or"))
            return ReadCombination(fields, fields.Has("And") ? "And" : "Or");
        if (fields.Take("Not") is { } inner)
            return ReadNested(inner, fields.At("Not")) is { } condition ? new NotCondition(condition) : null;
        if (!fields.Has("Variable"))
            return null;
        fields.ExactlyOne(Comparisons);
        ComparisonCondition? read = null;
        foreach (var key in fields.Value.Keys)
        {
            if (ComparisonOperator.TryGet(key, out var comparison))
                read = ReadComparison(fields, comparison);
        }

        _ = fields.Take("Variable");
        return read;
    }

    /// <summary>Whether a rule has one of the forms that rules have; any other number is a finding.</summary>
    private static bool HasOneForm(FieldReader fields)
    {
        if (Forms.Count(fields.Has) == 1)
            return true;
        fields.Refuse($"The object must have only one of the following fields, [{string.Join(", ", Forms)}]");
        return false;
    }

    private Condition? ReadCombination(FieldReader fields, string name)
    {
        if (fields.Filled(name) is not { } items)
            return null;
        var conditions = new List<Condition>();
        for (var i = 0; i < items.Count; i++)
        {
            if (ReadNested(items[i], fields.At(name).Item(i)) is { } condition)
                conditions.Add(condition);
        }

        return name == "And" ? new AndCondition(conditions) : new OrCondition(conditions);
    }

    private Condition? ReadNested(JsonValue value, JsonPlace place)
    {
        if (FieldsOf(value, place) is not { } fields)
            return null;
        var condition = ReadCondition(fields);
        fields.Finish();
        return condition;
    }
}
