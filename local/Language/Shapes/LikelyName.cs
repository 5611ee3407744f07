namespace Stateside.Language.Shapes;

/// <summary>Finds what somebody may have meant.</summary>
internal static class LikelyName
{
    /// <summary>Nothing has a longer name.</summary>
    private const int LongestName = 512;

    /// <summary>The nearest of the names that there are; null when none is near.</summary>
    /// <param name="name">What was written.</param>
    /// <param name="known">What there is.</param>
    public static string? Of(string name, IEnumerable<string> known)
    {
        var most = Math.Max(1, name.Length * 2 / 5);
        return name.Length > LongestName ? null : known.Where(candidate => Math.Abs(candidate.Length - name.Length) <= most)
            .Select(candidate => (Name: candidate, Distance: Distance(name, candidate))).Where(pair => pair.Distance <= most)
            .DefaultIfEmpty().MinBy(pair => pair.Distance).Name;
    }

    /// <summary>How many letters must change, whatever their case.</summary>
    private static int Distance(string a, string b)
    {
        var previous = Enumerable.Range(0, b.Length + 1).ToArray();
        var current = new int[b.Length + 1];
        for (var i = 1; i <= a.Length; i++)
        {
            current[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var same = char.ToUpperInvariant(a[i - 1]) == char.ToUpperInvariant(b[j - 1]);
                current[j] = Math.Min(Math.Min(current[j - 1], previous[j]) + 1, previous[j - 1] + (same ? 0 : 1));
            }

            (previous, current) = (current, previous);
        }

        return previous[b.Length];
    }
}
