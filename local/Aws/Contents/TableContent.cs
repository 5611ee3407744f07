using Stateside.Aws.DynamoDb;
using Stateside.Language.Json;

namespace Stateside.Aws.Contents;

/// <summary>A part of a table.</summary>
/// <param name="Items">The items, as DynamoDB writes them.</param>
/// <param name="Next">The key to go on after; null at the end.</param>
internal sealed record ItemPage(IReadOnlyList<JsonObject> Items, JsonObject? Next);

/// <summary>A table's items. They are given as DynamoDB writes them or as plain JSON (<see cref="PlainItem"/>), and come as DynamoDB writes them.</summary>
internal sealed class TableContent(Declared declared, DynamoDbStore store)
{
    public Declared Declared => declared;

    public KeySchema Key { get; } = store.KeyOf(declared.Name);

    public long Count => store.Count(declared.Name);

    /// <summary>Puts an item in the place of its key.</summary>
    /// <exception cref="ContentException">DynamoDB would refuse it.</exception>
    public void Put(JsonObject item) => Ask("PutItem", ("Item", PlainItem.ToAttributes(item, Key)));

    /// <summary>The item of a key; null where there is none.</summary>
    /// <exception cref="ContentException">This is not the table's key.</exception>
    public JsonObject? Get(JsonObject key) => Ask("GetItem", ("Key", PlainItem.ToAttributes(key, Key)))["Item"] as JsonObject;

    /// <summary>Deletes the item of a key, if there is one.</summary>
    /// <exception cref="ContentException">This is not the table's key.</exception>
    public void Delete(JsonObject key) => Ask("DeleteItem", ("Key", PlainItem.ToAttributes(key, Key)));

    /// <summary>The items after a key, so many at most.</summary>
    /// <exception cref="ContentException">This is not the table's key.</exception>
    public ItemPage Items(int most, JsonObject? after)
    {
        var answer = after is null
            ? Ask("Scan", ("Limit", JsonValue.From(most)))
            : Ask("Scan", ("Limit", JsonValue.From(most)), ("ExclusiveStartKey", PlainItem.ToAttributes(after, Key)));
        return new([.. (answer["Items"] as JsonArray ?? JsonArray.Empty).OfType<JsonObject>()], answer["LastEvaluatedKey"] as JsonObject);
    }

    /// <summary>All items, in the order of a scan.</summary>
    public IEnumerable<JsonObject> All()
    {
        for (JsonObject? after = null; ;)
        {
            var page = Items(1000, after);
            foreach (var item in page.Items)
                yield return item;
            if ((after = page.Next) is null)
                yield break;
        }
    }

    /// <summary>The key of an item of the table.</summary>
    public JsonObject KeyOf(JsonObject item) => JsonObject.Of([.. Key.Attributes.Select(attribute => (attribute.Name, item[attribute.Name]!))]);

    private JsonObject Ask(string action, params ReadOnlySpan<(string Name, JsonValue Value)> members)
    {
        var request = JsonObject.Of([("TableName", JsonValue.From(declared.Name)), .. members]);
        return TemplateContents.Asking(() => store.Execute(action, request));
    }
}
