using Stateside.Aws.DynamoDb.Values;
using Stateside.Aws.Services;
using Stateside.Language.Json;

namespace Stateside.Aws.DynamoDb;

/// <summary>TransactGetItems and TransactWriteItems.</summary>
internal sealed partial class DynamoDbStore
{
    private const int MostInTransaction = 100;
    private const string CheckFailed = "ConditionalCheckFailed";

    /// <summary>For how long a client's token makes a repeated request one.</summary>
    private static readonly TimeSpan TokenLife = TimeSpan.FromMinutes(10);

    private JsonObject TransactGetItems(JsonObject request)
    {
        var responses = new List<JsonValue>();
        var units = new Dictionary<TableSchema, double>();
        var seen = new List<(TableSchema Table, MapValue Key)>();
        foreach (var part in TransactItems(request))
        {
            var get = part["Get"] as JsonObject ?? throw Refusals.Constraint("null", "transactItems.member.get", "not be null");
            var table = TableOf(get);
            var key = get.Key();
            var projection = Projection(get);
            table.CheckKey(key);
            if (seen.Exists(earlier => earlier.Table == table && earlier.Key.Means(key)))
                throw Refusals.Invalid("Transaction request cannot include multiple operations on one item");
            seen.Add((table, key));
            var item = _items.Find(table, key);
            units[table] = units.GetValueOrDefault(table) + (2 * Capacity.OfRead(item?.ItemSize ?? 0, consistent: true));
            responses.Add(item is null ? JsonObject.Empty : JsonObject.Of(("Item", Projected(item, projection).Content)));
        }

        var answer = new JsonObject.Builder().Set("Responses", JsonArray.Of([.. responses]));
        AddCapacities(answer, request, units, 1);
        return answer.ToObject();
    }

    private JsonObject TransactWriteItems(JsonObject request)
    {
        if (IsRepeated(request))
            return JsonObject.Empty;
        var writes = TransactItems(request).Select(ReadWrite).ToList();
        if (HasTwoOfOne(writes))
            throw Refusals.Invalid("Transaction request cannot include multiple operations on one item");
        var reasons = writes.Select(ReasonAgainst).ToList();
        if (reasons.Exists(reason => reason["Code"] is not JsonString { Value: "None" }))
        {
            var codes = string.Join(", ", reasons.Select(reason => ((JsonString)reason["Code"]!).Value));
            throw new StoreRefusal(
                "TransactionCanceledException", $"Transaction cancelled, please refer cancellation reasons for specific reasons [{codes}]", 400)
            {
                Details = JsonObject.Of(("CancellationReasons", JsonArray.Of([.. reasons]))),
            };
        }

        var answer = new JsonObject.Builder();
        AddCapacities(answer, request, Run(writes), 2);
        return answer.ToObject();
    }

    private ItemWrite ReadWrite(JsonObject part)
    {
        if (part.Count != 1)
            throw Refusals.Invalid("TransactItems can only contain one of Check, Put, Update or Delete");
        var body = part.Values[0] as JsonObject ?? JsonObject.Empty;
        Func<TableSchema, JsonObject, ItemWrite> read = part.Keys[0] switch
        {
            "Put" => ItemWrite.Put,
            "Update" => ItemWrite.Update,
            "Delete" => ItemWrite.Delete,
            "ConditionCheck" => ItemWrite.Check,
            _ => throw Refusals.Invalid("TransactItems can only contain one of Check, Put, Update or Delete"),
        };
        return read(TableOf(body), body);
    }

    /// <summary>Why a write cannot be done, as CancellationReasons tells it.</summary>
    private JsonObject ReasonAgainst(ItemWrite write)
    {
        var before = _items.Find(write.Table, write.Key);
        try
        {
            if (write.Condition?.Holds(before ?? new MapValue([])) == false)
            {
                var reason = JsonObject.Of(("Code", JsonValue.From(CheckFailed)), ("Message", JsonValue.From(Refusals.ConditionFailed)));
                return write.TellsItem && before is not null ? reason.With("Item", before.Content) : reason;
            }

            write.Change(before);
        }
        catch (StoreRefusal refusal) when (refusal.Code == "ValidationException")
        {
            return JsonObject.Of(("Code", JsonValue.From("ValidationError")), ("Message", JsonValue.From(refusal.Message)));
        }

        return JsonObject.Of(("Code", JsonValue.From("None")));
    }

    private bool IsRepeated(JsonObject request)
    {
        if (request.Text("ClientRequestToken") is not { } token)
            return false;
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        file.Execute("DELETE FROM transactions WHERE made < $oldest", ("$oldest", now - (long)TokenLife.TotalMilliseconds));
        var earlier = file.Query("SELECT request FROM transactions WHERE token = $token", row => row.GetString(0), ("$token", token)).FirstOrDefault();
        var text = JsonWriter.Compact(request);
        if (earlier is null)
            file.Execute("INSERT INTO transactions VALUES ($token, $request, $made)", ("$token", token), ("$request", text), ("$made", now));
        else if (earlier != text)
            throw new StoreRefusal("IdempotentParameterMismatchException", "The request uses the same client token as a previous, but non-identical request. Do not reuse a client token with different requests, unless the requests are identical", 400);
        return earlier is not null;
    }

    private static List<JsonObject> TransactItems(JsonObject request)
    {
        var items = Requests.Needed(request.Array("TransactItems"), "TransactItems");
        if (items.Count is 0 or > MostInTransaction)
            throw Refusals.Constraint($"'{items.Text}'", "transactItems", items.Count == 0 ? "have length greater than or equal to 1" : $"have length less than or equal to {MostInTransaction}");
        return [.. items.Select(item => item as JsonObject ?? JsonObject.Empty)];
    }
}
