using Stateside.Engine.Template;
using Stateside.Language.Json;

namespace Stateside.Aws.Sns;

/// <summary>
/// A topic as a template declares it. See https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sns-topic.html.
/// </summary>
internal sealed record Topic(string Arn)
{
    private static readonly string[] ToldNames =
        ["DisplayName", "KmsMasterKeyId", "SignatureVersion", "TracingConfig", "FifoThroughputScope", "ArchivePolicy"];

    public string Name => Arn[(Arn.LastIndexOf(':') + 1)..];

    public bool IsFifo => Arn.EndsWith(".fifo", StringComparison.Ordinal);

    /// <summary>Whether the message stands for a deduplication id that is not given.</summary>
    public bool DeduplicatesContent { get; init; }

    /// <summary>Whether ids of deduplication count within a message group, not in the topic.</summary>
    public bool DeduplicatesInGroups => Told["FifoThroughputScope"] is JsonString { Value: "MessageGroup" };

    /// <summary>What the topic tells of itself, by its names in the API, all as texts.</summary>
    public JsonObject Told { get; init; } = JsonObject.Empty;

    public JsonArray Tags { get; init; } = JsonArray.Empty;

    /// <summary>Reads a declaration; null where only a deployment knows the topic's name.</summary>
    public static Topic? Read(TemplateResource resource)
    {
        if (resource.Arn is not { } arn)
            return null;
        var told = new JsonObject.Builder();
        foreach (var name in ToldNames)
        {
            if (resource.Properties[name] is { } value and not JsonNull)
                told.Set(name, JsonValue.From(value is JsonString text ? text.Value : value.Text));
        }

        return new Topic(arn)
        {
            DeduplicatesContent = Sqs.QueueSettings.IsTrue(resource.Properties["ContentBasedDeduplication"]),
            Told = told.ToObject(),
            Tags = resource.Properties["Tags"] as JsonArray ?? JsonArray.Empty,
        };
    }
}
