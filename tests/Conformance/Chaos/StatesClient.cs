using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;

namespace Stateside.Conformance.Chaos;

/// <summary>An answer of the service.</summary>
/// <param name="Body">The members of an answer; null of an error.</param>
/// <param name="Error">The exception's name; null of an answer.</param>
/// <param name="Message">What the error says.</param>
internal sealed record ServiceAnswer(JsonObject? Body, string? Error, string? Message)
{
    public override string ToString() => Error is null ? Body!.ToJsonString() : $"{Error}: {Message}";
}

/// <summary>The Step Functions API over HTTP, of a service that may be gone at any moment.</summary>
internal sealed class StatesClient(Uri url) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false, ConnectTimeout = TimeSpan.FromSeconds(5) })
    {
        BaseAddress = url,
        Timeout = TimeSpan.FromSeconds(60),
    };

    private int _interrupted;

    /// <summary>How many requests had no answer.</summary>
    public int Interrupted => _interrupted;

    /// <summary>One request.</summary>
    /// <returns>The answer; null when the service went away before it came.</returns>
    public async Task<ServiceAnswer?> TryAsync(string operation, JsonObject request)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, "/")
        {
            Content = new StringContent(request.ToJsonString(), Encoding.UTF8) { Headers = { ContentType = new MediaTypeHeaderValue("application/x-amz-json-1.0") } },
        };
        message.Headers.Add("X-Amz-Target", $"AWSStepFunctions.{operation}");
        try
        {
            using var response = await _http.SendAsync(message);
            var body = JsonNode.Parse(await response.Content.ReadAsStringAsync()) as JsonObject ?? [];
            if (response.IsSuccessStatusCode)
                return new ServiceAnswer(body, null, null);
            var type = (string?)body["__type"] ?? $"HTTP {(int)response.StatusCode}";
            return new ServiceAnswer(null, type[(type.IndexOf('#', StringComparison.Ordinal) + 1)..], (string?)(body["message"] ?? body["Message"]) ?? "");
        }
        catch (Exception e) when (e is HttpRequestException or IOException or SocketException or TaskCanceledException)
        {
            Interlocked.Increment(ref _interrupted);
            return null;
        }
    }

    /// <summary>One request, asked again until there is an answer.</summary>
    /// <returns>The answer, and how many requests before it had none.</returns>
    public async Task<(ServiceAnswer Answer, int Unanswered)> AskAsync(string operation, JsonObject request)
    {
        for (var unanswered = 0; ; unanswered++)
        {
            if (await TryAsync(operation, request) is { } answer)
                return (answer, unanswered);
            await Task.Delay(25);
        }
    }

    /// <summary>One request that must be answered well.</summary>
    public async Task<JsonObject> GetAsync(string operation, JsonObject request)
    {
        var (answer, _) = await AskAsync(operation, request);
        return answer.Body ?? throw new InvalidOperationException($"{operation} {request.ToJsonString()} was answered with {answer}");
    }

    /// <summary>All items of a list, page by page.</summary>
    public async IAsyncEnumerable<JsonObject> ListAsync(string operation, JsonObject request, string items)
    {
        string? token;
        do
        {
            var page = await GetAsync(operation, request);
            foreach (var item in page[items]!.AsArray())
                yield return item!.AsObject();
            token = (string?)page["nextToken"];
            request["nextToken"] = token;
        }
        while (token is not null);
    }

    /// <summary>Puts an object into a bucket.</summary>
    public async Task PutAsync(string bucket, string key, string content)
    {
        using var message = Object(HttpMethod.Put, bucket, key);
        message.Content = new StringContent(content);
        using var response = await _http.SendAsync(message);
        response.EnsureSuccessStatusCode();
    }

    /// <summary>The object of a bucket, which is JSON.</summary>
    public async Task<JsonNode> ReadAsync(string bucket, string key)
    {
        using var message = Object(HttpMethod.Get, bucket, key);
        using var response = await _http.SendAsync(message);
        return JsonNode.Parse(await response.EnsureSuccessStatusCode().Content.ReadAsStringAsync())!;
    }

    /// <summary>Puts an object.</summary>
    /// <returns>The status of the answer.</returns>
    public async Task<int> TryPutAsync(string bucket, string key, string text)
    {
        using var message = Object(HttpMethod.Put, bucket, key);
        message.Content = new StringContent(text);
        using var response = await _http.SendAsync(message);
        return (int)response.StatusCode;
    }

    public void Dispose() => _http.Dispose();

    /// <summary>A request of S3, which is known by how it is signed; nobody checks by whom.</summary>
    private static HttpRequestMessage Object(HttpMethod method, string bucket, string key) => new(method, $"/{bucket}/{key}")
    {
        Headers =
        {
            { "Authorization", "AWS4-HMAC-SHA256 Credential=chaos/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=00" },
            { "x-amz-content-sha256", "UNSIGNED-PAYLOAD" },
        },
    };
}
