using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Stateside.Conformance.Chaos;

/// <summary>A token that a function was given, to be answered.</summary>
internal sealed record Delivery(string Token, string Execution, int N, int Number);

/// <summary>
/// Lambda's Invoke endpoint with the functions that the machines call. It outlives the service, answers after small random delays and
/// counts who was invoked for what.
/// </summary>
internal sealed class LambdaEndpoint : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Random _random;
    private readonly ConcurrentDictionary<string, int> _invocations = new(StringComparer.Ordinal);
    private readonly Channel<Delivery> _deliveries = Channel.CreateUnbounded<Delivery>();
    private int _lastDelivery;

    private LambdaEndpoint(WebApplication app, int seed)
    {
        _app = app;
        _random = new Random(seed);
    }

    public string Url => _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();

    /// <summary>How often each piece of work was asked for.</summary>
    public IReadOnlyDictionary<string, int> Invocations => _invocations;

    /// <summary>The tokens, as they come in; a repeated invocation delivers its token once more.</summary>
    public ChannelReader<Delivery> Deliveries => _deliveries.Reader;

    public static async Task<LambdaEndpoint> StartAsync(int seed)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        var endpoint = new LambdaEndpoint(app, seed);
        app.Run(endpoint.InvokeAsync);
        await app.StartAsync();
        return endpoint;
    }

    /// <summary>What an invocation is counted under: the execution, the state in it, and which item of a Map it is for.</summary>
    public static string Key(string execution, string part) => $"{execution}/{part}";

    /// <summary>No more tokens are handed over.</summary>
    public void EndDeliveries() => _deliveries.Writer.TryComplete();

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task InvokeAsync(HttpContext context)
    {
        // /2015-03-31/functions/NAME/invocations
        var function = context.Request.Path.Value!.Split('/')[3].Split(':')[^1];
        var payload = await JsonSerializer.DeserializeAsync<JsonObject>(context.Request.Body, cancellationToken: context.RequestAborted);
        var n = (int)payload!["n"]!;
        var execution = (string)payload["execution"]!;
        var times = _invocations.AddOrUpdate(Key(execution, $"{payload["state"]}/{payload["part"]}"), 1, (_, count) => count + 1);
        var (delay, chance) = Chance();
        if (function == "hand-over")
            await _deliveries.Writer.WriteAsync(new Delivery((string)payload["token"]!, execution, n, Interlocked.Increment(ref _lastDelivery)));
        await Task.Delay(delay, context.RequestAborted);
        var answer = function switch
        {
            "double" => JsonValue.Create(2 * n),
            "fragile" when times > n % 3 => JsonValue.Create(2 * n),
            "increment" => JsonValue.Create(n + 1),
            "unsteady" when chance >= 0.2 => JsonValue.Create(n + 1),
            "hand-over" => (JsonNode)JsonValue.Create("handed over"),
            _ => null,
        };
        if (answer is null)
        {
            context.Response.Headers["X-Amz-Function-Error"] = "Unhandled";
            answer = new JsonObject { ["errorType"] = "Unsteady", ["errorMessage"] = "Not this time." };
        }

        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(answer.ToJsonString(), context.RequestAborted);
    }

    private (int Delay, double Chance) Chance()
    {
        lock (_random)
            return (_random.Next(8) == 0 ? _random.Next(200) : _random.Next(10), _random.NextDouble());
    }
}
