namespace Stateside.Language.Services;

/// <summary>The words of a line from one on: each a flag, or a name and its text.</summary>
internal readonly struct Facets(string[] words, int from)
{
    /// <summary>Whether there is a word.</summary>
    public bool Has(string flag) => Array.IndexOf(words, flag, from) >= 0;

    /// <summary>The text of a name; null when it is not there.</summary>
    public string? Text(string name)
    {
        for (var i = from; i < words.Length; i++)
        {
            var word = words[i];
            if (word.Length > name.Length && word[name.Length] == '=' && word.StartsWith(name, StringComparison.Ordinal))
                return Unescape(word[(name.Length + 1)..]);
        }

        return null;
    }

    /// <summary>A text as it was before its blanks were written otherwise.</summary>
    public static string Unescape(string text)
    {
        if (!text.Contains('\\', StringComparison.Ordinal))
            return text;
        var plain = new System.Text.StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            plain.Append(text[i] != '\\' ? text[i] : text[++i] switch
            {
                's' => ' ',
                'n' => '\n',
                't' => '\t',
                var other => other,
            });
        }

        return plain.ToString();
    }
}
