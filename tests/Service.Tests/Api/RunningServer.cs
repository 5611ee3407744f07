using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Stateside.Service.Cli;
using Stateside.Service.Cli.Terminal;

namespace Stateside.Service.Tests.Api;

/// <summary>The program's serve command on a free port, in this process.</summary>
public sealed partial class RunningServer : IAsyncLifetime
{
    private readonly CancellationTokenSource _stop = new();
    private readonly AddressWriter _error = new();
    private readonly HttpClient _http = new();
    private Task<int> _command = Task.FromResult(0);

    /// <summary>Where it listens.</summary>
    public Uri Address => _http.BaseAddress!;

    public async ValueTask InitializeAsync()
    {
        _command = CommandLine.RunAsync(["serve", "--port", "0", "--in-memory"], new CommandHost(TimeProvider.System, 1, TextWriter.Null, TextWriter.Synchronized(_error)), _stop.Token);
        var first = await Task.WhenAny(_error.Address, _command);
        Assert.True(first == _error.Address, $"serve ended: {_error}");
        _http.BaseAddress = await _error.Address;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _command;
        _http.Dispose();
        _stop.Dispose();
        await _error.DisposeAsync();
    }

    /// <summary>Sends a request as the SDKs do.</summary>
    public async Task<(int Status, JsonElement Body)> SendAsync(string target, string body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/") { Content = new StringContent(body, Encoding.UTF8) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-amz-json-1.0");
        request.Headers.Add("X-Amz-Target", target);
        using var response = await _http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal("application/x-amz-json-1.0", response.Content.Headers.ContentType?.MediaType);
        Assert.NotEmpty(response.Headers.GetValues("x-amzn-RequestId").Single());
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return ((int)response.StatusCode, JsonDocument.Parse(text).RootElement);
    }

    /// <summary>Calls an operation that must succeed.</summary>
    public async Task<JsonElement> CallAsync(string operation, object request)
    {
        var (status, body) = await SendAsync("AWSStepFunctions." + operation, JsonSerializer.Serialize(request));
        Assert.True(status == 200, $"{operation}: {status} {body}");
        return body;
    }

    /// <summary>Hears at which address the server listens.</summary>
    private sealed partial class AddressWriter : StringWriter
    {
        private readonly TaskCompletionSource<Uri> _address = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<Uri> Address => _address.Task;

        public override void WriteLine(string? value)
        {
            base.WriteLine(value);
            if (Listens().Match(value ?? "") is { Success: true } match)
                _address.TrySetResult(new Uri(match.Groups[1].Value));
        }

        public override Task WriteLineAsync(string? value)
        {
            WriteLine(value);
            return Task.CompletedTask;
        }

        [GeneratedRegex(@"listens on (http://127\.0\.0\.1:[0-9]+)\.")]
        private static partial Regex Listens();
    }
}
