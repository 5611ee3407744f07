using Stateside.Engine.Tasks;
using System.Text;
using Stateside.Language.Json;

namespace Stateside.Aws.S3;

/// <summary>ListObjectsV2.</summary>
internal sealed partial class S3Store
{
    private const int MostKeys = 1000;

    private S3Answer ListObjects(JsonObject request)
    {
        var bucket = BucketOf(request);
        var prefix = request.Text("Prefix") ?? "";
        var delimiter = request.Text("Delimiter") is { Length: > 0 } text ? text : null;
        var asked = request["MaxKeys"] is JsonNumber { IsInt64: true } number ? number.Int64 : MostKeys;
        if (asked < 0)
            throw S3Errors.InvalidArgument("Argument maxKeys must be an integer between 0 and 2147483647");
        var most = (int)Math.Min(asked, MostKeys);
        var token = request.Text("ContinuationToken");
        var after = token is not null ? AfterToken(token) : request.Text("StartAfter") ?? "";

        var contents = new List<JsonValue>();
        var prefixes = new List<JsonValue>();
        var last = "";
        var isTruncated = false;
        if (most > 0)
        {
            foreach (var (key, stored) in Entries(bucket, prefix, delimiter, after))
            {
                if (contents.Count + prefixes.Count == most)
                {
                    isTruncated = true;
                    break;
                }

                last = key;
                if (stored is null)
                    prefixes.Add(JsonObject.Of(("Prefix", JsonValue.From(Encoded(request, key)))));
                else
                    contents.Add(Content(request, stored));
            }
        }

        var answer = new JsonObject.Builder(12);
        if (prefixes.Count > 0)
            answer.Set("CommonPrefixes", JsonArray.Of([.. prefixes]));
        if (contents.Count > 0)
            answer.Set("Contents", JsonArray.Of([.. contents]));
        if (token is not null)
            answer.Set("ContinuationToken", JsonValue.From(token));
        if (delimiter is not null)
            answer.Set("Delimiter", JsonValue.From(Encoded(request, delimiter)));
        if (request.Text("EncodingType") is { } encoding)
            answer.Set("EncodingType", JsonValue.From(encoding));
        answer.Set("IsTruncated", JsonValue.From(isTruncated)).Set("KeyCount", JsonValue.From(contents.Count + prefixes.Count))
            .Set("MaxKeys", JsonValue.From(most)).Set("Name", JsonValue.From(bucket));
        if (isTruncated)
            answer.Set("NextContinuationToken", JsonValue.From(Convert.ToBase64String(Encoding.UTF8.GetBytes(last))));
        answer.Set("Prefix", JsonValue.From(Encoded(request, prefix)));
        if (request.Text("StartAfter") is { } start)
            answer.Set("StartAfter", JsonValue.From(Encoded(request, start)));
        return new S3Answer(200, answer.ToObject());
    }

    /// <summary>The objects of a listing, and in their midst the common prefixes, without an object.</summary>
    private IEnumerable<(string Key, StoredObject? Stored)> Entries(string bucket, string prefix, string? delimiter, string after)
    {
        var rolled = "";
        var start = Compare(after, prefix) >= 0 ? after : prefix;
        foreach (var stored in _objects.From(bucket, start, isIncluded: start != after || after.Length == 0))
        {
            if (!stored.Key.StartsWith(prefix, StringComparison.Ordinal))
            {
                // Keys go by their UTF-8 bytes; all that begin with the prefix stand together.
                if (Compare(stored.Key, prefix) > 0)
                    yield break;
                continue;
            }

            var at = delimiter is null ? -1 : stored.Key.IndexOf(delimiter, prefix.Length, StringComparison.Ordinal);
            if (at < 0)
            {
                yield return (stored.Key, stored);
                continue;
            }

            var common = stored.Key[..(at + delimiter!.Length)];

            // A page that ended with this prefix had all that is rolled up in it.
            if (common == rolled || Compare(common, after) <= 0)
                continue;
            rolled = common;
            yield return (common, null);
        }
    }

    private static JsonObject Content(JsonObject request, StoredObject stored) => JsonObject.Of(
        ("ETag", JsonValue.From(stored.ETag)),
        ("Key", JsonValue.From(Encoded(request, stored.Key))),
        ("LastModified", JsonValue.From(stored.LastModified)),
        ("Size", JsonValue.From(stored.Size)),
        ("StorageClass", JsonValue.From("STANDARD")));

    private static int Compare(string a, string b) => Encoding.UTF8.GetBytes(a).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(b));

    private static string Encoded(JsonObject request, string text) =>
        request.Text("EncodingType") == "url" ? Uri.EscapeDataString(text).Replace("%2F", "/", StringComparison.Ordinal) : text;

    private static string AfterToken(string token)
    {
        var bytes = new byte[token.Length];
        return Convert.TryFromBase64String(token, bytes, out var length) && length > 0
            ? Encoding.UTF8.GetString(bytes, 0, length)
            : throw S3Errors.InvalidArgument("The continuation token provided is incorrect");
    }
}
