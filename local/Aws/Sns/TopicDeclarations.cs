using Stateside.Aws.Services;
using Stateside.Engine.Template;
using Stateside.Language.Json;

namespace Stateside.Aws.Sns;

/// <summary>What a template declares of topics.</summary>
internal static class TopicDeclarations
{
    private const string TopicType = "AWS::SNS::Topic";
    private const string SubscriptionType = "AWS::SNS::Subscription";

    /// <summary>The types of what a template declares of topics.</summary>
    public static readonly string[] Types = [TopicType, SubscriptionType];

    public static IEnumerable<Topic> Topics(TemplateModel template) =>
        template.Resources.Where(resource => resource.Type == TopicType).Select(Topic.Read).OfType<Topic>();

    /// <summary>The subscriptions: within topics, by themselves, and as events of SAM functions.</summary>
    /// <param name="template">The template.</param>
    /// <param name="trouble">Is told of filter policies that are none; who has one is not subscribed.</param>
    public static IReadOnlyList<Subscription> Subscriptions(TemplateModel template, Action<string> trouble)
    {
        var all = new List<Subscription>();
        foreach (var resource in template.Resources)
        {
            if (resource is { Type: TopicType, Arn: { } topic })
            {
                foreach (var inline in (resource.Properties["Subscription"] as JsonArray ?? JsonArray.Empty).OfType<JsonObject>())
                    Add(resource.LogicalId, topic, inline["Protocol"], inline["Endpoint"], JsonObject.Empty);
            }
            else if (resource.Type == SubscriptionType && resource.Properties["TopicArn"] is JsonString { Value: var its })
            {
                Add(resource.LogicalId, its, resource.Properties["Protocol"], resource.Properties["Endpoint"], resource.Properties);
            }
        }

        foreach (var its in FunctionEvent.Read(template))
        {
            if (its.Type != "SNS" || its.Properties["Topic"] is not JsonString { Value: var topic })
                continue;
            var protocol = its.QueueBetween is null ? "lambda" : "sqs";
            Add(its.LogicalId, topic, JsonValue.From(protocol), JsonValue.From(its.QueueBetween ?? its.Function), its.Properties);
        }

        return all;

        void Add(string logicalId, string topic, JsonValue? protocol, JsonValue? endpoint, JsonObject attributes)
        {
            if (protocol is not JsonString { Value: var how } || endpoint is not JsonString { Value: var where })
                return;
            try
            {
                all.Add(new Subscription(topic, how, where).With(attributes));
            }
            catch (StoreRefusal refusal)
            {
                trouble($"{logicalId} is not subscribed to {topic}: {refusal.Message}");
            }
        }
    }
}
