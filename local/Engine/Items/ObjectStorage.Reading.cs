using System.Globalization;
using System.Runtime.CompilerServices;
using Stateside.Language.Json;

namespace Stateside.Engine.Items;

/// <summary>Reading of S3.</summary>
internal sealed partial class ObjectStorage
{
    /// <summary>How much of an object is fetched at a time. Two pieces are in memory: the one that is read and the next.</summary>
    public const int PieceBytes = 1024 * 1024;

    /// <summary>Opens an object.</summary>
    /// <param name="parameters">What GetObject is asked, such as Bucket, Key, VersionId and ExpectedBucketOwner.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="MapItemsException">S3 refuses.</exception>
    public async ValueTask<StoredObject> OpenAsync(JsonObject parameters, CancellationToken cancellationToken)
    {
        try
        {
            var asked = parameters.With("Range", Range(0, PieceBytes));
            var (body, content) = await _ask("GetObject", asked, null, cancellationToken).ConfigureAwait(false);
            return new StoredObject(this, parameters, (body["ETag"] as JsonString)?.Value, Total(body) ?? content.Length, content);
        }
        catch (MapItemsException e) when (e.Code == "InvalidRange")
        {
            // An empty object has not even a first byte.
            return new StoredObject(this, parameters, null, 0, default);
        }
    }

    /// <summary>A piece of an object that was opened, which must be the same object still.</summary>
    /// <param name="parameters">What the object was opened with.</param>
    /// <param name="etag">The tag of what was opened.</param>
    /// <param name="offset">Where the piece begins.</param>
    /// <param name="length">How long it is.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="MapItemsException">S3 refuses, or gives another part than was asked for.</exception>
    public async Task<ReadOnlyMemory<byte>> FetchAsync(
        JsonObject parameters, string? etag, long offset, int length, CancellationToken cancellationToken)
    {
        var asked = parameters.With("Range", Range(offset, length));
        if (etag is not null)
            asked = asked.With("IfMatch", JsonValue.From(etag));
        var (_, content) = await _ask("GetObject", asked, null, cancellationToken).ConfigureAwait(false);
        return content.Length == length
            ? content
            : throw new MapItemsException($"S3 gave {content.Length} bytes of the object's part of {length} bytes from {offset} on.");
    }

    /// <summary>The objects of a bucket, page by page.</summary>
    /// <param name="parameters">What ListObjectsV2 is asked, such as Bucket and Prefix.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="MapItemsException">S3 refuses.</exception>
    public async IAsyncEnumerable<JsonObject> ListAsync(JsonObject parameters, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            var (page, _) = await _ask("ListObjectsV2", parameters, null, cancellationToken).ConfigureAwait(false);
            foreach (var listed in (page["Contents"] as JsonArray ?? JsonArray.Empty).OfType<JsonObject>())
                yield return listed;
            if (page["NextContinuationToken"] is not JsonString next)
                yield break;
            parameters = parameters.With("ContinuationToken", next);
        }
    }

    private static JsonValue Range(long offset, int length) =>
        JsonValue.From(string.Create(CultureInfo.InvariantCulture, $"bytes={offset}-{offset + length - 1}"));

    /// <summary>How long the whole object is, as <c>bytes 0-4194303/9000000</c> says; null where all of it was given.</summary>
    private static long? Total(JsonObject body) =>
        (body["ContentRange"] as JsonString)?.Value is { } range
        && long.TryParse(range.Split('/')[^1], NumberStyles.None, CultureInfo.InvariantCulture, out var total)
            ? total
            : null;
}
