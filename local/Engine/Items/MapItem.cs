using Stateside.Language.Json;

namespace Stateside.Engine.Items;

/// <summary>One of the items that a Map iterates over.</summary>
/// <param name="Value">What it is, <c>$$.Map.Item.Value</c>.</param>
/// <param name="Source">
/// Where it comes from, <c>$$.Map.Item.Source</c>: <c>STATE_DATA</c>, or the address of the object or the bucket that was read.
/// </param>
/// <param name="Key">Of an object's members that are iterated over: the name, <c>$$.Map.Item.Key</c>; null elsewhere.</param>
internal readonly record struct MapItem(JsonValue Value, string Source, string? Key = null)
{
    /// <summary>The source of items that the state was given.</summary>
    public const string StateData = "STATE_DATA";

    /// <summary>How many items there are in what a Map iterates over.</summary>
    /// <param name="items">An array or an object.</param>
    public static int CountOf(JsonValue items) => items is JsonObject members ? members.Count : ((JsonArray)items).Count;

    /// <summary>An item of what a Map iterates over.</summary>
    /// <param name="items">An array or an object.</param>
    /// <param name="index">Which one.</param>
    public static MapItem At(JsonValue items, int index) => items is JsonObject members
        ? new MapItem(members.Values[index], StateData, members.Keys[index])
        : new MapItem(((JsonArray)items)[index], StateData);

    /// <summary>What an iteration or a child execution is given of it where nothing selects.</summary>
    public JsonValue AsInput() => Key is null ? Value : JsonObject.Of(("Key", JsonValue.From(Key)), ("Value", Value));
}
