using System.Collections.Frozen;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Stateside.Engine.Execution;
using Stateside.Engine.Execution.Turns;
using Stateside.Engine.Store;
using Stateside.Language.Evaluation;
using Stateside.Language.Json;

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

    /// <summary>Headers that a definition may not set.</summary>
    private static readonly FrozenSet<string> Denied = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "A-IM", "Accept-Charset", "Accept-Datetime", "Accept-Encoding", "Cache-Control", "Connection", "Content-Encoding", "Content-MD5", "Date",
        "Expect", "Forwarded", "From", "Host", "HTTP2-Settings", "If-Match", "If-Modified-Since", "If-None-Match", "If-Range",
        "If-Unmodified-Since", "Max-Forwards", "Origin", "Pragma", "Proxy-Authorization", "Referer", "Server", "TE", "Trailer",
        "Transfer-Encoding", "Upgrade", "Via", "Warning");

    private static readonly string[] DeniedPrefixes = ["x-forwarded-", "x-amz-", "x-amzn-"];

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
        if (Problem(parameters) is { } problem)
            return TaskFailures.Of(ErrorNames.Runtime, problem);
        var (connection, missing) = await connections.FindAsync(arn, RequestIds.Of(request), cancellationToken).ConfigureAwait(false);
        if (connection is null)
            return TaskFailures.Of(ErrorNames.Runtime, missing);
        try
        {
            using var message = NewMessage(parameters, connection);
            if (connection.Type == "OAUTH_CLIENT_CREDENTIALS")
                RequestHeaders.Set(message, "Authorization", await TokenAsync(connection, cancellationToken).ConfigureAwait(false));
            using var answer = await Client.SendAsync(message, cancellationToken).ConfigureAwait(false);
            return Outcome(answer, await answer.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false));
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
            return RequestSigner.IsAws(uri) && !allowAws ? "is AWS itself, and without --allow-aws nothing reaches AWS." : null;
        return "must begin with https://." + (uri.IsLoopback ? " To call this machine, allow it with --allow-loopback-http." : "");
    }

    private static HttpClient NewClient(PublicNetwork? network, X509ChainPolicy? trust = null) => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        AutomaticDecompression = DecompressionMethods.All,
        ConnectCallback = network is null ? null : network.ConnectAsync,
        SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = trust },
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        RequestHeaderEncodingSelector = (_, _) => Encoding.UTF8,
    })
    {
        Timeout = TimeSpan.FromSeconds(60),
        MaxResponseContentBufferSize = Step.MaxPayloadBytes + 1,
    };

    private string? Problem(JsonObject parameters)
    {
        var text = parameters.Text("ApiEndpoint")!;
        if (Endpoint(text, out _) is { } problem)
            return problem;
        foreach (var (name, _) in parameters["Headers"] as JsonObject ?? JsonObject.Empty)
        {
            if (Denied.Contains(name) || Array.Exists(DeniedPrefixes, prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)))
                return $"The header '{name}' may not be set by an HTTP task.";
        }

        return parameters.Text("Method") is "GET" or "POST" or "PUT" or "DELETE" or "PATCH" or "OPTIONS" or "HEAD"
            ? null
            : $"The Method '{parameters.Text("Method")}' is not one of GET, POST, PUT, DELETE, PATCH, OPTIONS, HEAD.";
    }

    private string? Endpoint(string text, out Uri? uri)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out uri))
            return $"The ApiEndpoint '{text}' is not a URL.";
        return Refusal(uri) is { } refusal ? $"The ApiEndpoint '{text}' {refusal}" : null;
    }

    private HttpRequestMessage NewMessage(JsonObject parameters, HttpConnection connection)
    {
        var method = new HttpMethod(parameters.Text("Method")!);
        var query = (parameters["QueryParameters"] as JsonObject ?? JsonObject.Empty)
            .SelectMany(parameter => (parameter.Value as JsonArray ?? JsonArray.Of(parameter.Value)).Select(value => (Name: parameter.Key, Value: HttpValues.Text(value))))
            .Concat(HttpConnections.Added(connection.Parameters, "InvocationHttpParameters", "QueryStringParameters"));
        var address = new UriBuilder(parameters.Text("ApiEndpoint")!);
        address.Query = string.Join('&', new[] { address.Query.TrimStart('?') }
            .Concat(query.Select(pair => $"{Uri.EscapeDataString(pair.Name)}={Uri.EscapeDataString(pair.Value)}")).Where(pair => pair.Length > 0));
        var message = new HttpRequestMessage(method, address.Uri);
        var body = WithAdded(parameters["RequestBody"], connection);
        var isForm = (parameters["Transform"] as JsonObject)?.Text("RequestBodyEncoding") == "URL_ENCODED";
        if (body is not null and not JsonNull)
        {
            var text = isForm
                ? HttpForm.Encode(body, (((JsonObject)parameters["Transform"]!)["RequestEncodingOptions"] as JsonObject)?.Text("ArrayFormat"))
                : HttpValues.Text(body);
            message.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(text));
        }

        foreach (var (name, value) in parameters["Headers"] as JsonObject ?? JsonObject.Empty)
            RequestHeaders.Set(message, name, value is JsonArray values ? HttpValues.Joined(values) : HttpValues.Text(value));
        if (message.Content is { Headers.ContentType: null })
            RequestHeaders.Set(message, "Content-Type", isForm ? "application/x-www-form-urlencoded" : "application/json");
        foreach (var (name, value) in HttpConnections.Added(connection.Parameters, "InvocationHttpParameters", "HeaderParameters"))
            RequestHeaders.Set(message, name, value);
        if (HttpConnections.HeaderOf(connection) is { } header)
            RequestHeaders.Set(message, header.Name, header.Value);
        if (!message.Headers.Contains("User-Agent"))
            RequestHeaders.Set(message, "User-Agent", $"Amazon|StepFunctions|HttpInvoke|{region}");
        if (!message.Headers.Contains("Range"))
            RequestHeaders.Set(message, "Range", "bytes=0-262144");
        return message;
    }

    private static JsonValue? WithAdded(JsonValue? body, HttpConnection connection)
    {
        foreach (var (name, value) in HttpConnections.Added(connection.Parameters, "InvocationHttpParameters", "BodyParameters"))
        {
            if (body is null or JsonNull or JsonObject)
                body = (body as JsonObject ?? JsonObject.Empty).With(name, JsonValue.From(value));
        }

        return body;
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
        using var message = new HttpRequestMessage(new HttpMethod(oauth.Text("HttpMethod") ?? "POST"), endpoint);
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

    private static TaskOutcome Outcome(HttpResponseMessage answer, byte[] content)
    {
        var status = (int)answer.StatusCode;
        var headers = new JsonObject.Builder();
        foreach (var (name, values) in answer.Headers.Concat(answer.Content.Headers))
            headers.Set(name.ToLowerInvariant(), JsonArray.Of(values.Select(value => (JsonValue)JsonValue.From(value))));
        var output = JsonObject.Of(
            ("Headers", headers.ToObject()),
            ("ResponseBody", HttpValues.Body(Encoding.UTF8.GetString(content))),
            ("StatusCode", JsonValue.From(status)),
            ("StatusText", JsonValue.From(answer.ReasonPhrase ?? "")));
        return answer.IsSuccessStatusCode
            ? new TaskOutcome.Completed(output)
            : TaskFailures.Of($"States.Http.StatusCode.{status.ToString(CultureInfo.InvariantCulture)}", JsonWriter.Compact(output));
    }
}
