using Stateside.Aws.DynamoDb.Expressions;
using Stateside.Aws.DynamoDb.Values;
using Stateside.Language.Json;

namespace Stateside.Aws.DynamoDb;

/// <summary>Query and Scan.</summary>
internal sealed partial class DynamoDbStore
{
    private const int LargestPage = 1024 * 1024;

    private JsonObject Query(JsonObject request)
    {
        request.RefuseLegacy(
            ("KeyConditions", "KeyConditionExpression"), ("QueryFilter", "FilterExpression"), ("ConditionalOperator", "FilterExpression"),
            ("AttributesToGet", "ProjectionExpression"));
        var table = TableOf(request);
        var index = IndexOf(table, request);
        var scope = ExpressionScope.Read(request, "FilterExpression", "ProjectionExpression", "KeyConditionExpression");
        var schema = index?.Key ?? table.Key;
        var key = KeyCondition.Parse(request, schema, scope);
        var page = PageRequest.Read(request, table, index, scope, schema);
        var forward = request["ScanIndexForward"] is not JsonBoolean { Value: false };
        var hash = TableSchema.Bytes(key.Hash);
        var candidates = index is null
            ? _items.Partition(table, hash, forward, page.After)
            : InIndex(table, index, page.After, forward).Where(item => TableSchema.PlaceOf(index.Key, item).Hash.AsSpan().SequenceEqual(hash));
        return Page(candidates.Where(item => key.Range?.Holds(item) != false), page, request);
    }

    private JsonObject Scan(JsonObject request)
    {
        request.RefuseLegacy(
            ("ScanFilter", "FilterExpression"), ("ConditionalOperator", "FilterExpression"), ("AttributesToGet", "ProjectionExpression"));
        var table = TableOf(request);
        var index = IndexOf(table, request);
        var scope = ExpressionScope.Read(request, "FilterExpression", "ProjectionExpression");
        var page = PageRequest.Read(request, table, index, scope, null);
        var candidates = index is null ? _items.All(table, page.After) : InIndex(table, index, page.After, forward: true);
        var (segment, total) = (request.Number("Segment", 0), request.Number("TotalSegments", 1));
        if (segment is not null && total is null)
            throw Refusals.Invalid("The TotalSegments parameter is required but was not present in the request when Segment parameter is present");
        if (segment is null && total is not null)
            throw Refusals.Invalid("The Segment parameter is required but was not present in the request when parameter TotalSegments is present");
        if (segment >= total)
            throw Refusals.Invalid($"The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: {segment} is not less than TotalSegments: {total}");
        if (total > 1)
            candidates = candidates.Where(item => SegmentOf(TableSchema.PlaceOf(table.Key, item).Hash, total.Value) == segment);
        return Page(candidates, page, request);
    }

    private static TableIndex? IndexOf(TableSchema table, JsonObject request)
    {
        if (request.Text("IndexName") is not { } name)
            return null;
        var index = table.Indexes.FirstOrDefault(index => index.Name == name)
            ?? throw Refusals.Invalid($"The table does not have the specified index: {name}");
        return index.IsGlobal && request.Flag("ConsistentRead")
            ? throw Refusals.Invalid("Consistent reads are not supported on global secondary indexes")
            : index;
    }

    /// <summary>The items that an index holds, in its order, then in the table's.</summary>
    private IEnumerable<MapValue> InIndex(TableSchema table, TableIndex index, MapValue? after, bool forward)
    {
        var held = _items.All(table, null)
            .Where(item => index.Key.Attributes.All(key => item.Members.TryGetValue(key.Name, out var value) && value.Type == key.Type));
        var order = Comparer<MapValue>.Create((a, b) => Compare(a, b) * (forward ? 1 : -1));
        var ordered = held.Order(order);
        return after is null ? ordered : ordered.Where(item => order.Compare(item, after) > 0);

        int Compare(MapValue a, MapValue b)
        {
            foreach (var schema in new[] { index.Key, table.Key })
            {
                var (x, y) = (TableSchema.PlaceOf(schema, a), TableSchema.PlaceOf(schema, b));
                var result = x.Hash.AsSpan().SequenceCompareTo(y.Hash);
                if (result == 0)
                    result = x.Range.AsSpan().SequenceCompareTo(y.Range);
                if (result != 0)
                    return result;
            }

            return 0;
        }
    }

    private static JsonObject Page(IEnumerable<MapValue> candidates, PageRequest page, JsonObject request)
    {
        var items = new List<JsonValue>();
        var (scanned, count, size) = (0, 0, 0);
        MapValue? last = null;
        foreach (var item in candidates)
        {
            scanned++;
            size += item.ItemSize;
            if (page.Filter?.Holds(item) != false)
            {
                count++;
                if (!page.CountsOnly)
                    items.Add(Projected(page.Visible(item), page.Projection).Content);
            }

            if (scanned == page.Limit || size > LargestPage)
            {
                last = item;
                break;
            }
        }

        var answer = new JsonObject.Builder();
        if (!page.CountsOnly)
            answer.Set("Items", JsonArray.Of([.. items]));
        answer.Set("Count", JsonValue.From(count)).Set("ScannedCount", JsonValue.From(scanned));
        if (last is not null)
            answer.Set("LastEvaluatedKey", page.KeyOf(last).Content);
        Capacity.Add(answer, request, page.Table, Capacity.OfRead(size, request.Flag("ConsistentRead")));
        return answer.ToObject();
    }

    // The same for every process, so that a scan's segments stay what they are (FNV-1a).
    private static int SegmentOf(byte[] hash, int total)
    {
        var sum = 2166136261u;
        foreach (var part in hash)
            sum = unchecked((sum ^ part) * 16777619u);
        return (int)(sum % (uint)total);
    }

    /// <summary>What a query and a scan have in common.</summary>
    private sealed record PageRequest(TableSchema Table, TableIndex? Index)
    {
        public MapValue? After { get; private init; }

        public int? Limit { get; private init; }

        public ItemCondition? Filter { get; private init; }

        public IReadOnlyList<DocumentPath>? Projection { get; private init; }

        public bool CountsOnly { get; private init; }

        private bool WantsAll { get; init; }

        /// <summary>Reads them; <paramref name="queried"/> is the key that a query goes by, which its filter may not name.</summary>
        public static PageRequest Read(JsonObject request, TableSchema table, TableIndex? index, ExpressionScope scope, KeySchema? queried)
        {
            var filter = request.Text("FilterExpression") is { } text ? ConditionParser.Parse(text, "FilterExpression", scope) : null;
            if (queried is not null && filter?.Paths.FirstOrDefault(path => queried.Has(path.Attribute)) is { } primary)
                throw Refusals.Invalid($"Filter Expression can only contain non-primary key attributes: Primary key attribute: {primary.Attribute}");
            var projection = request.Text("ProjectionExpression") is { } paths ? ProjectionParser.Parse(paths, scope) : null;
            scope.CheckAllUsed();
            var select = request.Choice("Select", "", "SPECIFIC_ATTRIBUTES", "COUNT", "ALL_ATTRIBUTES", "ALL_PROJECTED_ATTRIBUTES");
            if (projection is not null && select is not ("" or "SPECIFIC_ATTRIBUTES"))
                throw Refusals.Invalid($"Cannot specify the ProjectionExpression when choosing to get {(select == "COUNT" ? "only the Count" : select)}");
            if (projection is null && select == "SPECIFIC_ATTRIBUTES")
                throw Refusals.Invalid("Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES");
            if (index is null && select == "ALL_PROJECTED_ATTRIBUTES")
                throw Refusals.Invalid("ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName");
            if (index is { IsGlobal: true, Projected: not null } && select == "ALL_ATTRIBUTES")
                throw Refusals.InvalidParameter($"Select type ALL_ATTRIBUTES is not supported for global secondary index {index.Name} because its projection type is not ALL");
            var page = new PageRequest(table, index)
            {
                Limit = request.Number("Limit", 1),
                Filter = filter,
                Projection = projection,
                CountsOnly = select == "COUNT",
                WantsAll = select == "ALL_ATTRIBUTES" || (index is { IsGlobal: false } && projection is not null),
            };
            return request.Object("ExclusiveStartKey") is { } start ? page with { After = page.ReadStart(start) } : page;
        }

        /// <summary>The attributes that the index holds; all when there is none.</summary>
        public MapValue Visible(MapValue item)
        {
            if (Index?.Projected is not { } projected || WantsAll)
                return item;
            return new MapValue(item.Members
                .Where(member => Table.Key.Has(member.Key) || Index.Key.Has(member.Key) || projected.Contains(member.Key, StringComparer.Ordinal))
                .ToDictionary(member => member.Key, member => member.Value, StringComparer.Ordinal));
        }

        public MapValue KeyOf(MapValue item) => new(KeyNames
            .ToDictionary(name => name, name => item.Members[name], StringComparer.Ordinal));

        private IEnumerable<string> KeyNames =>
            Table.Key.Attributes.Concat(Index?.Key.Attributes ?? []).Select(key => key.Name).Distinct(StringComparer.Ordinal);

        private MapValue ReadStart(JsonObject start)
        {
            var key = AttributeReader.ReadMap(start);
            var attributes = Table.Key.Attributes.Concat(Index?.Key.Attributes ?? []);
            return key.Members.Count == KeyNames.Count()
                && attributes.All(attribute => key.Members.TryGetValue(attribute.Name, out var value) && value.Type == attribute.Type && value.Size > 0)
                ? key
                : throw Refusals.Invalid("The provided starting key is invalid");
        }
    }
}
