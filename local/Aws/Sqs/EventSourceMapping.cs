using Stateside.Aws.Services;
using Stateside.Engine.Template;
using Stateside.Language.Json;

namespace Stateside.Aws.Sqs;

/// <summary>
/// A queue whose messages a function is given, as a template declares it by itself or as an event of a SAM function.
/// See https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-parameters.html.
/// </summary>
/// <param name="Queue">The queue's ARN.</param>
/// <param name="Function">The function's name or ARN, with a version or an alias where it has one.</param>
internal sealed record EventSourceMapping(string Queue, string Function)
{
    /// <summary>As many pollers Lambda begins with.</summary>
    private const int Pollers = 5;

    public int BatchSize { get; private init; } = 10;

    public int WindowSeconds { get; private init; }

    /// <summary>How many invocations there are at a time at most.</summary>
    public int MostInvocations { get; private init; } = Pollers;

    /// <summary>Whether the function tells which messages it failed with; else all or none.</summary>
    public bool ReportsFailures { get; private init; }

    /// <summary>Whether the function may feed itself through the queue.</summary>
    public bool AllowsLoops { get; private init; }

    /// <summary>Patterns as texts, of which a message must match one; empty for every message.</summary>
    private string Patterns { get; init; } = "[]";

    /// <summary>The mappings of a template that are enabled.</summary>
    public static IEnumerable<EventSourceMapping> Read(TemplateModel template) =>
        All(template).Select(mapping => mapping with { AllowsLoops = Lineage.IsAllowed(template, mapping.Function) });

    /// <summary>What a message must match one of; none for every message.</summary>
    public IReadOnlyList<JsonObject> Filters() =>
    [
        .. ((JsonArray)JsonReader.Parse(Patterns)).OfType<JsonString>()
            .Select(text => JsonReader.TryParse(text.Value, out var pattern) ? pattern : null).OfType<JsonObject>(),
    ];

    /// <summary>Whether a message goes to the function. A body that is JSON is matched by its members, any other as a text.</summary>
    public static bool IsWanted(IReadOnlyList<JsonObject> filters, StoredMessage message)
    {
        if (filters.Count == 0)
            return true;
        var body = JsonReader.TryParse(message.Body, out var parsed) && parsed is JsonObject or JsonArray ? parsed : JsonValue.From(message.Body);
        var record = JsonObject.Of(("body", body));
        return filters.Any(filter => EventPattern.Matches(filter, record));
    }

    private static IEnumerable<EventSourceMapping> All(TemplateModel template)
    {
        foreach (var resource in template.Resources)
        {
            if (resource.Type == "AWS::Lambda::EventSourceMapping" && resource.Properties["FunctionName"] is JsonString function
                && Read(resource.Properties, "EventSourceArn", function.Value) is { } mapping)
                yield return mapping;
        }

        foreach (var its in FunctionEvent.Read(template))
        {
            var mapping = its switch
            {
                { Type: "SQS" } => Read(its.Properties, "Queue", its.Function),
                { QueueBetween: { } queue } => Read(
                    (its.Properties["SqsSubscription"] as JsonObject ?? JsonObject.Empty).With("QueueArn", JsonValue.From(queue)), "QueueArn", its.Function),
                _ => null,
            };
            if (mapping is not null)
                yield return mapping;
        }
    }

    private static EventSourceMapping? Read(JsonObject properties, string queue, string function)
    {
        if (properties[queue] is not JsonString { Value: var arn } || !arn.Contains(":sqs:", StringComparison.Ordinal)
            || (properties["Enabled"] is { } enabled and not JsonNull && !QueueSettings.IsTrue(enabled)))
            return null;
        var types = (properties["FunctionResponseTypes"] as JsonArray ?? JsonArray.Empty).OfType<JsonString>();
        var filters = ((properties["FilterCriteria"] as JsonObject)?["Filters"] as JsonArray ?? JsonArray.Empty).OfType<JsonObject>();
        var isFifo = arn.EndsWith(".fifo", StringComparison.Ordinal);
        return new EventSourceMapping(arn, function)
        {
            BatchSize = Math.Clamp(QueueSettings.Number(properties["BatchSize"]) ?? 10, 1, isFifo ? 10 : 10_000),
            WindowSeconds = isFifo ? 0 : QueueSettings.Number(properties["MaximumBatchingWindowInSeconds"]) ?? 0,
            MostInvocations = Math.Max(1, QueueSettings.Number((properties["ScalingConfig"] as JsonObject)?["MaximumConcurrency"]) ?? Pollers),
            ReportsFailures = types.Any(type => type.Value == "ReportBatchItemFailures"),
            Patterns = JsonArray.Of(filters.Select(filter => filter["Pattern"]).OfType<JsonString>()).Text,
        };
    }
}
