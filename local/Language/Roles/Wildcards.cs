using System.Text.RegularExpressions;

namespace Stateside.Language.Roles;

/// <summary>
/// Patterns of actions and resources, in which * stands for any text and ? for one character.
/// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html.
/// </summary>
internal static partial class Wildcards
{
    /// <summary>In a pattern: a part of a name that a deployment decides, which has neither slash nor colon.</summary>
    public const char MadeUp = '\uE000';

    /// <summary>The pattern of a text of which some is not known: an asterisk in the place of each <c>${…}</c>.</summary>
    public static string OfUnknown(string text) => text.Contains("${", StringComparison.Ordinal) ? Placeholder().Replace(text, "*") : text;

    /// <summary>Whether there is a text that both patterns match.</summary>
    public static bool Overlap(string first, string second)
    {
        // Whether what is left of the first from i on and of the second from j on have a text in common, from the end backwards.
        var next = new bool[second.Length + 1];
        var row = new bool[second.Length + 1];
        for (var i = first.Length; i >= 0; i--)
        {
            for (var j = second.Length; j >= 0; j--)
            {
                var a = i < first.Length ? first[i] : '\0';
                var b = j < second.Length ? second[j] : '\0';
                if (a == '\0' && b == '\0')
                    row[j] = true;
                else if (a is '*' or MadeUp)
                    row[j] = next[j] || (b != '\0' && (a == '*' || b is not ('/' or ':')) && row[j + 1]);
                else if (b is '*' or MadeUp)
                    row[j] = row[j + 1] || (a != '\0' && (b == '*' || a is not ('/' or ':')) && next[j]);
                else
                    row[j] = a != '\0' && b != '\0' && (a == b || a == '?' || b == '?') && next[j + 1];
            }

            (next, row) = (row, next);
        }

        return next[0];
    }

    /// <summary>Whether a pattern matches every text that another one matches.</summary>
    /// <param name="pattern">The wide one.</param>
    /// <param name="narrow">The other: its asterisks are covered by asterisks alone.</param>
    public static bool Covers(string pattern, string narrow)
    {
        var next = new bool[narrow.Length + 1];
        var row = new bool[narrow.Length + 1];
        for (var i = pattern.Length; i >= 0; i--)
        {
            for (var j = narrow.Length; j >= 0; j--)
            {
                if (i == pattern.Length)
                    row[j] = j == narrow.Length;
                else if (pattern[i] == '*')
                    row[j] = next[j] || (j < narrow.Length && row[j + 1]);
                else
                    row[j] = j < narrow.Length && (pattern[i] == narrow[j] || (pattern[i] == '?' && narrow[j] != '*')) && next[j + 1];
            }

            (next, row) = (row, next);
        }

        return next[0];
    }

    [GeneratedRegex(@"\$\{[^{}]*\}", RegexOptions.CultureInvariant)]
    private static partial Regex Placeholder();
}
