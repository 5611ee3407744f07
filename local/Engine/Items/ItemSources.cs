using System.Runtime.CompilerServices;
using System.Text;
using Stateside.Language.Definitions;
using Stateside.Language.Evaluation;
using Stateside.Language.Json;

namespace Stateside.Engine.Items;

/// <summary>Finds what a Map's reader reads: one object, a list of objects, or the objects that a list or a manifest names.</summary>
/// <param name="settings">The ReaderConfig.</param>
/// <param name="parameters">What the reader's Parameters or Arguments became.</param>
/// <param name="storage">S3.</param>
internal sealed class ItemSources(ReaderSettings settings, JsonObject parameters, ObjectStorage storage)
{
    private readonly string _bucket = ObjectStorage.Text(parameters, "Bucket") ?? "";

    /// <summary>The address of what a reader names: an object, or the bucket of a list.</summary>
    /// <param name="resource">The reader's Resource.</param>
    /// <param name="parameters">What its Parameters or Arguments became.</param>
    public static string AddressOf(TaskResource resource, JsonObject parameters) =>
        AddressOf(ObjectStorage.Text(parameters, "Bucket") ?? "", IsList(resource) ? null : ObjectStorage.Text(parameters, "Key") ?? "");

    /// <summary>Whether a reader asks for a list of objects.</summary>
    public static bool IsList(TaskResource resource) => resource.Action == "listObjectsV2";

    /// <summary>
    /// What is read, with the address that <c>$$.Map.Item.Source</c> shows. An object is opened when its items are asked for.
    /// </summary>
    /// <param name="isList">Whether objects are listed, or one is got.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async IAsyncEnumerable<(string Address, IAsyncEnumerable<JsonValue> Items)> FindAsync(
        bool isList, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (isList && !settings.IsFlattened)
        {
            yield return (AddressOf(_bucket), ListedAsync(cancellationToken));
            yield break;
        }

        if (!isList && settings.ManifestType is null)
        {
            yield return (AddressOf(_bucket, ObjectStorage.Text(parameters, "Key") ?? ""), RecordsAsync(parameters, settings, cancellationToken, isOnly: true));
            yield break;
        }

        var named = isList ? KeysAsync(cancellationToken)
            : settings.ManifestType == "ATHENA_DATA" ? InAthenaManifestAsync(cancellationToken)
            : InInventoryAsync(cancellationToken);
        await foreach (var (bucket, key, form) in named.ConfigureAwait(false))
            yield return (AddressOf(bucket, key), RecordsAsync(Beside(bucket, key), form, cancellationToken));
    }

    private static string AddressOf(string bucket, string? key = null) => key is null ? $"s3://{bucket}" : $"s3://{bucket}/{key}";

    /// <summary>What lists tell of each object; its time is a double as Java prints it, such as 1.789180622E9.</summary>
    private async IAsyncEnumerable<JsonValue> ListedAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var listed in storage.ListAsync(parameters, cancellationToken).ConfigureAwait(false))
        {
            var item = new JsonObject.Builder(5);
            foreach (var (name, wireName) in ListedMembers)
            {
                if (listed[wireName] is not { } value)
                    continue;
                item.Set(name, name == "LastModified" ? Seconds(value) : value);
            }

            yield return item.ToObject();
        }
    }

    private static readonly (string Name, string WireName)[] ListedMembers =
        [("Etag", "ETag"), ("Key", "Key"), ("LastModified", "LastModified"), ("Size", "Size"), ("StorageClass", "StorageClass")];

    private static JsonValue Seconds(JsonValue time) => time is JsonString text && Timestamp.TryParse(text.Value, out var read)
        ? JsonNumber.Parse(JavaNumber.Text((read - DateTimeOffset.UnixEpoch).TotalMilliseconds / 1000))
        : time;

    /// <summary>The objects of a list. A folder that the console made is an empty object, in which there are no records.</summary>
    private async IAsyncEnumerable<(string Bucket, string Key, ReaderSettings Form)> KeysAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var listed in storage.ListAsync(parameters, cancellationToken).ConfigureAwait(false))
        {
            var key = ObjectStorage.Text(listed, "Key") ?? "";
            if (!key.EndsWith('/') || listed["Size"] is not JsonNumber { Int64: 0 })
                yield return (_bucket, key, settings);
        }
    }

    /// <summary>
    /// The objects that a query of Athena unloaded its results into; the manifest has the address of one in each line.
    /// See https://docs.aws.amazon.com/athena/latest/ug/unload.html.
    /// </summary>
    private async IAsyncEnumerable<(string Bucket, string Key, ReaderSettings Form)> InAthenaManifestAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var content = await OpenAsync(parameters, cancellationToken).ConfigureAwait(false);
        var form = settings.InputType == "MANIFEST" ? settings with { InputType = "CSV" } : settings;
        await foreach (var row in CsvDecoder.ReadAsync(content, ',', ["Address"], cancellationToken).ConfigureAwait(false))
        {
            var address = ObjectStorage.Text((JsonObject)row, "Address")!.Trim();
            var slash = address.IndexOf('/', Math.Min(address.Length, "s3://".Length));
            if (!address.StartsWith("s3://", StringComparison.OrdinalIgnoreCase) || slash < 0)
            {
                throw new MapItemsException(
                    $"The Athena manifest has \"{address}\" where the address of an object such as s3://bucket/key is expected.");
            }

            yield return (address["s3://".Length..slash], address[(slash + 1)..], form);
        }
    }

    /// <summary>
    /// The files of an inventory, which have a row for each object that there was.
    /// See https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-inventory-location.html.
    /// </summary>
    private async IAsyncEnumerable<(string Bucket, string Key, ReaderSettings Form)> InInventoryAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var manifest = await ReadManifestAsync(cancellationToken).ConfigureAwait(false);
        var form = ObjectStorage.Text(manifest, "fileFormat") switch
        {
            "CSV" => settings with
            {
                InputType = "CSV",
                Delimiter = ',',
                Headers = ObjectStorage.Text(manifest, "fileSchema")?.Split(',', StringSplitOptions.TrimEntries)
                    ?? throw new MapItemsException("The S3 inventory manifest has no fileSchema."),
            },
            "Parquet" => settings with { InputType = "PARQUET" },
            var other => throw new MapItemsException($"The S3 inventory has files of the format {other}. Only CSV and Parquet are read."),
        };
        var bucket = ObjectStorage.Text(manifest, "destinationBucket")?.Split(':')[^1] ?? _bucket;
        foreach (var file in (manifest["files"] as JsonArray ?? JsonArray.Empty).OfType<JsonObject>())
        {
            var key = ObjectStorage.Text(file, "key") ?? throw new MapItemsException("The S3 inventory manifest names a file without a key.");
            yield return (bucket, key, form);
        }
    }

    private async ValueTask<JsonObject> ReadManifestAsync(CancellationToken cancellationToken)
    {
        await using var content = await OpenAsync(parameters, cancellationToken).ConfigureAwait(false);
        var window = new ByteWindow(content);
        while (!window.IsFinal)
            await window.FillAsync(cancellationToken).ConfigureAwait(false);
        return JsonReader.TryParse(Encoding.UTF8.GetString(window.Bytes), out var manifest) && manifest is JsonObject members
            ? members
            : throw new MapItemsException("The S3 inventory manifest is no JSON object.");
    }

    private async IAsyncEnumerable<JsonValue> RecordsAsync(
        JsonObject asked, ReaderSettings form, [EnumeratorCancellation] CancellationToken cancellationToken, bool isOnly = false)
    {
        if (form.InputType == "PARQUET" && asked.ContainsKey("VersionId"))
            throw new MapItemsException("The field VersionId is not supported for the InputType PARQUET.");
        var stored = await storage.OpenAsync(asked, cancellationToken).ConfigureAwait(false);
        if (form.InputType == "PARQUET")
        {
            await foreach (var row in ParquetDecoder.ReadAsync(stored, cancellationToken).ConfigureAwait(false))
                yield return row;
            yield break;
        }

        await using var content = Unpacked(stored, isOnly);
        await foreach (var item in ItemReading.ReadAsync(content, form, cancellationToken).ConfigureAwait(false))
            yield return item;
    }

    private async ValueTask<Stream> OpenAsync(JsonObject asked, CancellationToken cancellationToken) =>
        Unpacked(await storage.OpenAsync(asked, cancellationToken).ConfigureAwait(false));

    private Stream Unpacked(StoredObject stored, bool isOnly = false)
    {
        var content = stored.ReadForward();
        if (isOnly)
            storage.OnlyContent = content;
        return Unpacking.Of(content, stored.First.Span);
    }

    /// <summary>What is asked of an object that the list or the manifest names: who must own it is said for all.</summary>
    private JsonObject Beside(string bucket, string key)
    {
        var asked = JsonObject.Of(("Bucket", JsonValue.From(bucket)), ("Key", JsonValue.From(key)));
        return parameters["ExpectedBucketOwner"] is { } owner ? asked.With("ExpectedBucketOwner", owner) : asked;
    }
}
