using Stateside.Aws.DynamoDb.Values;
using Stateside.Language.Json;

namespace Stateside.Aws.DynamoDb;

/// <summary>What tables there are and how they look, which higher layers of SDKs ask before they ask for items.</summary>
internal sealed partial class DynamoDbStore
{
    private const int MostNames = 100;

    private JsonObject ListTables(JsonObject request)
    {
        var most = request["Limit"] is JsonNumber { IsInt64: true } limit ? (int)limit.Int64 : MostNames;
        if (most is < 1 or > MostNames)
        {
            throw Refusals.Invalid(
                $"1 validation error detected: Value '{most}' at 'limit' failed to satisfy constraint: Member must have value {(most < 1 ? "greater than or equal to 1" : $"less than or equal to {MostNames}")}");
        }

        var after = request.Text("ExclusiveStartTableName") ?? "";
        var names = _tables.Keys.Order(StringComparer.Ordinal).Where(name => string.CompareOrdinal(name, after) > 0).Take(most + 1).ToList();
        var answer = new JsonObject.Builder().Set("TableNames", JsonArray.Of(names.Take(most).Select(name => (JsonValue)JsonValue.From(name))));
        if (names.Count > most)
            answer.Set("LastEvaluatedTableName", JsonValue.From(names[most - 1]));
        return answer.ToObject();
    }

    private JsonObject DescribeTable(JsonObject request)
    {
        var name = Requests.Needed(request.Text("TableName"), "TableName");
        if (!_tables.TryGetValue(NameOf(name), out var table))
            throw Refusals.NoTable($"Table: {NameOf(name)} not found");
        var items = _items.All(table, null).ToList();
        var size = items.Sum(item => (long)item.Size);
        var arn = location.Arn("dynamodb", $"table/{table.Name}");
        var description = new JsonObject.Builder()
            .Set("AttributeDefinitions", JsonArray.Of(table.Indexes.SelectMany(index => index.Key.Attributes).Concat(table.Key.Attributes)
                .DistinctBy(attribute => attribute.Name).OrderBy(attribute => attribute.Name, StringComparer.Ordinal)
                .Select(attribute => JsonObject.Of(
                    ("AttributeName", JsonValue.From(attribute.Name)), ("AttributeType", JsonValue.From(attribute.Type.ToString()))))))
            .Set("BillingModeSummary", JsonObject.Of(("BillingMode", JsonValue.From("PAY_PER_REQUEST"))))
            .Set("DeletionProtectionEnabled", JsonValue.From(false))
            .Set("ItemCount", JsonValue.From(items.Count))
            .Set("KeySchema", KeyOf(table.Key))
            .Set("ProvisionedThroughput", Throughput())
            .Set("TableArn", JsonValue.From(arn))
            .Set("TableName", JsonValue.From(table.Name))
            .Set("TableSizeBytes", JsonValue.From(size))
            .Set("TableStatus", JsonValue.From("ACTIVE"));
        foreach (var indexes in table.Indexes.GroupBy(index => index.IsGlobal))
            description.Set(indexes.Key ? "GlobalSecondaryIndexes" : "LocalSecondaryIndexes", JsonArray.Of(indexes.Select(index => Describe(index, items, arn))));
        return JsonObject.Of(("Table", description.ToObject()));
    }

    private static JsonObject Describe(TableIndex index, List<MapValue> items, string tableArn)
    {
        var held = items.Where(item => index.Key.Attributes.All(key => item.Members.ContainsKey(key.Name))).ToList();
        var projection = new JsonObject.Builder()
            .Set("ProjectionType", JsonValue.From(index.Projected switch { null => "ALL", [] => "KEYS_ONLY", _ => "INCLUDE" }));
        if (index.Projected is { Count: > 0 } attributes)
            projection.Set("NonKeyAttributes", JsonArray.Of(attributes.Select(name => (JsonValue)JsonValue.From(name))));
        var description = new JsonObject.Builder()
            .Set("IndexArn", JsonValue.From($"{tableArn}/index/{index.Name}"))
            .Set("IndexName", JsonValue.From(index.Name))
            .Set("IndexSizeBytes", JsonValue.From(held.Sum(item => (long)item.Size)))
            .Set("ItemCount", JsonValue.From(held.Count))
            .Set("KeySchema", KeyOf(index.Key))
            .Set("Projection", projection.ToObject());
        if (index.IsGlobal)
            description.Set("IndexStatus", JsonValue.From("ACTIVE")).Set("ProvisionedThroughput", Throughput());
        return description.ToObject();
    }

    private static JsonArray KeyOf(KeySchema key) => JsonArray.Of(key.Attributes.Select(attribute => JsonObject.Of(
        ("AttributeName", JsonValue.From(attribute.Name)), ("KeyType", JsonValue.From(attribute == key.Hash ? "HASH" : "RANGE")))));

    /// <summary>What a table that is paid by request has.</summary>
    private static JsonObject Throughput() => JsonObject.Of(
        ("NumberOfDecreasesToday", JsonValue.From(0)), ("ReadCapacityUnits", JsonValue.From(0)), ("WriteCapacityUnits", JsonValue.From(0)));
}
