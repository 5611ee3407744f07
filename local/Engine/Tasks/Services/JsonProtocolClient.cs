using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using Stateside.Language.Json;

namespace Stateside.Engine.Tasks.Services;

/// <summary>
/// Services of AWS's JSON protocols at their endpoints.
/// See https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html.
/// </summary>
internal sealed class JsonProtocolClient(ServiceEndpoints endpoints, ServiceHttp http, RequestSigner signer) : IServiceClient
{
    public async ValueTask<ServiceResponse> SendAsync(ServiceCall call, CancellationToken cancellationToken)
    {
        if (!JsonService.TryFind(call.Service, out var service))
            throw new InvalidOperationException($"{call.Service} does not speak a JSON protocol.");
        var (endpoint, problem) = endpoints.Of(call.Service, service.VariableName, service.EndpointPrefix);
        problem ??= QueueUrlProblem(call, endpoint!);
        if (problem is not null)
            return new ServiceResponse.Refused(problem);
        var body = Encoding.UTF8.GetBytes(JsonWriter.Compact(call.Parameters));
        using var request = new HttpRequestMessage(HttpMethod.Post, endpoint)
        {
            Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue(service.ContentType) } },
        };
        request.Headers.TryAddWithoutValidation("X-Amz-Target", $"{service.Target}.{call.Action}");

        // SQS tells its older error codes only to those who ask.
        if (service.EndpointPrefix == "sqs")
            request.Headers.TryAddWithoutValidation("X-Amzn-Query-Mode", "true");
        await signer.SignAsync(request, body, service.SigningName, cancellationToken).ConfigureAwait(false);
        var (answer, content, error) = await http.SendAsync(request, cancellationToken).ConfigureAwait(false);
        if (error is not null)
            return new ServiceResponse.Refused(error);
        using (answer)
        {
            var requestId = ServiceHttp.Header(answer!, "x-amzn-RequestId") ?? call.RequestId;
            var text = Encoding.UTF8.GetString(content);
            var members = JsonReader.TryParse(text, out var json) ? json as JsonObject : null;
            if (!answer!.IsSuccessStatusCode)
                return new ServiceResponse.Refused(ReadError(answer, members, text, requestId));
            if (members is null && text.Length > 0)
                return new ServiceResponse.Refused(ServiceError.Unreachable($"{endpoint}: the answer is not JSON. Is this the endpoint of {call.Service}?"));
            return new ServiceResponse.Answered((int)answer.StatusCode, ServiceHttp.Headers(answer), members ?? JsonObject.Empty, requestId);
        }
    }

    /// <summary>
    /// The SDK sends a message to the host in the queue's address. A name that the endpoint could not have given is no queue of that
    /// endpoint, and no other host is asked.
    /// </summary>
    private static ServiceError? QueueUrlProblem(ServiceCall call, Uri endpoint)
    {
        if (call.Service != "sqs" || call.Parameters.Text("QueueUrl") is not { } text || !Uri.TryCreate(text, UriKind.Absolute, out var queue)
            || queue.Scheme is not ("http" or "https"))
        {
            return null;
        }

        var isTheirs = queue.IsLoopback || queue.Host == endpoint.Host || queue.Port == endpoint.Port || RequestSigner.IsAws(queue);
        return isTheirs ? null : ServiceError.Unreachable($"{queue.Host}: Name or service not known");
    }

    private static ServiceError ReadError(HttpResponseMessage answer, JsonObject? members, string body, string requestId)
    {
        var status = (int)answer.StatusCode;
        var code = ServiceHttp.Header(answer, "x-amzn-ErrorType") ?? members?.Text("__type") ?? members?.Text("code")
            ?? status.ToString(CultureInfo.InvariantCulture);
        var message = members?.Text("message") ?? members?.Text("Message") ?? members?.Text("errorMessage")
            ?? (members is null && body.Length > 0 ? body : $"HTTP status {status}");
        return new ServiceError(ServiceHttp.PlainCode(code), message, status, requestId)
        {
            QueryCode = ServiceHttp.Header(answer, "x-amzn-query-error")?.Split(';')[0],
        };
    }
}
