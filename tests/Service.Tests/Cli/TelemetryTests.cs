using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;

namespace Stateside.Service.Tests.Cli;

/// <summary>What a collector receives.</summary>
public sealed class TelemetryTests
{
    [Fact]
    public async Task A_collector_receives_spans_in_the_caller_s_trace_and_counts()
    {
        await using var collector = await Collector.StartAsync();
        using var project = new Project("""
            Transform: AWS::Serverless-2016-10-31
            Resources:
              Greeting:
                Type: AWS::Serverless::StateMachine
                Properties:
                  Definition: {StartAt: GreetState, States: {GreetState: {Type: Pass, End: true}}}
            """);
        const string Trace = "4bf92f3577b34da6a3ce929d0e0e4736";
        await using (var server = await Serving.StartAsync("--template", project.Template, "--log-level", "debug"))
        {
            server.Http.DefaultRequestHeaders.Add("traceparent", $"00-{Trace}-00f067aa0ba902b7-01");
            await server.StartExecutionAsync("Greeting");

            // Whoever observes turns hears of them in order, and this line comes last.
            await server.SaysAsync("SUCCEEDED");
        }

        var traces = collector.Received("/v1/traces");
        Assert.Contains("GreetState", traces, StringComparison.Ordinal);
        Assert.Contains("aws.step_functions.execution.arn", traces, StringComparison.Ordinal);
        Assert.Contains(Encoding.Latin1.GetString(Convert.FromHexString(Trace)), traces, StringComparison.Ordinal);
        Assert.Contains("stateside.executions.succeeded", collector.Received("/v1/metrics"), StringComparison.Ordinal);
    }

    /// <summary>Takes what OTLP sends, and names itself to it while it lives.</summary>
    private sealed class Collector : IAsyncDisposable
    {
        private readonly ConcurrentQueue<(string Path, string Body)> _received = new();
        private readonly WebApplication _app;

        private Collector(WebApplication app) => _app = app;

        public static async Task<Collector> StartAsync()
        {
            var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
            builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
            var collector = new Collector(builder.Build());
            collector._app.Run(async http =>
            {
                using var body = new MemoryStream();
                await http.Request.Body.CopyToAsync(body);
                collector._received.Enqueue((http.Request.Path, Encoding.Latin1.GetString(body.ToArray())));
            });
            await collector._app.StartAsync(TestContext.Current.CancellationToken);
            Environment.SetEnvironmentVariable("OTEL_EXPORTER_OTLP_ENDPOINT", collector._app.Urls.Single());
            Environment.SetEnvironmentVariable("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf");
            return collector;
        }

        public string Received(string path) => string.Concat(_received.Where(request => request.Path == path).Select(request => request.Body));

        public async ValueTask DisposeAsync()
        {
            Environment.SetEnvironmentVariable("OTEL_EXPORTER_OTLP_ENDPOINT", null);
            Environment.SetEnvironmentVariable("OTEL_EXPORTER_OTLP_PROTOCOL", null);
            await _app.DisposeAsync();
        }
    }
}
