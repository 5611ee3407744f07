using System.Text;

namespace Stateside.Testing;

/// <summary>Shows where two texts differ: the lines that went and came, with a few around them.</summary>
internal static class SnapshotDifference
{
    private const int Around = 2;
    private const int MostLines = 40;
    private const int MostCompared = 2000;

    /// <summary>The differences.</summary>
    /// <returns>Lines that begin with "-" where they went, with "+" where they came, and with a blank where they stayed.</returns>
    public static string Of(string stored, string actual)
    {
        var (old, now) = (Lines(stored), Lines(actual));
        var edits = Edits(old, now);
        var shown = new StringBuilder();
        var lines = 0;
        var isSkipping = false;
        for (var i = 0; i < edits.Count; i++)
        {
            if (!edits.Skip(Math.Max(0, i - Around)).Take((2 * Around) + 1).Any(edit => edit.Sign != ' '))
            {
                isSkipping = true;
                continue;
            }

            if (lines >= MostLines)
                return shown.Append("    … and more\n").ToString();
            if (isSkipping && lines > 0)
                shown.Append("    …\n");
            isSkipping = false;
            shown.Append("  ").Append(edits[i].Sign).Append(' ').Append(edits[i].Line).Append('\n');
            lines++;
        }

        return shown.ToString();
    }

    private static string[] Lines(string text) => text.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n');

    private static List<(char Sign, string Line)> Edits(string[] old, string[] now)
    {
        var head = 0;
        while (head < old.Length && head < now.Length && old[head] == now[head])
            head++;
        var tail = 0;
        while (tail < old.Length - head && tail < now.Length - head && old[^(tail + 1)] == now[^(tail + 1)])
            tail++;
        var edits = old.Take(head).Select(line => (' ', line)).ToList();
        edits.AddRange(Middle(old[head..^tail], now[head..^tail]));
        edits.AddRange(old[^tail..].Select(line => (' ', line)));
        return edits;
    }

    private static IEnumerable<(char, string)> Middle(string[] old, string[] now)
    {
        if (old.Length > MostCompared || now.Length > MostCompared)
            return old.Select(line => ('-', line)).Concat(now.Select(line => ('+', line)));

        // The longest common part of what is left, from every pair of places on.
        var common = new int[old.Length + 1, now.Length + 1];
        for (var i = old.Length - 1; i >= 0; i--)
        {
            for (var j = now.Length - 1; j >= 0; j--)
                common[i, j] = old[i] == now[j] ? common[i + 1, j + 1] + 1 : Math.Max(common[i + 1, j], common[i, j + 1]);
        }

        var edits = new List<(char, string)>();
        var (at, to) = (0, 0);
        while (at < old.Length || to < now.Length)
        {
            if (at < old.Length && to < now.Length && old[at] == now[to])
            {
                edits.Add((' ', old[at]));
                at++;
                to++;
            }
            else if (to == now.Length || (at < old.Length && common[at + 1, to] >= common[at, to + 1]))
            {
                edits.Add(('-', old[at++]));
            }
            else
            {
                edits.Add(('+', now[to++]));
            }
        }

        return edits;
    }
}
