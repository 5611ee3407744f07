using Stateside.Language.Json;

namespace Stateside.Language.Roles;

/// <summary>
/// One statement of a policy, as far as it decides about a role's own calls.
/// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_statement.html.
/// </summary>
/// <param name="Allows">Whether it allows rather than denies.</param>
/// <param name="Actions">The patterns of its actions.</param>
/// <param name="Resources">The patterns of its resources.</param>
internal sealed record Statement(bool Allows, IReadOnlyList<string> Actions, IReadOnlyList<string> Resources)
{
    /// <summary>Whether it is about all actions but those (NotAction).</summary>
    public bool ExceptActions { get; init; }

    /// <summary>Whether it is about all resources but those (NotResource).</summary>
    public bool ExceptResources { get; init; }

    /// <summary>Whether it holds under conditions only, or is not known in all of its parts: it may allow or deny, and may not.</summary>
    public bool IsUncertain { get; init; }

    /// <summary>What it grants with both words, for a message: "dynamodb:* on *".</summary>
    public string Text => $"{string.Join(", ", Actions)} on {string.Join(", ", Resources)}";

    /// <summary>Reads a statement. A part that is not there or of another kind makes it uncertain.</summary>
    /// <param name="statement">The statement, its references resolved.</param>
    public static Statement Of(JsonObject statement)
    {
        var allows = (statement["Effect"] as JsonString)?.Value != "Deny";
        var exceptActions = statement["NotAction"] is not null;
        var exceptResources = statement["NotResource"] is not null;
        var (actions, areActionsKnown) = Texts(statement[exceptActions ? "NotAction" : "Action"]);
        var (resources, areResourcesKnown) = Texts(statement[exceptResources ? "NotResource" : "Resource"]);
        return new(allows, actions, resources)
        {
            ExceptActions = exceptActions,
            ExceptResources = exceptResources,
            IsUncertain = statement["Condition"] is not (null or JsonObject { Count: 0 }) || !areActionsKnown || !areResourcesKnown,
        };
    }

    /// <summary>Whether it may be about some of what a permission is about.</summary>
    public bool Touches(Permission permission)
    {
        var resource = Wildcards.OfUnknown(permission.Resource);
        return (ExceptActions
                ? !Actions.Any(action => IsAction(action, permission.Action))
                : Actions.Any(action => MayBeAction(action, permission.Action)))
            && (ExceptResources
                ? !Resources.Any(pattern => Wildcards.Covers(pattern, resource))
                : Resources.Any(pattern => Wildcards.Overlap(Wildcards.OfUnknown(pattern), resource)));
    }

    /// <summary>Whether it is certainly about all that a permission is about.</summary>
    public bool Covers(Permission permission)
    {
        var resource = Wildcards.OfUnknown(permission.Resource);
        return !IsUncertain
            && (ExceptActions
                ? !Actions.Any(action => MayBeAction(action, permission.Action))
                : Actions.Any(action => IsAction(action, permission.Action)))
            && (ExceptResources
                ? !Resources.Any(pattern => Wildcards.Overlap(Wildcards.OfUnknown(pattern), resource))
                : Resources.Any(pattern => !pattern.Contains("${", StringComparison.Ordinal) && Wildcards.Covers(pattern, resource)));
    }

    private static bool IsAction(string pattern, string action) =>
        Wildcards.Covers(Wildcards.OfUnknown(pattern).ToUpperInvariant(), action.ToUpperInvariant());

    private static bool MayBeAction(string pattern, string action) =>
        Wildcards.Overlap(Wildcards.OfUnknown(pattern).ToUpperInvariant(), action.ToUpperInvariant());

    private static (IReadOnlyList<string> Texts, bool AreKnown) Texts(JsonValue? value) => value switch
    {
        JsonString text => ([text.Value], true),
        JsonArray { Count: > 0 } items => ([.. items.Select(item => (item as JsonString)?.Value ?? "*")], items.All(item => item is JsonString)),
        _ => (["*"], false),
    };
}
