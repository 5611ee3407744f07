using System.Text.Json;
using Stateside.Aws.Contents;
using Stateside.Language.Json;

namespace Stateside.Testing;

/// <summary>
/// A table of the template under test. Items go in and come out as plain JSON, <c>{"id":"7","total":12}</c>: sets come out as lists, bytes as
/// base64 text. What has a set goes in as DynamoDB writes it, <c>{"id":{"S":"7"},"tags":{"SS":["a"]}}</c>.
/// </summary>
public sealed class TestTable
{
    private readonly TableContent _table;
    private readonly JsonSerializerOptions _serializer;

    internal TestTable(TableContent table, JsonSerializerOptions serializer)
    {
        _table = table;
        _serializer = serializer;
    }

    /// <summary>Its name.</summary>
    public string Name => _table.Declared.Name;

    /// <summary>Puts an item, in place of the one of the same key.</summary>
    /// <param name="item">The item, serialized by <see cref="WorkflowTestOptions.Serializer"/>; a string is taken for JSON text.</param>
    /// <exception cref="WorkflowAssertionException">DynamoDB would refuse it.</exception>
    public void Put(object item)
    {
        ArgumentNullException.ThrowIfNull(item);
        var json = TestJson.Of(item, _serializer, "The item") as JsonObject ?? throw new WorkflowAssertionException($"An item of {Name} is an object.");
        WorkflowTest.Looking(() =>
        {
            _table.Put(json);
            return true;
        });
    }

    /// <summary>The item of a key.</summary>
    /// <param name="key">The attributes of the key, such as <c>new { id = "7" }</c>; where it is a partition key alone, its value will do.</param>
    /// <returns>The item; null where there is none.</returns>
    /// <exception cref="WorkflowAssertionException">This is not the table's key.</exception>
    public JsonObject? Get(object key) => WorkflowTest.Looking(() => _table.Get(KeyOf(key))) is { } item ? PlainItem.Of(item) : null;

    /// <summary>The item of a key as an object.</summary>
    /// <typeparam name="T">The type to read.</typeparam>
    /// <param name="key">The attributes of the key, such as <c>new { id = "7" }</c>; where it is a partition key alone, its value will do.</param>
    /// <returns>The object; the type's default where there is no such item.</returns>
    /// <exception cref="WorkflowAssertionException">This is not the table's key, or the item is of another shape.</exception>
    public T? Get<T>(object key) => Get(key) is { } item ? TestJson.To<T>(item, _serializer, "The item") : default;

    /// <summary>All items, in the order of a scan.</summary>
    /// <returns>The items.</returns>
    public IReadOnlyList<JsonObject> Items() => [.. _table.All().Select(PlainItem.Of)];

    /// <summary>All items as objects, in the order of a scan.</summary>
    /// <typeparam name="T">The type to read.</typeparam>
    /// <returns>The objects.</returns>
    /// <exception cref="WorkflowAssertionException">An item is of another shape.</exception>
    public IReadOnlyList<T> Items<T>() => [.. Items().Select(item => TestJson.To<T>(item, _serializer, "The item"))];

    /// <summary>Deletes the item of a key, if there is one.</summary>
    /// <param name="key">The attributes of the key, such as <c>new { id = "7" }</c>; where it is a partition key alone, its value will do.</param>
    /// <exception cref="WorkflowAssertionException">This is not the table's key.</exception>
    public void Delete(object key) => WorkflowTest.Looking(() =>
    {
        _table.Delete(KeyOf(key));
        return true;
    });

    private JsonObject KeyOf(object key)
    {
        ArgumentNullException.ThrowIfNull(key);

        // A text is JSON text where it is that of an object; else it is the key's value.
        if (key is string text)
            return JsonReader.TryParse(text, out var read) && read is JsonObject attributes ? attributes : JsonObject.Of((_table.Key.Hash.Name, JsonValue.From(text)));
        var json = TestJson.Of(key, _serializer, "The key");
        return json as JsonObject ?? JsonObject.Of((_table.Key.Hash.Name, json));
    }
}
