using Stateside.Language.Json;

namespace Stateside.Conformance.Stores;

/// <summary>S3 beside moto's.</summary>
internal sealed class ObjectSuite(StorePair pair, Random random)
{
    private const string Service = "s3";

    private readonly ObjectRequests _requests = new(random);
    private readonly Twins _twins = new();

    public async Task CompareAsync(int count)
    {
        for (var i = 0; i < count; i++)
        {
            var (action, request, content) = _requests.Next();
            if (action is "ListObjectsV2" or "ListObjects")
            {
                await CompareListingAsync(action, request);
                continue;
            }

            var ours = await pair.OursAsync(Service, action, _twins.Ours(request), content);
            var moto = await pair.MotoAsync(Service, action, _twins.Moto(request), content);
            if (!pair.Compare(action, request, ours, moto, body => Comparison.S3(action, body)))
            {
                _requests.Forget(request);
                await AlignAsync(request);
            }
            else if (action == "CreateMultipartUpload" && !ours.IsError)
                _requests.Begun(request, _twins.Add(Id(ours), Id(moto)));
            else if (action == "UploadPart" && !ours.IsError)
                _requests.Took(request, ours.Body!["ETag"]!);
        }

        static string Id(Answer answer) => ((JsonString)answer.Body!["UploadId"]!).Value;
    }

    /// <summary>A listing page by page, each side with its own tokens.</summary>
    private async Task CompareListingAsync(string action, JsonObject request)
    {
        var (ourPage, motoPage) = (request, request);
        for (var pages = 0; pages < 30; pages++)
        {
            var ours = await pair.OursAsync(Service, action, ourPage);
            var moto = await pair.MotoAsync(Service, action, motoPage);
            if (!pair.Compare(action, ourPage, ours, moto, body => Comparison.S3(action, body)) || ours.IsError)
                return;
            if (Next(ourPage, ours.Body!) is not { } ourNext || Next(motoPage, moto.Body!) is not { } motoNext)
                return;
            (ourPage, motoPage) = (ourNext, motoNext);
        }
    }

    /// <summary>The next page of a listing: of the first form what comes after the last key.</summary>
    private static JsonObject? Next(JsonObject page, JsonObject answer)
    {
        if (answer["NextContinuationToken"] is { } token)
            return page.With("ContinuationToken", token);
        return answer["IsTruncated"] is JsonBoolean { Value: true } && answer["CommonPrefixes"] is null && (answer["Contents"] as JsonArray)?[^1] is JsonObject last
            ? page.With("Marker", last["Key"]!)
            : null;
    }

    /// <summary>Gives moto our objects of the keys that a request named, after a difference that is explained and would make others.</summary>
    private async Task AlignAsync(JsonObject request)
    {
        if (request["Bucket"] is not { } bucket)
            return;
        var keys = (request["Delete"] as JsonObject)?["Objects"] is JsonArray objects ? objects.Select(one => ((JsonObject)one)["Key"]) : [request["Key"]];
        foreach (var name in keys.OfType<JsonValue>())
        {
            var key = JsonObject.Of(("Bucket", bucket), ("Key", name));
            var ours = await pair.OursAsync(Service, "GetObject", key);

            // The entity tag of an object that came in parts is that of its parts.
            if (!ours.IsError && ((JsonString)ours.Body!["ETag"]!).Value.Contains('-', StringComparison.Ordinal))
                ours = await pair.OursAsync(Service, "DeleteObject", key) with { Code = "gone" };
            if (ours.IsError)
            {
                await pair.MotoAsync(Service, "DeleteObject", key);
                continue;
            }

            var facts = key.With("ContentType", ours.Body!["ContentType"]!).With("Metadata", ours.Body["Metadata"] ?? JsonObject.Empty);
            await pair.MotoAsync(Service, "PutObject", facts, Convert.FromBase64String(((JsonString)ours.Body["Body"]!).Value));
        }
    }
}
