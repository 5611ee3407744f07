using Stateside.Engine.Template.Parsing;
using Stateside.Engine.Template.Resolving;

namespace Stateside.Engine.Template;

/// <summary>Finds what would start executions and functions once deployed, and starts nothing here.</summary>
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
            ? [(resource.LogicalId, resource.Place)]
            : ResourceSet.EventsOf(resource).Select(trigger => (LogicalId: $"{resource.LogicalId}.{trigger.Key}", trigger.Place))).ToList();
        if (found.Count == 0)
            return;
        var more = found.Count > 5 ? $" and {found.Count - 5} more" : "";
        log.Warn(
            found[0].Place, $"Events start nothing here: {string.Join(", ", found.Take(5).Select(trigger => trigger.LogicalId))}{more}.",
            "Start executions with 'stateside run' or over the API.");
    }
}
