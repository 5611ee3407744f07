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
            if (action == "DescribeTable" && name == "Table")
            {
                result.Set(name, Only((JsonObject)value, "AttributeDefinitions", "ItemCount", "KeySchema", "TableArn", "TableName", "TableStatus"));
                continue;
            }

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

    /// <summary>An answer of S3: what moto tells too, without times and ids.</summary>
    public static JsonObject S3(string action, JsonObject body)
    {
        switch (action)
        {
            case "CopyObject":
                return JsonObject.Of(("ETag", ((JsonObject)body["CopyObjectResult"]!)["ETag"]!));
            case "ListBuckets":
                return JsonObject.Of(("Buckets", Each(body, "Buckets", "Name")));
            case "DeleteObjects":
                return JsonObject.Of(("Deleted", Each(body, "Deleted", "Key")), ("Errors", Each(body, "Errors", "Key", "Code", "Message")));
            case "ListParts":
                return Only(body, "Bucket", "Key", "IsTruncated").With("Parts", Each(body, "Parts", "PartNumber", "ETag", "Size"));
            case "ListObjects" or "ListObjectsV2":
                // The first form of a listing tells a marker only beside a delimiter; that of moto is a name of its own.
                var listing = Only(body, "IsTruncated", "KeyCount", "MaxKeys", "Name").ToBuilder()
                    .Set("Prefix", body["Prefix"] ?? JsonValue.From(""))
                    .Set("Contents", Each(body, "Contents", "Key", "ETag", "Size", "StorageClass"))
                    .Set("CommonPrefixes", Each(body, "CommonPrefixes", "Prefix"));
                return (body.ContainsKey("NextContinuationToken") ? listing.Set("NextContinuationToken", JsonValue.True) : listing).ToObject();
            case "GetBucketLocation":
                return JsonObject.Of(("LocationConstraint", body["LocationConstraint"] ?? JsonValue.From("")));
            default:
                return Only(body, "Body", "Bucket", "ETag", "ContentLength", "ContentType", "ContentRange", "Key", "Metadata");
        }
    }

    /// <summary>
    /// An answer of SQS: of what each side gives a name or a time of its own only that it is there, queues without their hosts. moto has no
    /// sequence numbers where the body stands for a deduplication id, and lists queues as they were made.
    /// </summary>
    public static JsonObject Sqs(string action, JsonObject body)
    {
        var result = new JsonObject.Builder();
        foreach (var (name, value) in body.OrderBy(member => member.Key, StringComparer.Ordinal))
        {
            JsonValue? its = value switch
            {
                JsonArray { Count: 0 } or JsonObject { Count: 0 } => null,
                _ when name == "SequenceNumber" => null,
                JsonArray urls when name is "QueueUrls" or "queueUrls" => Sorted(JsonArray.Of([.. urls.Select(Path)])),
                _ when Own.Contains(name) => JsonValue.True,
                JsonArray items => JsonArray.Of([.. items.Select(item => item is JsonObject one ? Sqs(action, one) : item)]),
                JsonObject members => Sqs(action, members),
                JsonString policy when name == "RedrivePolicy" => JsonReader.Parse(policy.Value),
                _ => name == "QueueUrl" ? Path(value) : value,
            };
            if (its is not null)
                result.Set(name, its);
        }

        return result.ToObject();

        static JsonValue Path(JsonValue url) => JsonValue.From(new Uri(((JsonString)url).Value).AbsolutePath);
    }

    /// <summary>An answer of SNS, without ids; of attributes what both sides tell.</summary>
    public static JsonObject Sns(string action, JsonObject body) => action switch
    {
        "Publish" => JsonObject.Empty,
        "PublishBatch" => JsonObject.Of(("Successful", Each(body, "Successful", "Id")), ("Failed", Each(body, "Failed", "Id", "Code"))),
        "ListTopics" => JsonObject.Of(("Topics", Sorted(Each(body, "Topics", "TopicArn")))),
        "ListSubscriptions" or "ListSubscriptionsByTopic" => JsonObject.Of(("Subscriptions", Sorted(Each(body, "Subscriptions", "Endpoint", "Owner", "Protocol", "TopicArn")))),
        "GetTopicAttributes" => Only((JsonObject)body["Attributes"]!, "ContentBasedDeduplication", "DisplayName", "FifoTopic", "Owner", "TopicArn"),
        _ => Only((JsonObject)body["Attributes"]!, "Endpoint", "FilterPolicyScope", "Owner", "PendingConfirmation", "Protocol", "RawMessageDelivery", "TopicArn"),
    };

    /// <summary>Messages that a topic put into a queue, in one order, without what each side signs and numbers by itself.</summary>
    public static JsonObject Delivered(JsonObject body) => JsonObject.Of(("Messages", Sorted(JsonArray.Of([
        .. (body["Messages"] as JsonArray ?? JsonArray.Empty).Cast<JsonObject>().Select(message => JsonObject.Of(
            ("Body", Envelope(message["Body"]!)), ("MessageAttributes", message["MessageAttributes"] is JsonObject given ? Map(given, Canonical) : JsonObject.Empty)))]))));

    private static JsonValue Envelope(JsonValue body)
    {
        if (!JsonReader.TryParse(((JsonString)body).Value, out var parsed) || parsed is not JsonObject envelope || !envelope.ContainsKey("SignatureVersion"))
            return body;
        var told = Only(envelope, "Message", "Subject", "TopicArn", "Type");
        return envelope["MessageAttributes"] is JsonObject { Count: > 0 } given ? told.With("MessageAttributes", Map(given, Canonical)) : told;
    }

    private static readonly string[] Own =
    [
        "MessageId", "ReceiptHandle", "SenderId", "SentTimestamp", "ApproximateFirstReceiveTimestamp", "CreatedTimestamp",
        "LastModifiedTimestamp",
    ];

    private static JsonArray Each(JsonObject body, string name, params string[] members) =>
        JsonArray.Of([.. (body[name] as JsonArray ?? JsonArray.Empty).Cast<JsonObject>().Select(one => Only(one, members))]);

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
