using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Stateside.Conformance.Stores;

/// <summary>Another implementation of AWS's services to compare with: moto's server, as a process of its own on a free port.</summary>
internal sealed class MotoServer : IAsyncDisposable
{
    private const string Python = "python3";

    private readonly Process? _process;

    private MotoServer(Process? process, Uri endpoint)
    {
        _process = process;
        Endpoint = endpoint;
    }

    public Uri Endpoint { get; }

    /// <summary>Starts one, or joins one that runs.</summary>
    /// <param name="endpoint">Where one runs; null to start one.</param>
    /// <returns>The server, or why there is none.</returns>
    public static async Task<(MotoServer? Server, string? Reason)> StartAsync(Uri? endpoint)
    {
        if (endpoint is not null)
            return (new MotoServer(null, endpoint), null);
        if (!HasMoto())
            return (null, $"{Python} has no moto.server (pip install 'moto[server]')");
        var port = FreePort();
        var start = new ProcessStartInfo(Python, ["-m", "moto.server", "-H", "127.0.0.1", "-p", $"{port}"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var server = new MotoServer(process, new Uri($"http://127.0.0.1:{port}"));
        using var http = new HttpClient { BaseAddress = server.Endpoint };
        for (var tries = 0; tries < 300; tries++)
        {
            try
            {
                await http.GetAsync(new Uri("/moto-api/", UriKind.Relative));
                return (server, null);
            }
            catch (HttpRequestException) when (!process.HasExited)
            {
                await Task.Delay(100);
            }
        }

        await server.DisposeAsync();
        return (null, "moto's server did not come up within 30 seconds");
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is null)
            return;
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static bool HasMoto()
    {
        try
        {
            using var python = Process.Start(new ProcessStartInfo(Python, ["-c", "import moto.server"]) { RedirectStandardError = true });
            python!.StandardError.ReadToEnd();
            python.WaitForExit();
            return python.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
