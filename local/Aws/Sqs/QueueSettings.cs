using System.Globalization;
using Stateside.Engine.Template;
using Stateside.Language.Json;

namespace Stateside.Aws.Sqs;

/// <summary>Where messages go that were received too often.</summary>
/// <param name="TargetArn">The dead letter queue.</param>
/// <param name="MostReceives">How often a message may be received.</param>
internal sealed record RedrivePolicy(string TargetArn, int MostReceives)
{
    /// <summary>The name of the dead letter queue.</summary>
    public string Target => TargetArn[(TargetArn.LastIndexOf(':') + 1)..];
}

/// <summary>
/// A queue as a template declares it.
/// See https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sqs-queue.html.
/// </summary>
internal sealed record QueueSettings(string Name, string Url, string Arn)
{
    /// <summary>The longest message there is, and the longest batch: 1 MiB.</summary>
    public const int MostBytes = 1_048_576;

    private static readonly string[] OnlyToldNames =
        ["KmsMasterKeyId", "KmsDataKeyReusePeriodSeconds", "RedriveAllowPolicy", "DeduplicationScope", "FifoThroughputLimit"];

    public bool IsFifo => Name.EndsWith(".fifo", StringComparison.Ordinal);

    public int DelaySeconds { get; init; }

    public int MaximumMessageSize { get; init; } = MostBytes;

    public int RetentionSeconds { get; init; } = 345_600;

    public int WaitTimeSeconds { get; init; }

    public int VisibilityTimeout { get; init; } = 30;

    public RedrivePolicy? Redrive { get; init; }

    /// <summary>Whether the body stands for a deduplication id that is not given.</summary>
    public bool DeduplicatesContent { get; init; }

    /// <summary>Whether ids of deduplication count within a message group, not in the queue.</summary>
    public bool DeduplicatesInGroups { get; init; }

    /// <summary>What the queue only tells: attributes that have no effect here, by their names in the API.</summary>
    public JsonObject OnlyTold { get; init; } = JsonObject.Empty;

    public JsonObject Tags { get; init; } = JsonObject.Empty;

    /// <summary>A queue that has nothing but its ARN.</summary>
    /// <param name="arn">The ARN.</param>
    /// <param name="urlSuffix">What the domains of AWS's endpoints end with.</param>
    public static QueueSettings OfArn(string arn, string urlSuffix) =>
        arn.Split(':') is [_, _, _, var region, var account, var name]
            ? new(name, $"https://sqs.{region}.{urlSuffix}/{account}/{name}", arn)
            : throw new ArgumentException($"{arn} is not the ARN of a queue.", nameof(arn));

    /// <summary>Reads a declaration; null where only a deployment knows the queue's name.</summary>
    public static QueueSettings? Read(TemplateResource resource)
    {
        if (resource is not { PhysicalId: { } url, Arn: { } arn })
            return null;
        var properties = resource.Properties;
        var told = new JsonObject.Builder();
        foreach (var name in OnlyToldNames)
        {
            if (properties[name] is { } value and not JsonNull)
                told.Set(name, JsonValue.From(value is JsonString text ? text.Value : value.Text));
        }

        if (properties["KmsMasterKeyId"] is null)
            told.Set("SqsManagedSseEnabled", JsonValue.From(IsTrue(properties["SqsManagedSseEnabled"] ?? JsonValue.True) ? "true" : "false"));
        var tags = new JsonObject.Builder();
        foreach (var tag in (properties["Tags"] as JsonArray ?? JsonArray.Empty).OfType<JsonObject>())
        {
            if (tag["Key"] is JsonString key && tag["Value"] is JsonString value)
                tags.Set(key.Value, value);
        }

        return new QueueSettings(arn[(arn.LastIndexOf(':') + 1)..], url, arn)
        {
            DelaySeconds = Number(properties["DelaySeconds"]) ?? 0,
            MaximumMessageSize = Number(properties["MaximumMessageSize"]) ?? MostBytes,
            RetentionSeconds = Number(properties["MessageRetentionPeriod"]) ?? 345_600,
            WaitTimeSeconds = Number(properties["ReceiveMessageWaitTimeSeconds"]) ?? 0,
            VisibilityTimeout = Number(properties["VisibilityTimeout"]) ?? 30,
            Redrive = RedriveOf(properties["RedrivePolicy"]),
            DeduplicatesContent = IsTrue(properties["ContentBasedDeduplication"]),
            DeduplicatesInGroups = properties["DeduplicationScope"] is JsonString { Value: "messageGroup" },
            OnlyTold = told.ToObject(),
            Tags = tags.ToObject(),
        };
    }

    private static RedrivePolicy? RedriveOf(JsonValue? policy)
    {
        // A template may have it as a text too.
        if (policy is JsonString text && JsonReader.TryParse(text.Value, out var parsed))
            policy = parsed;
        return policy is JsonObject given && given["deadLetterTargetArn"] is JsonString target && Number(given["maxReceiveCount"]) is { } most
            ? new RedrivePolicy(target.Value, most)
            : null;
    }

    /// <summary>A whole number, which templates may have as a text.</summary>
    public static int? Number(JsonValue? value) => value switch
    {
        JsonNumber { IsInt64: true, Int64: >= 0 and <= int.MaxValue } number => (int)number.Int64,
        JsonString text when int.TryParse(text.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) => number,
        _ => null,
    };

    /// <summary>Whether a template says yes, as a truth value or as a text.</summary>
    public static bool IsTrue(JsonValue? value) =>
        value is JsonBoolean { Value: true } || (value is JsonString text && text.Value.Equals("true", StringComparison.OrdinalIgnoreCase));
}
