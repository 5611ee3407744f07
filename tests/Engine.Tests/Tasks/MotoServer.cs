using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Stateside.Engine.Tests.Tasks;

/// <summary>moto's server, an AWS made for tests, where it is installed; one for all tests of a run.</summary>
public sealed partial class MotoServer : IAsyncLifetime
{
    private readonly string[] _arguments;
    private Process? _process;

    public MotoServer()
        : this([])
    {
    }

    /// <summary>One that is started with arguments of its own, such as those of TLS.</summary>
    internal MotoServer(string[] arguments) => _arguments = arguments;

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
        try
        {
            _process = Process.Start(new ProcessStartInfo("python3", ["-m", "moto.server", "-H", "127.0.0.1", "-p", "0", .. _arguments])
            {
                RedirectStandardError = true,
                RedirectStandardOutput = true,
            });
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return;
        }

        // It takes a free port and says which, or ends where it is not installed.
        _ = _process!.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        while (Endpoint is null && await _process.StandardError.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
            Endpoint = Address().Match(line) is { Success: true } address ? new Uri(address.Value) : null;

        // Of every request there it tells too; nobody reads that.
        _ = _process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
    }

    public ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false })
            _process.Kill(entireProcessTree: true);
        _process?.Dispose();
        return ValueTask.CompletedTask;
    }

    [GeneratedRegex(@"https?://127\.0\.0\.1:\d+")]
    private static partial Regex Address();
}
