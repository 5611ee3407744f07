using Stateside.Language.Json;
using Stateside.Language.Paths;

namespace Stateside.Engine.Replay;

/// <summary>The places in values that may differ, such as <c>$.issuedAt</c> and <c>$.lines[*].id</c>, with all that is in them.</summary>
/// <param name="paths">The paths.</param>
internal sealed class IgnoredPaths(IReadOnlyList<string> paths)
{
    private readonly PathStep[][] _places = [.. paths.Select(path => StepsOf(path) ?? throw new ArgumentException($"'{path}' names no places.", nameof(paths)))];

    /// <summary>None.</summary>
    public static IgnoredPaths None { get; } = new([]);

    /// <summary>Whether a path can name such a place.</summary>
    public static bool IsPath(string path) => StepsOf(path) is { Length: > 0 } steps
        && Array.TrueForAll(steps, step => step is MemberStep or MembersStep or IndexStep or WildcardStep or DescentStep);

    /// <summary>The differences that count.</summary>
    public IReadOnlyList<ValueDifference> Without(IReadOnlyList<ValueDifference> differences) => _places.Length == 0
        ? differences
        : [.. differences.Where(difference => StepsOf(difference.Path) is not { } at || !Array.Exists(_places, place => Leads(place, at)))];

    private static PathStep[]? StepsOf(string path) =>
        JsonPath.TryParse(path, out var read, out _) && read.RootKind == PathRoot.Input ? read.Steps.Steps : null;

    /// <summary>Whether a place is there, or is around what is there.</summary>
    private static bool Leads(ReadOnlySpan<PathStep> place, ReadOnlySpan<PathStep> at)
    {
        if (place.IsEmpty)
            return true;
        if (at.IsEmpty)
            return false;
        return place[0] switch
        {
            DescentStep => Leads(place[1..], at) || Leads(place, at[1..]),
            WildcardStep => Leads(place[1..], at[1..]),
            MembersStep several => at[0] is MemberStep member && several.Names.Contains(member.Name) && Leads(place[1..], at[1..]),
            var step => step == at[0] && Leads(place[1..], at[1..]),
        };
    }
}
