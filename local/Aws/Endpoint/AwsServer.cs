using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Stateside.Aws.Endpoint;

/// <summary>Kestrel on a socket that is open already. Requests that wait, such as a worker's poll, are cut off at its end.</summary>
internal sealed class AwsServer : IAsyncDisposable
{
    private readonly WebApplication _server;

    private AwsServer(WebApplication server) => _server = server;

    /// <summary>Answers at a socket from now on.</summary>
    /// <param name="socket">The socket, which ends with the server.</param>
    /// <param name="handle">Answers requests.</param>
    /// <param name="cancellationToken">Stops the start.</param>
    public static async Task<IAsyncDisposable> StartAsync(ListeningSocket socket, RequestDelegate handle, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(socket.Address);
            kestrel.AddServerHeader = false;

            // Objects of S3 are longer than what Kestrel takes by itself; each API has a bound of its own.
            kestrel.Limits.MaxRequestBodySize = null;
        });
        builder.Services.AddSingleton<IConnectionListenerFactory>(new SocketTransport(socket));
        var server = builder.Build();
        server.Run(handle);
        await server.StartAsync(cancellationToken);
        return new AwsServer(server);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.StopAsync(new CancellationToken(canceled: true));
        await _server.DisposeAsync();
    }
}
