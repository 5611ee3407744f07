using System.Globalization;
using Stateside.Language.Json;

namespace Stateside.Engine.Tasks;

/// <summary>What optimized integrations add to a service's answer: SdkHttpMetadata and SdkResponseMetadata.</summary>
internal static class SdkMetadata
{
    /// <summary>The names of both members.</summary>
    public static IReadOnlyList<string> Names { get; } = ["SdkHttpMetadata", "SdkResponseMetadata"];

    /// <summary>The headers of an answer in AWS's JSON protocols, in the order in which the SDK gives them.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> JsonHeaders(string requestId, int contentLength, DateTimeOffset now) =>
        Headers(requestId, contentLength, now, "application/x-amz-json-1.0");

    /// <summary>The headers of an answer in the query protocol, in the order in which the SDK gives them.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> QueryHeaders(string requestId, int contentLength, DateTimeOffset now) =>
        Headers(requestId, contentLength, now, "text/xml");

    /// <summary>Adds both members; an answer's members stand in alphabetical order.</summary>
    public static JsonObject.Builder SetSdkMetadata(
        this JsonObject.Builder output, IReadOnlyList<KeyValuePair<string, string>> headers, int statusCode, string requestId)
    {
        var all = new JsonObject.Builder(headers.Count);
        foreach (var (name, value) in headers)
            all.Set(name, JsonArray.Of(JsonValue.From(value)));
        var sorted = new JsonObject.Builder(headers.Count);
        foreach (var (name, value) in headers.OrderBy(header => header.Key, StringComparer.OrdinalIgnoreCase))
            sorted.Set(name, JsonValue.From(value));
        return output
            .Set("SdkHttpMetadata", JsonObject.Of(
                ("AllHttpHeaders", all.ToObject()), ("HttpHeaders", sorted.ToObject()), ("HttpStatusCode", JsonValue.From(statusCode))))
            .Set("SdkResponseMetadata", JsonObject.Of(("RequestId", JsonValue.From(requestId))));
    }

    private static IReadOnlyList<KeyValuePair<string, string>> Headers(string requestId, int contentLength, DateTimeOffset now, string contentType) =>
    [
        new("x-amzn-RequestId", requestId),
        new("connection", "keep-alive"),
        new("Content-Length", contentLength.ToString(CultureInfo.InvariantCulture)),
        new("Date", now.ToString("R", CultureInfo.InvariantCulture)),
        new("Content-Type", contentType),
    ];
}
