namespace Stateside.Engine.Tasks;

/// <summary>The connections to services, shared by all requests: no redirects, no cookies, and no proxy to this machine itself.</summary>
internal sealed class ServiceHttp : IDisposable
{
    // Made when they are needed: most services call nobody.
    private readonly Lazy<HttpClient> _near = new(() => NewClient(useProxy: false, TimeSpan.FromSeconds(60)));
    private readonly Lazy<HttpClient> _far = new(() => NewClient(useProxy: true, TimeSpan.FromSeconds(60)));

    /// <summary>Sends a request and reads the whole answer.</summary>
    /// <param name="request">The request, signed where it is to be.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The answer with its content, or why there is none.</returns>
    public async ValueTask<(HttpResponseMessage? Answer, byte[] Content, ServiceError? Error)> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var endpoint = request.RequestUri!;
        try
        {
            var answer = await (endpoint.IsLoopback ? _near : _far).Value.SendAsync(request, cancellationToken).ConfigureAwait(false);
            return (answer, await answer.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false), null);
        }
        catch (HttpRequestException e)
        {
            return (null, [], ServiceError.Unreachable($"{endpoint.Authority}: {e.Message}"));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (null, [], ServiceError.Unreachable($"{endpoint.Authority}: Read timed out"));
        }
    }

    /// <summary>The error code of an answer without the shape's name space before it and an address after it.</summary>
    public static string PlainCode(string code) => code[(code.LastIndexOf('#') + 1)..].Split(':')[0];

    /// <summary>All headers of an answer in their order.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> Headers(HttpResponseMessage answer) =>
        [.. answer.Headers.Concat(answer.Content.Headers).Select(header => KeyValuePair.Create(header.Key, string.Join(',', header.Value)))];

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
    public static HttpClient NewClient(bool useProxy, TimeSpan timeout) => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = useProxy,
        ConnectTimeout = TimeSpan.FromSeconds(10),
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    })
    {
        Timeout = timeout,
    };
}
