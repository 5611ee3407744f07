using Stateside.Language.Json;

namespace Stateside.Language.Services;

/// <summary>
/// What an HTTP task may ask: an address, one of seven methods, and no headers that are Step Functions' own.
/// See https://docs.aws.amazon.com/step-functions/latest/dg/call-https-apis.html.
/// </summary>
internal static class HttpInvokeRequest
{
    /// <summary>The service as resources name it.</summary>
    public const string Service = "http";

    private static readonly string[] Methods = ["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD"];

    private static readonly ReservedHeaders Reserved = new(
        [
            "a-im", "accept-charset", "accept-datetime", "accept-encoding", "authorization", "cache-control", "connection", "content-encoding",
            "content-md5", "date", "expect", "forwarded", "from", "host", "http2-settings", "if-match", "if-modified-since", "if-none-match",
            "if-range", "if-unmodified-since", "max-forwards", "origin", "pragma", "proxy-authorization", "referer", "server", "te", "trailer",
            "transfer-encoding", "upgrade", "via", "warning",
        ],
        "x-forwarded-",
        "x-amz-",
        "x-amzn-");

    /// <summary>Finds what is wrong with the address, the method and the headers.</summary>
    public static void Check(JsonObject parameters, ref IntegrationRequest.Finding found)
    {
        CheckText(parameters, "ApiEndpoint", IsAddress, ref found);
        CheckText(parameters, "Method", method => Methods.Contains(method), ref found);
        Reserved.Check(parameters, ref found);
    }

    private static void CheckText(JsonObject parameters, string field, Func<string, bool> isValid, ref IntegrationRequest.Finding found)
    {
        // A substitution that is still to be made can become anything.
        if (parameters[field] is JsonString { Value: var text } value && !found.IsUnknown(value)
            && !text.Contains("${", StringComparison.Ordinal) && !isValid(text))
        {
            found.Add($"The value for the '{field}' field is not valid");
        }
    }

    private static bool IsAddress(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttps || uri.Scheme == Uri.UriSchemeHttp);
}
