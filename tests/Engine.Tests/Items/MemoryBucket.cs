using System.Globalization;
using System.Text;
using Stateside.Engine.Items;
using Stateside.Engine.Tasks;
using Stateside.Language.Definitions;
using Stateside.Language.Json;

namespace Stateside.Engine.Tests.Items;

/// <summary>As much of S3 as a Map's reader asks: parts of objects as they were first seen, and lists by pages.</summary>
internal sealed class MemoryBucket
{
    private readonly SortedDictionary<string, (byte[] Content, string Tag)> _objects = new(StringComparer.Ordinal);

    public const string Listed = "2026-09-11T23:37:02.000Z";

    /// <summary>What was asked, in order.</summary>
    public List<(string Action, JsonObject Parameters)> Asked { get; } = [];

    /// <summary>How many objects a page of a list has.</summary>
    public int PageSize { get; init; } = 1000;

    public MemoryBucket With(string address, string content) => With(address, Encoding.UTF8.GetBytes(content));

    public MemoryBucket With(string address, byte[] content)
    {
        _objects[address] = (content, $"\"{_objects.Count}-{content.Length}\"");
        return this;
    }

    public async Task<List<MapItem>> ReadAsync(string parameters, string configuration, long? most = null, string action = "getObject")
    {
        var items = new List<MapItem>();
        await foreach (var item in Read(parameters, configuration, most, action))
            items.Add(item);
        return items;
    }

    public IAsyncEnumerable<MapItem> Read(string parameters, string configuration, long? most = null, string action = "getObject") => ItemReading.ReadAsync(
        TaskResource.Parse($"arn:aws:states:::s3:{action}")!,
        (JsonObject)JsonReader.Parse(parameters),
        (JsonObject)JsonReader.Parse(configuration),
        most,
        Storage = new ObjectStorage((asked, members, _, _) => Answer(asked, members)),
        CancellationToken.None);

    /// <summary>What was read with last.</summary>
    public ObjectStorage? Storage { get; private set; }

    /// <summary>The items of one object as one text.</summary>
    public static async Task<string> ItemsOfAsync(byte[] content, string configuration, long? most = null) => JsonArray.Of(
        (await new MemoryBucket().With("b/k", content).ReadAsync("""{"Bucket":"b","Key":"k"}""", configuration, most)).Select(item => item.Value)).Text;

    public static Task<string> ItemsOfAsync(string content, string configuration, long? most = null) =>
        ItemsOfAsync(Encoding.UTF8.GetBytes(content), configuration, most);

    private async ValueTask<(JsonObject Body, ReadOnlyMemory<byte> Content)> Answer(string action, JsonObject parameters)
    {
        Asked.Add((action, parameters));
        await Task.Yield();
        return action == "GetObject" ? Part(parameters) : (Page(parameters), default);
    }

    private (JsonObject Body, ReadOnlyMemory<byte> Content) Part(JsonObject parameters)
    {
        if (!_objects.TryGetValue($"{parameters.Text("Bucket")}/{parameters.Text("Key")}", out var found))
            throw new MapItemsException("The specified key does not exist.", "NoSuchKey");
        if (parameters.Text("IfMatch") is { } tag && tag != found.Tag)
            throw new MapItemsException("At least one of the pre-conditions you specified did not hold", "PreconditionFailed");
        var range = parameters.Text("Range")!["bytes=".Length..].Split('-').Select(n => long.Parse(n, CultureInfo.InvariantCulture)).ToArray();
        if (range[0] >= found.Content.Length)
            throw new MapItemsException("The requested range is not satisfiable", "InvalidRange");
        var end = Math.Min(range[1] + 1, found.Content.Length);
        return (
            JsonObject.Of(("ETag", JsonValue.From(found.Tag)), ("ContentRange", JsonValue.From($"bytes {range[0]}-{end - 1}/{found.Content.Length}"))),
            found.Content.AsMemory((int)range[0], (int)(end - range[0])));
    }

    private JsonObject Page(JsonObject parameters)
    {
        var prefix = $"{parameters.Text("Bucket")}/{parameters.Text("Prefix")}";
        var after = parameters.Text("ContinuationToken") ?? "";
        var found = _objects.Where(stored => stored.Key.StartsWith(prefix, StringComparison.Ordinal) && string.CompareOrdinal(stored.Key, after) > 0).ToArray();
        var page = new JsonObject.Builder().Set("Contents", JsonArray.Of(found.Take(PageSize).Select(stored => JsonObject.Of(
            ("Key", JsonValue.From(stored.Key[(stored.Key.IndexOf('/') + 1)..])),
            ("LastModified", JsonValue.From(Listed)),
            ("ETag", JsonValue.From(stored.Value.Tag)),
            ("Size", JsonValue.From(stored.Value.Content.Length)),
            ("StorageClass", JsonValue.From("STANDARD"))))));
        return found.Length > PageSize ? page.Set("NextContinuationToken", JsonValue.From(found[PageSize - 1].Key)).ToObject() : page.ToObject();
    }
}
