using Stateside.Engine.Tasks.Services.Wire;
using Stateside.Language.Services;

namespace Stateside.Engine.Tasks.Services;

/// <summary>Services at their endpoints, in whatever protocol their models say.</summary>
internal sealed class ServiceClient(ServiceEndpoints endpoints, ServiceHttp http, RequestSigner signer) : IServiceClient
{
    public async ValueTask<ServiceResponse> SendAsync(ServiceCall call, CancellationToken cancellationToken)
    {
        var action = ServiceModels.Find(call.Service)?.FindAction(call.Action)
            ?? throw new InvalidOperationException($"{call.Service} has no action {call.Action}.");
        var (endpoint, problem) = endpoints.Of(action.Service);
        problem ??= QueueUrlProblem(call, endpoint!);
        if (problem is not null)
            return new ServiceResponse.Refused(problem);
        try
        {
            using var message = await NewMessageAsync(action, call, endpoint!, cancellationToken).ConfigureAwait(false);
            var (answer, content, error) = await http.SendAsync(message, call.MostBytes, cancellationToken).ConfigureAwait(false);
            using (answer)
                return answer is null ? new ServiceResponse.Refused(error!) : Read(action, call, answer, content, endpoint!);
        }
        catch (Exception e) when (e is UnsendableRequestException or UriFormatException)
        {
            return new ServiceResponse.Refused(ServiceError.Unreachable(e.Message));
        }
    }

    private static ServiceResponse Read(
        ServiceAction action, ServiceCall call, HttpResponseMessage answer, byte[] content, Uri endpoint)
    {
        try
        {
            return WireFormat.Read(action, new WireAnswer((int)answer.StatusCode, ServiceHttp.Headers(answer), content), call.RequestId);
        }
        catch (FormatException e)
        {
            return new ServiceResponse.Refused(ServiceError.Unreachable($"{endpoint}: {e.Message} Is this the endpoint of {call.Service}?"));
        }
    }

    private async ValueTask<HttpRequestMessage> NewMessageAsync(
        ServiceAction action, ServiceCall call, Uri endpoint, CancellationToken cancellationToken)
    {
        var request = WireFormat.Write(action, call.Parameters, call.Content, call.RequestId);
        var isAws = AwsLocation.IsAws(endpoint);
        var service = action.Service;

        // Emulators have no names but their own.
        var host = isAws && request.HostPrefix.Length > 0
            ? new UriBuilder(endpoint) { Host = request.HostPrefix + endpoint.Host }.Uri
            : endpoint;

        // The target stays as it is: keys of S3 may hold what addresses have a meaning for, such as "..".
        var message = new HttpRequestMessage(
            RequestHeaders.Method(request.Method),
            new Uri(
                request.Target == "/" ? host.AbsoluteUri : host.AbsoluteUri.TrimEnd('/') + request.Target,
                new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
        if (request.Body.Length > 0 || request.Method is not ("GET" or "HEAD" or "OPTIONS"))
            message.Content = new ReadOnlyMemoryContent(request.Body);
        foreach (var (name, value) in request.Headers)
            RequestHeaders.Set(message, name, value);

        // Some emulators tell by its signature which service a request is for.
        if (service.SigningName is { } signingName && !(isAws && action.IsAnonymous))
        {
            var body = isAws && action.IsUnsignedPayload ? default(ReadOnlyMemory<byte>?) : request.Body;
            var region = isAws ? endpoints.GlobalOf(service)?.Region : null;
            await signer.SignAsync(message, body, signingName, cancellationToken, region).ConfigureAwait(false);
        }

        return message;
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

        var isTheirs = queue.IsLoopback || queue.Host == endpoint.Host || queue.Port == endpoint.Port || AwsLocation.IsAws(queue);
        return isTheirs ? null : ServiceError.Unreachable($"{queue.Host}: Name or service not known");
    }
}
