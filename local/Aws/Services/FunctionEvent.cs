using Stateside.Engine.Template;
using Stateside.Language.Json;

namespace Stateside.Aws.Services;

/// <summary>
/// An event of a SAM function.
/// See https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-eventsource.html.
/// </summary>
/// <param name="Function">The ARN of what it starts: the function, or the alias that SAM publishes.</param>
/// <param name="LogicalId">What SAM calls what it makes for the event begins with this.</param>
/// <param name="Type">Its type, such as SQS.</param>
/// <param name="Properties">Its properties.</param>
internal sealed record FunctionEvent(string Function, string LogicalId, string Type, JsonObject Properties)
{
    /// <summary>The ARN of the queue that SAM makes for an event of a topic that goes through one; null where it makes none.</summary>
    public string? MadeQueue =>
        Type == "SNS" && Properties["SqsSubscription"] is (JsonBoolean { Value: true } or JsonString { Value: "true" or "True" })
        && Function.Split(':') is [var arn, var partition, _, var region, var account, ..]
            ? $"{arn}:{partition}:sqs:{region}:{account}:{LogicalId}Queue"
            : null;

    /// <summary>Of an event of a topic that goes through a queue, the queue's ARN: one of the template, or the one that SAM makes; else null.</summary>
    public string? QueueBetween => Properties["SqsSubscription"] is JsonObject own ? (own["QueueArn"] as JsonString)?.Value : MadeQueue;

    /// <summary>The events of a template's functions.</summary>
    public static IEnumerable<FunctionEvent> Read(TemplateModel template)
    {
        foreach (var resource in template.Resources)
        {
            if (resource is not { Type: "AWS::Serverless::Function", Arn: { } arn } || resource.Properties["Events"] is not JsonObject events)
                continue;
            var alias = resource.Properties["AutoPublishAlias"] is JsonString { Value.Length: > 0 } name ? $":{name.Value}" : "";
            foreach (var (id, its) in events)
            {
                if (its is JsonObject source && source["Type"] is JsonString type)
                    yield return new(arn + alias, resource.LogicalId + id, type.Value, source["Properties"] as JsonObject ?? JsonObject.Empty);
            }
        }
    }
}
