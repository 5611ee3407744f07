using Stateside.Aws.DynamoDb.Values;
using Stateside.Language.Json;

namespace Stateside.Aws.DynamoDb;

/// <summary>
/// What requests would consume.
/// See https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html.
/// </summary>
internal static class Capacity
{
    private const int WriteUnit = 1024;
    private const int ReadUnit = 4096;

    /// <summary>Units of a write: of the larger of the item before and after.</summary>
    public static double OfWrite(MapValue? before, MapValue? after) =>
        Math.Max(1, Units(Math.Max(before?.ItemSize ?? 0, after?.ItemSize ?? 0), WriteUnit));

    /// <summary>Units of a read of so many bytes.</summary>
    public static double OfRead(int size, bool consistent) => Math.Max(1, Units(size, ReadUnit)) * (consistent ? 1 : 0.5);

    /// <summary>Adds ConsumedCapacity to an answer, when it is asked for.</summary>
    public static void Add(JsonObject.Builder answer, JsonObject request, TableSchema table, double units)
    {
        if (Describe(request, table, units) is { } consumed)
            answer.Set("ConsumedCapacity", consumed);
    }

    /// <summary>What a table consumed, or null when the request does not ask.</summary>
    public static JsonObject? Describe(JsonObject request, TableSchema table, double units)
    {
        var detail = request.Choice("ReturnConsumedCapacity", "NONE", "INDEXES", "TOTAL");
        if (detail == "NONE")
            return null;
        var total = JsonObject.Of(("TableName", JsonValue.From(table.Name)), ("CapacityUnits", JsonValue.From(units)));
        return detail == "TOTAL" ? total : total.With("Table", JsonObject.Of(("CapacityUnits", JsonValue.From(units))));
    }

    private static int Units(int size, int unit) => (size + unit - 1) / unit;
}
