using System.Reflection;
using System.Text;
using Stateside.Engine.Functions;
using Stateside.Engine.Functions.Hosting;

namespace Stateside.Engine.Tests.Functions;

/// <summary>The handler projects under tests/handlers, and a host to run them in, with a state folder of its own.</summary>
internal sealed class HandlerFixtures : IAsyncDisposable
{
    public static readonly string RepoRoot = Metadata("RepoRoot");
    private static readonly string Configuration = Metadata("Configuration");

    private readonly List<string> _lines = [];
    private readonly SemaphoreSlim _written = new(0);
    private int _requests;

    public HandlerFixtures(Func<FunctionHostOptions, FunctionHostOptions>? change = null, TimeProvider? time = null)
    {
        StateDirectory = Directory.CreateTempSubdirectory("stateside-").FullName;
        var options = new FunctionHostOptions
        {
            StateDirectory = StateDirectory,
            OutputDirectory = null,
            BuildConfiguration = Configuration,
            LogLine = (_, line) =>
            {
                lock (_lines)
                    _lines.Add(line);
                _written.Release();
            },
            Progress = line =>
            {
                lock (Progress)
                    Progress.Add(line);
            },
        };
        Host = new FunctionHost(time ?? TimeProvider.System, change?.Invoke(options) ?? options);
    }

    public FunctionHost Host { get; }

    public string StateDirectory { get; }

    public List<string> Progress { get; } = [];

    public static string Output(string project) =>
        Path.Combine(RepoRoot, "tests", "handlers", project, "bin", Configuration, "net10.0");

    public static FunctionConfiguration Shape(string handler) => new()
    {
        Name = handler.Replace("::", "-", StringComparison.Ordinal),
        Arn = "arn:aws:lambda:us-east-1:123456789012:function:" + handler.Replace("::", "-", StringComparison.Ordinal),
        Handler = "Shapes::Shapes." + handler,
        CodePath = Output("Shapes"),
        Timeout = TimeSpan.FromSeconds(60),
    };

    /// <summary>A function whose callers are served in turn: those who call one that is not prepared go on in any order once it is.</summary>
    public async Task<FunctionConfiguration> PreparedAsync(FunctionConfiguration function)
    {
        Assert.Empty(await Host.PrepareAsync([function], TestContext.Current.CancellationToken));
        return function;
    }

    public InvocationOptions NewRequest() => new($"00000000-0000-4000-8000-{++_requests:D12}");

    public Task<InvocationResult> InvokeAsync(FunctionConfiguration function, string payload = "null", InvocationOptions? request = null) =>
        Host.InvokeAsync(function, Encoding.UTF8.GetBytes(payload), request ?? NewRequest(), TestContext.Current.CancellationToken);

    public Task<InvocationResult> InvokeAsync(string handler, string payload = "null") => InvokeAsync(Shape(handler), payload);

    /// <summary>Waits until a handler has written a line that ends so.</summary>
    public async Task WroteAsync(string end)
    {
        while (true)
        {
            lock (_lines)
            {
                if (_lines.Exists(line => line.EndsWith(end, StringComparison.Ordinal)))
                    return;
            }

            await _written.WaitAsync(TestContext.Current.CancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();

        // On Windows the contexts may still hold the copies until they are collected.
        try
        {
            Directory.Delete(StateDirectory, recursive: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
        }
    }

    private static string Metadata(string key) => typeof(HandlerFixtures).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(attribute => attribute.Key == key).Value!;
}
