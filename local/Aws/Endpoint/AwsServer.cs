using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Stateside.Aws.Api.Access;
using Stateside.Aws.Wire;

namespace Stateside.Aws.Endpoint;

/// <summary>Kestrel on a socket that is open already. Requests that wait, such as a worker's poll, are cut off at its end.</summary>
internal sealed class AwsServer : IAsyncDisposable
{
    /// <summary>Workers that wait for an activity, consumers that wait for a message and pages that follow along have one each.</summary>
    private const int MostConnections = 4096;

    /// <summary>Two of the largest bodies, or many a part of an object; a quarter of the memory that the process may have where that is less.</summary>
    private static readonly long MostBodyBytes = Math.Min(2L * AccessGuard.MostBytes, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4);

    private readonly WebApplication _server;

    private AwsServer(WebApplication server) => _server = server;

    /// <summary>Answers at a socket from now on.</summary>
    /// <param name="socket">The socket, which ends with the server.</param>
    /// <param name="handle">Answers requests.</param>
    /// <param name="cancellationToken">Stops the start.</param>
    /// <param name="mostConnections">So many at a time; those beyond are closed at once.</param>
    public static async Task<IAsyncDisposable> StartAsync(
        ListeningSocket socket, RequestDelegate handle, CancellationToken cancellationToken, int mostConnections = MostConnections)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            var room = new BodyRoom(MostBodyBytes);
            kestrel.Listen(socket.Address, listen => listen.Use(next => connection =>
            {
                connection.Features.Set(room);
                return next(connection);
            }));
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxConcurrentConnections = mostConnections;

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
