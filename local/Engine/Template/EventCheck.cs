using Stateside.Engine.Template.Parsing;
using Stateside.Engine.Template.Resolving;

namespace Stateside.Engine.Template;

/// <summary>
/// Finds what would start executions and functions once deployed, and starts nothing here. Messages of queues and topics do start functions.
/// </summary>
internal static class EventCheck
{
    private static readonly string[] Triggers =
        ["AWS::Events::Rule", "AWS::Scheduler::Schedule", "AWS::Pipes::Pipe", "AWS::Lambda::EventSourceMapping"];

    /// <summary>Looks at all resources.</summary>
    /// <param name="resources">The resources.</param>
    /// <param name="log">Takes one warning for the template.</param>
    public static void Run(ResourceSet resources, DiagnosticLog log)
    {
        var found = resources.All.SelectMany(resource => Triggers.Contains(resource.Type, StringComparer.Ordinal)
            ? IsOfQueue(resource, resources) ? [] : [(resource.LogicalId, resource.Place)]
            : ResourceSet.EventsOf(resource).Where(trigger => !IsMessage(trigger))
                .Select(trigger => (LogicalId: $"{resource.LogicalId}.{trigger.Key}", trigger.Place))).ToList();
        if (found.Count == 0)
            return;
        var more = found.Count > 5 ? $" and {found.Count - 5} more" : "";
        log.Warn(
            found[0].Place, $"Events start nothing here: {string.Join(", ", found.Take(5).Select(trigger => trigger.LogicalId))}{more}.",
            "Start executions with 'stateside run' or over the API.");
    }

    private static bool IsMessage(TemplateMember trigger) => ((trigger.Value as MapNode)?["Type"] as ScalarNode)?.Text is "SQS" or "SNS";

    private static bool IsOfQueue(DeclaredResource mapping, ResourceSet resources) => mapping["EventSourceArn"] switch
    {
        ScalarNode { Text: { } arn } => arn.Contains(":sqs:", StringComparison.Ordinal),
        MapNode { Intrinsic: { Key: "Fn::GetAtt", Value: var path } } =>
            ((path is ListNode { Items: [ScalarNode first, ..] } ? first : path as ScalarNode)?.Text)?.Split('.')[0] is { } id
            && resources.Find(id)?.Type == "AWS::SQS::Queue",
        _ => false,
    };
}
