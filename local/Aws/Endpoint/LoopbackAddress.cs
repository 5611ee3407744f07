using System.Net;

namespace Stateside.Aws.Endpoint;

/// <summary>
/// An address on a free loopback port for handlers. The port is open at once, so that its address can be told to them; a server is started,
/// and all that it needs loaded, only when one of them calls.
/// </summary>
internal sealed class LoopbackAddress : IAsyncDisposable
{
    private readonly ListeningSocket _socket = new(new IPEndPoint(IPAddress.Loopback, 0));
    private readonly CancellationTokenSource _end = new();
    private readonly Lock _lock = new();
    private Task<IAsyncDisposable?>? _server;

    /// <summary>The address.</summary>
    public Uri Url => _socket.Url;

    /// <summary>Answers there from now on. To be called once.</summary>
    /// <param name="start">Starts the server on the socket.</param>
    /// <param name="reportDefect">Is told when it cannot be started.</param>
    public void Serve(Func<ListeningSocket, CancellationToken, Task<IAsyncDisposable>> start, Action<Exception> reportDefect) =>
        _socket.WhenCalled(() =>
        {
            lock (_lock)
            {
                if (!_end.IsCancellationRequested)
                    _server = Task.Run(() => StartAsync(start, reportDefect));
            }
        });

    public ValueTask DisposeAsync()
    {
        lock (_lock)
            _end.Cancel();
        if (_server is { } server)
            return StopAsync(server);
        _socket.Dispose();
        return ValueTask.CompletedTask;
    }

    private async ValueTask StopAsync(Task<IAsyncDisposable?> server)
    {
        if (await server is { } started)
            await started.DisposeAsync();
        _socket.Dispose();
    }

    private async Task<IAsyncDisposable?> StartAsync(Func<ListeningSocket, CancellationToken, Task<IAsyncDisposable>> start, Action<Exception> reportDefect)
    {
        try
        {
            return await start(_socket, _end.Token);
        }
        catch (OperationCanceledException)
        {
            // It ends already.
            return null;
        }
        catch (Exception e)
        {
            reportDefect(e);
            return null;
        }
    }
}
