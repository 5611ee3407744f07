using Amazon.Runtime;
using Stateside.Engine.Tasks;
using Stateside.Engine.Tasks.Services;
using Stateside.Engine.Tasks.Services.Wire;
using Stateside.Language.Services;

namespace Stateside.Engine;

/// <summary>
/// Sends each request to where it belongs: to an embedded service that holds what it is about, where no endpoint is configured for the
/// service; else over the network.
/// </summary>
/// <param name="endpoints">Where services are.</param>
/// <param name="embedded">The services that live in this process; null for none.</param>
/// <param name="time">The real clock.</param>
/// <param name="region">The region to sign for.</param>
/// <param name="http">The connections, which end with it.</param>
internal sealed class ServiceRouter(
    ServiceEndpoints endpoints, IEmbeddedServices? embedded, TimeProvider time, string region, ServiceHttp http)
    : IServiceClient, IDisposable
{
    // Made when it is needed: most services call nobody, and the libraries behind it stay unread.
    private readonly Lazy<ServiceClient> _client = NewClientLater(endpoints, http, time, region);

    public ValueTask<ServiceResponse> SendAsync(ServiceCall call, CancellationToken cancellationToken)
    {
        if (embedded is not null && embedded.Holds(call) && endpoints.Configured(ServiceModels.Find(call.Service)!.VariableName) is null)
            return Embedded(call, cancellationToken);
        return _client.Value.SendAsync(call, cancellationToken);
    }

    public void Dispose() => http.Dispose();

    /// <summary>What could not be sent to a service is not given to one that lives here either: others are to get it out of it again.</summary>
    private ValueTask<ServiceResponse> Embedded(ServiceCall call, CancellationToken cancellationToken) =>
        ServiceModels.Find(call.Service)!.FindAction(call.Action) is { } action && RestFormat.HeaderProblem(action, call.Parameters) is { } problem
            ? new(new ServiceResponse.Refused(ServiceError.Unreachable(problem)))
            : embedded!.SendAsync(call, cancellationToken);

    private static Lazy<ServiceClient> NewClientLater(ServiceEndpoints endpoints, ServiceHttp http, TimeProvider time, string region)
    {
        var keys = EnvironmentKeys.Now();
        return new(() => new(endpoints, http, new RequestSigner(time, region, isAws => Credentials(isAws, keys))));
    }

    /// <summary>Emulators take any credentials, and some tell a request's service by its signature, so there always are some.</summary>
    private static AWSCredentials? Credentials(bool isAws, EnvironmentKeys keys) =>
        RequestSigner.FindCredentials(isAws, keys) ?? (isAws ? null : new BasicAWSCredentials("stateside", "stateside"));
}
