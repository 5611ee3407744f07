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

    private static readonly ReservedHeaders Reserved = new(
        [
            "authorization", "connection", "content-md5", "expect", "host", "max-forwards", "proxy-authenticate", "server", "te",
            "transfer-encoding", "trailer", "upgrade", "via", "www-authenticate",
        ],
        "x-forwarded",
        "x-amz");

    /// <summary>Finds what is wrong with headers and query parameters.</summary>
    public static void Check(JsonObject parameters, ref IntegrationRequest.Finding found)
    {
        foreach (var field in (ReadOnlySpan<string>)["Headers", "QueryParameters"])
        {
            if (parameters[field] is { } lists and not JsonNull && !found.IsUnknown(lists) && !AreLists(lists, ref found))
                found.Add($"The value of the field '{field}' has an invalid format");
        }

        Reserved.Check(parameters, ref found);
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
