using Stateside.Aws.DynamoDb.Expressions;
using Stateside.Aws.DynamoDb.Values;
using Stateside.Aws.Services;
using Stateside.Language.Json;

namespace Stateside.Aws.DynamoDb;

/// <summary>One write of one item, read and checked as far as that goes without the item.</summary>
/// <param name="Table">The table.</param>
/// <param name="Key">The item's key.</param>
/// <param name="Condition">What must hold of the item as it is; null for nothing.</param>
/// <param name="Change">The item as it shall be, from the item as it is; null for none.</param>
internal sealed record ItemWrite(TableSchema Table, MapValue Key, ItemCondition? Condition, Func<MapValue?, MapValue?> Change)
{
    private const int LargestItem = 400 * 1024;
    private const string ConditionExpression = "ConditionExpression";
    private const string UpdateExpression = "UpdateExpression";

    /// <summary>The actions of an update; none for other writes.</summary>
    public IReadOnlyList<UpdateClause> Clauses { get; private init; } = [];

    /// <summary>Whether a failed condition tells the item.</summary>
    public bool TellsItem { get; private init; }

    public static ItemWrite Put(TableSchema table, JsonObject request)
    {
        request.RefuseLegacy(("Expected", ConditionExpression), ("ConditionalOperator", ConditionExpression));
        var item = AttributeReader.ReadMap(Requests.Needed(request.Object("Item"), "Item"));
        var scope = ExpressionScope.Read(request, ConditionExpression);
        var condition = ReadCondition(request, scope);
        scope.CheckAllUsed();
        table.CheckItem(item);
        if (item.ItemSize > LargestItem)
            throw Refusals.Invalid("Item size has exceeded the maximum allowed size");
        return new ItemWrite(table, TableSchema.KeyOf(table.Key, item), condition, _ => item) { TellsItem = TellsItemOf(request) };
    }

    public static ItemWrite Delete(TableSchema table, JsonObject request)
    {
        request.RefuseLegacy(("Expected", ConditionExpression), ("ConditionalOperator", ConditionExpression));
        return OnKey(table, request, _ => null);
    }

    /// <summary>A condition of a transaction, which changes nothing.</summary>
    public static ItemWrite Check(TableSchema table, JsonObject request)
    {
        Requests.Needed(request.Text(ConditionExpression), ConditionExpression);
        return OnKey(table, request, item => item);
    }

    public static ItemWrite Update(TableSchema table, JsonObject request)
    {
        request.RefuseLegacy(
            ("Expected", ConditionExpression), ("ConditionalOperator", ConditionExpression), ("AttributeUpdates", UpdateExpression));
        var key = request.Key();
        var scope = ExpressionScope.Read(request, UpdateExpression, ConditionExpression);
        IReadOnlyList<UpdateClause> clauses = request.Text(UpdateExpression) is { } update ? UpdateParser.Parse(update, scope) : [];
        var condition = ReadCondition(request, scope);
        scope.CheckAllUsed();
        table.CheckKey(key);
        foreach (var clause in clauses)
        {
            if (table.Key.Has(clause.Path.Attribute))
                throw Refusals.InvalidParameter($"Cannot update attribute {clause.Path.Attribute}. This attribute is part of the key");
        }

        return new ItemWrite(table, key, condition, Apply) { Clauses = clauses, TellsItem = TellsItemOf(request) };

        MapValue Apply(MapValue? before)
        {
            var after = ItemUpdate.Apply(before ?? key, clauses);
            table.CheckIndexKeys(after);
            return after.ItemSize <= LargestItem ? after : throw Refusals.Invalid("Item size to update has exceeded the maximum allowed size");
        }
    }

    /// <summary>Does it.</summary>
    /// <returns>The item before and after; null where there is none.</returns>
    /// <exception cref="StoreRefusal">The condition does not hold, or the item cannot be changed so.</exception>
    public (MapValue? Before, MapValue? After) Run(ItemFile items)
    {
        var before = items.Find(Table, Key);
        if (Condition?.Holds(before ?? new MapValue([])) == false)
        {
            throw new StoreRefusal("ConditionalCheckFailedException", Refusals.ConditionFailed, 400)
            {
                Details = TellsItem && before is not null ? JsonObject.Of(("Item", before.Content)) : JsonObject.Empty,
            };
        }

        var after = Change(before);
        if (after is null)
            items.Delete(Table, Key);
        else if (!ReferenceEquals(after, before))
            items.Put(Table, after);
        return (before, after);
    }

    private static ItemWrite OnKey(TableSchema table, JsonObject request, Func<MapValue?, MapValue?> change)
    {
        var key = request.Key();
        var scope = ExpressionScope.Read(request, ConditionExpression);
        var condition = ReadCondition(request, scope);
        scope.CheckAllUsed();
        table.CheckKey(key);
        return new ItemWrite(table, key, condition, change) { TellsItem = TellsItemOf(request) };
    }

    private static ItemCondition? ReadCondition(JsonObject request, ExpressionScope scope) =>
        request.Text(ConditionExpression) is { } text ? ConditionParser.Parse(text, ConditionExpression, scope) : null;

    private static bool TellsItemOf(JsonObject request) => request.Choice("ReturnValuesOnConditionCheckFailure", "NONE", "ALL_OLD") == "ALL_OLD";
}
