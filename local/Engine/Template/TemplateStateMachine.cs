using System.Globalization;
using Stateside.Engine.Template.Parsing;
using Stateside.Engine.Template.Roles;
using Stateside.Language.Json;

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

    /// <summary>The role as the template declares it; null where it does not, or nobody asked.</summary>
    internal TemplateRole? Role { get; init; }

    /// <summary>Where executions are logged to; null when they are not.</summary>
    internal TemplateLogging? Logging { get; init; }

    /// <summary>Whether X-Ray traces executions.</summary>
    public bool IsTraced { get; init; }

    /// <summary>Its tags, SAM's own among them.</summary>
    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();

    /// <summary>The alias that SAM publishes; null without one.</summary>
    public string? AutoPublishAlias { get; init; }

    /// <summary>How its data would be encrypted; null when the template does not say.</summary>
    internal TemplateEncryption? Encryption { get; init; }

    /// <summary>The version that the template publishes of it; null when it publishes none.</summary>
    internal TemplateVersion? Version { get; init; }

    /// <summary>The schemas of what it is given and gives.</summary>
    internal TemplateSchemas Schemas { get; init; } = TemplateSchemas.None;

    /// <summary>Its aliases, that of SAM among them.</summary>
    internal IReadOnlyList<TemplateAlias> Aliases { get; init; } = [];
}

/// <summary>The version that a template publishes of a state machine. However many resources ask for it, a revision has one.</summary>
/// <param name="Description">What is said of it.</param>
internal sealed record TemplateVersion(string? Description);

/// <summary>An alias of a state machine.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Description">What is said of it.</param>
/// <param name="Routes">The versions it leads to with their weights; null is the version that the template publishes.</param>
internal sealed record TemplateAlias(string Name, string? Description, IReadOnlyList<(int? Version, int Weight)> Routes);

/// <summary>How a state machine's or an activity's data would be encrypted.</summary>
/// <param name="Type">AWS_OWNED_KEY or CUSTOMER_MANAGED_KMS_KEY.</param>
/// <param name="KeyId">The customer's key.</param>
/// <param name="ReusePeriodSeconds">For how long a data key serves.</param>
internal sealed record TemplateEncryption(string Type, string? KeyId, int? ReusePeriodSeconds)
{
    /// <summary>What a resource's computed properties say of it; null when they say nothing.</summary>
    public static TemplateEncryption? Of(JsonObject properties)
    {
        if (properties["EncryptionConfiguration"] is not JsonObject given || ScalarNode.TextOf(given["Type"]) is not { } type)
            return null;
        var isNumber = int.TryParse(ScalarNode.TextOf(given["KmsDataKeyReusePeriodSeconds"]), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds);
        return new(type, ScalarNode.TextOf(given["KmsKeyId"]), isNumber ? seconds : null);
    }
}

/// <summary>A state machine's logging.</summary>
/// <param name="Level">ALL, ERROR, FATAL or OFF.</param>
/// <param name="IncludesExecutionData">Whether input and output are logged.</param>
/// <param name="LogGroupArns">The log groups.</param>
internal sealed record TemplateLogging(string Level, bool IncludesExecutionData, IReadOnlyList<string> LogGroupArns);
