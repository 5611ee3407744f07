using Stateside.Language.Json;

namespace Stateside.Language.Roles;

/// <summary>How sure it is that a role needs a permission.</summary>
internal enum Certainty
{
    /// <summary>Without it AWS refuses the state machine, or a Task fails.</summary>
    Certain,

    /// <summary>AWS's guide grants it; what goes wrong without it may not be met: a job that is left alone, a trace that is not there.</summary>
    Documented,

    /// <summary>It depends on what the definition does not tell, such as the tables that a query reads.</summary>
    Possible,
}

/// <summary>Why a permission is needed.</summary>
/// <param name="State">The state that needs it; null for the state machine itself.</param>
/// <param name="Why">What for, after the state's name: "calls sqs:sendMessage".</param>
internal sealed record Reason(string? State, string Why);

/// <summary>One action on one kind of resource that a role must allow.</summary>
/// <param name="Action">The action as IAM has it, such as dynamodb:PutItem.</param>
/// <param name="Resource">
/// The resource's ARN. An asterisk stands for what is not known before it runs; what stands as <c>${Name}</c> only a deployment knows.
/// </param>
internal sealed record Permission(string Action, string Resource)
{
    /// <summary>How sure it is.</summary>
    public required Certainty Certainty { get; init; }

    /// <summary>What else must hold, as a policy writes it; null for nothing.</summary>
    public JsonObject? Condition { get; init; }

    /// <summary>Why the resource is wider than one; null where it is not.</summary>
    public string? Width { get; init; }

    /// <summary>Who needs it.</summary>
    public required IReadOnlyList<Reason> Reasons { get; init; }
}

/// <summary>Gathers permissions: what several states need is one permission with several reasons.</summary>
internal sealed class PermissionList
{
    private readonly List<Permission> _all = [];
    private readonly Dictionary<(string Action, string Resource, string? Condition), int> _index = [];

    /// <summary>The permissions, in the order in which they were first needed.</summary>
    public IReadOnlyList<Permission> All => _all;

    /// <summary>Adds a permission.</summary>
    public void Add(
        string action, string resource, Reason reason, Certainty certainty = Certainty.Certain, string? width = null, JsonObject? condition = null)
    {
        var key = (action, resource, condition is null ? null : JsonWriter.Compact(condition));
        if (!_index.TryGetValue(key, out var at))
        {
            _index.Add(key, _all.Count);
            _all.Add(new(action, resource) { Certainty = certainty, Condition = condition, Width = width, Reasons = [reason] });
            return;
        }

        var known = _all[at];
        _all[at] = known with
        {
            Certainty = certainty < known.Certainty ? certainty : known.Certainty,
            Reasons = known.Reasons.Contains(reason) ? known.Reasons : [.. known.Reasons, reason],
        };
    }
}
