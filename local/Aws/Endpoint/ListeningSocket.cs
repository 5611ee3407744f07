using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;

namespace Stateside.Aws.Endpoint;

/// <summary>
/// A port that is open from the start, so that its address can be told before anything answers there. Kestrel takes its connections
/// when it is started; until then they wait.
/// </summary>
internal sealed class ListeningSocket : IConnectionListenerFactory, IConnectionListener
{
    private const int Backlog = 512;

    private readonly Socket _socket;

    // Requests are short, and what they wait for gives the thread back: they run where they arrive, and answers leave from there.
    private readonly SocketConnectionContextFactory _contexts =
        new(new SocketConnectionFactoryOptions { UnsafePreferInlineScheduling = true }, NullLogger.Instance);

    private Socket? _first;

    /// <summary>Opens a port.</summary>
    /// <param name="address">Where; port 0 takes a free one.</param>
    /// <exception cref="SocketException">Nobody can listen there.</exception>
    public ListeningSocket(IPEndPoint address)
    {
        _socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            // Where every address of the machine is meant, those of the older kind are too.
            if (address.Address.Equals(IPAddress.IPv6Any))
                _socket.DualMode = true;
            _socket.Bind(address);
            _socket.Listen(Backlog);
        }
        catch
        {
            _socket.Dispose();
            throw;
        }

        Address = (IPEndPoint)_socket.LocalEndPoint!;
    }

    /// <summary>Where it listens.</summary>
    public IPEndPoint Address { get; }

    /// <summary>How clients on this machine reach it.</summary>
    public Uri Url => new($"http://{(Address.Address.Equals(IPAddress.Any) || Address.Address.Equals(IPAddress.IPv6Any) ? new IPEndPoint(IPAddress.Loopback, Address.Port) : Address)}");

    public EndPoint EndPoint => Address;

    /// <summary>Waits for the first connection, and keeps it for who answers.</summary>
    public async Task WhenCalledAsync(CancellationToken cancellationToken) => _first = await _socket.AcceptAsync(cancellationToken);

    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult<IConnectionListener>(this);

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            try
            {
                var connection = Interlocked.Exchange(ref _first, null) ?? await _socket.AcceptAsync(cancellationToken);
                connection.NoDelay = true;
                return _contexts.Create(connection);
            }
            catch (Exception e) when (e is ObjectDisposedException or OperationCanceledException or SocketException { SocketErrorCode: SocketError.OperationAborted })
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
        _socket.Dispose();
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        _first?.Dispose();
        _socket.Dispose();
        _contexts.Dispose();
        return ValueTask.CompletedTask;
    }
}
