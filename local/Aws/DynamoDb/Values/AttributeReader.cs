using Stateside.Aws.Services;
using Stateside.Language.Json;

namespace Stateside.Aws.DynamoDb.Values;

/// <summary>Reads attribute values as they stand on the wire, and refuses what DynamoDB would not store.</summary>
internal static class AttributeReader
{
    private const int DeepestLevel = 32;

    /// <summary>An item, a key or the members of a map.</summary>
    public static MapValue ReadMap(JsonObject members) => ReadMap(members, 0);

    /// <summary>One value, such as <c>{"S":"text"}</c>.</summary>
    public static AttributeValue Read(JsonValue value) => Read(value, 1);

    private static MapValue ReadMap(JsonObject members, int level)
    {
        var map = new Dictionary<string, AttributeValue>(members.Count, StringComparer.Ordinal);
        foreach (var (name, value) in members)
        {
            if (name.Length == 0)
                throw Refusals.InvalidParameter("Attribute name must not be empty");
            map[name] = Read(value, level + 1);
        }

        return new MapValue(map);
    }

    private static AttributeValue Read(JsonValue value, int level)
    {
        if (value is not JsonObject typed)
            throw NoType(value);
        if (typed.Count == 0)
            throw Refusals.Invalid("Supplied AttributeValue is empty, must contain exactly one of the supported datatypes");
        if (typed.Count > 1)
            throw Refusals.Invalid("Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes");
        if (level > DeepestLevel)
            throw Refusals.Invalid("Nesting Levels have exceeded supported limits");
        return (typed.Keys[0], typed.Values[0]) switch
        {
            ("S", JsonString text) => new StringValue(text.Value),
            ("N", JsonString number) => new NumberValue(DynamoNumber.Parse(number.Value)),
            ("B", JsonString base64) => new BinaryValue(Bytes(base64.Value)),
            ("BOOL", JsonBoolean boolean) => new BooleanValue(boolean.Value),
            ("NULL", JsonBoolean { Value: true }) => new NullValue(),
            ("NULL", JsonBoolean) => throw Refusals.InvalidParameter("Null attribute value types must have the value of true"),
            ("SS", JsonArray texts) => Set(AttributeType.SS, AttributeType.S, texts, "An string set  may not be empty"),
            ("NS", JsonArray numbers) => Set(AttributeType.NS, AttributeType.N, numbers, "An number set  may not be empty"),
            ("BS", JsonArray binaries) => Set(AttributeType.BS, AttributeType.B, binaries, "Binary sets should not be empty"),
            ("L", JsonArray items) => new ListValue([.. items.Select(item => Read(item, level + 1))]),
            ("M", JsonObject members) => ReadMap(members, level),
            _ => throw NoType(value),
        };
    }

    private static SetValue Set(AttributeType type, AttributeType element, JsonArray elements, string whenEmpty)
    {
        if (elements.Count == 0)
            throw Refusals.InvalidParameter(whenEmpty);
        var read = new List<AttributeValue>(elements.Count);
        foreach (var value in elements)
        {
            var next = Read(JsonObject.Of((element.ToString(), value)), 1);
            if (read.Any(earlier => earlier.Means(next)))
            {
                throw type == AttributeType.NS
                    ? Refusals.Invalid("Input collection contains duplicates")
                    : Refusals.InvalidParameter($"Input collection [{string.Join(", ", elements.Select(each => each is JsonString text ? text.Value : each.Text))}] contains duplicates.");
            }

            read.Add(next);
        }

        return new SetValue(type, read);
    }

    private static byte[] Bytes(string base64)
    {
        try
        {
            return Convert.FromBase64String(base64);
        }
        catch (FormatException)
        {
            throw new StoreRefusal("SerializationException", $"The value {JsonWriter.Quote(base64)} is no base64.", 400);
        }
    }

    private static StoreRefusal NoType(JsonValue value) => value is JsonObject { Count: 1 } typed && !Enum.TryParse<AttributeType>(typed.Keys[0], out _)
        ? Refusals.Invalid("Supplied AttributeValue is empty, must contain exactly one of the supported datatypes")
        : new StoreRefusal("SerializationException", $"{value.Text} is no attribute value, such as {{\"S\":\"text\"}} or {{\"N\":\"1\"}}.", 400);
}
