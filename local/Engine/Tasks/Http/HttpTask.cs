using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Stateside.Engine.Execution;
using Stateside.Engine.Execution.Turns;
using Stateside.Engine.Store;
using Stateside.Engine.Tasks.Services;
using Stateside.Language.Evaluation;
using Stateside.Language.Json;
using Stateside.Language.Services;

namespace Stateside.Engine.Tasks.Http;

/// <summary>
/// Calls HTTPS APIs: <c>http:invoke</c>.
/// See https://docs.aws.amazon.com/step-functions/latest/dg/call-https-apis.html.
/// </summary>
/// <param name="connections">The connections.</param>
/// <param name="region">The region that requests say they come from.</param>
/// <param name="allowLoopback">Whether loopback may be called, with or without TLS.</param>
/// <param name="allowAws">Whether AWS may be called.</param>
internal sealed class HttpTask(HttpConnections connections, string region, bool allowLoopback, bool allowAws) : ITaskHandler, IDisposable
{
    private const string SocketError = "States.Http.Socket";

    private HttpClient? _client;
    private HttpClient? _configured;

    /// <summary>Made when it is needed: most services call nobody, and what it stands on stays unread.</summary>
    private HttpClient Client => LazyInitializer.EnsureInitialized(ref _client, () => NewClient(new PublicNetwork(allowLoopback)));

    /// <summary>To an endpoint that the user has configured, wherever that is.</summary>
    private HttpClient Configured => LazyInitializer.EnsureInitialized(ref _configured, () => NewClient(null));

    public async ValueTask<TaskOutcome> StartAsync(TaskRequest request, CancellationToken cancellationToken)
    {
        var parameters = request.Payload as JsonObject ?? JsonObject.Empty;
        foreach (var name in new[] { "ApiEndpoint", "Method" })
        {
            if (parameters.Text(name) is null)
                return TaskParameters.Missing(parameters, name);
        }

        if (((parameters["Authentication"] ?? parameters["InvocationConfig"]) as JsonObject)?.Text("ConnectionArn") is not { } arn)
            return TaskParameters.Missing(parameters, "Authentication.ConnectionArn");
        if (Endpoint(parameters.Text("ApiEndpoint")!, out _) is { } problem)
            return TaskFailures.Of(ErrorNames.Runtime, problem);
        var (connection, missing) = await connections.FindAsync(arn, RequestIds.Of(request), cancellationToken).ConfigureAwait(false);
        if (connection is null)
            return missing!;
        var (authorization, refusal) = await AuthorizationAsync(connection, cancellationToken).ConfigureAwait(false);
        if (refusal is not null)
            return HttpConnections.Failure(HttpConnections.InvalidState, refusal);
        try
        {
            var call = new HttpCall(parameters, connection, authorization, region);
            if (request.Exchange is { } exchange)
                exchange.Sent = (exchange.RevealsSecrets ? call : new HttpCall(parameters, null, null, region)).Shown();
            using var message = call.ToMessage();
            using var answer = await Client.SendAsync(message, cancellationToken).ConfigureAwait(false);
            var read = new HttpAnswer(answer, await answer.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false));
            request.Exchange?.Received = read.Shown();
            return read.Outcome();
        }
        catch (UnsendableRequestException e)
        {
            return TaskFailures.Of(ErrorNames.Runtime, e.Message);
        }
        catch (HttpRequestException e) when (e.HttpRequestError == HttpRequestError.ConfigurationLimitExceeded)
        {
            return new TaskOutcome.Failed(TaskFailure.TooLarge("http"));
        }
        catch (Exception e) when (e is HttpRequestException or SocketException or IOException)
        {
            return TaskFailures.Of(SocketError, e.Message);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return TaskFailures.Of(SocketError, "Read timed out");
        }
    }

    public void Dispose()
    {
        _client?.Dispose();
        _configured?.Dispose();
    }

    /// <summary>Sends a request.</summary>
    /// <param name="message">The request.</param>
    /// <param name="isConfigured">Whether the user has configured where it goes; else it reaches what an HTTP task reaches.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    internal Task<HttpResponseMessage> SendAsync(HttpRequestMessage message, bool isConfigured, CancellationToken cancellationToken) =>
        (isConfigured ? Configured : Client).SendAsync(message, cancellationToken);

    /// <summary>Sends a request as an HTTP task would, to a server that has its certificate from one authority.</summary>
    /// <param name="message">The request.</param>
    /// <param name="authority">The certificates that are trusted; no other is.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    internal async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage message, X509Certificate2Collection authority, CancellationToken cancellationToken)
    {
        var trust = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        trust.CustomTrustStore.AddRange(authority);
        using var client = NewClient(new PublicNetwork(allowLoopback), trust);
        return await client.SendAsync(message, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Why an address is not called; null where it is.</summary>
    internal string? Refusal(Uri uri)
    {
        if (uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && uri.IsLoopback && allowLoopback))
            return AwsLocation.IsAws(uri) && !allowAws ? $"is AWS itself, {ServiceEndpoints.WithoutLeave}" : null;
        return "must begin with https://." + (uri.IsLoopback ? " To call this machine, allow it with --allow-loopback-http." : "");
    }

    private static HttpClient NewClient(PublicNetwork? network, X509ChainPolicy? trust = null) => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        ConnectCallback = network is null ? null : network.ConnectAsync,
        SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = trust },
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        RequestHeaderEncodingSelector = (_, _) => Encoding.UTF8,
        ResponseHeaderEncodingSelector = (name, request) =>
        {
            HttpAnswer.HeaderCame(name, request);
            return Encoding.UTF8;
        },
    })
    {
        Timeout = TimeSpan.FromSeconds(60),
        MaxResponseContentBufferSize = Step.MaxPayloadBytes + 1,
    };

    private string? Endpoint(string text, out Uri? uri)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out uri))
            return $"The ApiEndpoint '{text}' is not a URL.";
        return Refusal(uri) is { } refusal ? $"The ApiEndpoint '{text}' {refusal}" : null;
    }

    /// <summary>The header that authorizes a request, or why the connection has none to give.</summary>
    private async ValueTask<((string Name, string Value)? Header, string? Refusal)> AuthorizationAsync(
        HttpConnection connection, CancellationToken cancellationToken)
    {
        if (connection.Type != "OAUTH_CLIENT_CREDENTIALS")
            return (HttpConnections.HeaderOf(connection), null);
        try
        {
            return (("Authorization", await TokenAsync(connection, cancellationToken).ConfigureAwait(false)), null);
        }
        catch (Exception e) when (e is HttpRequestException or SocketException or IOException or UnsendableRequestException)
        {
            return (null, e.Message);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (null, "The authorization endpoint did not answer in time");
        }
    }

    /// <summary>See https://www.rfc-editor.org/rfc/rfc6749#section-4.4.</summary>
    private async ValueTask<string> TokenAsync(HttpConnection connection, CancellationToken cancellationToken)
    {
        var oauth = connection.Parameters["OAuthParameters"] as JsonObject ?? JsonObject.Empty;
        if (Endpoint(oauth.Text("AuthorizationEndpoint") ?? "", out var endpoint) is { } problem)
            throw new HttpRequestException($"The connection cannot be authorized: {problem}");
        var client = oauth["ClientParameters"] as JsonObject ?? JsonObject.Empty;
        var fields = new (string Name, string Value)[]
        {
            ("grant_type", "client_credentials"), ("client_id", client.Text("ClientID") ?? ""), ("client_secret", client.Text("ClientSecret") ?? ""),
        };
        using var message = new HttpRequestMessage(RequestHeaders.Method(oauth.Text("HttpMethod") ?? "POST"), endpoint);
        if (message.Method != HttpMethod.Get)
        {
            message.Content = new FormUrlEncodedContent(fields.Concat(HttpConnections.Added(oauth, "OAuthHttpParameters", "BodyParameters"))
                .Select(field => KeyValuePair.Create(field.Name, field.Value)));
        }

        foreach (var (name, value) in HttpConnections.Added(oauth, "OAuthHttpParameters", "HeaderParameters"))
            RequestHeaders.Set(message, name, value);
        using var answer = await Client.SendAsync(message, cancellationToken).ConfigureAwait(false);
        var text = await answer.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
        return answer.IsSuccessStatusCode && JsonReader.TryParse(text, out var json) && (json as JsonObject)?.Text("access_token") is { } token
            ? $"Bearer {token}"
            : throw new HttpRequestException($"The authorization endpoint answered with status {(int)answer.StatusCode} and no access_token");
    }
}
