using System.Globalization;
using Stateside.Engine.Tasks;
using Stateside.Language.Json;

namespace Stateside.Aws.S3;

/// <summary>What buckets there are, and the actions on many objects at once.</summary>
internal sealed partial class S3Store
{
    private const int MostDeleted = 1000;

    /// <summary>When buckets were made: they are declared, and AWS would say when.</summary>
    private readonly string _made = time.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'.000Z'", CultureInfo.InvariantCulture);

    private S3Answer ListBuckets(JsonObject request)
    {
        var prefix = request.Text("Prefix") ?? "";
        return new S3Answer(200, JsonObject.Of(
            ("Buckets", JsonArray.Of(_buckets.Where(bucket => bucket.StartsWith(prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal).Select(bucket =>
                JsonObject.Of(("BucketRegion", JsonValue.From(location.Region)), ("CreationDate", JsonValue.From(_made)), ("Name", JsonValue.From(bucket)))))),
            ("Owner", JsonObject.Of(("ID", JsonValue.From(Owner))))));
    }

    private S3Answer HeadBucket(JsonObject request)
    {
        if (request.Text("Bucket") is not { } bucket || !Has(bucket))
            throw S3Errors.NoBucketByHead();
        return new S3Answer(200, JsonObject.Of(("AccessPointAlias", JsonValue.From(false)), ("BucketRegion", JsonValue.From(location.Region))));
    }

    /// <summary>The first region goes without saying.</summary>
    private S3Answer GetBucketLocation(JsonObject request)
    {
        BucketOf(request);
        return new S3Answer(200, location.Region == "us-east-1" ? JsonObject.Empty : JsonObject.Of(("LocationConstraint", JsonValue.From(location.Region))));
    }

    private S3Answer DeleteObjects(JsonObject request)
    {
        var bucket = BucketOf(request);
        var delete = request["Delete"] as JsonObject ?? JsonObject.Empty;
        var keys = (delete["Objects"] as JsonArray ?? JsonArray.Empty).OfType<JsonObject>().ToList();
        if (keys.Count is 0 or > MostDeleted)
            throw S3Errors.MalformedXml();
        if (keys.Any(key => key.Text("VersionId") is { Length: > 0 }))
            throw Services.StoreCoverage.NotCovered("S3", "versions of objects");
        foreach (var key in keys)
            _objects.Delete(bucket, KeyOf(key));
        return new S3Answer(200, delete["Quiet"] is JsonBoolean { Value: true } ? JsonObject.Empty : JsonObject.Of(
            ("Deleted", JsonArray.Of(keys.Select(key => JsonObject.Of(("Key", JsonValue.From(key.Text("Key")!))))))));
    }

    /// <summary>The older listing: the same entries, with a marker in place of tokens.</summary>
    private S3Answer ListOlder(JsonObject request)
    {
        var marker = request.Text("Marker") ?? "";
        var newer = ListObjects(request.With("StartAfter", JsonValue.From(marker))).Body;
        var answer = new JsonObject.Builder(12);
        foreach (var (name, value) in newer)
        {
            if (name is not ("KeyCount" or "NextContinuationToken" or "StartAfter"))
                answer.Set(name, value);
        }

        answer.Set("Marker", JsonValue.From(Encoded(request, marker)));
        if (newer.Text("NextContinuationToken") is { } token && request.Text("Delimiter") is { Length: > 0 })
            answer.Set("NextMarker", JsonValue.From(Encoded(request, AfterToken(token))));
        return new S3Answer(200, Stateside.Engine.Tasks.Services.ServiceValues.Sorted(answer.ToObject()));
    }
}
