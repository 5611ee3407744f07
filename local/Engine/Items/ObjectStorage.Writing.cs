using Stateside.Language.Json;

namespace Stateside.Engine.Items;

/// <summary>Writing objects: at once, or part by part.</summary>
/// <remarks>See https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html.</remarks>
internal sealed partial class ObjectStorage
{
    private const string ContentType = "application/json";

    /// <summary>Puts an object at once.</summary>
    /// <exception cref="MapItemsException">S3 refuses.</exception>
    public async ValueTask PutAsync(string bucket, string key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        await _ask("PutObject", Members(bucket, key, ("ContentType", JsonValue.From(ContentType))), content, cancellationToken).ConfigureAwait(false);

    /// <summary>Begins an object that comes in parts; nobody sees it before it is complete.</summary>
    /// <returns>The id of the upload.</returns>
    /// <exception cref="MapItemsException">S3 refuses.</exception>
    public async ValueTask<string> BeginUploadAsync(string bucket, string key, CancellationToken cancellationToken)
    {
        var request = Members(bucket, key, ("ContentType", JsonValue.From(ContentType)));
        var (answer, _) = await _ask("CreateMultipartUpload", request, null, cancellationToken).ConfigureAwait(false);
        return Text(answer, "UploadId") ?? throw new MapItemsException("S3 began an upload without an id.");
    }

    /// <summary>Puts a part; all but the last have at least 5 MiB.</summary>
    /// <param name="bucket">The bucket.</param>
    /// <param name="key">The object's key.</param>
    /// <param name="upload">The id of the upload.</param>
    /// <param name="number">The part's number, from 1.</param>
    /// <param name="content">What is in it.</param>
    /// <param name="cancellationToken">Fires when nobody needs it any more.</param>
    /// <returns>The part's ETag, which the completion names.</returns>
    /// <exception cref="MapItemsException">S3 refuses.</exception>
    public async ValueTask<string> PutPartAsync(
        string bucket, string key, string upload, int number, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        var request = Members(bucket, key, ("PartNumber", JsonValue.From(number)), ("UploadId", JsonValue.From(upload)));
        var (answer, _) = await _ask("UploadPart", request, content, cancellationToken).ConfigureAwait(false);
        return Text(answer, "ETag") ?? throw new MapItemsException($"S3 took part {number} without an ETag.");
    }

    /// <summary>Makes an object of the parts that have come.</summary>
    /// <param name="bucket">The bucket.</param>
    /// <param name="key">The object's key.</param>
    /// <param name="upload">The id of the upload.</param>
    /// <param name="etags">The ETags of all parts in their order.</param>
    /// <param name="cancellationToken">Fires when nobody needs it any more.</param>
    /// <exception cref="MapItemsException">S3 refuses.</exception>
    public async ValueTask CompleteUploadAsync(string bucket, string key, string upload, IEnumerable<string> etags, CancellationToken cancellationToken)
    {
        var parts = JsonArray.Of(etags.Select((etag, i) => JsonObject.Of(("ETag", JsonValue.From(etag)), ("PartNumber", JsonValue.From(i + 1)))));
        var request = Members(bucket, key, ("UploadId", JsonValue.From(upload)), ("MultipartUpload", JsonObject.Of(("Parts", parts))));
        await _ask("CompleteMultipartUpload", request, null, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Gives up an upload, so that S3 forgets its parts.</summary>
    /// <exception cref="MapItemsException">S3 refuses.</exception>
    public async ValueTask AbortUploadAsync(string bucket, string key, string upload, CancellationToken cancellationToken) =>
        await _ask("AbortMultipartUpload", Members(bucket, key, ("UploadId", JsonValue.From(upload))), null, cancellationToken).ConfigureAwait(false);

    /// <summary>The uploads under way of objects whose keys begin with a text: up to a thousand.</summary>
    /// <exception cref="MapItemsException">S3 refuses.</exception>
    public async ValueTask<IReadOnlyList<(string Key, string Upload)>> UploadsAsync(string bucket, string prefix, CancellationToken cancellationToken)
    {
        var request = JsonObject.Of(("Bucket", JsonValue.From(bucket)), ("Prefix", JsonValue.From(prefix)));
        var (answer, _) = await _ask("ListMultipartUploads", request, null, cancellationToken).ConfigureAwait(false);
        return [.. (answer["Uploads"] as JsonArray ?? JsonArray.Empty).OfType<JsonObject>().Select(upload => (Text(upload, "Key")!, Text(upload, "UploadId")!))];
    }

    /// <summary>A member that is a text; null where it is none.</summary>
    public static string? Text(JsonObject members, string name) => (members[name] as JsonString)?.Value;

    private static JsonObject Members(string bucket, string key, params ReadOnlySpan<(string Name, JsonValue Value)> others) =>
        JsonObject.Of([("Bucket", JsonValue.From(bucket)), ("Key", JsonValue.From(key)), .. others]);
}
