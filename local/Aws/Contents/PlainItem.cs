using Stateside.Aws.DynamoDb;
using Stateside.Aws.DynamoDb.Values;
using Stateside.Language.Json;

namespace Stateside.Aws.Contents;

/// <summary>
/// Items as plain JSON, <c>{"id":"7","total":12}</c>, and as DynamoDB writes them, <c>{"id":{"S":"7"},"total":{"N":"12"}}</c>. Which of them a
/// text is shows in its key: in plain JSON a key is a string or a number, in the other an object.
/// </summary>
internal static class PlainItem
{
    /// <summary>An item or a key as DynamoDB writes it, whichever of both it is.</summary>
    /// <param name="item">The item. As a line of DynamoDB's exports it may stand in a member <c>Item</c>.</param>
    /// <param name="key">The table's key.</param>
    public static JsonObject ToAttributes(JsonObject item, KeySchema key)
    {
        if (item is { Count: 1 } && item["Item"] is JsonObject exported && !key.Has("Item"))
            item = exported;
        if (key.Attributes.Any(attribute => item[attribute.Name] is JsonObject))
            return item;
        var attributes = new JsonObject.Builder(item.Count);
        foreach (var (name, value) in item)
            attributes.Set(name, value is JsonString text && IsBinary(name, key) ? Typed("B", text) : ToAttribute(value));
        return attributes.ToObject();
    }

    /// <summary>An item as plain JSON: sets become lists, bytes base64 text.</summary>
    public static JsonObject Of(JsonObject attributes)
    {
        var plain = new JsonObject.Builder(attributes.Count);
        foreach (var (name, value) in attributes)
            plain.Set(name, OfAttribute((JsonObject)value));
        return plain.ToObject();
    }

    /// <summary>Whether an item's plain JSON gives the same item again.</summary>
    public static bool IsWhole(JsonObject attributes, KeySchema key) =>
        attributes.All(attribute => IsWhole((JsonObject)attribute.Value) || IsBinary(attribute.Key, key));

    private static bool IsWhole(JsonObject attribute) => (attribute.Keys[0], attribute.Values[0]) switch
    {
        ("B" or "SS" or "NS" or "BS", _) => false,
        ("L", JsonArray items) => items.All(item => IsWhole((JsonObject)item)),
        ("M", JsonObject members) => members.All(member => IsWhole((JsonObject)member.Value)),
        _ => true,
    };

    private static bool IsBinary(string attribute, KeySchema key) => key.Attributes.Any(one => one.Name == attribute && one.Type == AttributeType.B);

    private static JsonObject ToAttribute(JsonValue value) => value switch
    {
        JsonString => Typed("S", value),
        JsonNumber number => Typed("N", JsonValue.From(number.Token)),
        JsonBoolean => Typed("BOOL", value),
        JsonArray items => Typed("L", JsonArray.Of(items.Select(item => (JsonValue)ToAttribute(item)))),
        JsonObject members => Typed("M", JsonObject.Of([.. members.Select(member => (member.Key, (JsonValue)ToAttribute(member.Value)))])),
        _ => Typed("NULL", JsonValue.True),
    };

    private static JsonValue OfAttribute(JsonObject attribute) => (attribute.Keys[0], attribute.Values[0]) switch
    {
        ("N", JsonString number) => JsonNumber.Parse(number.Value),
        ("NS", JsonArray numbers) => JsonArray.Of(numbers.Select(number => (JsonValue)JsonNumber.Parse(((JsonString)number).Value))),
        ("NULL", _) => JsonValue.Null,
        ("L", JsonArray items) => JsonArray.Of(items.Select(item => OfAttribute((JsonObject)item))),
        ("M", JsonObject members) => Of(members),
        var (_, value) => value,
    };

    private static JsonObject Typed(string type, JsonValue value) => JsonObject.Of((type, value));
}
