namespace Stateside.Engine.Template.Parsing;

/// <summary>Finds what somebody may have meant.</summary>
internal static class Nearest
{
    /// <summary>Nothing has a longer name.</summary>
    private const int LongestName = 512;

    /// <summary>A sentence that names the nearest of the known names, or lists them all when none is near.</summary>
    /// <param name="name">What was written.</param>
    /// <param name="known">What there is.</param>
    /// <param name="plural">What these are, such as "Parameters".</param>
    /// <param name="owner">Whose they are.</param>
    /// <param name="shown">How they are listed; null for the names themselves.</param>
    public static string Hint(
        string name, IEnumerable<string> known, string plural, string owner = "The template", IReadOnlyList<string>? shown = null)
    {
        var names = known.ToList();
        if (names.Count == 0)
            return $"{owner} has no {plural}.";
        var most = Math.Max(1, name.Length * 2 / 5);
        var nearest = name.Length > LongestName ? default : names.Where(candidate => Math.Abs(candidate.Length - name.Length) <= most)
            .Select(candidate => (Name: candidate, Distance: Distance(name, candidate))).Where(pair => pair.Distance <= most)
            .DefaultIfEmpty().MinBy(pair => pair.Distance);
        var near = nearest.Name is not null ? $"Did you mean '{nearest.Name}'? " : "";
        shown ??= names;
        return $"{near}{owner}'s {plural}: {string.Join(", ", shown.Take(20))}{(shown.Count > 20 ? $" and {shown.Count - 20} more" : "")}.";
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
