using Stateside.Language;

namespace Stateside.Engine.Store;

/// <summary>The two types of state machine.</summary>
public enum StateMachineType
{
    /// <summary>Durable, up to a year, with a history.</summary>
    Standard,

    /// <summary>Up to five minutes, at least once, logged in place of a history.</summary>
    Express,
}

/// <summary>One revision of a state machine; an execution keeps the one it started with.</summary>
public sealed record StateMachine
{
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

    /// <summary>The identity of this revision.</summary>
    public required string RevisionId { get; init; }

    /// <summary>When the state machine was created.</summary>
    public DateTimeOffset CreationDate { get; init; }

    /// <summary>When this revision was saved.</summary>
    public DateTimeOffset UpdateDate { get; init; }
}
