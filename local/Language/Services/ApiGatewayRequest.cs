using System.Collections.Frozen;
using Stateside.Language.Json;

namespace Stateside.Language.Services;

/// <summary>
/// What a call of API Gateway may carry: lists of texts by name, and no headers that are the gateway's own.
/// See https://docs.aws.amazon.com/step-functions/latest/dg/connect-api-gateway.html.
/// </summary>
internal static class ApiGatewayRequest
{
    /// <summary>The service as resources name it.</summary>
    public const string Service = "apigateway";

    private static readonly FrozenSet<string> OwnHeaders = new[]
    {
        "authorization", "connection", "content-md5", "expect", "host", "max-forwards", "proxy-authenticate", "server", "te",
        "transfer-encoding", "trailer", "upgrade", "via", "www-authenticate",
    }.ToFrozenSet(StringComparer.Ordinal);

    private static readonly string[] OwnPrefixes = ["x-forwarded", "x-amz"];

    /// <summary>Finds what is wrong with headers and query parameters.</summary>
    public static void Check(JsonObject parameters, ref IntegrationRequest.Finding found)
    {
        foreach (var field in (ReadOnlySpan<string>)["Headers", "QueryParameters"])
        {
            if (parameters[field] is { } lists and not JsonNull && !found.IsUnknown(lists) && !AreLists(lists, ref found))
                found.Add($"The value of the field '{field}' has an invalid format");
        }

        if (parameters["Headers"] is not JsonObject headers)
            return;
        var unsupported = new List<string>();
        foreach (var key in headers.Keys)
        {
            var name = (found.IsPath(key) ? key[..^2] : key).ToLowerInvariant();
            if (OwnHeaders.Contains(name) || Array.Exists(OwnPrefixes, prefix => name.StartsWith(prefix, StringComparison.Ordinal)))
                unsupported.Add(name);
        }

        if (unsupported.Count > 0)
            found.Add($"The 'Headers' field contains unsupported values: [{string.Join(", ", unsupported)}]");
    }

    private static bool AreLists(JsonValue value, ref IntegrationRequest.Finding found)
    {
        if (value is not JsonObject lists)
            return false;
        for (var i = 0; i < lists.Count; i++)
        {
            if (!found.IsPath(lists.Keys[i]) && !found.IsUnknown(lists.Values[i]) && lists.Values[i] is not (JsonArray or JsonNull))
                return false;
        }

        return true;
    }
}
