using System.Text;
using YamlDotNet.Core;

namespace Stateside.Engine.Template.Parsing;

/// <summary>
/// Lets a text between double quotation marks go on at any column, as what deploys templates lets it: the library that reads YAML here
/// wants every line deeper than the text around it. Blanks before such a line are no part of the text, so some are put there.
/// </summary>
internal sealed class QuotedIndent(string text)
{
    /// <summary>Each is read from the beginning again.</summary>
    private const int MostMends = 500;

    /// <summary>How long a text may become.</summary>
    private const int MostLength = 16 * 1024 * 1024;

    private readonly Dictionary<int, int> _added = [];
    private int _mends;

    /// <summary>The text to be read.</summary>
    public string Text { get; private set; } = text;

    /// <summary>How many blanks were put before a line.</summary>
    /// <param name="line">The line, from 1.</param>
    public int AddedTo(int line) => _added.GetValueOrDefault(line);

    /// <summary>Moves the lines to the right that reading stopped at.</summary>
    /// <returns>Whether it was that which it stopped at, so that <see cref="Text"/> is another.</returns>
    public bool Mend(YamlException e)
    {
        var (start, line) = ((int)e.Start.Index, (int)e.Start.Line);
        if (!e.Message.Contains("multi-line double-quoted", StringComparison.Ordinal) || Text.AsSpan(Math.Min(start, Text.Length)) is not ['"', ..]
            || _added.ContainsKey(line + 1) || _mends++ == MostMends)
        {
            return false;
        }

        var blanks = (int)e.Start.Column;
        var mended = new StringBuilder(Text, 0, start + 1, Text.Length + blanks);
        var at = start + 1;
        for (; at < Text.Length && Text[at] != '"'; at++)
        {
            // What is escaped may be a quotation mark, or the end of a line, which is to be seen.
            if (Text[at] == '\\' && at + 1 < Text.Length && Text[at + 1] is not ('\r' or '\n'))
                mended.Append(Text[at++]);
            mended.Append(Text[at]);
            if (Text[at] == '\n' || (Text[at] == '\r' && Text.AsSpan(at + 1) is not ['\n', ..]))
            {
                if (mended.Length + blanks > MostLength)
                    return false;
                mended.Append(' ', blanks);
                _added[++line] = blanks;
            }
        }

        Text = mended.Append(Text, at, Text.Length - at).ToString();
        return true;
    }
}
