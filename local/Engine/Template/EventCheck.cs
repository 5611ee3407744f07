using Stateside.Engine.Template.Parsing;
using Stateside.Engine.Template.Resolving;
using Stateside.Language.Json;

namespace Stateside.Engine.Template;

/// <summary>Finds what would start executions and functions once deployed, and starts nothing here.</summary>
internal static class EventCheck
{
    private static readonly string[] Triggers =
        ["AWS::Events::Rule", "AWS::Scheduler::Schedule", "AWS::Pipes::Pipe", Mapping];

    private const string Mapping = "AWS::Lambda::EventSourceMapping";

    /// <summary>Events of SAM's functions that the embedded services bring.</summary>
    private static readonly string[] Brought = ["SQS", "SNS"];

    /// <summary>Looks at all resources.</summary>
    /// <param name="resources">The resources.</param>
    /// <param name="computed">The same with their properties computed.</param>
    /// <param name="log">Takes one warning for the template.</param>
    public static void Run(ResourceSet resources, IEnumerable<TemplateResource> computed, DiagnosticLog log)
    {
        var ofQueues = computed.Where(resource => resource.Type == Mapping && IsQueue(resource.Properties["EventSourceArn"]))
            .Select(resource => resource.LogicalId).ToHashSet(StringComparer.Ordinal);
        var found = resources.All.Where(resource => !ofQueues.Contains(resource.LogicalId)).SelectMany(resource => Triggers.Contains(resource.Type, StringComparer.Ordinal)
            ? [(resource.LogicalId, resource.Place)]
            : ResourceSet.EventsOf(resource).Where(trigger => !IsBrought(resource, trigger))
                .Select(trigger => (LogicalId: $"{resource.LogicalId}.{trigger.Key}", trigger.Place))).ToList();
        if (found.Count == 0)
            return;
        var more = found.Count > 5 ? $" and {found.Count - 5} more" : "";
        log.Warn(
            found[0].Place, $"Events start nothing here: {string.Join(", ", found.Take(5).Select(trigger => trigger.LogicalId))}{more}.",
            "Start executions with 'stateside run' or over the API.");
    }

    private static bool IsQueue(JsonValue? arn) => arn is JsonString { Value: var text } && text.Contains(":sqs:", StringComparison.Ordinal);

    private static bool IsBrought(DeclaredResource resource, TemplateMember trigger) => resource.Type == ResourceTypes.SamFunction
        && trigger.Value is MapNode body && Brought.Contains((body["Type"] as ScalarNode)?.Text, StringComparer.Ordinal);
}
