using System.Text;
using Stateside.Aws.DynamoDb.Values;
using Stateside.Aws.Services;
using Stateside.Language.Json;

namespace Stateside.Aws.DynamoDb;

/// <summary>An attribute of a key.</summary>
internal sealed record KeyAttribute(string Name, AttributeType Type);

/// <summary>A table's key or an index's.</summary>
/// <param name="Hash">The partition key.</param>
/// <param name="Range">The sort key; null when there is none.</param>
internal sealed record KeySchema(KeyAttribute Hash, KeyAttribute? Range)
{
    public IEnumerable<KeyAttribute> Attributes => Range is null ? [Hash] : [Hash, Range];

    public bool Has(string attribute) => Hash.Name == attribute || Range?.Name == attribute;
}

/// <summary>A secondary index.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Key">Its key.</param>
/// <param name="Projected">The attributes it holds beside the keys; null for all.</param>
/// <param name="IsGlobal">Whether it is a global one, which knows no consistent reads.</param>
internal sealed record TableIndex(string Name, KeySchema Key, IReadOnlyList<string>? Projected, bool IsGlobal);

/// <summary>A table as a template declares it.</summary>
internal sealed record TableSchema(string Name, KeySchema Key, IReadOnlyList<TableIndex> Indexes)
{
    private const int LongestHash = 2048;
    private const int LongestRange = 1024;

    /// <summary>
    /// What the file calls the table: a template that changes the key makes a table of its own, as a deployment would replace it.
    /// </summary>
    public string StoreName { get; } = $"{Name}({string.Join(',', Key.Attributes.Select(key => $"{key.Name}:{key.Type}"))})";

    /// <summary>Reads what <c>AWS::DynamoDB::Table</c>, <c>AWS::DynamoDB::GlobalTable</c> or <c>AWS::Serverless::SimpleTable</c> declares.</summary>
    /// <returns>The table; null when its key is not declared in full.</returns>
    public static TableSchema? Read(string name, JsonObject properties, bool isSimple)
    {
        if (isSimple)
        {
            var primary = properties["PrimaryKey"] as JsonObject ?? JsonObject.Empty;
            var type = Text(primary["Type"]) switch { "Number" => AttributeType.N, "Binary" => AttributeType.B, _ => AttributeType.S };
            return new TableSchema(name, new KeySchema(new KeyAttribute(Text(primary["Name"]) ?? "id", type), null), []);
        }

        var types = new Dictionary<string, AttributeType>(StringComparer.Ordinal);
        foreach (var definition in Objects(properties["AttributeDefinitions"]))
        {
            if (Text(definition["AttributeName"]) is { } attribute && Enum.TryParse<AttributeType>(Text(definition["AttributeType"]), out var type))
                types[attribute] = type;
        }

        if (ReadKey(properties["KeySchema"], types) is not { } key)
            return null;
        return new TableSchema(name, key, [
            .. ReadIndexes(properties["GlobalSecondaryIndexes"], types, isGlobal: true), .. ReadIndexes(properties["LocalSecondaryIndexes"], types, isGlobal: false)]);
    }

    /// <summary>The bytes of an item's or a key's place: of the partition key and of the sort key.</summary>
    public static (byte[] Hash, byte[] Range) PlaceOf(KeySchema schema, MapValue item) =>
        (Bytes(item.Members[schema.Hash.Name]), schema.Range is null ? [] : Bytes(item.Members[schema.Range.Name]));

    /// <summary>The bytes of a key's value, which compare as the values do.</summary>
    public static byte[] Bytes(AttributeValue value) => value switch
    {
        StringValue text => Encoding.UTF8.GetBytes(text.Value),
        NumberValue number => number.Value.ToKey(),
        BinaryValue binary => binary.Value,
        _ => throw new InvalidOperationException($"A {value.Type} is no key."),
    };

    /// <summary>The key's attributes of an item.</summary>
    public static MapValue KeyOf(KeySchema schema, MapValue item) =>
        new(schema.Attributes.ToDictionary(key => key.Name, key => item.Members[key.Name], StringComparer.Ordinal));

    /// <summary>Checks a whole item before it is put.</summary>
    public void CheckItem(MapValue item)
    {
        foreach (var key in Key.Attributes)
        {
            if (!item.Members.TryGetValue(key.Name, out var value))
                throw Refusals.InvalidParameter($"Missing the key {key.Name} in the item");
            if (value.Type != key.Type)
                throw Refusals.InvalidParameter($"Type mismatch for key {key.Name} expected: {key.Type} actual: {value.Type}");
            if (value.Size == 0)
                throw EmptyKey(key.Name, value);
        }

        CheckKeySize(item);
        CheckIndexKeys(item);
    }

    /// <summary>Checks that the values of index keys, where an item has them, are of the index's types.</summary>
    public void CheckIndexKeys(MapValue item)
    {
        foreach (var index in Indexes)
        {
            foreach (var key in index.Key.Attributes)
            {
                if (!item.Members.TryGetValue(key.Name, out var value))
                    continue;
                if (value.Type != key.Type)
                    throw Refusals.InvalidParameter($"Type mismatch for Index Key {key.Name} Expected: {key.Type} Actual: {value.Type} IndexName: {index.Name}");
                if (value.Size == 0)
                {
                    throw Refusals.InvalidParameter(
                        $"The update expression attempted to update a secondary index key to a value that is not supported. The AttributeValue for a key attribute cannot contain an empty {KindOf(value)} value. IndexName: {index.Name}, IndexKey: {key.Name}");
                }
            }
        }
    }

    /// <summary>Checks a key as GetItem and others name it: the key's attributes and nothing more.</summary>
    public void CheckKey(MapValue key)
    {
        if (key.Members.Count != (Key.Range is null ? 1 : 2)
            || Key.Attributes.Any(attribute => !key.Members.TryGetValue(attribute.Name, out var value) || value.Type != attribute.Type))
        {
            throw Refusals.Invalid("The provided key element does not match the schema");
        }

        foreach (var (name, value) in key.Members)
        {
            if (value.Size == 0)
                throw Refusals.Invalid($"One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty {KindOf(value)} value. Key: {name}");
        }

        CheckKeySize(key);
    }

    private void CheckKeySize(MapValue item)
    {
        if (item.Members[Key.Hash.Name].Size > LongestHash)
            throw Refusals.InvalidParameter($"Size of hashkey has exceeded the maximum size limit of{LongestHash} bytes");
        if (Key.Range is not null && item.Members[Key.Range.Name].Size > LongestRange)
            throw Refusals.InvalidParameter($"Aggregated size of all range keys has exceeded the size limit of {LongestRange} bytes");
    }

    private static StoreRefusal EmptyKey(string name, AttributeValue value) =>
        Refusals.InvalidParameter($"The AttributeValue for a key attribute cannot contain an empty {KindOf(value)} value. Key: {name}");

    private static string KindOf(AttributeValue value) => value.Type == AttributeType.B ? "binary" : "string";

    private static KeySchema? ReadKey(JsonValue? schema, Dictionary<string, AttributeType> types)
    {
        KeyAttribute? hash = null;
        KeyAttribute? range = null;
        foreach (var element in Objects(schema))
        {
            if (Text(element["AttributeName"]) is not { } name || !types.TryGetValue(name, out var type))
                return null;
            if (Text(element["KeyType"]) == "RANGE")
                range = new KeyAttribute(name, type);
            else
                hash = new KeyAttribute(name, type);
        }

        return hash is null ? null : new KeySchema(hash, range);
    }

    private static IEnumerable<TableIndex> ReadIndexes(JsonValue? declared, Dictionary<string, AttributeType> types, bool isGlobal)
    {
        foreach (var index in Objects(declared))
        {
            if (Text(index["IndexName"]) is not { } name || ReadKey(index["KeySchema"], types) is not { } key)
                continue;
            var projection = index["Projection"] as JsonObject ?? JsonObject.Empty;
            IReadOnlyList<string>? projected = Text(projection["ProjectionType"]) switch
            {
                "KEYS_ONLY" => [],
                "INCLUDE" => [.. (projection["NonKeyAttributes"] as JsonArray ?? JsonArray.Empty).OfType<JsonString>().Select(text => text.Value)],
                _ => null,
            };
            yield return new TableIndex(name, key, projected, isGlobal);
        }
    }

    private static IEnumerable<JsonObject> Objects(JsonValue? list) => (list as JsonArray ?? JsonArray.Empty).OfType<JsonObject>();

    private static string? Text(JsonValue? value) => (value as JsonString)?.Value;
}
