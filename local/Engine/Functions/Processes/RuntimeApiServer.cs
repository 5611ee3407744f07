using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Stateside.Engine.Functions.Processes;

/// <summary>
/// An HTTP server on a loopback port of its own, for the one handler process that is told the port: some runtimes take nothing but a
/// host and a port for the address of Lambda's runtime API, so processes cannot share one. It is small because the engine carries no
/// web framework.
/// </summary>
internal sealed class RuntimeApiServer : IDisposable
{
    // A runtime uses one or two; more are a fault of it and are not taken.
    private const int MaximumConnections = 32;

    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly ConcurrentDictionary<Socket, bool> _connections = new();
    private readonly Func<RuntimeApiRequest, Task<RuntimeApiResponse?>> _answer;

    /// <summary>Listens at once.</summary>
    /// <param name="answer">Answers a request; null closes its connection.</param>
    public RuntimeApiServer(Func<RuntimeApiRequest, Task<RuntimeApiResponse?>> answer)
    {
        _answer = answer;
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        Address = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{((IPEndPoint)_listener.LocalEndPoint!).Port}");
        _ = AcceptAsync();
    }

    /// <summary>Host and port, as AWS_LAMBDA_RUNTIME_API has them.</summary>
    public string Address { get; }

    public void Dispose()
    {
        _listener.Dispose();
        foreach (var socket in _connections.Keys)
            socket.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var socket = await _listener.AcceptAsync().ConfigureAwait(false);
                if (_connections.Count >= MaximumConnections)
                    socket.Dispose();
                else
                    _ = ServeAsync(socket);
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // Closed with its process.
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        _connections[socket] = true;
        try
        {
            socket.NoDelay = true;
            using var connection = new RuntimeApiConnection(new NetworkStream(socket, ownsSocket: true), Address);
            while (await connection.ReadAsync().ConfigureAwait(false) is { } request
                && await _answer(request).ConfigureAwait(false) is { } response)
            {
                await connection.WriteAsync(response).ConfigureAwait(false);
                if (request.IsLast)
                    return;
            }
        }
        catch (Exception exception) when (exception is IOException or SocketException or ObjectDisposedException or InvalidDataException)
        {
            // The process has gone or does not speak HTTP; what it owes fails when it ends or its time is up.
        }
        finally
        {
            _connections.TryRemove(socket, out _);
        }
    }
}

/// <summary>A request of a runtime.</summary>
/// <param name="Method">The method.</param>
/// <param name="Path">The path with its first slash.</param>
/// <param name="Headers">The headers.</param>
/// <param name="Body">The body, cut off where it is larger than a result may be.</param>
/// <param name="BodyLength">How long the body really was.</param>
/// <param name="IsLast">Whether the runtime wants the connection closed afterwards.</param>
internal sealed record RuntimeApiRequest(
    string Method, string Path, IReadOnlyDictionary<string, string> Headers, ReadOnlyMemory<byte> Body, long BodyLength, bool IsLast);

/// <summary>An answer to it.</summary>
/// <param name="Status">The status.</param>
/// <param name="Body">The body, JSON.</param>
/// <param name="Headers">The headers beside length and type.</param>
internal sealed record RuntimeApiResponse(int Status, ReadOnlyMemory<byte> Body, IReadOnlyList<(string Name, string Value)> Headers);
