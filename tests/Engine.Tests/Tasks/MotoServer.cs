using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Stateside.Engine.Tests.Tasks;

/// <summary>moto's server, an AWS made for tests, where it is installed; one for all tests of a run.</summary>
public sealed class MotoServer : IAsyncLifetime
{
    private Process? _process;

    /// <summary>Where it listens; null where it is not installed.</summary>
    public Uri? Endpoint { get; private set; }

    /// <summary>Where it listens; the test is skipped where it is not installed.</summary>
    public Uri Required()
    {
        Assert.SkipWhen(Endpoint is null, "moto's server is not installed: pip install 'moto[server]'.");
        return Endpoint!;
    }

    public async ValueTask InitializeAsync()
    {
        var port = FreePort();
        try
        {
            _process = Process.Start(new ProcessStartInfo("python3", ["-m", "moto.server", "-H", "127.0.0.1", "-p", port.ToString()])
            {
                RedirectStandardError = true,
                RedirectStandardOutput = true,
            });
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return;
        }

        // It tells of every request there; nobody reads that.
        _ = _process!.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        _ = _process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        for (var waited = Stopwatch.StartNew(); waited.Elapsed < TimeSpan.FromSeconds(60) && !_process.HasExited;)
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(IPAddress.Loopback, port);
                Endpoint = new Uri($"http://127.0.0.1:{port}");
                return;
            }
            catch (SocketException)
            {
                await Task.Yield();
            }
        }
    }

    public ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false })
            _process.Kill(entireProcessTree: true);
        _process?.Dispose();
        return ValueTask.CompletedTask;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
