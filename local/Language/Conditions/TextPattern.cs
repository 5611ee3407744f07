using System.Text;

namespace Stateside.Language.Conditions;

/// <summary>
/// The pattern of StringMatches: <c>*</c> stands for any text, <c>\*</c> and <c>\\</c> for themselves.
/// See https://states-language.net/spec.html#choice-state.
/// </summary>
internal sealed class TextPattern
{
    private readonly string[] _parts;

    public TextPattern(string pattern)
    {
        var parts = new List<string>();
        var part = new StringBuilder();
        for (var i = 0; i < pattern.Length; i++)
        {
            if (pattern[i] == '\\' && i + 1 < pattern.Length && pattern[i + 1] is '*' or '\\')
            {
                part.Append(pattern[++i]);
            }
            else if (pattern[i] == '*')
            {
                parts.Add(part.ToString());
                part.Clear();
            }
            else
            {
                part.Append(pattern[i]);
            }
        }

        parts.Add(part.ToString());
        _parts = [.. parts];
    }

    public bool Matches(string text)
    {
        var (first, last) = (_parts[0], _parts[^1]);
        if (_parts.Length == 1)
            return text == first;
        if (text.Length < first.Length + last.Length || !text.StartsWith(first, StringComparison.Ordinal) || !text.EndsWith(last, StringComparison.Ordinal))
            return false;

        // What stands between two stars is best found as early as possible.
        var rest = text.AsSpan(first.Length, text.Length - first.Length - last.Length);
        foreach (var part in _parts.AsSpan(1, _parts.Length - 2))
        {
            var at = rest.IndexOf(part, StringComparison.Ordinal);
            if (at < 0)
                return false;
            rest = rest[(at + part.Length)..];
        }

        return true;
    }
}
