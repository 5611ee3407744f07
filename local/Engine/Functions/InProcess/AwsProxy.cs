using System.Net;
using Stateside.Language.Services;

namespace Stateside.Engine.Functions.InProcess;

/// <summary>
/// Keeps in this machine what handlers in this process send to AWS's own hosts, as SDKs do that are too old for AWS_ENDPOINT_URL: it
/// stands before the proxy that .NET's HttpClient would use, and sends such requests to the address that handlers are told. There plain
/// HTTP is answered and HTTPS refused, since nobody but AWS can answer for its hosts. Who is no handler is not concerned.
/// </summary>
/// <param name="usual">The proxy before.</param>
internal sealed class AwsProxy(IWebProxy usual) : IWebProxy
{
    private static readonly Lock Installing = new();

    // Where requests go that come from no handler's flow of execution; null to let them go.
    private static Uri? _ofProcess;

    /// <summary>Puts it in place; a process has one.</summary>
    /// <param name="options">The host's options.</param>
    public static void Install(FunctionHostOptions options)
    {
        if (options.AwsAddress is null)
            return;
        lock (Installing)
        {
            if (options.OwnsProcess)
                _ofProcess = options.AwsAddress;
            if (HttpClient.DefaultProxy is { } proxy and not AwsProxy)
                HttpClient.DefaultProxy = new AwsProxy(proxy);
        }
    }

    public ICredentials? Credentials { get; set; }

    public Uri? GetProxy(Uri destination)
    {
        if (AddressFor(destination) is not { } address)
            return destination.IsLoopback ? null : usual.GetProxy(destination);
        if (ConsoleCapture.Current is { ToldOfAws: false } log)
        {
            log.ToldOfAws = true;
            log.WriteLine(
                "Warning",
                $"A request to {destination.Host} is not sent: without --allow-aws nothing reaches AWS. An SDK that goes by AWS_ENDPOINT_URL "
                + "(AWSSDK.Core 3.7.201 or later, no endpoint of AWS named in its code) finds the template's services here.");
        }

        return address;
    }

    // This machine is what handlers are told of, and no proxy elsewhere finds it.
    public bool IsBypassed(Uri host) => host.IsLoopback || (AddressFor(host) is null && usual.IsBypassed(host));

    private static Uri? AddressFor(Uri destination) =>
        !AwsLocation.IsAws(destination) ? null
        : ConsoleCapture.Current is { } log ? log.AwsAddress
        : _ofProcess;
}
