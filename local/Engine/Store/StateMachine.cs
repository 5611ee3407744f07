using Stateside.Language.Definitions;
using Stateside.Language.Validation;

namespace Stateside.Engine.Store;

/// <summary>The two types of state machine.</summary>
public enum StateMachineType
{
    /// <summary>Durable, up to a year, with a history.</summary>
    Standard,

    /// <summary>Up to five minutes, at least once, logged in place of a history.</summary>
    Express,
}

/// <summary>What the type of a machine decides elsewhere.</summary>
internal static class StateMachineTypes
{
    /// <summary>The type that the API and templates call so; Standard for none.</summary>
    public static StateMachineType Of(string? name) => name == "EXPRESS" ? StateMachineType.Express : StateMachineType.Standard;

    /// <summary>Parses the definition of a machine of that type.</summary>
    public static ParsedDefinition Parse(this StateMachineType type, string definition) =>
        DefinitionParser.Parse(definition, OptionsOf(type));

    /// <summary>Parses a definition that was accepted before.</summary>
    public static ParsedDefinition ParseAccepted(this StateMachineType type, string definition) =>
        DefinitionParser.Parse(definition, OptionsOf(type) with { IsAccepted = true });

    private static DefinitionOptions OptionsOf(StateMachineType type) =>
        type == StateMachineType.Express ? DefinitionOptions.ExpressMachine : DefinitionOptions.Standard;
}

/// <summary>One revision of a state machine; an execution keeps the one it started with.</summary>
public sealed record StateMachine
{
    /// <summary>What the API calls the first revision, which has no id to be shown.</summary>
    internal const string InitialRevision = "INITIAL";

    /// <summary>The ARN, the same for every revision.</summary>
    public required string Arn { get; init; }

    /// <summary>The name.</summary>
    public required string Name { get; init; }

    /// <summary>Standard or Express.</summary>
    public StateMachineType Type { get; init; }

    /// <summary>The role it would run under on AWS.</summary>
    public required string RoleArn { get; init; }

    /// <summary>The definition as its author wrote it.</summary>
    public required string DefinitionText { get; init; }

    /// <summary>The definition, compiled.</summary>
    public required Definition Definition { get; init; }

    /// <summary>The identity of this revision, never used twice for one ARN.</summary>
    public required string RevisionId { get; init; }

    /// <summary>Whether it is the one the machine was created with.</summary>
    internal bool IsInitial { get; init; }

    /// <summary>When the state machine was created.</summary>
    public DateTimeOffset CreationDate { get; init; }

    /// <summary>When this revision was saved.</summary>
    public DateTimeOffset UpdateDate { get; init; }

    /// <summary>Which events go to a log group.</summary>
    internal LoggingConfiguration Logging { get; init; } = LoggingConfiguration.Off;

    /// <summary>Whether X-Ray would trace it on AWS.</summary>
    internal bool TracingEnabled { get; init; }

    /// <summary>How its data would be encrypted on AWS; null when nobody said.</summary>
    internal EncryptionConfiguration? Encryption { get; init; }

    /// <summary>The revision's id as the API shows it: none for the first.</summary>
    internal string? ShownRevisionId => IsInitial ? null : RevisionId;

    /// <summary>Whether executions of another revision would run and be logged in the same way under the same role.</summary>
    internal bool IsSameAs(StateMachine other) => HasSameSettings(other) && RoleArn == other.RoleArn;

    /// <summary>Whether another revision differs in nothing but its role, its id and its dates.</summary>
    internal bool HasSameSettings(StateMachine other) =>
        DefinitionText == other.DefinitionText && Type == other.Type && Logging.Equals(other.Logging)
        && TracingEnabled == other.TracingEnabled
        && (Encryption ?? EncryptionConfiguration.AwsOwnedKey) == (other.Encryption ?? EncryptionConfiguration.AwsOwnedKey);
}

/// <summary>How much of a run goes to the log.</summary>
internal enum LoggingLevel
{
    /// <summary>Nothing.</summary>
    Off,

    /// <summary>What ends an execution badly.</summary>
    Fatal,

    /// <summary>All failures.</summary>
    Error,

    /// <summary>Every event.</summary>
    All,
}

/// <summary>
/// Which events of a machine's executions go to a CloudWatch log group.
/// See https://docs.aws.amazon.com/step-functions/latest/apireference/API_LoggingConfiguration.html.
/// </summary>
internal sealed record LoggingConfiguration
{
    /// <summary>No logging, as when nobody says anything of it.</summary>
    public static readonly LoggingConfiguration Off = new();

    /// <summary>Which events.</summary>
    public LoggingLevel Level { get; init; }

    /// <summary>Whether inputs and outputs go with them.</summary>
    public bool IncludeExecutionData { get; init; }

    /// <summary>The ARNs of the log groups, at most one, each ending in <c>:*</c>; null when none were named at all.</summary>
    public IReadOnlyList<string>? LogGroupArns { get; init; }

    public bool Equals(LoggingConfiguration? other) => other is not null && Level == other.Level
        && IncludeExecutionData == other.IncludeExecutionData && (LogGroupArns ?? []).SequenceEqual(other.LogGroupArns ?? []);

    public override int GetHashCode() => HashCode.Combine(Level, IncludeExecutionData, LogGroupArns?.Count ?? 0);
}

/// <summary>
/// How data would be encrypted on AWS: kept and shown, never done here.
/// See https://docs.aws.amazon.com/step-functions/latest/apireference/API_EncryptionConfiguration.html.
/// </summary>
/// <param name="Type">AWS_OWNED_KEY or CUSTOMER_MANAGED_KMS_KEY.</param>
/// <param name="KmsKeyId">The customer's key.</param>
/// <param name="KmsDataKeyReusePeriodSeconds">For how long a data key serves.</param>
internal sealed record EncryptionConfiguration(string Type, string? KmsKeyId, int? KmsDataKeyReusePeriodSeconds)
{
    /// <summary>What holds when nobody says anything of it.</summary>
    public static readonly EncryptionConfiguration AwsOwnedKey = new("AWS_OWNED_KEY", null, null);
}
