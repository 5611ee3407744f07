using Stateside.Aws.DynamoDb.Values;
using Stateside.Aws.Services;
using Stateside.Language.Json;

namespace Stateside.Conformance.Stores;

/// <summary>Brings answers into a form in which those that mean the same are equal.</summary>
internal static class Comparison
{
    /// <summary>An answer of DynamoDB: numbers as DynamoDB prints them, sets and scans in one order, without capacities and metrics.</summary>
    public static JsonObject DynamoDb(string action, JsonObject body)
    {
        var result = new JsonObject.Builder();
        foreach (var (name, value) in body.OrderBy(member => member.Key, StringComparer.Ordinal))
        {
            if (name is "ConsumedCapacity" or "ItemCollectionMetrics" or "__type" or "message" or "Message")
                continue;
            var canonical = Canonical(value);
            if (name == "Items" && action == "Scan")
                canonical = Sorted((JsonArray)canonical);
            if (name == "Responses" && canonical is JsonObject tables)
                canonical = Map(tables, items => Sorted((JsonArray)items));
            result.Set(name, canonical);
        }

        return result.ToObject();
    }

    /// <summary>An answer of S3: what moto tells too, without times.</summary>
    public static JsonObject S3(string action, JsonObject body, ReadOnlyMemory<byte>? content)
    {
        if (action == "CopyObject")
            return JsonObject.Of(("ETag", ((JsonObject)body["CopyObjectResult"]!)["ETag"]!));
        if (action == "ListObjectsV2")
        {
            var contents = (body["Contents"] as JsonArray ?? JsonArray.Empty).Cast<JsonObject>();
            var prefixes = (body["CommonPrefixes"] as JsonArray ?? JsonArray.Empty).Cast<JsonObject>();
            var listing = new JsonObject.Builder()
                .Set("Contents", JsonArray.Of([.. contents.Select(stored => Only(stored, "Key", "ETag", "Size", "StorageClass"))]))
                .Set("CommonPrefixes", JsonArray.Of([.. prefixes.Select(prefix => prefix["Prefix"]!)]));
            foreach (var name in new[] { "IsTruncated", "KeyCount", "MaxKeys", "Name", "Prefix", "NextContinuationToken" })
            {
                if (body[name] is { } value)
                    listing.Set(name, value);
            }

            return listing.ToObject();
        }

        var members = Only(body, "ETag", "ContentLength", "ContentType", "ContentRange", "Metadata");
        return content is null ? members : members.With("Body", JsonValue.From(Convert.ToBase64String(content.Value.Span)));
    }

    private static JsonObject Only(JsonObject value, params IEnumerable<string> names)
    {
        var result = new JsonObject.Builder();
        foreach (var name in names)
        {
            if (value[name] is { } member)
                result.Set(name, member);
        }

        return result.ToObject();
    }

    private static JsonObject Map(JsonObject value, Func<JsonValue, JsonValue> change)
    {
        var result = new JsonObject.Builder();
        foreach (var (name, member) in value.OrderBy(member => member.Key, StringComparer.Ordinal))
            result.Set(name, change(member));
        return result.ToObject();
    }

    private static JsonArray Sorted(JsonArray items) => JsonArray.Of([.. items.OrderBy(item => item.Text, StringComparer.Ordinal)]);

    private static JsonValue Canonical(JsonValue value) => value switch
    {
        JsonObject { Count: 1 } typed when typed["N"] is JsonString number => JsonObject.Of(("N", Number(number))),
        JsonObject { Count: 1 } typed when typed["NS"] is JsonArray numbers => JsonObject.Of(("NS", Sorted(JsonArray.Of([.. numbers.Select(Number)])))),
        JsonObject { Count: 1 } typed when typed["SS"] is JsonArray texts => JsonObject.Of(("SS", Sorted(texts))),
        JsonObject { Count: 1 } typed when typed["BS"] is JsonArray binaries => JsonObject.Of(("BS", Sorted(binaries))),
        JsonObject members => Map(members, Canonical),
        JsonArray items => JsonArray.Of([.. items.Select(Canonical)]),
        _ => value,
    };

    private static JsonValue Number(JsonValue token)
    {
        try
        {
            return token is JsonString text ? JsonValue.From(DynamoNumber.Parse(text.Value).ToString()) : token;
        }
        catch (StoreRefusal)
        {
            return token;
        }
    }
}
