using System.Net;
using System.Net.Sockets;

namespace Stateside.Engine.Tasks.Http;

/// <summary>
/// Connections of HTTP tasks. AWS reaches public addresses alone, and so does this: an address is looked at after its name was
/// resolved, so no name leads to a private one. Loopback is let through where the user says so.
/// </summary>
/// <param name="allowLoopback">Whether loopback may be reached.</param>
internal sealed class PublicNetwork(bool allowLoopback)
{
    /// <summary>Whether an address may be reached.</summary>
    public bool Allows(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        if (IPAddress.IsLoopback(address))
            return allowLoopback;
        var bytes = address.GetAddressBytes();
        if (address.AddressFamily == AddressFamily.InterNetworkV6)
            return !address.IsIPv6LinkLocal && !address.IsIPv6SiteLocal && !address.IsIPv6UniqueLocal && !address.IsIPv6Multicast && !address.Equals(IPAddress.IPv6Any);

        // See https://www.iana.org/assignments/iana-ipv4-special-registry.
        return bytes[0] is not (0 or 10 or 127 or >= 224)
            && !(bytes[0] == 100 && bytes[1] is >= 64 and <= 127)
            && !(bytes[0] == 169 && bytes[1] == 254)
            && !(bytes[0] == 172 && bytes[1] is >= 16 and <= 31)
            && !(bytes[0] == 192 && bytes[1] == 168)
            && !(bytes[0] == 192 && bytes[1] == 0 && bytes[2] == 0)
            && !(bytes[0] == 198 && bytes[1] is 18 or 19);
    }

    /// <summary>Connects to one of a host's addresses that may be reached.</summary>
    /// <param name="context">The host and the port.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="HttpRequestException">None of them may be reached.</exception>
    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var host = context.DnsEndPoint.Host;
        var addresses = await Dns.GetHostAddressesAsync(host, cancellationToken).ConfigureAwait(false);
        var allowed = Array.FindAll(addresses, Allows);
        if (allowed.Length == 0)
            throw new HttpRequestException($"{host} is not a public address");
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, context.DnsEndPoint.Port, cancellationToken).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
