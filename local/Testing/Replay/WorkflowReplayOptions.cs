namespace Stateside.Testing;

/// <summary>What may be otherwise than it was recorded, when <see cref="WorkflowTest.ReplayAsync"/> compares.</summary>
public sealed class WorkflowReplayOptions
{
    /// <summary>What states, functions and other things are called today that were called otherwise then: new names by old ones.</summary>
    public IReadOnlyDictionary<string, string> Renames { get; init; } = new Dictionary<string, string>();

    /// <summary>What may differ wherever it stands: paths such as <c>$.issuedAt</c> or <c>$.lines[*].id</c>.</summary>
    public IReadOnlyList<string> Ignore { get; init; } = [];
}
