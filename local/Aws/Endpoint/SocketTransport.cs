using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;

namespace Stateside.Aws.Endpoint;

/// <summary>Gives Kestrel the connections of a socket that listens already.</summary>
internal sealed class SocketTransport(ListeningSocket socket) : IConnectionListenerFactory, IConnectionListener
{
    // Requests are short, and what they wait for gives the thread back: they run where they arrive, and answers leave from there.
    private readonly SocketConnectionContextFactory _contexts =
        new(new SocketConnectionFactoryOptions { UnsafePreferInlineScheduling = true }, NullLogger.Instance);

    public EndPoint EndPoint => socket.Address;

    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult<IConnectionListener>(this);

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default) =>
        await socket.AcceptAsync(cancellationToken) is { } connection ? _contexts.Create(connection) : null;

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
