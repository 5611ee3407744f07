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
        WireAnswer? answer;
        try
        {
            using var message = await NewMessageAsync(action, call, endpoint!, cancellationToken).ConfigureAwait(false);
            (answer, problem) = await http.SendAsync(message, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is UnsendableRequestException or UriFormatException)
        {
            return new ServiceResponse.Refused(ServiceError.Unreachable(e.Message));
        }

        if (answer is null)
            return new ServiceResponse.Refused(problem!);
        try
        {
            return WireFormat.Read(action, answer, call.RequestId);
        }
        catch (FormatException e)
        {
            return new ServiceResponse.Refused(ServiceError.Unreachable($"{endpoint}: {e.Message} Is this the endpoint of {call.Service}?"));
        }
    }

    private async ValueTask<HttpRequestMessage> NewMessageAsync(ServiceAction action, ServiceCall call, Uri endpoint, CancellationToken cancellationToken)
    {
        var request = WireFormat.Write(action, call.Parameters, call.Content, call.RequestId);
        var isAws = RequestSigner.IsAws(endpoint);
        var service = action.Service;

        // Emulators have no names but their own. The target stays as it is: keys of S3 may hold what addresses have a meaning for, such as "..".
        var host = isAws && request.HostPrefix.Length > 0 ? new UriBuilder(endpoint) { Host = request.HostPrefix + endpoint.Host }.Uri : endpoint;
        var message = new HttpRequestMessage(
            new HttpMethod(request.Method),
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
            await signer.SignAsync(
                message, isAws && action.IsUnsignedPayload ? default(ReadOnlyMemory<byte>?) : request.Body, signingName, cancellationToken,
                isAws ? endpoints.GlobalOf(service)?.Region : null).ConfigureAwait(false);
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

        var isTheirs = queue.IsLoopback || queue.Host == endpoint.Host || queue.Port == endpoint.Port || RequestSigner.IsAws(queue);
        return isTheirs ? null : ServiceError.Unreachable($"{queue.Host}: Name or service not known");
    }
}
