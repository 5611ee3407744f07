using System.Text;
using Stateside.Language.Json;

namespace Stateside.Conformance.Stores;

/// <summary>Makes requests to S3 at random, on few enough keys to meet each other.</summary>
internal sealed class ObjectRequests(Random random)
{
    private static readonly string[] Buckets = ["first-bucket", "second-bucket"];

    private static readonly string[] Keys =
        ["a", "a/1", "a/2", "a/b/3", "b/1", "b/2", "c d", "é", "日本", "z+y", "z&y=1", "a!b", "a-b", "A", "deep/er/and/deeper", "b//x", "100%", "~"];

    private static readonly string[] Bodies = ["", "hello", "{\"a\":1}", "zwölf", "0123456789"];

    /// <summary>A part that others may follow.</summary>
    private static readonly byte[] LongPart = [.. Enumerable.Range(0, 5 * 1024 * 1024).Select(i => (byte)(i % 251))];

    private readonly List<Upload> _uploads = [];

    /// <summary>The next request.</summary>
    public (string Action, JsonObject Request, byte[]? Content) Next()
    {
        var request = new JsonObject.Builder().Set("Bucket", JsonValue.From(Chance(97) ? Pick(Buckets) : "no-such-bucket"));
        switch (random.Next(100))
        {
            case < 25:
                Facts(request.Set("Key", Key()));
                if (Chance(10))
                    request.Set("IfNoneMatch", JsonValue.From("*"));
                return ("PutObject", request.ToObject(), Encoding.UTF8.GetBytes(Pick(Bodies)));
            case < 43:
                request.Set("Key", Key());
                if (Chance(25))
                    request.Set("Range", JsonValue.From(Pick("bytes=0-2", "bytes=2-", "bytes=-3", "bytes=1-100", "bytes=4-4", "bytes=20-30")));
                else if (Chance(15))
                    request.Set(Pick("IfMatch", "IfNoneMatch"), JsonValue.From(Pick("\"5d41402abc4b2a76b9719d911017c592\"", "\"d41d8cd98f00b204e9800998ecf8427e\"")));
                return ("GetObject", request.ToObject(), null);
            case < 52:
                return ("HeadObject", request.Set("Key", Key()).ToObject(), null);
            case < 58:
                return ("DeleteObject", request.Set("Key", Key()).ToObject(), null);
            case < 63:
                var keys = Enumerable.Range(0, random.Next(1, 4)).Select(_ => JsonObject.Of(("Key", Key())));
                request.Set("Delete", JsonObject.Of(("Objects", JsonArray.Of([.. keys])), ("Quiet", JsonValue.From(Chance(30)))));
                return ("DeleteObjects", request.ToObject(), null);
            case < 71:
                request.Set("Key", Key()).Set("CopySource", JsonValue.From($"{Pick(Buckets)}/{Uri.EscapeDataString(Pick(Keys))}"));
                if (Chance(30))
                    Facts(request.Set("MetadataDirective", JsonValue.From("REPLACE")));
                return ("CopyObject", request.ToObject(), null);
            case < 79:
                return Multipart(request);
            case < 81:
                return Chance(70) ? (Pick("HeadBucket", "GetBucketLocation"), request.ToObject(), null) : ("ListBuckets", JsonObject.Empty, null);
            default:
                var action = Chance(70) ? "ListObjectsV2" : "ListObjects";
                if (Chance(50))
                    request.Set("Prefix", JsonValue.From(Pick("", "a", "a/", "b/", "z", "é", "deep/", "none")));
                if (Chance(45))
                    request.Set("Delimiter", JsonValue.From(Pick("/", "/", "/", "b")));
                if (Chance(60))
                    request.Set("MaxKeys", JsonValue.From(random.Next(1, 5)));
                if (Chance(20))
                    request.Set(action == "ListObjects" ? "Marker" : "StartAfter", JsonValue.From(Pick("a", "a/1", "b", "é")));
                return (action, request.ToObject(), null);
        }
    }

    /// <summary>Takes note of an upload that both sides began.</summary>
    public void Begun(JsonObject request, string id) => _uploads.Add(new Upload(request["Bucket"]!, request["Key"]!, id));

    /// <summary>Takes note of the entity tag of a part that both sides took.</summary>
    public void Took(JsonObject request, JsonValue etag) =>
        _uploads.Find(upload => upload.Id == ((JsonString)request["UploadId"]!).Value)?.Parts[(int)((JsonNumber)request["PartNumber"]!).Int64] = etag;

    /// <summary>Leaves an upload alone that is one thing on one side and another on the other.</summary>
    public void Forget(JsonObject request) => _uploads.RemoveAll(upload => request["UploadId"] is JsonString id && id.Value == upload.Id);

    private (string Action, JsonObject Request, byte[]? Content) Multipart(JsonObject.Builder request)
    {
        if (_uploads.Count == 0 || Chance(20))
        {
            Facts(request.Set("Key", Key()));
            return ("CreateMultipartUpload", request.ToObject(), null);
        }

        var upload = _uploads[random.Next(_uploads.Count)];
        request = new JsonObject.Builder().Set("Bucket", upload.Bucket).Set("Key", upload.Key)
            .Set("UploadId", JsonValue.From(Chance(96) ? upload.Id : "bm8tc3VjaC11cGxvYWQ"));
        switch (random.Next(10))
        {
            case < 5:
                var content = Chance(4) ? LongPart : Encoding.UTF8.GetBytes(Pick(Bodies.AsSpan(1)));
                return ("UploadPart", request.Set("PartNumber", JsonValue.From(random.Next(1, 4))).ToObject(), content);
            case < 6:
                return ("ListParts", request.ToObject(), null);
            case < 7:
                _uploads.Remove(upload);
                return ("AbortMultipartUpload", request.ToObject(), null);
            default:
                var parts = upload.Parts.Select(part => (part.Key, Tag: part.Value)).Take(Chance(50) ? 1 : 3).ToList();
                if (parts.Count > 1 && Chance(10))
                    parts.Reverse();
                if (parts.Count == 0 || Chance(5))
                    parts.Add((4, JsonValue.From("\"5d41402abc4b2a76b9719d911017c592\"")));
                request.Set("MultipartUpload", JsonObject.Of(("Parts", JsonArray.Of([.. parts.Select(part =>
                    JsonObject.Of(("PartNumber", JsonValue.From(part.Key)), ("ETag", part.Tag)))]))));
                return ("CompleteMultipartUpload", request.ToObject(), null);
        }
    }

    private void Facts(JsonObject.Builder request)
    {
        if (Chance(40))
            request.Set("ContentType", JsonValue.From(Pick("text/plain", "application/json", "image/png")));
        if (Chance(30))
            request.Set("Metadata", JsonObject.Of(("Origin", JsonValue.From("test")), ("n", JsonValue.From(Pick("1", "2")))));
    }

    private JsonValue Key() => JsonValue.From(Pick(Keys));

    private bool Chance(int percent) => random.Next(100) < percent;

    private string Pick(params ReadOnlySpan<string> words) => words[random.Next(words.Length)];

    private sealed record Upload(JsonValue Bucket, JsonValue Key, string Id)
    {
        public SortedDictionary<int, JsonValue> Parts { get; } = [];
    }
}
