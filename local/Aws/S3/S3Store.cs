using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Stateside.Aws.Services;
using Stateside.Engine.Tasks;
using Stateside.Engine.Tasks.Services;
using Stateside.Engine.Tasks.Services.Wire;
using Stateside.Language.Json;
using Stateside.Language.Services;

namespace Stateside.Aws.S3;

/// <summary>What S3 answers.</summary>
/// <param name="StatusCode">The HTTP status.</param>
/// <param name="Body">The answer's members by the names of the API, whether the protocol says them in headers or in XML.</param>
internal sealed record S3Answer(int StatusCode, JsonObject Body)
{
    /// <summary>An object's content.</summary>
    public ReadOnlyMemory<byte>? Content { get; init; }

    /// <summary>What comes behind the content; null for nothing.</summary>
    public ContentRest? Rest { get; init; }
}

/// <summary>
/// S3's actions on objects, for the buckets that a template declares. Each action is one transaction.
/// See https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html.
/// </summary>
internal sealed partial class S3Store(StoreFile file, TimeProvider time, AwsLocation location)
{
    private const int LongestKey = 1024;
    private const string DefaultContentType = "binary/octet-stream";

    /// <summary>What a bucket has encrypted its objects with since 2023, unless it says otherwise.</summary>
    private const string Encryption = "AES256";

    /// <summary>Who owns every bucket, as S3 numbers accounts.</summary>
    private const string Owner = "75aa57f09aa0c8caeab4f8c24e99d10f8e7faeebf76c078efc7c6caea54ba06a";

    private static readonly string[] Covered =
    [
        "PutObject", "GetObject", "HeadObject", "DeleteObject", "DeleteObjects", "CopyObject", "ListObjectsV2", "ListObjects", "ListBuckets", "HeadBucket",
        "GetBucketLocation", "CreateMultipartUpload", "UploadPart", "CompleteMultipartUpload", "AbortMultipartUpload", "ListParts", "ListMultipartUploads",
    ];

    private readonly ObjectFile _objects = new(file, new ContentFile(file));
    private readonly UploadFile _uploads = new(file, new ContentFile(file));
    private volatile HashSet<string> _buckets = new(StringComparer.Ordinal);

    /// <summary>Says which buckets there are.</summary>
    public void Declare(IEnumerable<string> buckets) => _buckets = buckets.ToHashSet(StringComparer.Ordinal);

    /// <summary>Whether any bucket is declared.</summary>
    public bool HasAny => _buckets.Count > 0;

    /// <summary>Whether a bucket is declared.</summary>
    public bool Has(string bucket) => _buckets.Contains(bucket);

    /// <summary>How many objects a bucket has, and how many bytes in all.</summary>
    public (long Objects, long Bytes) Count(string bucket) => file.InTransaction(() => _objects.Count(bucket), writes: false);

    /// <summary>Does what a request asks for.</summary>
    /// <param name="action">The action, such as GetObject.</param>
    /// <param name="request">The request's members by their names in the API.</param>
    /// <param name="content">The content that comes with it.</param>
    /// <param name="mostAtOnce">How much of an object comes at once, the rest as it is asked for; null for all of it.</param>
    /// <exception cref="StoreRefusal">S3 would refuse, or the store does not cover it.</exception>
    public S3Answer Execute(string action, JsonObject request, ReadOnlyMemory<byte> content, int? mostAtOnce = null)
    {
        if (request.Text("VersionId") is not null)
            throw StoreCoverage.NotCovered("S3", "versions of objects");
        return action switch
        {
            "PutObject" => file.InTransaction(() => PutObject(request, content), writes: true),
            "GetObject" => file.InTransaction(() => GetObject(request, mostAtOnce), writes: false),
            "HeadObject" => file.InTransaction(() => HeadObject(request), writes: false),
            "DeleteObject" => file.InTransaction(() => DeleteObject(request), writes: true),
            "CopyObject" => file.InTransaction(() => CopyObject(request), writes: true),
            "DeleteObjects" => file.InTransaction(() => DeleteObjects(request), writes: true),
            "CreateMultipartUpload" => file.InTransaction(() => CreateUpload(request), writes: true),
            "UploadPart" => file.InTransaction(() => UploadPart(request, content), writes: true),
            "CompleteMultipartUpload" => file.InTransaction(() => CompleteUpload(request), writes: true),
            "AbortMultipartUpload" => file.InTransaction(() => AbortUpload(request), writes: true),
            "ListParts" => file.InTransaction(() => ListParts(request), writes: false),
            "ListMultipartUploads" => file.InTransaction(() => ListUploads(request), writes: false),
            "ListBuckets" => ListBuckets(request),
            "HeadBucket" => HeadBucket(request),
            "GetBucketLocation" => GetBucketLocation(request),
            "ListObjects" => file.InTransaction(() => ListOlder(request), writes: false),
            "ListObjectsV2" => file.InTransaction(() => ListObjects(request), writes: false),
            _ => throw StoreCoverage.NotCovered("S3", $"{action}: it covers {string.Join(", ", Covered)}"),
        };
    }

    private S3Answer PutObject(JsonObject request, ReadOnlyMemory<byte> content)
    {
        var bucket = BucketOf(request);
        var key = KeyOf(request);
        if (request.Text("ContentMD5") is { } expected && expected != Convert.ToBase64String(Md5(content.Span)))
            throw S3Errors.BadDigest();
        var existing = _objects.Find(bucket, key);
        if (request.Text("IfNoneMatch") is not null && existing is not null)
            throw S3Errors.PreconditionFailed();
        if (request.Text("IfMatch") is { } etag && (existing ?? throw S3Errors.NoSuchKey()).ETag != Quoted(etag))
            throw S3Errors.PreconditionFailed();
        var stored = new StoredObject(key, ETagOf(content.Span), time.GetUtcNow(), content.Length, FactsOf(request));
        _objects.Put(bucket, stored, content.Span);
        return new S3Answer(200, JsonObject.Of(
            ("ChecksumCRC32", JsonValue.From(Checksums.Crc32(content.Span))),
            ("ChecksumType", JsonValue.From("FULL_OBJECT")),
            ("ETag", JsonValue.From(stored.ETag)),
            ("ServerSideEncryption", JsonValue.From(Encryption))));
    }

    private S3Answer GetObject(JsonObject request, int? mostAtOnce)
    {
        var bucket = BucketOf(request);
        var stored = _objects.Find(bucket, KeyOf(request)) ?? throw S3Errors.NoSuchKey();
        CheckConditions(request, stored, "");
        var asked = request.Text("Range") is { } range ? ByteRange.Read(range, stored.Size) : null;
        var part = asked ?? new ByteRange(0, stored.Size);
        if (mostAtOnce is null && part.Length > Array.MaxLength)
            throw StoreCoverage.NotCovered("S3", "more than 2 GB of an object as one value: ask for ranges of it");
        var now = (int)Math.Min(part.Length, mostAtOnce ?? Array.MaxLength);
        var place = asked is null ? null : $"bytes {part.First}-{part.First + part.Length - 1}/{stored.Size}";
        return new S3Answer(asked is null ? 200 : 206, Describe(request, stored, bucket, part.Length, place))
        {
            Content = _objects.Content(bucket, stored.Key, part.First, now),
            Rest = now == part.Length ? null : new ContentRest(part.Length - now, Pieces(bucket, stored, part.First + now, part.First + part.Length)),
        };
    }

    /// <summary>A part of an object as long as it is the same, a bit in each transaction.</summary>
    private IEnumerable<byte[]> Pieces(string bucket, StoredObject stored, long first, long end)
    {
        for (var at = first; at < end; at += ContentFile.BlockBytes)
        {
            var length = (int)Math.Min(end - at, ContentFile.BlockBytes);
            yield return file.InTransaction(
                () => _objects.Find(bucket, stored.Key)?.ETag == stored.ETag
                    ? _objects.Content(bucket, stored.Key, at, length)
                    : throw new OperationCanceledException("The object was changed or deleted while it was read."),
                writes: false);
        }
    }

    private S3Answer HeadObject(JsonObject request)
    {
        var bucket = request.Text("Bucket") ?? throw S3Errors.InvalidRequest("Missing required parameter: Bucket");
        if (!Has(bucket) || _objects.Find(bucket, KeyOf(request)) is not { } stored)
            throw S3Errors.NotFoundByHead();
        CheckConditions(request, stored, "");
        return new S3Answer(200, Describe(request, stored, bucket, stored.Size, null));
    }

    private S3Answer DeleteObject(JsonObject request)
    {
        _objects.Delete(BucketOf(request), KeyOf(request));
        return new S3Answer(204, JsonObject.Empty);
    }

    private S3Answer CopyObject(JsonObject request)
    {
        var bucket = BucketOf(request);
        var key = KeyOf(request);
        var (fromBucket, fromKey) = SourceOf(request);
        if (!Has(fromBucket))
            throw S3Errors.NoSuchBucket();
        var source = _objects.Find(fromBucket, fromKey) ?? throw S3Errors.NoSuchKey();
        CheckConditions(request, source, "CopySource");
        var replaces = request.Text("MetadataDirective") == "REPLACE";
        if (fromBucket == bucket && fromKey == key && !replaces)
            throw S3Errors.InvalidRequest("This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.");
        // A copy is whole, also of an object that came in parts.
        var etag = $"\"{Convert.ToHexStringLower(Md5(_objects.Content(fromBucket, fromKey)))}\"";
        var checksum = Checksums.Crc32(_objects.Content(fromBucket, fromKey));
        var stored = source with { Key = key, ETag = etag, Modified = time.GetUtcNow(), Facts = replaces ? FactsOf(request) : source.Facts };
        _objects.Copy(fromBucket, fromKey, bucket, stored);
        return new S3Answer(200, JsonObject.Of(
            ("CopyObjectResult", JsonObject.Of(
                ("ChecksumCRC32", JsonValue.From(checksum)),
                ("ChecksumType", JsonValue.From("FULL_OBJECT")),
                ("ETag", JsonValue.From(stored.ETag)),
                ("LastModified", JsonValue.From(stored.LastModified)))),
            ("ServerSideEncryption", JsonValue.From(Encryption))));
    }

    private JsonObject Describe(JsonObject request, StoredObject stored, string bucket, long length, string? range)
    {
        var answer = new JsonObject.Builder(12).Set("AcceptRanges", JsonValue.From("bytes"));
        if (request.Text("ChecksumMode") == "ENABLED" && range is null)
            answer.Set("ChecksumCRC32", JsonValue.From(Checksums.Crc32(_objects.Content(bucket, stored.Key)))).Set("ChecksumType", JsonValue.From("FULL_OBJECT"));
        answer.Set("ContentLength", JsonValue.From(length));
        if (range is not null)
            answer.Set("ContentRange", JsonValue.From(range));
        answer.Set("ETag", JsonValue.From(stored.ETag)).Set("LastModified", JsonValue.From(stored.LastModified))
            .Set("ServerSideEncryption", JsonValue.From(Encryption));
        foreach (var (name, value) in stored.Facts)
            answer.Set(name, value);
        return ServiceValues.Sorted(answer.ToObject());
    }

    /// <summary>Refuses a read whose conditions the object does not meet.</summary>
    /// <param name="request">The request.</param>
    /// <param name="stored">The object.</param>
    /// <param name="prefix">What the conditions' names begin with: those on a copy's source are named after it.</param>
    private static void CheckConditions(JsonObject request, StoredObject stored, string prefix)
    {
        var (match, noneMatch) = (request.Text($"{prefix}IfMatch"), request.Text($"{prefix}IfNoneMatch"));
        if (match is not null && match != "*" && Quoted(match) != stored.ETag)
            throw S3Errors.PreconditionFailed();
        if (match is null && Time(request, $"{prefix}IfUnmodifiedSince") is { } unmodified && stored.Modified.ToUnixTimeSeconds() > unmodified.ToUnixTimeSeconds())
            throw S3Errors.PreconditionFailed();
        var isKnown = noneMatch is not null
            ? noneMatch == "*" || Quoted(noneMatch) == stored.ETag
            : Time(request, $"{prefix}IfModifiedSince") is { } modified && stored.Modified.ToUnixTimeSeconds() <= modified.ToUnixTimeSeconds();
        if (isKnown)
            throw prefix.Length == 0 ? S3Errors.NotModified() : S3Errors.PreconditionFailed();
    }

    private string BucketOf(JsonObject request)
    {
        var bucket = request.Text("Bucket") ?? throw S3Errors.InvalidRequest("Missing required parameter: Bucket");
        return Has(bucket) ? bucket : throw S3Errors.NoSuchBucket();
    }

    private static string KeyOf(JsonObject request)
    {
        if (request.Text("Key") is not { Length: > 0 } key)
            throw S3Errors.InvalidRequest("Missing required parameter: Key");
        return Encoding.UTF8.GetByteCount(key) <= LongestKey ? key : throw S3Errors.KeyTooLong();
    }

    private static (string Bucket, string Key) SourceOf(JsonObject request)
    {
        var source = Uri.UnescapeDataString(request.Text("CopySource") ?? throw S3Errors.InvalidRequest("Missing required parameter: CopySource")).TrimStart('/');
        var at = source.IndexOf('/', StringComparison.Ordinal);
        if (source.Contains("?versionId=", StringComparison.Ordinal))
            throw StoreCoverage.NotCovered("S3", "versions of objects");
        return at > 0 && at < source.Length - 1
            ? (source[..at], source[(at + 1)..])
            : throw S3Errors.InvalidArgument("Copy Source must mention the source bucket and key: sourcebucket/sourcekey");
    }

    private static JsonObject FactsOf(JsonObject request)
    {
        var facts = new JsonObject.Builder().Set("ContentType", JsonValue.From(DefaultContentType)).Set("Metadata", JsonObject.Empty);
        foreach (var name in StoredObject.FactNames)
        {
            if (request[name] is JsonObject metadata)
                facts.Set(name, Lowered(metadata));
            else if (request[name] is JsonString text)
                facts.Set(name, text);
        }

        return facts.ToObject();
    }

    /// <summary>Names of metadata travel as headers and come back in small letters.</summary>
    private static JsonObject Lowered(JsonObject metadata)
    {
        var lowered = new JsonObject.Builder(metadata.Count);
        foreach (var (name, value) in metadata)
            lowered.Set(name.ToLowerInvariant(), value);
        return lowered.ToObject();
    }

    private static DateTimeOffset? Time(JsonObject request, string member) =>
        DateTimeOffset.TryParse(request.Text(member), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;

    private static string Quoted(string etag) => etag.StartsWith('"') ? etag : $"\"{etag}\"";

    private static string ETagOf(ReadOnlySpan<byte> content) => $"\"{Convert.ToHexStringLower(Md5(content))}\"";

    // S3's ETag is the MD5, which nobody relies on for secrecy.
#pragma warning disable CA5351
    private static byte[] Md5(ReadOnlySpan<byte> content) => MD5.HashData(content);

    private static byte[] Md5(IEnumerable<byte[]> content)
    {
        using var sum = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        foreach (var bytes in content)
            sum.AppendData(bytes);
        return sum.GetHashAndReset();
    }
#pragma warning restore CA5351
}
