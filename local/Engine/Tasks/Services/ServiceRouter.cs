using Amazon.Runtime;

namespace Stateside.Engine.Tasks.Services;

/// <summary>
/// Sends each request to where it belongs: to an embedded store that holds what it is about, where no endpoint is configured for the
/// service; else over the network, in the service's protocol where that is spoken here and by the service's AWSSDK package where it is
/// not.
/// </summary>
/// <param name="endpoints">Where services are.</param>
/// <param name="stores">The services that live in this process.</param>
/// <param name="time">The real clock.</param>
/// <param name="region">The region to sign for.</param>
/// <param name="packages">The packages for services whose protocols are not spoken here.</param>
internal sealed class ServiceRouter(
    ServiceEndpoints endpoints, IReadOnlyList<IEmbeddedStore> stores, TimeProvider time, string region, SdkPackages packages)
    : IServiceClient, IDisposable
{
    // Made when it is needed: most services call nobody, and the libraries behind it stay unread.
    private readonly Lazy<Network> _network = new(() => new Network(endpoints, time, region, packages));

    public ValueTask<ServiceResponse> SendAsync(ServiceCall call, CancellationToken cancellationToken)
    {
        foreach (var store in stores)
        {
            if (store.Service == call.Service && endpoints.Configured(call.Service.ToUpperInvariant()) is null && store.Holds(call))
                return store.SendAsync(call, cancellationToken);
        }

        return _network.Value.SendAsync(call, cancellationToken);
    }

    public void Dispose()
    {
        if (_network.IsValueCreated)
            _network.Value.Dispose();
    }

    /// <summary>What goes over the network, in the protocol of each service.</summary>
    private sealed class Network : IDisposable
    {
        private readonly ServiceHttp _http = new();
        private readonly JsonProtocolClient _json;
        private readonly QueryClient _query;
        private readonly S3Client _s3;
        private readonly SdkPackageClient _packages;

        public Network(ServiceEndpoints endpoints, TimeProvider time, string region, SdkPackages packages)
        {
            var signer = new RequestSigner(time, region, Credentials);
            _json = new JsonProtocolClient(endpoints, _http, signer);
            _query = new QueryClient(endpoints, _http, signer);
            _s3 = new S3Client(endpoints, _http, signer);
            _packages = new SdkPackageClient(packages, endpoints, time, region, Credentials);
        }

        public ValueTask<ServiceResponse> SendAsync(ServiceCall call, CancellationToken cancellationToken)
        {
            if (JsonService.TryFind(call.Service, out _))
                return _json.SendAsync(call, cancellationToken);
            if (call.Service == "s3")
                return _s3.SendAsync(call, cancellationToken);
            return QueryClient.Speaks(call.Service) ? _query.SendAsync(call, cancellationToken) : _packages.SendAsync(call, cancellationToken);
        }

        public void Dispose() => _http.Dispose();

        /// <summary>Emulators take any credentials, and some tell a request's service by its signature, so there always are some.</summary>
        private static AWSCredentials? Credentials(bool isAws) =>
            RequestSigner.FindCredentials(isAws) ?? (isAws ? null : new BasicAWSCredentials("stateside", "stateside"));
    }
}
