using System.Text.RegularExpressions;
using Stateside.Language.Json;

namespace Stateside.Conformance.Stores;

/// <summary>The differences that are known and explained, from stores-exclusions.json: where moto is not as AWS documents it.</summary>
internal sealed class Exclusions
{
    private readonly List<Exclusion> _all = [];

    public static Exclusions Read(string path)
    {
        var exclusions = new Exclusions();
        foreach (var entry in ((JsonArray)JsonReader.Parse(File.ReadAllText(path))).Cast<JsonObject>())
        {
            exclusions._all.Add(new Exclusion(
                ((JsonString)entry["id"]!).Value, ((JsonString)entry["reason"]!).Value,
                Pattern(entry, "action"), Pattern(entry, "request"), Pattern(entry, "ours"), Pattern(entry, "moto")));
        }

        return exclusions;
    }

    /// <summary>How often each was met.</summary>
    public SortedDictionary<string, int> Met { get; } = new(StringComparer.Ordinal);

    public IEnumerable<string> NeverMet => _all.Select(exclusion => exclusion.Id).Where(id => !Met.ContainsKey(id));

    public bool Explains(string action, string request, string ours, string moto)
    {
        var found = _all.Find(exclusion =>
            exclusion.Action.IsMatch(action) && exclusion.Request.IsMatch(request) && exclusion.Ours.IsMatch(ours) && exclusion.Moto.IsMatch(moto));
        if (found is null)
            return false;
        Met[found.Id] = Met.GetValueOrDefault(found.Id) + 1;
        return true;
    }

    private static Regex Pattern(JsonObject entry, string name) =>
        new(entry[name] is JsonString text ? text.Value : "", RegexOptions.CultureInvariant | RegexOptions.Singleline);

    private sealed record Exclusion(string Id, string Reason, Regex Action, Regex Request, Regex Ours, Regex Moto);
}
