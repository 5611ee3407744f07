using Stateside.Language.Services;

namespace Stateside.Engine.Tasks.Services.Wire;

/// <summary>Services at their endpoints, in whatever protocol their models say.</summary>
internal sealed class ServiceClient(ServiceEndpoints endpoints, ServiceHttp http, RequestSigner signer) : IServiceClient
{
    public async ValueTask<ServiceResponse> SendAsync(ServiceCall call, CancellationToken cancellationToken)
    {
        var action = ServiceModels.Find(call.Service)?.FindAction(call.Action)
            ?? throw new InvalidOperationException($"{call.Service} has no action {call.Action}.");
        await Task.Yield();
        throw new NotImplementedException($"{action.Name} {endpoints} {http} {signer}");
    }
}
