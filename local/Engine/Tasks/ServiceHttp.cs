using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Stateside.Engine.Tasks;

/// <summary>The connections to services, shared by all requests: no redirects, no cookies, and no proxy to this machine itself.</summary>
internal sealed class ServiceHttp : IDisposable
{
    /// <summary>Of what a service says where it refuses, nobody reads more.</summary>
    private const int MaxErrorBytes = 1024 * 1024;

    /// <summary>
    /// The file of certificates that AWS's tools trust in place of the machine's, such as those of an emulator over TLS.
    /// See https://docs.aws.amazon.com/sdkref/latest/guide/feature-gen-config.html.
    /// </summary>
    private const string CertificatesVariable = "AWS_CA_BUNDLE";

    /// <summary>How long a service may be silent.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    // Made when they are needed: most services call nobody.
    private readonly Lazy<HttpClient> _near = new(() => NewClient(useProxy: false, Timeout.InfiniteTimeSpan));
    private readonly Lazy<HttpClient> _far = new(() => NewClient(useProxy: true, Timeout.InfiniteTimeSpan));

    /// <summary>Sends a request and reads the whole answer; of one that refuses its first megabyte.</summary>
    /// <param name="request">The request, signed where it is to be.</param>
    /// <param name="mostBytes">How long an answer may be.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The answer and its content, or why there is none.</returns>
    public async ValueTask<(HttpResponseMessage? Answer, byte[] Content, ServiceError? Error)> SendAsync(
        HttpRequestMessage request, int mostBytes, CancellationToken cancellationToken)
    {
        var endpoint = request.RequestUri!;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        HttpResponseMessage? answer = null;
        var isRead = false;
        try
        {
            var client = (endpoint.IsLoopback ? _near : _far).Value;
            answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token).ConfigureAwait(false);
            var most = answer.IsSuccessStatusCode ? mostBytes : MaxErrorBytes;
            var (content, isWhole) = await ReadAsync(answer.Content, most, patience).ConfigureAwait(false);
            isRead = isWhole || !answer.IsSuccessStatusCode;
            return isRead
                ? (answer, content, null)
                : (null, [], new ServiceError(ServiceError.TooLong, $"Unable to execute HTTP request: {endpoint.Authority}: the answer is longer than {most} bytes", 0, null));
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return (null, [], ServiceError.Unreachable($"{endpoint.Authority}: {e.Message}"));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (null, [], ServiceError.Unreachable($"{endpoint.Authority}: Read timed out"));
        }
        finally
        {
            if (!isRead)
                answer?.Dispose();
        }
    }

    /// <summary>The error code of an answer without the shape's name space before it and an address after it.</summary>
    public static string PlainCode(string code) => code.Split(':')[0].Split('#')[^1];

    /// <summary>All headers of an answer in their order.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> Headers(HttpResponseMessage answer) =>
        [.. answer.Headers.NonValidated.Concat(answer.Content.Headers.NonValidated)
            .Select(header => KeyValuePair.Create(header.Key, string.Join(',', header.Value)))];

    /// <summary>A header of an answer; null where it has none.</summary>
    public static string? Header(HttpResponseMessage answer, string name) => answer.Headers.TryGetValues(name, out var values) ? values.First() : null;

    public void Dispose()
    {
        foreach (var client in new[] { _near, _far }.Where(client => client.IsValueCreated))
            client.Value.Dispose();
    }

    /// <summary>A connection of that kind.</summary>
    /// <param name="useProxy">Whether a proxy may stand between: between this machine and AWS, never between this machine and itself.</param>
    /// <param name="timeout">How long an answer may take.</param>
    /// <exception cref="IOException">The certificates to trust cannot be read.</exception>
    public static HttpClient NewClient(bool useProxy, TimeSpan timeout) => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = useProxy,
        SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = Trusted(Environment.GetEnvironmentVariable(CertificatesVariable)) },
        ConnectTimeout = TimeSpan.FromSeconds(10),
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        RequestHeaderEncodingSelector = (_, _) => Encoding.UTF8,
        ResponseHeaderEncodingSelector = (_, _) => Encoding.UTF8,
    })
    {
        Timeout = timeout,
    };

    private static X509ChainPolicy? Trusted(string? file)
    {
        if (string.IsNullOrEmpty(file))
            return null;
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        try
        {
            policy.CustomTrustStore.ImportFromPemFile(file);
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new IOException($"{CertificatesVariable}={file} cannot be read: {e.Message}", e);
        }

        return policy;
    }

    /// <summary>Reads a content, or its beginning where it is longer. Its room grows with what comes, not with what its header says.</summary>
    private static async ValueTask<(byte[] Content, bool IsWhole)> ReadAsync(HttpContent content, int most, CancellationTokenSource patience)
    {
        const int Step = 1024 * 1024;
        var stream = await content.ReadAsStreamAsync(patience.Token).ConfigureAwait(false);
        var expected = content.Headers.ContentLength is { } length ? Math.Min(length, most) : most;
        var bytes = new byte[Math.Min(expected, Step)];
        var next = new byte[1];
        var read = 0;
        while (true)
        {
            if (read == bytes.Length)
            {
                if (await stream.ReadAsync(next, patience.Token).ConfigureAwait(false) == 0)
                    return (bytes, true);
                if (read == most)
                    return (bytes, false);
                Array.Resize(ref bytes, (int)Math.Min(Math.Max(read * 2L, Step), expected > read ? expected : most));
                bytes[read++] = next[0];
            }

            var count = await stream.ReadAsync(bytes.AsMemory(read), patience.Token).ConfigureAwait(false);
            if (count == 0 && read < bytes.Length)
            {
                Array.Resize(ref bytes, read);
                return (bytes, true);
            }

            read += count;
            patience.CancelAfter(Patience);
        }
    }
}
