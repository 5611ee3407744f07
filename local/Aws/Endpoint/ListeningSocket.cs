using System.Net;
using System.Net.Sockets;

namespace Stateside.Aws.Endpoint;

/// <summary>
/// A port that is open from the start, so that its address can be told before anything answers there. Connections wait until somebody
/// takes them.
/// </summary>
internal sealed class ListeningSocket : IDisposable
{
    private const int Backlog = 512;
    private static readonly TimeSpan BetweenTries = TimeSpan.FromMilliseconds(5);

    private readonly Socket _socket;
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

    /// <summary>Has the first connection kept for who takes them.</summary>
    /// <param name="called">Is told when it is there. Nothing is told when the port is closed before.</param>
    public void WhenCalled(Action called)
    {
        // By hand: where nobody ever connects, as in many a run, no task is made, and none is canceled at the end.
        var waiting = new SocketAsyncEventArgs(true);
        waiting.Completed += (_, _) => Called();
        if (!_socket.AcceptAsync(waiting))
            Called();

        void Called()
        {
            _first = waiting.AcceptSocket;
            if (waiting.SocketError != SocketError.OperationAborted)
                called();
            waiting.Dispose();
        }
    }

    /// <summary>The next connection; null where no more are taken.</summary>
    public async ValueTask<Socket?> AcceptAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                var connection = Interlocked.Exchange(ref _first, null) ?? await _socket.AcceptAsync(cancellationToken);
                connection.NoDelay = true;
                return connection;
            }
            catch (Exception e) when (e is ObjectDisposedException or OperationCanceledException or SocketException { SocketErrorCode: SocketError.OperationAborted })
            {
                return null;
            }
            catch (SocketException)
            {
                // One that was closed before it was taken, or there is no room for another now; the next may be well.
                await Task.Delay(BetweenTries, CancellationToken.None);
            }
        }
    }

    public void Dispose()
    {
        _first?.Dispose();
        _socket.Dispose();
    }
}
