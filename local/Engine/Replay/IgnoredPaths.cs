using System.Text.RegularExpressions;
using Stateside.Language.Json;

namespace Stateside.Engine.Replay;

/// <summary>The places in values that may differ, such as <c>$.issuedAt</c> and <c>$.lines[*].id</c>, with all that is in them.</summary>
/// <param name="paths">The paths.</param>
internal sealed class IgnoredPaths(IReadOnlyList<string> paths)
{
    private readonly Regex[] _patterns = [.. paths.Select(Pattern)];

    /// <summary>None.</summary>
    public static IgnoredPaths None { get; } = new([]);

    /// <summary>Whether a path can name such a place.</summary>
    public static bool IsPath(string path) => path.StartsWith("$.", StringComparison.Ordinal) || path.StartsWith("$[", StringComparison.Ordinal);

    /// <summary>The differences that count.</summary>
    public IReadOnlyList<ValueDifference> Without(IReadOnlyList<ValueDifference> differences) => _patterns.Length == 0
        ? differences
        : [.. differences.Where(difference => !Array.Exists(_patterns, pattern => pattern.IsMatch(difference.Path)))];

    private static Regex Pattern(string path)
    {
        const string AnyStep = @"(\[\d+]|\['[^']*']|\.\w+)";
        var pattern = Regex.Escape(path).Replace(@"\[\*]", AnyStep, StringComparison.Ordinal).Replace(@"\.\*", AnyStep, StringComparison.Ordinal);
        return new Regex($"^{pattern}($|[.\\[])", RegexOptions.CultureInvariant);
    }
}
