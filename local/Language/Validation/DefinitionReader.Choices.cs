using Stateside.Language.Conditions;
using Stateside.Language.Definitions;
using Stateside.Language.Json;
using Stateside.Language.Templates;

namespace Stateside.Language.Validation;

/// <summary>The Choice state and its rules.</summary>
internal sealed partial class DefinitionReader
{
    private static readonly string[] Combinations = ["And", "Or", "Not"];

    private ChoiceState ReadChoice(string name, FieldReader fields)
    {
        fields.Require("Choices");
        var rules = new List<ChoiceRule>();
        if (fields.Array("Choices") is { } items)
        {
            var place = fields.At("Choices");
            if (items.Count == 0)
                sink.Schema("Choices must contain at least one rule", place);
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
        foreach (var key in fields.Value.Keys)
        {
            if (key == "Variable" || IsOperator(key))
                _ = fields.TakeFor(QueryLanguage.JsonPath, key);
        }

        fields.Require("Condition");
        switch (fields.Take("Condition"))
        {
            case null:
                return null;
            case JsonBoolean constant:
                return new JsonataCondition(new LiteralTemplate(constant));
            case JsonString text when JsonataTemplate.IsExpression(text.Value):
                return CompileExpression(text.Value, fields.At("Condition"), outer + "Condition", JsonataExpectation.Boolean) is { } expression
                    ? new JsonataCondition(expression)
                    : null;
            default:
                sink.Schema("Expected value of type Boolean or a valid JSONata expression", fields.At("Condition"));
                return null;
        }
    }

    /// <summary>JSONPath: a comparison, or And, Or, Not around others.</summary>
    private Condition? ReadCondition(FieldReader fields)
    {
        _ = fields.TakeFor(QueryLanguage.Jsonata, "Condition");
        var asked = new List<string>();
        foreach (var key in fields.Value.Keys)
        {
            if (IsOperator(key))
                asked.Add(key);
        }

        if (asked.Count != 1)
        {
            sink.Schema(
                asked.Count == 0
                    ? "A Choice rule must have one comparison operator, or one of [And, Or, Not]"
                    : $"There should only be one of the following fields: [{string.Join(", ", asked)}]",
                fields.Place);
            foreach (var key in asked)
                _ = fields.Take(key);
            _ = fields.Take("Variable");
            return null;
        }

        return asked[0] switch
        {
            "And" or "Or" => ReadCombination(fields, asked[0]),
            "Not" => fields.Take("Not") is { } inner && ReadNested(inner, fields.At("Not")) is { } condition ? new NotCondition(condition) : null,
            var name when ComparisonOperator.TryGet(name, out var comparison) => ReadComparison(fields, comparison),
            _ => null,
        };
    }

    private Condition? ReadCombination(FieldReader fields, string name)
    {
        if (fields.Array(name) is not { } items)
            return null;
        if (items.Count == 0)
            sink.Schema($"{name} must contain at least one rule", fields.At(name));
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

    private static bool IsOperator(string key) => Array.IndexOf(Combinations, key) >= 0 || ComparisonOperator.TryGet(key, out _);
}
