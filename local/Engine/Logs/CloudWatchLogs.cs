using System.Net.Http.Headers;
using Stateside.Engine.Tasks;
using Stateside.Language.Json;

namespace Stateside.Engine.Logs;

/// <summary>
/// Writes log lines to CloudWatch Logs or what stands in for it, and makes streams as they are needed. Log groups are their owner's to
/// make; lines for one that does not exist are lost, as on AWS.
/// See https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html.
/// </summary>
/// <param name="endpoint">The endpoint, such as http://127.0.0.1:4566.</param>
/// <param name="signer">Signs requests where there is something to sign with.</param>
/// <param name="time">The real clock, for the pauses between attempts.</param>
/// <param name="handler">Sends the requests; null for the network.</param>
internal sealed class CloudWatchLogs(Uri endpoint, RequestSigner signer, TimeProvider time, HttpMessageHandler? handler = null)
    : ILogDestination, IDisposable
{
    private const int Attempts = 3;
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);

    private readonly HttpClient _client = new(
        handler ?? new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = !endpoint.IsLoopback, ConnectTimeout = TimeSpan.FromSeconds(5) })
    {
        Timeout = TimeSpan.FromSeconds(20),
    };

    private readonly Uri _endpoint = new($"{endpoint.AbsoluteUri.TrimEnd('/')}/");
    private readonly HashSet<LogStream> _made = [];

    public async ValueTask WriteAsync(LogStream stream, IReadOnlyList<LogEntry> entries, CancellationToken cancellationToken)
    {
        if (!_made.Contains(stream))
        {
            // One that is there already does as well.
            var refusal = await SendAsync("CreateLogStream", Names(stream).ToObject(), cancellationToken).ConfigureAwait(false);
            if (refusal is not null and not "ResourceAlreadyExistsException")
                throw Lost(stream, "CreateLogStream", refusal);
            _made.Add(stream);
        }

        var body = Names(stream).Set("logEvents", JsonArray.Of(entries.Select(entry => JsonObject.Of(
            ("timestamp", JsonValue.From(entry.Time.ToUnixTimeMilliseconds())), ("message", JsonValue.From(entry.Message))))));
        if (await SendAsync("PutLogEvents", body.ToObject(), cancellationToken).ConfigureAwait(false) is { } problem)
        {
            // Whatever became of it, the next lines try to make it anew.
            _made.Remove(stream);
            throw Lost(stream, "PutLogEvents", problem);
        }
    }

    /// <summary>Asks once; whoever does not answer that there is no such group is taken to have it.</summary>
    public async ValueTask<bool> HasGroupAsync(string group, CancellationToken cancellationToken)
    {
        var asked = JsonObject.Of(("logGroupName", JsonValue.From(group)), ("limit", JsonValue.From(1)));
        return await SendAsync("DescribeLogStreams", asked, cancellationToken, attempts: 1).ConfigureAwait(false) != "ResourceNotFoundException";
    }

    public void Dispose() => _client.Dispose();

    private static JsonObject.Builder Names(LogStream stream) => new JsonObject.Builder()
        .Set("logGroupName", JsonValue.From(stream.Group))
        .Set("logStreamName", JsonValue.From(stream.Name));

    private LogDeliveryException Lost(LogStream stream, string action, string problem) => new(
        $"{_endpoint} answers {action} with {problem}.{(problem == "ResourceNotFoundException" ? $" Create the log group {stream.Group}." : "")}");

    /// <summary>Makes one request, again when it did not get through.</summary>
    /// <returns>Null when it was done, else the error's code.</returns>
    private async Task<string?> SendAsync(string action, JsonObject body, CancellationToken cancellationToken, int attempts = Attempts)
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(JsonWriter.Compact(body));
        var pause = FirstPause;
        for (var attempt = 1; ; attempt++, pause *= 4)
        {
            string problem;
            try
            {
                using var message = new HttpRequestMessage(HttpMethod.Post, _endpoint)
                {
                    Content = new ByteArrayContent(bytes) { Headers = { ContentType = new MediaTypeHeaderValue("application/x-amz-json-1.1") } },
                };
                RequestHeaders.Set(message, "X-Amz-Target", $"Logs_20140328.{action}");
                await signer.SignAsync(message, bytes, "logs", cancellationToken).ConfigureAwait(false);
                using var answer = await _client.SendAsync(message, cancellationToken).ConfigureAwait(false);
                if (answer.IsSuccessStatusCode)
                    return null;
                problem = CodeOf(await answer.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false)) ?? $"HTTP status {(int)answer.StatusCode}";
                if ((int)answer.StatusCode < 500 && problem != "ThrottlingException")
                    return problem;
            }
            catch (Exception e) when (e is HttpRequestException or UnsendableRequestException)
            {
                problem = e.Message;
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                problem = "silence";
            }

            if (attempt == attempts)
                return problem;
            await Task.Delay(pause, time, cancellationToken).ConfigureAwait(false);
        }
    }

    private static string? CodeOf(string body)
    {
        var code = JsonReader.TryParse(body, out var json) && json is JsonObject members && members["__type"] is JsonString type ? type.Value : null;
        return code?[(code.LastIndexOf('#') + 1)..];
    }
}
