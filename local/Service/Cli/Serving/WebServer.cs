using System.Net;
using System.Net.Sockets;
using Stateside.Engine;
using Stateside.Engine.Template;
using Stateside.Aws.Api.Access;
using Stateside.Aws.Endpoint;
using Stateside.Service.Cli.Terminal;
using Stateside.Service.Console;
using Stateside.Service.Console.Pages;

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

/// <summary>What is served: access first, then the APIs and the console.</summary>
internal static class WebServer
{
    /// <summary>Opens the port.</summary>
    /// <exception cref="UserException">Nobody can listen there.</exception>
    public static ListeningSocket Open(Listening listening)
    {
        try
        {
            return new ListeningSocket(listening.Address);
        }
        catch (SocketException e)
        {
            throw new UserException($"{listening.Address}: cannot listen there: {e.Message} Choose another with --port.");
        }
    }

    /// <summary>Starts to answer.</summary>
    /// <param name="socket">The port.</param>
    /// <param name="service">What is served.</param>
    /// <param name="key">The key that requests must be signed with; null on loopback.</param>
    /// <param name="template">The template as it was last taken over; null where there is none.</param>
    /// <param name="host">The world.</param>
    /// <param name="opened">The executions that were opened from records of AWS; null for none yet.</param>
    /// <param name="cancellationToken">Stops the start.</param>
    public static Task<IAsyncDisposable> StartAsync(
        ListeningSocket socket, LocalService service, AccessKey? key, Func<TemplateModel?> template, CommandHost host, OpenedExecutions? opened,
        CancellationToken cancellationToken)
    {
        var guard = new AccessGuard(key is null ? null : new SignatureCheck(key, host.Time), AccessRefusal.WriteAsync);
        var aws = new AwsEndpoint(service, e => host.ReportDefect("API", e));

        // A browser signs nothing, and whoever may call may run code here: there is no console where others can reach it.
        RequestDelegate served = aws.HandleAsync;
        if (key is null)
        {
            var console = new ConsoleSite(service, template, opened ?? new OpenedExecutions(service.Catalog), host.Time, e => host.ReportDefect("console", e));
            served = http => ConsoleSite.Serves(http.Request) ? console.HandleAsync(http) : aws.HandleAsync(http);
        }

        return AwsServer.StartAsync(socket, http => guard.HandleAsync(http, served), cancellationToken);
    }

    /// <summary>Waits for Ctrl+C or SIGTERM.</summary>
    public static async Task WaitAsync(CancellationToken cancellationToken)
    {
        var stop = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using (cancellationToken.UnsafeRegister(_ => stop.TrySetResult(), null))
            await stop.Task;
    }
}
