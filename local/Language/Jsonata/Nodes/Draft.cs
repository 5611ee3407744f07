using System.Runtime.CompilerServices;
using Stateside.Language.Json;

namespace Stateside.Language.Jsonata.Nodes;

/// <summary>
/// A copy of a value while a transform edits objects within it. Values never change, so the edits are kept beside the copy, by object,
/// and are worked in when the copy is looked at.
/// </summary>
internal sealed class Draft
{
    private readonly JsonValue? _root;
    private readonly Dictionary<JsonObject, JsonObject> _edits = new(ReferenceEqualityComparer.Instance);

    private Draft(JsonValue? root) => _root = root;

    /// <summary>The copy as it was, whose objects tell each other apart.</summary>
    public JsonValue? Root => _root;

    public static Draft Of(JsonValue? copy) => new(copy);

    /// <summary>An object of the copy with the edits so far.</summary>
    public JsonValue? Current(JsonValue? value, Run run) => _edits.Count == 0 ? value : Rebuild(value, run);

    public void Set(JsonObject target, JsonObject changes, Run run)
    {
        run.Make(target.Count, 32);
        var builder = Latest(target).ToBuilder();
        for (var i = 0; i < changes.Count; i++)
            builder.Set(changes.Keys[i], run.Kept(changes.Values[i]));
        _edits[target] = builder.ToObject();
    }

    public void Remove(JsonObject target, HashSet<string> names)
    {
        var latest = Latest(target);
        var builder = new JsonObject.Builder(latest.Count);
        for (var i = 0; i < latest.Count; i++)
        {
            if (!names.Contains(latest.Keys[i]))
                builder.Set(latest.Keys[i], latest.Values[i]);
        }

        _edits[target] = builder.ToObject();
    }

    private JsonObject Latest(JsonObject target) => _edits.GetValueOrDefault(target, target);

    private JsonValue? Rebuild(JsonValue? value, Run run)
    {
        if (value is not (JsonObject or JsonArray))
            return value;
        RuntimeHelpers.EnsureSufficientExecutionStack();
        run.Step();
        switch (value)
        {
            case JsonObject members:
                var latest = Latest(members);
                JsonObject.Builder? builder = null;
                for (var i = 0; i < latest.Count; i++)
                {
                    var member = Rebuild(latest.Values[i], run)!;
                    if (!ReferenceEquals(member, latest.Values[i]))
                        (builder ??= latest.ToBuilder()).Set(latest.Keys[i], member);
                }

                return builder?.ToObject() ?? latest;
            case JsonArray array:
                JsonValue[]? items = null;
                for (var i = 0; i < array.Count; i++)
                {
                    var item = Rebuild(array[i], run)!;
                    if (!ReferenceEquals(item, array[i]))
                        (items ??= [.. array])[i] = item;
                }

                return items is null ? array : JsonArray.Of(items);
            default:
                return value;
        }
    }
}
