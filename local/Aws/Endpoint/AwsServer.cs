using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Stateside.Aws.Endpoint;

/// <summary>Kestrel on a socket that is open already.</summary>
internal sealed class AwsServer : IAsyncDisposable
{
    private readonly ListeningSocket _socket;
    private readonly CancellationTokenSource _end = new();
    private Task _starting = Task.CompletedTask;
    private WebApplication? _server;

    private AwsServer(ListeningSocket socket) => _socket = socket;

    /// <summary>Answers at a socket from now on.</summary>
    /// <param name="socket">The socket, which ends with the server.</param>
    /// <param name="handle">Answers requests.</param>
    /// <param name="cancellationToken">Stops the start.</param>
    public static async Task<AwsServer> StartAsync(ListeningSocket socket, RequestDelegate handle, CancellationToken cancellationToken)
    {
        var server = new AwsServer(socket);
        await server.StartAsync(handle, cancellationToken);
        return server;
    }

    /// <summary>Answers at a socket from its first connection on, so that who is never called pays for no server.</summary>
    /// <param name="socket">The socket, which ends with the server.</param>
    /// <param name="handle">Answers requests.</param>
    /// <param name="reportDefect">Is told when the server cannot be started.</param>
    public static AwsServer WhenCalled(ListeningSocket socket, RequestDelegate handle, Action<Exception> reportDefect)
    {
        var server = new AwsServer(socket);
        server._starting = server.StartLaterAsync(handle, reportDefect);
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _starting;
        if (_server is not null)
        {
            // Requests that wait, such as a worker's poll, are cut off.
            await _server.StopAsync(new CancellationToken(canceled: true));
            await _server.DisposeAsync();
        }

        await _socket.DisposeAsync();
        _end.Dispose();
    }

    private async Task StartLaterAsync(RequestDelegate handle, Action<Exception> reportDefect)
    {
        try
        {
            await _socket.WhenCalledAsync(_end.Token);
            await StartAsync(handle, _end.Token);
        }
        catch (OperationCanceledException)
        {
            // Nobody called.
        }
        catch (Exception e)
        {
            reportDefect(e);
        }
    }

    private async Task StartAsync(RequestDelegate handle, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(_socket.Address);
            kestrel.AddServerHeader = false;

            // Objects of S3 are longer than what Kestrel takes by itself; each API has a bound of its own.
            kestrel.Limits.MaxRequestBodySize = null;
        });
        builder.Services.AddSingleton<IConnectionListenerFactory>(_socket);
        _server = builder.Build();
        _server.Run(handle);
        await _server.StartAsync(cancellationToken);
    }
}
