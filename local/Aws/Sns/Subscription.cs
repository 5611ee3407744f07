using Stateside.Language.Evaluation;
using Stateside.Language.Json;

namespace Stateside.Aws.Sns;

/// <summary>Who is given a topic's messages.</summary>
/// <param name="TopicArn">The topic.</param>
/// <param name="Protocol">How: sqs, lambda, http and so on.</param>
/// <param name="Endpoint">Where: an ARN or an address.</param>
internal sealed record Subscription(string TopicArn, string Protocol, string Endpoint)
{
    private static readonly string[] Settable =
        ["RawMessageDelivery", "FilterPolicy", "FilterPolicyScope", "RedrivePolicy", "DeliveryPolicy", "SubscriptionRoleArn", "ReplayPolicy"];

    /// <summary>Its ARN: the same again for the same endpoint.</summary>
    public string Arn => $"{TopicArn}:{new Chance(Chance.Derive(0, $"{TopicArn} {Protocol} {Endpoint}")).NextId()}";

    /// <summary>Whether somebody has subscribed by the API, and not the template.</summary>
    public bool ByRequest { get; init; }

    /// <summary>Its attributes by their names in the API, all as texts.</summary>
    public JsonObject Attributes { get; init; } = JsonObject.Empty;

    /// <summary>Whether the message is given as it is, without what SNS says of it.</summary>
    public bool IsRaw =>
        Attributes["RawMessageDelivery"] is JsonString { Value: var text } && text.Equals("true", StringComparison.OrdinalIgnoreCase);

    /// <summary>Which messages it is given; null for all.</summary>
    public FilterPolicy? Filter { get; private init; }

    /// <summary>The queue where a message goes that cannot be delivered; null for none.</summary>
    public string? DeadLetterQueue =>
        Attributes["RedrivePolicy"] is JsonString { Value: var text } && JsonReader.TryParse(text, out var policy)
            ? ((policy as JsonObject)?["deadLetterTargetArn"] as JsonString)?.Value
            : null;

    /// <summary>The subscription with these attributes; those that a template says as JSON are texts from here on.</summary>
    /// <param name="given">A template's properties or a request's attributes; what is none of the attributes of subscriptions is left out.</param>
    /// <exception cref="Stateside.Aws.Services.StoreRefusal">A filter policy is none.</exception>
    public Subscription With(JsonObject given)
    {
        var attributes = Attributes.ToBuilder();
        foreach (var name in Settable)
        {
            if (given[name] is { } value and not JsonNull)
                attributes.Set(name, JsonValue.From(value is JsonString text ? text.Value : value.Text));
        }

        var all = attributes.ToObject();
        return this with { Attributes = all, Filter = FilterPolicy.Read(Text(all, "FilterPolicy"), Text(all, "FilterPolicyScope")) };
    }

    /// <summary>Whether subscriptions have an attribute of that name that can be set.</summary>
    public static bool HasAttribute(string name) => Array.IndexOf(Settable, name) >= 0;

    private static string? Text(JsonObject attributes, string name) => (attributes[name] as JsonString)?.Value;
}
