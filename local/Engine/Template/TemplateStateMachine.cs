using Stateside.Engine.Template.Parsing;

namespace Stateside.Engine.Template;

/// <summary>A state machine of a template, as a deployment would make it.</summary>
public sealed class TemplateStateMachine
{
    /// <summary>Its key in the template.</summary>
    public required string LogicalId { get; init; }

    /// <summary>Its name, or the logical id.</summary>
    public required string Name { get; init; }

    /// <summary>Its ARN.</summary>
    public required string Arn { get; init; }

    /// <summary>Where the template declares it.</summary>
    public required TemplatePlace Place { get; init; }

    /// <summary>STANDARD or EXPRESS.</summary>
    public string Type { get; init; } = "STANDARD";

    /// <summary>The definition; null when it cannot be had, and then a diagnostic says why.</summary>
    internal DefinitionSource? Definition { get; init; }

    /// <summary>The role's ARN; SAM's own where the template gives none.</summary>
    public string? RoleArn { get; init; }

    /// <summary>Where executions are logged to; null when they are not.</summary>
    internal TemplateLogging? Logging { get; init; }

    /// <summary>Whether X-Ray traces executions.</summary>
    public bool IsTraced { get; init; }

    /// <summary>Its tags, SAM's own among them.</summary>
    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();

    /// <summary>The alias that SAM publishes; null without one.</summary>
    public string? AutoPublishAlias { get; init; }
}

/// <summary>A state machine's logging.</summary>
/// <param name="Level">ALL, ERROR, FATAL or OFF.</param>
/// <param name="IncludesExecutionData">Whether input and output are logged.</param>
/// <param name="LogGroupArns">The log groups.</param>
internal sealed record TemplateLogging(string Level, bool IncludesExecutionData, IReadOnlyList<string> LogGroupArns);
