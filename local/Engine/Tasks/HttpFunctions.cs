using System.Net.Http.Headers;

namespace Stateside.Engine.Tasks;

/// <summary>
/// Invokes functions at a Lambda Invoke endpoint: Amazon.Lambda.TestTool, <c>sam local start-lambda</c>, an emulator, AWS.
/// See https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html.
/// </summary>
/// <param name="endpoint">The endpoint, such as http://127.0.0.1:3001.</param>
/// <param name="signer">Signs requests where there is something to sign with.</param>
internal sealed class HttpFunctions(Uri endpoint, RequestSigner signer) : IFunctionInvoker, IDisposable
{
    // No function runs longer than 15 minutes.
    private readonly Lazy<HttpClient> _client = new(() => ServiceHttp.NewClient(useProxy: !endpoint.IsLoopback, TimeSpan.FromMinutes(15.5)));
    private readonly string _endpoint = endpoint.AbsoluteUri.TrimEnd('/');

    public async ValueTask<FunctionResponse> InvokeAsync(FunctionRequest request, CancellationToken cancellationToken)
    {
        try
        {
            using var message = await NewMessageAsync(request, cancellationToken).ConfigureAwait(false);
            using var answer = await _client.Value.SendAsync(message, cancellationToken).ConfigureAwait(false);
            var payload = await answer.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
            return answer.IsSuccessStatusCode ? Read(request, answer, payload) : new FunctionResponse.Refused(ReadError(answer, payload));
        }
        catch (UnsendableRequestException e)
        {
            return new FunctionResponse.Refused(ServiceError.Unreachable(e.Message));
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return new FunctionResponse.Refused(ServiceError.Unreachable($"{_endpoint}: {e.Message}"));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new FunctionResponse.Refused(ServiceError.Unreachable($"{_endpoint}: Read timed out"));
        }
    }

    public void Dispose()
    {
        if (_client.IsValueCreated)
            _client.Value.Dispose();
    }

    private async ValueTask<HttpRequestMessage> NewMessageAsync(FunctionRequest request, CancellationToken cancellationToken)
    {
        var query = request.Qualifier is { } qualifier ? $"?Qualifier={Uri.EscapeDataString(qualifier)}" : "";
        var message = new HttpRequestMessage(
            HttpMethod.Post, $"{_endpoint}/2015-03-31/functions/{Uri.EscapeDataString(request.FunctionName)}/invocations{query}")
        {
            Content = new ReadOnlyMemoryContent(request.Payload) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } },
        };
        RequestHeaders.Set(message, "X-Amz-Invocation-Type", request.InvocationType.ToString());
        if (request.WantsLog)
            RequestHeaders.Set(message, "X-Amz-Log-Type", "Tail");
        if (request.ClientContext is not null)
            RequestHeaders.Set(message, "X-Amz-Client-Context", request.ClientContext);
        if (request.TraceHeader is not null)
            RequestHeaders.Set(message, "X-Amzn-Trace-Id", request.TraceHeader);
        await signer.SignAsync(message, request.Payload, "lambda", cancellationToken).ConfigureAwait(false);
        return message;
    }

    private static FunctionResponse.Answered Read(FunctionRequest request, HttpResponseMessage answer, byte[] payload) =>
        new((int)answer.StatusCode, payload, ServiceHttp.Header(answer, "x-amzn-RequestId") ?? request.RequestId)
        {
            FunctionError = ServiceHttp.Header(answer, "X-Amz-Function-Error"),
            // Not every endpoint says which version ran.
            ExecutedVersion = ServiceHttp.Header(answer, "X-Amz-Executed-Version")
                ?? (request.InvocationType == FunctionInvocationType.RequestResponse ? LocalFunction.Latest : null),
            LogResult = ServiceHttp.Header(answer, "X-Amz-Log-Result"),
            Headers = ServiceHttp.Headers(answer),
        };

    private static ServiceError ReadError(HttpResponseMessage answer, byte[] payload) =>
        new WireAnswer((int)answer.StatusCode, ServiceHttp.Headers(answer), payload)
            .JsonError(ServiceHttp.Header(answer, "x-amzn-RequestId"), status => status switch
            {
                404 => "ResourceNotFoundException",
                429 => "TooManyRequestsException",
                >= 500 => "ServiceException",
                _ => null,
            });
}
