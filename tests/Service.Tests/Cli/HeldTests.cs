using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Stateside.Service.Tests.Cli;

/// <summary>What a service does that an execution has brought down again and again: this needs processes that end.</summary>
public sealed partial class HeldTests : IDisposable
{
    private static readonly string Template =
        """
        Resources:
          Fatal: {Type: AWS::Serverless::Function, Properties: {FunctionName: fatal, Runtime: dotnet10, Timeout: 60, CodeUri: CODE, Handler: 'Hosted::Hosted.Fatal::End'}}
          Ending:
            Type: AWS::Serverless::StateMachine
            Properties:
              Name: ending
              Definition: {StartAt: End, States: {End: {Type: Task, Resource: !GetAtt Fatal.Arn, End: true}}}
          Waiting:
            Type: AWS::Serverless::StateMachine
            Properties:
              Name: waiting
              Definition: {StartAt: Wait, States: {Wait: {Type: Wait, Seconds: 3600, End: true}}}
        """.Replace("CODE", Project.Output("tests/handlers/Hosted"), StringComparison.Ordinal);

    private readonly Project _project = new(Template);

    public void Dispose() => _project.Dispose();

    [Theory]
    [InlineData("fail")]
    [InlineData("overflow")]
    public async Task An_execution_whose_handler_ends_the_process_is_held_the_third_time_while_others_go_on(string how)
    {
        string fatal, waiting;
        await using (var first = await Process.StartAsync(_project))
        {
            waiting = (await first.CallAsync("StartExecution", new { stateMachineArn = Arn("waiting"), name = "w" })).GetProperty("executionArn").GetString()!;
            fatal = Arn("ending").Replace("stateMachine", "execution", StringComparison.Ordinal) + ":e";
            await first.EndsAsync(Arn("ending"), JsonSerializer.Serialize(new { how }));
        }

        for (var i = 0; i < 2; i++)
        {
            await using var next = await Process.StartAsync(_project);
            await next.WhenEndedAsync();
        }

        await using var last = await Process.StartAsync(_project);
        await last.SaysAsync($"{fatal} does not go on. It is held: 3 times in a row the service ended while it was worked on.");
        await last.SaysAsync("1 execution goes on from");
        var held = await last.CallAsync("DescribeExecution", new { executionArn = fatal });
        Assert.Equal("RUNNING", held.GetProperty("status").GetString());
        Assert.Contains("It is held", held.GetProperty("redriveStatusReason").GetString(), StringComparison.Ordinal);
        var page = await last.PageAsync($"/console/executions/{Uri.EscapeDataString(fatal)}");
        Assert.Contains("data-action=\"let-go-on\"", page, StringComparison.Ordinal);
        Assert.Contains("<span class=\"tag\">held</span>", await last.PageAsync($"/console/machines/{Uri.EscapeDataString(Arn("ending"))}"), StringComparison.Ordinal);
        await last.CallAsync("StopExecution", new { executionArn = fatal });
        Assert.Equal("ABORTED", (await last.CallAsync("DescribeExecution", new { executionArn = fatal })).GetProperty("status").GetString());
        Assert.Equal("RUNNING", (await last.CallAsync("DescribeExecution", new { executionArn = waiting })).GetProperty("status").GetString());
    }

    private static string Arn(string machine) => $"arn:aws:states:us-east-1:123456789012:stateMachine:{machine}";

    /// <summary>The program as a process of its own.</summary>
    private sealed partial class Process : IAsyncDisposable
    {
        private readonly System.Diagnostics.Process _process;
        private readonly HttpClient _http = new();
        private readonly StringBuilder _error = new();

        private Process(System.Diagnostics.Process process) => _process = process;

        public static async Task<Process> StartAsync(Project project)
        {
            var start = new ProcessStartInfo("dotnet") { RedirectStandardError = true, WorkingDirectory = project.At(".") };
            foreach (var argument in (string[])[Path.Combine(AppContext.BaseDirectory, "stateside.dll"), "serve", "--port", "0", "--data", "kept", "--no-reload"])
                start.ArgumentList.Add(argument);
            var process = new Process(System.Diagnostics.Process.Start(start)!);
            process._http.BaseAddress = new Uri(Address().Match(await process.SaysAsync("listens on http")).Value);
            return process;
        }

        /// <summary>Reads on until it has said something that holds a text.</summary>
        public async Task<string> SaysAsync(string text)
        {
            while (await _process.StandardError.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
            {
                _error.AppendLine(line);
                if (line.Contains(text, StringComparison.Ordinal))
                    return line;
            }

            throw new InvalidOperationException($"It never said {text}: {_error}");
        }

        public async Task<JsonElement> CallAsync(string operation, object request)
        {
            using var message = new HttpRequestMessage(HttpMethod.Post, "/") { Content = new StringContent(JsonSerializer.Serialize(request), Encoding.UTF8) };
            message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-amz-json-1.0");
            message.Headers.Add("X-Amz-Target", "AWSStepFunctions." + operation);
            using var response = await _http.SendAsync(message, TestContext.Current.CancellationToken);
            var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            Assert.True(response.IsSuccessStatusCode, $"{operation}: {text}");
            return JsonDocument.Parse(text).RootElement;
        }

        public Task<string> PageAsync(string path) => _http.GetStringAsync(path, TestContext.Current.CancellationToken);

        /// <summary>Starts what ends it, and may be gone before it answers.</summary>
        public async Task EndsAsync(string machine, string input)
        {
            try
            {
                await CallAsync("StartExecution", new { stateMachineArn = machine, name = "e", input });
            }
            catch (HttpRequestException)
            {
                // It has ended already.
            }

            await WhenEndedAsync();
        }

        public async Task WhenEndedAsync()
        {
            _ = _process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        public async ValueTask DisposeAsync()
        {
            if (!_process.HasExited)
                _process.Kill();
            await _process.WaitForExitAsync();
            _process.Dispose();
            _http.Dispose();
        }

        [GeneratedRegex(@"http://127\.0\.0\.1:[0-9]+")]
        private static partial Regex Address();
    }
}
