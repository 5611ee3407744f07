using System.Net;
using System.Net.Sockets;
using Stateside.Engine;
using Stateside.Engine.Template;
using Stateside.Aws.Api.Access;
using Stateside.Aws.Endpoint;
using Stateside.Service.Cli.Terminal;
using Stateside.Service.Console;

namespace Stateside.Service.Cli.Serving;

/// <summary>Where a service listens, and to whom.</summary>
/// <param name="Address">The address.</param>
/// <param name="Key">The key that requests must be signed with; null on loopback.</param>
internal sealed record Listening(IPEndPoint Address, AccessKey? Key)
{
    /// <summary>The variables that hold the key, first pair wins.</summary>
    public const string KeyVariables = "STATESIDE_ACCESS_KEY_ID and STATESIDE_SECRET_ACCESS_KEY (or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY)";

    /// <summary>An address as options name it.</summary>
    /// <exception cref="UserException">It is not loopback and there is no key.</exception>
    public static Listening At(IPAddress address, int port)
    {
        if (IPAddress.IsLoopback(address))
            return new(new(address, port), null);
        return new(new(address, port), FindKey("STATESIDE_") ?? FindKey("AWS_") ?? throw new UserException(
            $"--host {address}: others can reach that address and run code here, so requests to it must be signed: set {KeyVariables} to what clients sign with."));
    }

    /// <summary>An IP address, localhost, or * for every address of this machine.</summary>
    public static IPAddress Parse(string text) => text switch
    {
        "localhost" => IPAddress.Loopback,
        "*" => IPAddress.Any,
        _ => IPAddress.TryParse(text.Trim('[', ']'), out var address)
            ? address
            : throw new FormatException("this must be an IP address, localhost, or * for every address of this machine."),
    };

    private static AccessKey? FindKey(string prefix) =>
        Environment.GetEnvironmentVariable(prefix + "ACCESS_KEY_ID") is { Length: > 0 } id
        && Environment.GetEnvironmentVariable(prefix + "SECRET_ACCESS_KEY") is { Length: > 0 } secret
            ? new(id, secret)
            : null;
}

/// <summary>Kestrel with what it serves: access first, then the API and the console.</summary>
internal static class WebServer
{
    /// <summary>Starts to listen.</summary>
    /// <param name="service">What is served.</param>
    /// <param name="listening">Where.</param>
    /// <param name="template">The template as it was last taken over; null where there is none.</param>
    /// <param name="host">The world.</param>
    /// <param name="cancellationToken">Stops the start.</param>
    /// <exception cref="UserException">Nobody can listen there.</exception>
    public static async Task<WebApplication> StartAsync(
        LocalService service, Listening listening, Func<TemplateModel?> template, CommandHost host, CancellationToken cancellationToken)
    {
        var app = Build(service, listening, template, host);
        try
        {
            await app.StartAsync(cancellationToken);
            return app;
        }
        catch (Exception e)
        {
            await app.DisposeAsync();
            if (e is IOException or SocketException)
                throw new UserException($"{listening.Address}: cannot listen there: {e.Message} Choose another with --port.");
            throw;
        }
    }

    /// <summary>Serves until Ctrl+C or SIGTERM; requests that wait, such as a worker's poll, are cut off then.</summary>
    public static async Task WaitAsync(WebApplication app, CancellationToken cancellationToken)
    {
        var stop = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using (cancellationToken.UnsafeRegister(_ => stop.TrySetResult(), null))
            await stop.Task;
        await app.StopAsync(new CancellationToken(canceled: true));
    }

    private static WebApplication Build(LocalService service, Listening listening, Func<TemplateModel?> template, CommandHost host)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(listening.Address);
            kestrel.AddServerHeader = false;

            // Objects of S3 are longer than what Kestrel takes by itself; each API has a bound of its own.
            kestrel.Limits.MaxRequestBodySize = null;
        });

        // Requests are short, and what they wait for gives the thread back: they run where they arrive, and answers leave from there.
        builder.WebHost.UseSockets(sockets => sockets.UnsafePreferInlineScheduling = true);
        var app = builder.Build();
        var guard = new AccessGuard(listening.Key is null ? null : new SignatureCheck(listening.Key, host.Time));
        var api = new AwsEndpoint(service, e => host.ReportDefect("API", e));
        app.Use(guard.HandleAsync);
        if (listening.Key is null)
        {
            var console = new ConsoleSite(service, template, host.Time, e => host.ReportDefect("console", e));
            app.Run(http => ConsoleSite.Serves(http.Request) ? console.HandleAsync(http) : api.HandleAsync(http));
        }
        else
        {
            // A browser signs nothing, and whoever may call may run code here: there is no console where others can reach it.
            app.Run(api.HandleAsync);
        }

        return app;
    }
}
