using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Stateside.Engine.Tests.Tasks;

/// <summary>A Kubernetes API that answers as a test says, by TLS where it has a certificate of its own authority.</summary>
internal sealed class MadeUpCluster : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Func<string, (int Status, string Body)> _answer;
    private readonly X509Certificate2? _certificate;
    private readonly Task _serving;

    /// <param name="answer">What it answers to a method with its path and query.</param>
    /// <param name="host">The host that its certificate is for; null for no TLS.</param>
    public MadeUpCluster(Func<string, (int Status, string Body)> answer, string? host = null)
    {
        _answer = answer;
        (Authority, _certificate) = host is null ? (NewAuthority(), null) : Certified(host);
        _listener.Start();
        _serving = ServeAsync();
    }

    /// <summary>The CertificateAuthority of a cluster that is not this one.</summary>
    public static string OtherAuthority => NewAuthority();

    public string Authority { get; }

    public string Endpoint => $"{(_certificate is null ? "http" : "https")}://{_listener.LocalEndpoint}";

    /// <summary>The requests as they came.</summary>
    public List<string> Requests { get; } = [];

    /// <summary>The methods of the requests with their paths and queries.</summary>
    public IEnumerable<string> Asked
    {
        get
        {
            lock (Requests)
                return [.. Requests.Select(FirstLine)];
        }
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _serving;
        _certificate?.Dispose();
    }

    private static string FirstLine(string request) => request[..request.IndexOf(" HTTP/", StringComparison.Ordinal)];

    private async Task ServeAsync()
    {
        while (true)
        {
            try
            {
                using var client = await _listener.AcceptTcpClientAsync();
                await AnswerAsync(client.GetStream());
            }
            catch (Exception e) when (e is SocketException or InvalidOperationException)
            {
                // Nobody listens any more.
                return;
            }
            catch (Exception e) when (e is IOException or AuthenticationException)
            {
                // Who does not trust the certificate goes away.
            }
        }
    }

    private async Task AnswerAsync(Stream stream)
    {
        if (_certificate is not null)
        {
            var secured = new SslStream(stream);
            await secured.AuthenticateAsServerAsync(_certificate);
            stream = secured;
        }

        var heard = "";
        var buffer = new byte[8192];
        while (!IsWhole(heard))
        {
            var read = await stream.ReadAsync(buffer);
            if (read == 0)
                return;
            heard += Encoding.UTF8.GetString(buffer, 0, read);
        }

        lock (Requests)
            Requests.Add(heard);
        var (status, body) = _answer(FirstLine(heard));
        var reason = status switch { 200 => "OK", 201 => "Created", 404 => "Not Found", _ => "Other" };
        var answer = $"HTTP/1.1 {status} {reason}\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\nConnection: close\r\n\r\n{body}";
        await stream.WriteAsync(Encoding.UTF8.GetBytes(answer));
        await stream.FlushAsync();
    }

    private static bool IsWhole(string heard)
    {
        var end = heard.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        var length = heard.Split("\r\n").FirstOrDefault(line => line.StartsWith("Content-Length: ", StringComparison.Ordinal))?[16..];
        return end >= 0 && heard.Length - end - 4 >= int.Parse(length ?? "0");
    }

    private static CertificateRequest Request(string name, ECDsa key)
    {
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(name == "kubernetes", false, 0, true));
        return request;
    }

    private static string NewAuthority()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var authority = Request("kubernetes", key).CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(2));
        return Written(authority);
    }

    private static (string Authority, X509Certificate2 Certificate) Certified(string host)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var authority = Request("kubernetes", key).CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(2));
        using var own = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = Request("kube-apiserver", own);
        var names = new SubjectAlternativeNameBuilder();
        if (IPAddress.TryParse(host, out var address))
            names.AddIpAddress(address);
        else
            names.AddDnsName(host);
        request.CertificateExtensions.Add(names.Build());
        using var issued = request.Create(authority, DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1), [1, 2, 3]);
        return (Written(authority), issued.CopyWithPrivateKey(own));
    }

    private static string Written(X509Certificate2 authority) => Convert.ToBase64String(Encoding.UTF8.GetBytes(authority.ExportCertificatePem()));
}
