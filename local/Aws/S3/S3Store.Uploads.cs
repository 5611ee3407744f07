using Stateside.Engine.Tasks;
using Stateside.Language.Json;

namespace Stateside.Aws.S3;

/// <summary>
/// Objects that come in parts, as SDKs send long ones. See https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html.
/// </summary>
internal sealed partial class S3Store
{
    private const int MostParts = 10_000;
    private const long LeastPart = 5 * 1024 * 1024;

    private S3Answer CreateUpload(JsonObject request)
    {
        var (bucket, key) = (BucketOf(request), KeyOf(request));
        return new S3Answer(200, JsonObject.Of(
            ("Bucket", JsonValue.From(bucket)),
            ("Key", JsonValue.From(key)),
            ("ServerSideEncryption", JsonValue.From(Encryption)),
            ("UploadId", JsonValue.From(_uploads.Begin(bucket, key, FactsOf(request))))));
    }

    private S3Answer UploadPart(JsonObject request, ReadOnlyMemory<byte> content)
    {
        var upload = UploadOf(request);
        if (request["PartNumber"] is not JsonNumber { IsInt64: true, Int64: >= 1 and <= MostParts } number)
            throw S3Errors.InvalidArgument($"Part number must be an integer between 1 and {MostParts}, inclusive");
        var part = new UploadedPart((int)number.Int64, ETagOf(content.Span), content.Length, ((JsonString)ApiTime.Of(time.GetUtcNow())).Value);
        _uploads.Put(upload.Id, part, content.Span);
        return new S3Answer(200, JsonObject.Of(("ETag", JsonValue.From(part.ETag)), ("ServerSideEncryption", JsonValue.From(Encryption))));
    }

    private S3Answer CompleteUpload(JsonObject request)
    {
        var (bucket, key) = (BucketOf(request), KeyOf(request));
        var upload = UploadOf(request);
        var named = ((request["MultipartUpload"] as JsonObject)?["Parts"] as JsonArray ?? JsonArray.Empty).OfType<JsonObject>().ToList();
        if (named.Count == 0)
            throw S3Errors.MalformedXml();
        var come = _uploads.Parts(upload.Id).ToDictionary(part => part.Number);
        var parts = new List<UploadedPart>(named.Count);
        foreach (var name in named)
        {
            if (name["PartNumber"] is not JsonNumber { IsInt64: true } number || !come.TryGetValue((int)number.Int64, out var part)
                || name.Text("ETag") is not { } etag || Quoted(etag) != part.ETag)
                throw S3Errors.InvalidPart();
            if (parts.Count > 0 && part.Number <= parts[^1].Number)
                throw S3Errors.InvalidPartOrder();
            parts.Add(part);
        }

        if (parts.Take(parts.Count - 1).Any(part => part.Size < LeastPart))
            throw S3Errors.EntityTooSmall();
        // The MD5 of the parts' MD5s, and how many there were.
        var digests = parts.SelectMany(part => Convert.FromHexString(part.ETag.Trim('"'))).ToArray();
        var whole = $"\"{Convert.ToHexStringLower(Md5(digests))}-{parts.Count}\"";
        var stored = new StoredObject(key, whole, time.GetUtcNow(), parts.Sum(part => part.Size), upload.Facts);
        _objects.Put(bucket, stored, _uploads.Join(upload.Id, parts));
        _uploads.End(upload.Id);
        return new S3Answer(200, JsonObject.Of(
            ("Bucket", JsonValue.From(bucket)),
            ("ETag", JsonValue.From(whole)),
            ("Key", JsonValue.From(key)),
            ("Location", JsonValue.From($"https://{bucket}.s3.{location.Region}.{location.UrlSuffix}/{Uri.EscapeDataString(key)}")),
            ("ServerSideEncryption", JsonValue.From(Encryption))));
    }

    private S3Answer AbortUpload(JsonObject request)
    {
        _uploads.End(UploadOf(request).Id);
        return new S3Answer(204, JsonObject.Empty);
    }

    private S3Answer ListUploads(JsonObject request)
    {
        var bucket = BucketOf(request);
        var prefix = request.Text("Prefix") ?? "";
        if (request.Text("Delimiter") is { Length: > 0 } || request.Text("KeyMarker") is { Length: > 0 } || request.Text("UploadIdMarker") is { Length: > 0 })
            throw Services.StoreCoverage.NotCovered("S3", "Delimiter, KeyMarker and UploadIdMarker of ListMultipartUploads");
        var most = request["MaxUploads"] is JsonNumber { IsInt64: true } asked ? (int)Math.Clamp(asked.Int64, 0, MostKeys) : MostKeys;
        var uploads = _uploads.Of(bucket, prefix);
        var answer = new JsonObject.Builder()
            .Set("Bucket", JsonValue.From(bucket))
            .Set("IsTruncated", JsonValue.From(uploads.Count > most))
            .Set("KeyMarker", JsonValue.From(""))
            .Set("MaxUploads", JsonValue.From(most));
        if (uploads.Count > most && most > 0)
            answer.Set("NextKeyMarker", JsonValue.From(uploads[most - 1].Key)).Set("NextUploadIdMarker", JsonValue.From(uploads[most - 1].Id));
        if (prefix.Length > 0)
            answer.Set("Prefix", JsonValue.From(Encoded(request, prefix)));
        answer.Set("UploadIdMarker", JsonValue.From(""));
        if (uploads.Count > 0)
        {
            answer.Set("Uploads", JsonArray.Of(uploads.Take(most).Select(upload => JsonObject.Of(
                ("Key", JsonValue.From(Encoded(request, upload.Key))), ("StorageClass", JsonValue.From("STANDARD")), ("UploadId", JsonValue.From(upload.Id))))));
        }

        return new S3Answer(200, answer.ToObject());
    }

    private S3Answer ListParts(JsonObject request)
    {
        var upload = UploadOf(request);
        var most = request["MaxParts"] is JsonNumber { IsInt64: true } asked ? (int)Math.Clamp(asked.Int64, 0, MostKeys) : MostKeys;
        var after = request["PartNumberMarker"] is JsonNumber { IsInt64: true } marker ? marker.Int64
            : long.TryParse(request.Text("PartNumberMarker"), out var text) ? text : 0;
        var parts = _uploads.Parts(upload.Id).Where(part => part.Number > after).ToList();
        var answer = new JsonObject.Builder()
            .Set("Bucket", request["Bucket"]!)
            .Set("IsTruncated", JsonValue.From(parts.Count > most))
            .Set("Key", request["Key"]!)
            .Set("MaxParts", JsonValue.From(most))
            .Set("PartNumberMarker", JsonValue.From((int)after))
            .Set("Parts", JsonArray.Of(parts.Take(most).Select(part => JsonObject.Of(
                ("ETag", JsonValue.From(part.ETag)), ("LastModified", JsonValue.From(part.Modified)),
                ("PartNumber", JsonValue.From(part.Number)), ("Size", JsonValue.From(part.Size))))))
            .Set("StorageClass", JsonValue.From("STANDARD"))
            .Set("UploadId", JsonValue.From(upload.Id));
        if (parts.Count > most && most > 0)
            answer.Set("NextPartNumberMarker", JsonValue.From(parts[most - 1].Number));
        return new S3Answer(200, answer.ToObject());
    }

    private Upload UploadOf(JsonObject request) =>
        _uploads.Find(BucketOf(request), KeyOf(request), request.Text("UploadId") ?? "") ?? throw S3Errors.NoSuchUpload();
}
