using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Stateside.Service.Cli;
using Stateside.Service.Cli.Terminal;

namespace Stateside.Service.Tests.Cli;

/// <summary>The serve command at work in this process, with whatever options a test needs, and what it says.</summary>
internal sealed partial class Serving : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Lines _error = new();
    private readonly Task<int> _command;

    private Serving(string[] args) => _command = CommandLine.RunAsync(
        [.. args, "--port", "0"], new CommandHost(TimeProvider.System, 1, TextWriter.Null, _error), _stop.Token);

    /// <summary>For requests of the test's own making.</summary>
    public HttpClient Http { get; } = new();

    public string Error => _error.ToString();

    /// <summary>Starts it and waits until it listens.</summary>
    public static Task<Serving> StartAsync(params string[] args) => StartAsync(
        ["serve", .. args, .. args.Contains("--template") || args.Contains("--data") ? Array.Empty<string>() : ["--in-memory"]], "listens on http");

    /// <summary>Starts the open command in its place, and waits until it says where an execution is shown.</summary>
    public static Task<Serving> OpenAsync(params string[] args) => StartAsync(["open", .. args], "/console/executions/");

    private static async Task<Serving> StartAsync(string[] words, string text)
    {
        var serving = new Serving(words);
        var line = await serving.SaysAsync(text);
        serving.Http.BaseAddress = new Uri(Address().Match(line).Value);
        return serving;
    }

    /// <summary>Waits until it has said something that holds a text; each line is heard once.</summary>
    public async Task<string> SaysAsync(string text)
    {
        var line = _error.WaitAsync(text, TestContext.Current.CancellationToken);
        return await Task.WhenAny(line, _command) == line ? await line : throw new InvalidOperationException($"serve ended: {Error}");
    }

    /// <summary>Calls an operation that must succeed.</summary>
    public async Task<JsonElement> CallAsync(string operation, object request)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, "/") { Content = new StringContent(JsonSerializer.Serialize(request), Encoding.UTF8) };
        message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-amz-json-1.0");
        message.Headers.Add("X-Amz-Target", "AWSStepFunctions." + operation);
        using var response = await Http.SendAsync(message, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode, $"{operation}: {text}");
        return JsonDocument.Parse(text).RootElement;
    }

    /// <summary>Starts an execution of a machine of the template; gives its ARN.</summary>
    public async Task<string> StartExecutionAsync(string machine, string input = "{}") =>
        (await CallAsync("StartExecution", new { stateMachineArn = $"arn:aws:states:us-east-1:123456789012:stateMachine:{machine}", input }))
        .GetProperty("executionArn").GetString()!;

    /// <summary>Asks until the execution has ended.</summary>
    public async Task<JsonElement> EndedAsync(string arn)
    {
        while (true)
        {
            var execution = await CallAsync("DescribeExecution", new { executionArn = arn });
            if (execution.GetProperty("status").GetString() != "RUNNING")
                return execution;
            await Task.Yield();
        }
    }

    /// <summary>Ends it as Ctrl+C does.</summary>
    public async Task<int> StopAsync()
    {
        await _stop.CancelAsync();
        return await _command;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Http.Dispose();
        _stop.Dispose();
        await _error.DisposeAsync();
    }

    [GeneratedRegex("http://[0-9a-zA-Z.:\\[\\]]*[0-9]")]
    private static partial Regex Address();

    /// <summary>Keeps lines until somebody waits for them.</summary>
    private sealed class Lines : StringWriter
    {
        private readonly Lock _lock = new();
        private readonly List<string> _unheard = [];
        private readonly List<(string Text, TaskCompletionSource<string> Heard)> _waiting = [];

        public override void WriteLine(string? value)
        {
            lock (_lock)
            {
                base.WriteLine(value);
                var waiter = _waiting.FindIndex(waiter => value!.Contains(waiter.Text, StringComparison.Ordinal));
                if (waiter < 0)
                {
                    _unheard.Add(value!);
                    return;
                }

                _waiting[waiter].Heard.SetResult(value!);
                _waiting.RemoveAt(waiter);
            }
        }

        public Task<string> WaitAsync(string text, CancellationToken cancellationToken)
        {
            lock (_lock)
            {
                var at = _unheard.FindIndex(line => line.Contains(text, StringComparison.Ordinal));
                if (at >= 0)
                {
                    var line = _unheard[at];
                    _unheard.RemoveAt(at);
                    return Task.FromResult(line);
                }

                var heard = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
                _waiting.Add((text, heard));
                return heard.Task.WaitAsync(cancellationToken);
            }
        }

        public override string ToString()
        {
            lock (_lock)
                return base.ToString();
        }
    }
}
