using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;

namespace Stateside.Conformance.Chaos;

/// <summary><c>stateside serve</c> on one folder and port, started anew each time it was killed.</summary>
internal sealed class ServiceProcess : IAsyncDisposable
{
    private const string Template = """
        {"AWSTemplateFormatVersion":"2010-09-09","Resources":{"Bucket":{"Type":"AWS::S3::Bucket","Properties":{"BucketName":"BUCKET"}}}}
        """;

    private readonly string _program;
    private readonly string _folder;
    private readonly int _port;
    private readonly string _functions;
    private readonly List<string> _lines = [];
    private Process? _process;

    /// <summary>A service that is not started yet.</summary>
    /// <param name="program">The program.</param>
    /// <param name="folder">The folder of its data.</param>
    /// <param name="functions">Where functions are invoked.</param>
    /// <param name="bucket">A bucket that it has; null for none.</param>
    public ServiceProcess(string program, string folder, string functions, string? bucket = null)
    {
        if (bucket is not null)
            File.WriteAllText(Path.Combine(folder, "template.json"), Template.Replace("BUCKET", bucket, StringComparison.Ordinal));
        _program = program;
        _folder = folder;
        _functions = functions;
        _port = FreePort();
    }

    public Uri Url => new($"http://127.0.0.1:{_port}");

    /// <summary>Whether it keeps nothing.</summary>
    public bool IsInMemory { get; init; }

    /// <summary>What it is told beside where its data is and where it listens.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = ["--no-reload", "--log-level", "warn"];

    /// <summary>How many bytes the runtime may have for objects; null for as many as there are.</summary>
    public long? HeapLimit { get; init; }

    /// <summary>The code it ended with; null while it runs.</summary>
    public int? ExitCode => _process is { HasExited: true } process ? process.ExitCode : null;

    /// <summary>The most memory that any of them had, in bytes.</summary>
    public long PeakMemory { get; private set; }

    /// <summary>How long each took until it answered.</summary>
    public List<TimeSpan> Starts { get; } = [];

    /// <summary>What they wrote that nobody expects.</summary>
    public IReadOnlyList<string> Complaints
    {
        get
        {
            lock (_lines)
                return [.. _lines];
        }
    }

    public void Start()
    {
        var start = new ProcessStartInfo(
            "dotnet",
            [_program, "serve", .. IsInMemory ? ["--in-memory"] : (string[])["--data", _folder], "--port", $"{_port}", "--lambda-endpoint", _functions, .. Arguments])
        {
            WorkingDirectory = _folder,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("STATESIDE_", StringComparison.Ordinal)).ToList())
            start.Environment.Remove(name);
        if (HeapLimit is { } limit)
            start.Environment["DOTNET_GCHeapHardLimit"] = limit.ToString("x", CultureInfo.InvariantCulture);
        _process = Process.Start(start)!;
        _process.ErrorDataReceived += (_, e) => Keep(e.Data);
        _process.OutputDataReceived += (_, e) => Keep(e.Data);
        _process.BeginErrorReadLine();
        _process.BeginOutputReadLine();
    }

    /// <summary>Waits until it answers.</summary>
    /// <exception cref="InvalidOperationException">It ended instead.</exception>
    public async Task WhenReadyAsync(StatesClient client)
    {
        var begin = Stopwatch.GetTimestamp();
        while (await client.TryAsync("ListActivities", new JsonObject()) is null)
        {
            if (_process!.HasExited)
                throw new InvalidOperationException($"The service ended with exit code {_process.ExitCode}: {string.Join(" / ", Complaints.TakeLast(5))}");
            await Task.Delay(20);
        }

        Starts.Add(Stopwatch.GetElapsedTime(begin));
    }

    /// <summary>Looks how much memory it has had.</summary>
    public void Measure()
    {
        if (_process is not { HasExited: false } process)
            return;
        process.Refresh();

        // The peak is not told everywhere.
        PeakMemory = Math.Max(PeakMemory, Math.Max(process.PeakWorkingSet64, process.WorkingSet64));
    }

    /// <summary>Holds it up for a while, as a debugger or a busy machine would.</summary>
    /// <returns>Whether that can be done here.</returns>
    public async Task<bool> PauseAsync(TimeSpan time)
    {
        if (OperatingSystem.IsWindows())
            return false;
        await SignalAsync("-STOP");
        await Task.Delay(time);
        await SignalAsync("-CONT");
        return true;

        async Task SignalAsync(string signal)
        {
            using var kill = Process.Start("kill", [signal, $"{_process!.Id}"]);
            await kill.WaitForExitAsync();
        }
    }

    /// <summary>Ends it at once, as SIGKILL does.</summary>
    public async Task KillAsync()
    {
        if (_process!.HasExited)
            throw new InvalidOperationException($"The service had ended with exit code {_process.ExitCode}: {string.Join(" / ", Complaints.TakeLast(5))}");
        Measure();
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _process = null;
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false })
            await KillAsync();
    }

    private void Keep(string? line)
    {
        if (string.IsNullOrWhiteSpace(line))
            return;
        lock (_lines)
            _lines.Add(line);
    }

    /// <summary>A port that no connection of ours is given while the service is away: below those the system hands out.</summary>
    private static int FreePort()
    {
        for (var port = 21_000 + (Environment.ProcessId % 5_000); ; port++)
        {
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Somebody has it.
            }
        }
    }
}
