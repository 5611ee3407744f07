using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Stateside.Engine;
using Stateside.Engine.Execution.Running;

namespace Stateside.Service.Cli.Progress;

/// <summary>
/// Sends what executions tell to a collector through OTLP, when the environment names one. Everything else about it stands in
/// OpenTelemetry's own variables. See https://opentelemetry.io/docs/specs/otel/protocol/exporter/.
/// </summary>
internal sealed class Telemetry : IAsyncDisposable
{
    /// <summary>The variable that switches it on.</summary>
    public const string Variable = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /// <summary>The source of the spans of requests, which ASP.NET Core makes when somebody listens.</summary>
    private const string Requests = "Microsoft.AspNetCore";

    private readonly ExecutionTelemetry _executions;
    private readonly TracerProvider _traces;
    private readonly MeterProvider _metrics;

    private Telemetry(ExecutionEngine engine)
    {
        var name = Environment.GetEnvironmentVariable("OTEL_SERVICE_NAME") ?? "stateside";
        _traces = Sdk.CreateTracerProviderBuilder().ConfigureResource(resource => resource.AddService(name))
            .AddSource(ExecutionTelemetry.Name).AddSource(Requests).AddOtlpExporter().Build();
        _metrics = Sdk.CreateMeterProviderBuilder().ConfigureResource(resource => resource.AddService(name))
            .AddMeter(ExecutionTelemetry.Name).AddOtlpExporter().Build();
        _executions = new ExecutionTelemetry(engine);
    }

    /// <summary>Begins to send; null when no collector is named, and then nothing is observed at all.</summary>
    public static Telemetry? Start(ExecutionEngine engine) => IsWanted() ? new Telemetry(engine) : null;

    /// <summary>Sends what is left.</summary>
    public async ValueTask DisposeAsync()
    {
        await _executions.DisposeAsync();
        _traces.Dispose();
        _metrics.Dispose();
    }

    private static bool IsWanted() =>
        new[] { Variable, "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT" }
            .Any(variable => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(variable)))
        && !string.Equals(Environment.GetEnvironmentVariable("OTEL_SDK_DISABLED"), "true", StringComparison.OrdinalIgnoreCase);
}
