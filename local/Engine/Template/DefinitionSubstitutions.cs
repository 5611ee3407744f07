using System.Text;
using System.Text.RegularExpressions;

namespace Stateside.Engine.Template;

/// <summary>
/// Replaces <c>${name}</c> in a definition's text as the AWS::StepFunctions::StateMachine resource does: anywhere in the text, by the
/// value as it is, and again in what was put in.
/// </summary>
internal sealed partial class DefinitionSubstitutions(IReadOnlyDictionary<string, string> values)
{
    /// <summary>The text with values, or null when values name each other in a circle.</summary>
    public string? Apply(string text)
    {
        for (var rounds = 0; rounds <= values.Count; rounds++)
        {
            var next = Once(text);
            if (ReferenceEquals(next, text))
                return text;
            text = next;
        }

        return null;
    }

    /// <summary>Placeholders that have no value, with where they stand in the text.</summary>
    public static IEnumerable<(string Name, int At)> Placeholders(string text) =>
        Placeholder().Matches(text).Select(match => (match.Groups[1].Value, match.Index));

    private string Once(string text)
    {
        StringBuilder? result = null;
        var copied = 0;
        for (var at = text.IndexOf("${", StringComparison.Ordinal); at >= 0; at = text.IndexOf("${", at, StringComparison.Ordinal))
        {
            var end = text.IndexOf('}', at);
            if (end < 0)
                break;
            if (values.TryGetValue(text[(at + 2)..end], out var value))
            {
                (result ??= new StringBuilder(text.Length)).Append(text, copied, at - copied).Append(value);
                copied = at = end + 1;
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
