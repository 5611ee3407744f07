using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Stateside.Aws.Endpoint;

/// <summary>
/// A free loopback port that is open at once and served from its first connection on, so that who never calls pays for no server.
/// </summary>
internal sealed class LoopbackAddress : IAsyncDisposable
{
    private const int Backlog = 512;

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly CancellationTokenSource _end = new();
    private readonly RequestDelegate _handle;
    private readonly Task _served;
    private WebApplication? _server;

    /// <summary>Opens a port.</summary>
    /// <param name="handle">Answers requests.</param>
    /// <param name="reportDefect">Is told when the server cannot be started.</param>
    public LoopbackAddress(RequestDelegate handle, Action<Exception> reportDefect)
    {
        _handle = handle;
        _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _socket.Listen(Backlog);
        Url = new Uri($"http://127.0.0.1:{((IPEndPoint)_socket.LocalEndPoint!).Port}");
        _served = ServeAsync(reportDefect);
    }

    /// <summary>The address.</summary>
    public Uri Url { get; }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _served;
        if (_server is not null)
        {
            await _server.StopAsync(new CancellationToken(canceled: true));
            await _server.DisposeAsync();
        }

        _socket.Dispose();
        _end.Dispose();
    }

    private async Task ServeAsync(Action<Exception> reportDefect)
    {
        try
        {
            var first = await _socket.AcceptAsync(_end.Token);
            var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
            builder.Logging.ClearProviders();
            builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
            {
                kestrel.Listen((IPEndPoint)_socket.LocalEndPoint!);
                kestrel.AddServerHeader = false;
                kestrel.Limits.MaxRequestBodySize = null;
            });
            builder.Services.AddSingleton<IConnectionListenerFactory>(new OpenSocket(_socket, first));
            _server = builder.Build();
            _server.Run(_handle);
            await _server.StartAsync(_end.Token);
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

    /// <summary>Gives Kestrel the connections of a socket that listens already, and first the one that woke it.</summary>
    private sealed class OpenSocket(Socket socket, Socket first) : IConnectionListenerFactory, IConnectionListener
    {
        private readonly SocketConnectionContextFactory _contexts =
            new(new SocketConnectionFactoryOptions { UnsafePreferInlineScheduling = true }, NullLogger.Instance);

        private Socket? _first = first;

        public EndPoint EndPoint => socket.LocalEndPoint!;

        public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
            ValueTask.FromResult<IConnectionListener>(this);

        public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
        {
            while (true)
            {
                try
                {
                    var connection = Interlocked.Exchange(ref _first, null) ?? await socket.AcceptAsync(cancellationToken);
                    connection.NoDelay = true;
                    return _contexts.Create(connection);
                }
                catch (Exception e) when (e is ObjectDisposedException or OperationCanceledException)
                {
                    return null;
                }
                catch (SocketException e) when (e.SocketErrorCode == SocketError.OperationAborted)
                {
                    return null;
                }
                catch (SocketException)
                {
                    // One that was closed before it was taken; the next may be well.
                }
            }
        }

        public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
        {
            socket.Dispose();
            return ValueTask.CompletedTask;
        }

        public ValueTask DisposeAsync()
        {
            socket.Dispose();
            _contexts.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
