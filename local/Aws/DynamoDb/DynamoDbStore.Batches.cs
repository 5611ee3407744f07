using Stateside.Aws.DynamoDb.Values;
using Stateside.Language.Json;

namespace Stateside.Aws.DynamoDb;

/// <summary>BatchGetItem and BatchWriteItem.</summary>
internal sealed partial class DynamoDbStore
{
    private const int MostReadInBatch = 100;
    private const int MostWrittenInBatch = 25;
    private const int LargestBatch = 16 * 1024 * 1024;

    private JsonObject BatchGetItem(JsonObject request)
    {
        var wanted = new List<(string Name, TableSchema Table, JsonObject Request, List<MapValue> Keys)>();
        foreach (var (name, value) in RequestItems(request))
        {
            var part = value as JsonObject ?? throw Refusals.Constraint("null", $"requestItems.{name}.member", "not be null");
            part.RefuseLegacy(("AttributesToGet", "ProjectionExpression"));
            var table = Table(name);
            var keys = Requests.Needed(part.Array("Keys"), "Keys").Select(key => AttributeReader.ReadMap(key as JsonObject ?? JsonObject.Empty)).ToList();
            foreach (var key in keys)
                table.CheckKey(key);
            if (keys.Select((key, i) => keys.Take(i).Any(key.Means)).Any(isRepeated => isRepeated))
                throw Refusals.Invalid("Provided list of item keys contains duplicates");
            wanted.Add((name, table, part, keys));
        }

        if (wanted.Sum(part => part.Keys.Count) > MostReadInBatch)
            throw Refusals.Invalid("Too many items requested for the BatchGetItem call");
        var responses = new JsonObject.Builder();
        var unprocessed = new JsonObject.Builder();
        var consumed = new List<JsonValue>();
        var size = 0;
        foreach (var (name, table, part, keys) in wanted)
        {
            var projection = Projection(part);
            var items = new List<JsonValue>();
            var left = new List<JsonValue>();
            var units = 0.0;
            foreach (var key in keys)
            {
                if (size > LargestBatch)
                {
                    left.Add(key.Content);
                    continue;
                }

                var item = _items.Find(table, key);
                size += item?.ItemSize ?? 0;
                units += Capacity.OfRead(item?.ItemSize ?? 0, part.Flag("ConsistentRead"));
                if (item is not null)
                    items.Add(Projected(item, projection).Content);
            }

            responses.Set(name, JsonArray.Of([.. items]));
            if (left.Count > 0)
                unprocessed.Set(name, part.With("Keys", JsonArray.Of([.. left])));
            if (Capacity.Describe(request, table, units) is { } described)
                consumed.Add(described);
        }

        var answer = new JsonObject.Builder().Set("Responses", responses.ToObject()).Set("UnprocessedKeys", unprocessed.ToObject());
        if (consumed.Count > 0)
            answer.Set("ConsumedCapacity", JsonArray.Of([.. consumed]));
        return answer.ToObject();
    }

    private JsonObject BatchWriteItem(JsonObject request)
    {
        var writes = new List<ItemWrite>();
        foreach (var (name, value) in RequestItems(request))
        {
            var table = Table(name);
            foreach (var part in (value as JsonArray ?? JsonArray.Empty).OfType<JsonObject>())
            {
                writes.Add((part["PutRequest"], part["DeleteRequest"]) switch
                {
                    (JsonObject put, null) => ItemWrite.Put(table, JsonObject.Of(("Item", put["Item"] ?? JsonValue.Null))),
                    (null, JsonObject delete) => ItemWrite.Delete(table, JsonObject.Of(("Key", delete["Key"] ?? JsonValue.Null))),
                    _ => throw Refusals.Invalid("Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes"),
                });
            }
        }

        if (writes.Count > MostWrittenInBatch)
            throw Refusals.Invalid("Too many items requested for the BatchWriteItem call");
        if (HasTwoOfOne(writes))
            throw Refusals.Invalid("Provided list of item keys contains duplicates");
        var units = Run(writes);
        var answer = new JsonObject.Builder().Set("UnprocessedItems", JsonObject.Empty);
        AddCapacities(answer, request, units, 1);
        return answer.ToObject();
    }

    private Dictionary<TableSchema, double> Run(IEnumerable<ItemWrite> writes)
    {
        var units = new Dictionary<TableSchema, double>();
        foreach (var write in writes)
        {
            var (before, after) = write.Run(_items);
            units[write.Table] = units.GetValueOrDefault(write.Table) + Capacity.OfWrite(before, after);
        }

        return units;
    }

    private static bool HasTwoOfOne(List<ItemWrite> writes) =>
        writes.Where((write, i) => writes.Take(i).Any(earlier => earlier.Table == write.Table && earlier.Key.Means(write.Key))).Any();

    private static void AddCapacities(JsonObject.Builder answer, JsonObject request, Dictionary<TableSchema, double> units, double factor)
    {
        var consumed = units.Select(table => Capacity.Describe(request, table.Key, table.Value * factor)).OfType<JsonValue>().ToArray();
        if (consumed.Length > 0)
            answer.Set("ConsumedCapacity", JsonArray.Of(consumed));
    }

    private static JsonObject RequestItems(JsonObject request)
    {
        var items = Requests.Needed(request.Object("RequestItems"), "RequestItems");
        return items.Count > 0
            ? items
            : throw Refusals.Constraint("'{}'", "requestItems", "have length greater than or equal to 1");
    }
}
