using Stateside.Aws.DynamoDb.Expressions;
using Stateside.Aws.DynamoDb.Values;
using Stateside.Aws.Services;
using Stateside.Language.Json;

namespace Stateside.Aws.DynamoDb;

/// <summary>What a query asks of a key: one partition, and perhaps a part of it.</summary>
/// <param name="Hash">The partition key's value.</param>
/// <param name="Range">What the sort key must fulfil; null for nothing.</param>
internal sealed record KeyCondition(AttributeValue Hash, ItemCondition? Range)
{
    private const string Kind = "KeyConditionExpression";

    /// <summary>Reads a query's key condition.</summary>
    public static KeyCondition Parse(JsonObject request, KeySchema key, ExpressionScope scope)
    {
        var text = request.Text(Kind) ?? throw Refusals.Invalid("Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.");
        var conditions = Flat(ConditionParser.Parse(text, Kind, scope)).Select(Split).ToList();
        foreach (var group in conditions.GroupBy(condition => condition.Attribute))
        {
            if (group.Skip(1).Any())
                throw Refusals.Invalid($"{Kind}s must only contain one condition per key");
        }

        var hash = conditions.FirstOrDefault(condition => condition.Attribute == key.Hash.Name);
        if (hash.Attribute is null)
            throw Refusals.Invalid($"Query condition missed key schema element: {key.Hash.Name}");
        if (hash.Condition is not ItemCondition.Comparison { Operator: "=", Right: Operand.Given { Value: var wanted } })
            throw Refusals.Invalid("Query key condition not supported");
        var others = conditions.Where(condition => condition.Attribute != key.Hash.Name).ToList();
        if (others.Any(condition => condition.Attribute != key.Range?.Name))
            throw Refusals.Invalid(key.Range is null ? "Query key condition not supported" : $"Query condition missed key schema element: {key.Range.Name}");
        foreach (var (attribute, condition) in conditions)
            Check(condition, attribute == key.Hash.Name ? key.Hash : key.Range!);
        return new KeyCondition(wanted, others.Count == 0 ? null : others[0].Condition);
    }

    private static IEnumerable<ItemCondition> Flat(ItemCondition condition) => condition is ItemCondition.And and ? Flat(and.Left).Concat(Flat(and.Right)) : [condition];

    private static (string Attribute, ItemCondition Condition) Split(ItemCondition condition)
    {
        var subject = condition switch
        {
            ItemCondition.Comparison { Operator: "<>" } => throw Unsupported("<>"),
            ItemCondition.Comparison { Right: Operand.Given } comparison => comparison.Left,
            ItemCondition.Between { Low: Operand.Given, High: Operand.Given } between => between.Value,
            ItemCondition.BeginsWith { Start: Operand.Given } begins => begins.Value,
            ItemCondition.Or => throw Unsupported("OR"),
            ItemCondition.Not => throw Unsupported("NOT"),
            ItemCondition.In => throw Unsupported("IN"),
            ItemCondition.Exists exists => throw Unsupported(exists.Wanted ? "attribute_exists" : "attribute_not_exists"),
            ItemCondition.HasType => throw Unsupported("attribute_type"),
            ItemCondition.Contains => throw Unsupported("contains"),
            _ => null,
        };
        if (subject is not Operand.Attribute { Path: var path })
            throw Refusals.Invalid($"Invalid condition in {Kind}: an attribute of the key must stand on the left and a value on the right");
        return path.IsNested
            ? throw Refusals.Invalid($"Invalid {Kind}: {Kind}s cannot have conditions on nested attributes")
            : (path.Attribute, condition);
    }

    private static void Check(ItemCondition condition, KeyAttribute key)
    {
        Operand[] operands = condition switch
        {
            ItemCondition.Comparison comparison => [comparison.Right],
            ItemCondition.Between between => [between.Low, between.High],
            ItemCondition.BeginsWith begins => [begins.Start],
            _ => [],
        };
        foreach (var value in operands.OfType<Operand.Given>().Select(operand => operand.Value))
        {
            if (value.Type != key.Type)
                throw Refusals.InvalidParameter("Condition parameter type does not match schema type");
            if (value.Size == 0)
                throw Refusals.Invalid($"One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty {(value.Type == AttributeType.B ? "binary" : "string")} value. Key: {key.Name}");
        }
    }

    private static StoreRefusal Unsupported(string name) => Refusals.Invalid($"Invalid operator used in {Kind}: {name}");
}
