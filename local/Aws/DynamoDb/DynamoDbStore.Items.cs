using Stateside.Aws.DynamoDb.Expressions;
using Stateside.Aws.DynamoDb.Values;
using Stateside.Language.Json;

namespace Stateside.Aws.DynamoDb;

/// <summary>The actions on one item.</summary>
internal sealed partial class DynamoDbStore
{
    private JsonObject GetItem(JsonObject request)
    {
        request.RefuseLegacy(("AttributesToGet", "ProjectionExpression"));
        var table = TableOf(request);
        var key = request.Key();
        var projection = Projection(request);
        table.CheckKey(key);
        var item = _items.Find(table, key);
        var answer = new JsonObject.Builder();
        if (item is not null)
            answer.Set("Item", Projected(item, projection).Content);
        Capacity.Add(answer, request, table, Capacity.OfRead(item?.ItemSize ?? 0, request.Flag("ConsistentRead")));
        return answer.ToObject();
    }

    private JsonObject Put(JsonObject request, Func<TableSchema, JsonObject, ItemWrite> read)
    {
        var table = TableOf(request);
        var returned = request.Choice("ReturnValues", "NONE", "ALL_NEW", "UPDATED_OLD", "ALL_OLD", "UPDATED_NEW");
        if (returned is not ("NONE" or "ALL_OLD"))
            throw Refusals.Invalid("Return values set to invalid value");
        var (before, after) = read(table, request).Run(_items);
        var answer = new JsonObject.Builder();
        if (returned == "ALL_OLD" && before is not null)
            answer.Set("Attributes", before.Content);
        Capacity.Add(answer, request, table, Capacity.OfWrite(before, after));
        return answer.ToObject();
    }

    private JsonObject Update(JsonObject request)
    {
        var table = TableOf(request);
        var returned = request.Choice("ReturnValues", "NONE", "ALL_NEW", "UPDATED_OLD", "ALL_OLD", "UPDATED_NEW");
        var write = ItemWrite.Update(table, request);
        var (before, after) = write.Run(_items);
        var paths = write.Clauses.Select(clause => clause.Path).ToList();
        var attributes = returned switch
        {
            "ALL_OLD" => before,
            "ALL_NEW" => after,
            "UPDATED_OLD" when before is not null => DocumentPath.Project(before, paths),
            "UPDATED_NEW" => DocumentPath.Project(after!, paths),
            _ => null,
        };
        var answer = new JsonObject.Builder();
        if (attributes is { Members.Count: > 0 })
            answer.Set("Attributes", attributes.Content);
        Capacity.Add(answer, request, table, Capacity.OfWrite(before, after));
        return answer.ToObject();
    }

    /// <summary>What of an item is asked for; null for all.</summary>
    private static IReadOnlyList<DocumentPath>? Projection(JsonObject request)
    {
        var scope = ExpressionScope.Read(request, "ProjectionExpression");
        var projection = request.Text("ProjectionExpression") is { } text ? ProjectionParser.Parse(text, scope) : null;
        scope.CheckAllUsed();
        return projection;
    }

    private static MapValue Projected(MapValue item, IReadOnlyList<DocumentPath>? projection) =>
        projection is null ? item : DocumentPath.Project(item, projection);
}
