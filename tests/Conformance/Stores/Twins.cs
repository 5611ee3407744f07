using System.Globalization;
using Stateside.Language.Json;

namespace Stateside.Conformance.Stores;

/// <summary>What both sides made, each with a name of its own, such as a receipt handle: requests name it by a word that stands for both.</summary>
internal sealed class Twins
{
    private const string Prefix = "twin:";

    private readonly List<(string Ours, string Moto)> _pairs = [];

    /// <summary>The word for a new pair.</summary>
    public string Add(string ours, string moto)
    {
        _pairs.Add((ours, moto));
        return $"{Prefix}{_pairs.Count - 1}";
    }

    /// <summary>The request as our side understands it.</summary>
    public JsonObject Ours(JsonObject request) => (JsonObject)Told(request, pair => pair.Ours);

    /// <summary>The request as moto understands it.</summary>
    public JsonObject Moto(JsonObject request) => (JsonObject)Told(request, pair => pair.Moto);

    private JsonValue Told(JsonValue value, Func<(string Ours, string Moto), string> side) => value switch
    {
        JsonString { Value: var text } when text.StartsWith(Prefix, StringComparison.Ordinal) =>
            JsonValue.From(side(_pairs[int.Parse(text[Prefix.Length..], CultureInfo.InvariantCulture)])),
        JsonArray items => JsonArray.Of([.. items.Select(item => Told(item, side))]),
        JsonObject members => members.Aggregate(new JsonObject.Builder(), (told, member) => told.Set(member.Key, Told(member.Value, side))).ToObject(),
        _ => value,
    };
}
