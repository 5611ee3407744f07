using Stateside.Language.Services;

namespace Stateside.Language.Roles;

/// <summary>What a state machine is beside its definition, as far as its role depends on it.</summary>
/// <param name="Location">Where it is, and with it all that the definition calls by name alone.</param>
/// <param name="Name">Its name.</param>
internal sealed record MachineFacts(AwsLocation Location, string Name)
{
    /// <summary>Whether its executions are written to a log group.</summary>
    public bool IsLogged { get; init; }

    /// <summary>Whether X-Ray traces its executions.</summary>
    public bool IsTraced { get; init; }

    /// <summary>The customer's key that its data is encrypted with, an id or an ARN; null for AWS's own.</summary>
    public string? Key { get; init; }

    /// <summary>Its ARN.</summary>
    public string Arn => Location.Arn("states", $"stateMachine:{Name}");
}
