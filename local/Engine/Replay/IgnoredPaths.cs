using Stateside.Language.Json;
using Stateside.Language.Paths;

namespace Stateside.Engine.Replay;

/// <summary>The places in values that may differ, such as <c>$.issuedAt</c> and <c>$.lines[*].id</c>, with all that is in them.</summary>
/// <param name="paths">The paths.</param>
internal sealed class IgnoredPaths(IReadOnlyList<string> paths)
{
    private readonly JsonPath[] _paths = [.. paths.Select(JsonPath.Parse)];

    /// <summary>None.</summary>
    public static IgnoredPaths None { get; } = new([]);

    /// <summary>Whether a path can name such a place.</summary>
    public static bool IsPath(string path) => JsonPath.TryParse(path, out var read, out _) && read.TellsPlaces;

    /// <summary>The differences that count.</summary>
    public IReadOnlyList<ValueDifference> Without(IReadOnlyList<ValueDifference> differences) => _paths.Length == 0
        ? differences
        : [.. differences.Where(difference => !JsonPath.TryParse(difference.Path, out var place, out _) || !Array.Exists(_paths, path => path.Covers(place)))];
}
