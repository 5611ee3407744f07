using System.Net;
using Stateside.Aws.Api.Access;
using Stateside.Engine;

namespace Stateside.Aws.Endpoint;

/// <summary>
/// An address on a free loopback port for the handlers of a service that is not served to others. The port is open at once, so that its
/// address can be told to handlers; a server is started only when one of them calls.
/// </summary>
internal sealed class LoopbackAddress : IAsyncDisposable
{
    private readonly ListeningSocket _socket = new(new IPEndPoint(IPAddress.Loopback, 0));
    private AwsServer? _server;

    /// <summary>The address.</summary>
    public Uri Url => _socket.Url;

    /// <summary>Answers there from now on. To be called once.</summary>
    /// <param name="service">The service.</param>
    /// <param name="reportDefect">Is told of what went wrong in Stateside itself.</param>
    public void Serve(LocalService service, Action<Exception> reportDefect)
    {
        var guard = new AccessGuard(null);
        var aws = new AwsEndpoint(service, reportDefect);
        _server = AwsServer.WhenCalled(_socket, http => guard.HandleAsync(http, aws.HandleAsync), reportDefect);
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
        await _socket.DisposeAsync();
    }
}
