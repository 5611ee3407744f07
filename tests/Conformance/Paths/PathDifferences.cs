using System.Text.RegularExpressions;
using Stateside.Language.Json;

namespace Stateside.Conformance.Paths;

/// <summary>The kinds of difference that are meant, from path-differences.json, each with its reason.</summary>
internal sealed class PathDifferences
{
    private readonly List<Difference> _all = [];

    public static PathDifferences Read(string file)
    {
        var differences = new PathDifferences();
        foreach (var entry in ((JsonArray)JsonReader.Parse(File.ReadAllText(file))).Cast<JsonObject>())
        {
            differences._all.Add(new Difference(
                ((JsonString)entry["id"]!).Value, ((JsonString)entry["reason"]!).Value,
                Pattern(entry, "path"), Pattern(entry, "ours"), Pattern(entry, "theirs")));
        }

        return differences;
    }

    /// <summary>How often each was met.</summary>
    public SortedDictionary<string, int> Met { get; } = new(StringComparer.Ordinal);

    public bool Explains(string path, PathAnswer ours, PathAnswer theirs)
    {
        var (we, they) = (ours.ToString(), theirs.ToString());
        var found = _all.Find(each => each.Path.IsMatch(path) && each.Ours.IsMatch(we) && each.Theirs.IsMatch(they));
        if (found is null)
            return false;
        Met[found.Id] = Met.GetValueOrDefault(found.Id) + 1;
        return true;
    }

    public string ReasonOf(string id) => _all.Find(each => each.Id == id)!.Reason;

    private static Regex Pattern(JsonObject entry, string name) =>
        new(entry[name] is JsonString text ? text.Value : "", RegexOptions.CultureInvariant | RegexOptions.Singleline);

    private sealed record Difference(string Id, string Reason, Regex Path, Regex Ours, Regex Theirs);
}
