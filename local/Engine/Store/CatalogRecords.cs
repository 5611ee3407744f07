using System.Text.Json.Serialization;

namespace Stateside.Engine.Store;

/// <summary>A state machine as the catalog holds it: its current revision by id, its versions, its aliases, its tags.</summary>
internal sealed record StateMachineEntry
{
    /// <summary>The ARN.</summary>
    public required string Arn { get; init; }

    /// <summary>The name.</summary>
    public required string Name { get; init; }

    /// <summary>Standard or Express.</summary>
    public StateMachineType Type { get; init; }

    /// <summary>When it was created.</summary>
    public DateTimeOffset CreationDate { get; init; }

    /// <summary>Where it stands among the machines by age, also among those created at the same instant.</summary>
    public long Serial { get; init; }

    /// <summary>The id of the current revision.</summary>
    public required string RevisionId { get; init; }

    /// <summary>The versions that are there, oldest first.</summary>
    public IReadOnlyList<StateMachineVersion> Versions { get; init; } = [];

    /// <summary>The highest number ever given to a version; no number is given twice.</summary>
    public int LastVersion { get; init; }

    /// <summary>The aliases, oldest first.</summary>
    public IReadOnlyList<StateMachineAlias> Aliases { get; init; } = [];

    /// <summary>The tags, in the order in which their keys came.</summary>
    public IReadOnlyList<ResourceTag> Tags { get; init; } = [];

    /// <summary>Whether it goes as soon as its executions have ended.</summary>
    public bool IsDeleting { get; init; }

    /// <summary>The version that was published when it was created; null for none.</summary>
    public int? CreatedVersion { get; init; }

    /// <summary>That version's description.</summary>
    public string? CreatedVersionDescription { get; init; }

    /// <summary>The ARN of one of its versions.</summary>
    public string VersionArn(int number) => $"{Arn}:{number}";

    /// <summary>The ARN of one of its aliases.</summary>
    public string AliasArn(string name) => $"{Arn}:{name}";

    /// <summary>The version of that number; null when there is none.</summary>
    public StateMachineVersion? FindVersion(int number) => Versions.FirstOrDefault(version => version.Number == number);

    /// <summary>The alias of that name; null when there is none.</summary>
    public StateMachineAlias? FindAlias(string name) => Aliases.FirstOrDefault(alias => alias.Name == name);
}

/// <summary>A published, numbered, unchangeable revision.</summary>
internal sealed record StateMachineVersion(int Number, string RevisionId, string? Description, DateTimeOffset CreationDate);

/// <summary>A movable name routing to one or two versions by weight.</summary>
internal sealed record StateMachineAlias(
    string Name, string? Description, IReadOnlyList<AliasRoute> Routes, DateTimeOffset CreationDate, DateTimeOffset UpdateDate);

/// <summary>One of the ways an alias leads.</summary>
/// <param name="Version">The version's number.</param>
/// <param name="Weight">How many of a hundred executions go there.</param>
internal sealed record AliasRoute(int Version, int Weight);

/// <summary>A tag.</summary>
internal sealed record ResourceTag(string Key, string Value);

/// <summary>An activity: a named queue that workers poll.</summary>
internal sealed record Activity(string Arn, string Name, DateTimeOffset CreationDate)
{
    /// <summary>Where it stands among the activities by age, also among those created at the same instant.</summary>
    public long Serial { get; init; }

    /// <summary>The tags, in the order in which their keys came.</summary>
    public IReadOnlyList<ResourceTag> Tags { get; init; } = [];

    /// <summary>How its data would be encrypted on AWS; null when nobody said.</summary>
    public EncryptionConfiguration? Encryption { get; init; }
}

/// <summary>What an execution is started with: the revision, and the version and alias that led to it.</summary>
/// <param name="Revision">The revision.</param>
/// <param name="VersionArn">The version's ARN; null when none was named.</param>
/// <param name="AliasArn">The alias's ARN; null when none was named.</param>
internal sealed record StateMachineTarget(StateMachine Revision, string? VersionArn, string? AliasArn);

/// <summary>A revision as a storage keeps it.</summary>
internal sealed record SavedRevision
{
    public required string Arn { get; init; }

    public required string RevisionId { get; init; }

    public required string Name { get; init; }

    public StateMachineType Type { get; init; }

    public required string RoleArn { get; init; }

    public required string Definition { get; init; }

    public bool IsInitial { get; init; }

    public DateTimeOffset CreationDate { get; init; }

    public DateTimeOffset UpdateDate { get; init; }

    public required LoggingConfiguration Logging { get; init; }

    public bool TracingEnabled { get; init; }

    public EncryptionConfiguration? Encryption { get; init; }
}

/// <summary>How the catalog's records look in a storage.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(StateMachineEntry))]
[JsonSerializable(typeof(SavedRevision))]
[JsonSerializable(typeof(Activity))]
internal sealed partial class CatalogJson : JsonSerializerContext;
