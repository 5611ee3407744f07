using System.Text;
using Microsoft.AspNetCore.Http.Features;
using Stateside.Aws.Api.Access;
using Stateside.Aws.Wire;
using Stateside.Engine.Tasks;
using Stateside.Language.Json;
using Stateside.Language.Services;

namespace Stateside.Aws.Endpoint;

/// <summary>Answers requests that are not let through, in the form and with the codes of the service that they are for.</summary>
internal static class AccessRefusal
{
    /// <summary>What the front door of AWS's JSON protocols says, and what S3 and the query protocol say in its place.</summary>
    private static readonly (string Code, string S3, string Query)[] Codes =
    [
        ("MissingAuthenticationTokenException", "AccessDenied", "MissingAuthenticationToken"),
        ("UnrecognizedClientException", "InvalidAccessKeyId", "InvalidClientTokenId"),
        ("InvalidSignatureException", "SignatureDoesNotMatch", "SignatureDoesNotMatch"),
        ("AccessDeniedException", "AccessDenied", "AccessDenied"),
        ("IncompleteSignatureException", "AuthorizationHeaderMalformed", "IncompleteSignature"),
        ("RequestEntityTooLargeException", "EntityTooLarge", "RequestEntityTooLarge"),
    ];

    /// <summary>Answers.</summary>
    public static async Task WriteAsync(HttpContext http, AccessException refusal)
    {
        var answer = ModelOf(http.Request) is { Protocol: ServiceProtocol.RestXml or ServiceProtocol.Query } model
            ? AnswerWriter.Write(model, ErrorOf(model, refusal), http.TraceIdentifier)
            : Json(refusal, http.TraceIdentifier);
        http.Response.StatusCode = answer.Status;
        foreach (var (name, value) in answer.Headers)
            http.Response.Headers.Append(name, value);
        if (HttpMethods.IsHead(http.Request.Method))
            return;
        http.Response.ContentLength = answer.Body.Length;
        await http.Response.Body.WriteAsync(answer.Body, http.RequestAborted);
    }

    private static ServiceError ErrorOf(ServiceModel model, AccessException refusal)
    {
        var codes = Array.Find(Codes, codes => codes.Code == refusal.Code);
        var code = (model.Protocol == ServiceProtocol.RestXml ? codes.S3 : codes.Query) ?? refusal.Code;
        var isForbidden = refusal.Status == StatusCodes.Status400BadRequest && refusal.Code is not ("IncompleteSignatureException" or "AuthorizationQueryParametersError" or "InvalidRequest");
        return new ServiceError(code, refusal.Message, isForbidden ? StatusCodes.Status403Forbidden : refusal.Status, null);
    }

    /// <summary>The service that a request is for, without its body; null where nothing tells, and for a page, which is told in JSON.</summary>
    private static ServiceModel? ModelOf(HttpRequest request)
    {
        if (request.Headers.Origin.Count > 0)
            return null;
        var target = request.HttpContext.Features.Get<IHttpRequestFeature>()!.RawTarget.Split('?', 2);
        var headers = request.Headers.Select(header => new KeyValuePair<string, string>(header.Key, header.Value.ToString())).ToList();
        var received = new ReceivedRequest(
            request.Method, request.Path.Value ?? "/", ReceivedRequest.Pairs(target.Length < 2 ? "" : target[1]), new WireAnswer(0, headers, []));
        var service = ServiceFinder.Find(received);

        // Whose form it is stands in it alone.
        return ServiceModels.Find(service == ServiceFinder.StepFunctions && ServiceFinder.IsForm(received) ? "sns" : service);
    }

    private static WireAnswer Json(AccessException refusal, string requestId) => new(
        refusal.Status,
        [new("x-amzn-RequestId", requestId), new("Content-Type", "application/x-amz-json-1.0")],
        Encoding.UTF8.GetBytes(JsonWriter.Compact(JsonObject.Of(
            ("__type", JsonValue.From($"com.amazon.coral.service#{refusal.Code}")), ("message", JsonValue.From(refusal.Message))))));
}
