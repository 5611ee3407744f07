using System.Runtime.CompilerServices;
using System.Text;
using System.Text.RegularExpressions;
using Stateside.Engine.Template.Resolving;

namespace Stateside.Engine.Template;

/// <summary>
/// Replaces <c>${name}</c> in a definition's text as the AWS::StepFunctions::StateMachine resource does: anywhere in the text, by the
/// value as it is, and again in what was put in.
/// </summary>
internal sealed partial class DefinitionSubstitutions(IReadOnlyDictionary<string, string> values)
{
    private readonly Dictionary<string, string>.AlternateLookup<ReadOnlySpan<char>> _values =
        new Dictionary<string, string>(values, StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();

    private readonly int _longestName = values.Count == 0 ? 0 : values.Keys.Max(name => name.Length);

    /// <summary>The text with values.</summary>
    /// <param name="text">The text without.</param>
    /// <param name="problem">Why there is none; the end of a sentence.</param>
    /// <returns>The text; null when values name each other in a circle, or make too much of it.</returns>
    public string? Apply(string text, out string? problem)
    {
        problem = null;
        for (var rounds = 0; rounds <= values.Count; rounds++)
        {
            if (Once(text) is not { } next)
                break;
            if (ReferenceEquals(next, text))
                return text;
            text = next;
        }

        problem = Circle() is { } circle
            ? $"name each other in a circle: {string.Join(" -> ", circle)}"
            : $"make the definition longer than {ResolverBounds.LongestText} characters";
        return null;
    }

    /// <summary>A value that names itself by others, with their names; null where none does.</summary>
    private List<string>? Circle()
    {
        var done = new HashSet<string>(StringComparer.Ordinal);
        var way = new List<string>();
        foreach (var name in values.Keys)
        {
            if (Closes(name))
                return way;
        }

        return null;

        bool Closes(string name)
        {
            if (way.IndexOf(name) is >= 0 and var at)
            {
                way.RemoveRange(0, at);
                way.Add(name);
                return true;
            }

            if (!RuntimeHelpers.TryEnsureSufficientExecutionStack() || !done.Add(name))
                return false;
            way.Add(name);
            if (Placeholders(values[name]).Any(other => values.ContainsKey(other.Name) && Closes(other.Name)))
                return true;
            way.RemoveAt(way.Count - 1);
            return false;
        }
    }

    /// <summary>Placeholders that have no value, with where they stand in the text.</summary>
    public static IEnumerable<(string Name, int At)> Placeholders(string text) =>
        Placeholder().Matches(text).Select(match => (match.Groups[1].Value, match.Index));

    /// <summary>The text with the values that it names; null where that is too long.</summary>
    private string? Once(string text)
    {
        StringBuilder? result = null;
        var copied = 0;
        for (var at = text.IndexOf("${", StringComparison.Ordinal); at >= 0; at = text.IndexOf("${", at, StringComparison.Ordinal))
        {
            // No further than a name may reach, which there may be many of without an end.
            var name = text.AsSpan(at + 2, Math.Min(_longestName + 1, text.Length - at - 2));
            if (name.IndexOf('}') is >= 0 and var length && _values.TryGetValue(name[..length], out var value))
            {
                (result ??= new StringBuilder(text.Length)).Append(text, copied, at - copied).Append(value);
                copied = at = at + 2 + length + 1;
                if (result.Length > ResolverBounds.LongestText)
                    return null;
            }
            else
            {
                at += 2;
            }
        }

        return result is null ? text : result.Append(text, copied, text.Length - copied).ToString();
    }

    [GeneratedRegex(@"\$\{([A-Za-z0-9_]+)\}", RegexOptions.CultureInvariant)]
    private static partial Regex Placeholder();
}
