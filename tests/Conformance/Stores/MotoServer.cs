using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Xml.Linq;
using Stateside.Language.Json;

namespace Stateside.Conformance.Stores;

/// <summary>What a store answered, in one form for all of them.</summary>
/// <param name="Body">The members of the answer; null when it refused.</param>
/// <param name="Code">The error's code; null when it answered.</param>
/// <param name="Message">The error's sentence.</param>
internal sealed record Answer(JsonObject? Body, string? Code, string? Message)
{
    public bool IsError => Code is not null;

    public override string ToString() => IsError ? $"{Code}: {Message}" : Body!.Text;
}

/// <summary>Another implementation of DynamoDB and S3 to compare with: moto's server, as a process of its own on a free port.</summary>
internal sealed class MotoServer : IAsyncDisposable
{
    private const string Python = "python3";

    private readonly Process? _process;
    private readonly HttpClient _http;

    private MotoServer(Process? process, Uri endpoint)
    {
        _process = process;
        _http = new HttpClient { BaseAddress = endpoint };
    }

    /// <summary>Starts one, or joins one that runs.</summary>
    /// <param name="endpoint">Where one runs; null to start one.</param>
    /// <returns>The server, or why there is none.</returns>
    public static async Task<(MotoServer? Server, string? Reason)> StartAsync(Uri? endpoint)
    {
        if (endpoint is not null)
            return (new MotoServer(null, endpoint), null);
        if (!HasMoto())
            return (null, $"{Python} has no moto.server (pip install 'moto[server]')");
        var port = FreePort();
        var start = new ProcessStartInfo(Python, ["-m", "moto.server", "-H", "127.0.0.1", "-p", $"{port}"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var server = new MotoServer(process, new Uri($"http://127.0.0.1:{port}"));
        for (var tries = 0; tries < 300; tries++)
        {
            try
            {
                await server._http.GetAsync(new Uri("/moto-api/", UriKind.Relative));
                return (server, null);
            }
            catch (HttpRequestException) when (!process.HasExited)
            {
                await Task.Delay(100);
            }
        }

        await server.DisposeAsync();
        return (null, "moto's server did not come up within 30 seconds");
    }

    public Uri Endpoint => _http.BaseAddress!;

    /// <summary>One action of DynamoDB.</summary>
    public async Task<Answer> DynamoDbAsync(string action, JsonObject request)
    {
        using var message = Signed(HttpMethod.Post, "/", "dynamodb");
        message.Content = new StringContent(request.Text, Encoding.UTF8, "application/x-amz-json-1.0");
        message.Headers.Add("X-Amz-Target", $"DynamoDB_20120810.{action}");
        using var response = await _http.SendAsync(message);
        var text = await response.Content.ReadAsStringAsync();
        if (!JsonReader.TryParse(text, out var json) || json is not JsonObject body)
            return new Answer(null, $"{(int)response.StatusCode}", "no JSON");
        if (response.IsSuccessStatusCode)
            return new Answer(body, null, null);
        var type = (body["__type"] as JsonString)?.Value ?? "";
        return new Answer(body, type[(type.IndexOf('#', StringComparison.Ordinal) + 1)..], ((body["message"] ?? body["Message"]) as JsonString)?.Value);
    }

    /// <summary>One action of S3.</summary>
    public async Task<Answer> S3Async(string action, JsonObject request, byte[]? content)
    {
        var path = $"/{Text("Bucket")}" + (Text("Key") is { } key ? "/" + Uri.EscapeDataString(key).Replace("%2F", "/", StringComparison.Ordinal) : "");
        var (method, query) = action switch
        {
            "CreateBucket" or "PutObject" or "CopyObject" => (HttpMethod.Put, ""),
            "GetObject" => (HttpMethod.Get, ""),
            "HeadObject" => (HttpMethod.Head, ""),
            "DeleteObject" => (HttpMethod.Delete, ""),
            _ => (HttpMethod.Get, "?list-type=2" + string.Concat(
                new[] { ("Prefix", "prefix"), ("Delimiter", "delimiter"), ("MaxKeys", "max-keys"), ("ContinuationToken", "continuation-token"), ("StartAfter", "start-after") }
                    .Where(member => request.ContainsKey(member.Item1))
                    .Select(member => $"&{member.Item2}={Uri.EscapeDataString(request[member.Item1] is JsonString text ? text.Value : request[member.Item1]!.Text)}"))),
        };
        using var message = Signed(method, path + query, "s3");
        if (method == HttpMethod.Put)
        {
            message.Content = new ByteArrayContent(content ?? []);
            if (Text("ContentType") is { } type)
                message.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        }

        foreach (var (member, header) in new[]
        {
            ("Range", "Range"), ("IfMatch", "If-Match"), ("IfNoneMatch", "If-None-Match"), ("CopySource", "x-amz-copy-source"), ("MetadataDirective", "x-amz-metadata-directive"),
        })
        {
            if (Text(member) is { } value)
                message.Headers.TryAddWithoutValidation(header, value);
        }

        foreach (var (name, value) in request["Metadata"] as JsonObject ?? JsonObject.Empty)
            message.Headers.TryAddWithoutValidation($"x-amz-meta-{name}", ((JsonString)value).Value);
        using var response = await _http.SendAsync(message);
        var bytes = await response.Content.ReadAsByteArrayAsync();
        if (!response.IsSuccessStatusCode)
        {
            var error = bytes.Length == 0 ? null : XDocument.Parse(Encoding.UTF8.GetString(bytes)).Root;
            return new Answer(null, error?.Element("Code")?.Value ?? $"{(int)response.StatusCode}", error?.Element("Message")?.Value ?? "");
        }

        return new Answer(action == "ListObjectsV2" ? Listing(XDocument.Parse(Encoding.UTF8.GetString(bytes)).Root!) : Members(action, response, bytes), null, null);

        string? Text(string member) => (request[member] as JsonString)?.Value;
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        if (_process is null)
            return;
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static JsonObject Members(string action, HttpResponseMessage response, byte[] content)
    {
        var members = new JsonObject.Builder();
        if (action == "CopyObject")
        {
            var etag = XDocument.Parse(Encoding.UTF8.GetString(content)).Descendants().FirstOrDefault(element => element.Name.LocalName == "ETag");
            return JsonObject.Of(("ETag", JsonValue.From(etag?.Value)));
        }

        if (response.Headers.TryGetValues("ETag", out var tags))
            members.Set("ETag", JsonValue.From(tags.First()));
        if (action is "GetObject" or "HeadObject")
        {
            members.Set("ContentLength", JsonValue.From(response.Content.Headers.ContentLength ?? content.Length))
                .Set("ContentType", JsonValue.From(response.Content.Headers.TryGetValues("Content-Type", out var types) ? types.First() : null));
            if (response.Content.Headers.TryGetValues("Content-Range", out var ranges))
                members.Set("ContentRange", JsonValue.From(ranges.First()));
            var metadata = new JsonObject.Builder();
            foreach (var header in response.Headers.Where(header => header.Key.StartsWith("x-amz-meta-", StringComparison.OrdinalIgnoreCase)))
                metadata.Set(header.Key["x-amz-meta-".Length..].ToLowerInvariant(), JsonValue.From(header.Value.First()));
            members.Set("Metadata", metadata.ToObject());
        }

        if (action == "GetObject")
            members.Set("Body", JsonValue.From(Convert.ToBase64String(content)));
        return members.ToObject();
    }

    private static JsonObject Listing(XElement root)
    {
        XName Name(string name) => root.Name.Namespace + name;
        string Value(XElement element, string name) => element.Element(Name(name))?.Value ?? "";
        var listing = new JsonObject.Builder()
            .Set("Contents", JsonArray.Of([.. root.Elements(Name("Contents")).Select(element => JsonObject.Of(
                ("Key", JsonValue.From(Value(element, "Key"))), ("ETag", JsonValue.From(Value(element, "ETag"))),
                ("Size", JsonNumber.Parse(Value(element, "Size"))), ("StorageClass", JsonValue.From(Value(element, "StorageClass")))))]))
            .Set("CommonPrefixes", JsonArray.Of([.. root.Elements(Name("CommonPrefixes")).Select(element => JsonValue.From(Value(element, "Prefix")))]))
            .Set("IsTruncated", JsonValue.From(Value(root, "IsTruncated") == "true"))
            .Set("KeyCount", JsonNumber.Parse(Value(root, "KeyCount")))
            .Set("MaxKeys", JsonNumber.Parse(Value(root, "MaxKeys")))
            .Set("Name", JsonValue.From(Value(root, "Name")))
            .Set("Prefix", JsonValue.From(Value(root, "Prefix")));
        if (root.Element(Name("NextContinuationToken")) is { } token)
            listing.Set("NextContinuationToken", JsonValue.From(token.Value));
        return listing.ToObject();
    }

    private static HttpRequestMessage Signed(HttpMethod method, string path, string service)
    {
        var message = new HttpRequestMessage(method, path);
        message.Headers.Authorization = new AuthenticationHeaderValue(
            "AWS4-HMAC-SHA256", $"Credential=test/20260101/us-east-1/{service}/aws4_request, SignedHeaders=host, Signature=none");
        return message;
    }

    private static bool HasMoto()
    {
        try
        {
            using var python = Process.Start(new ProcessStartInfo(Python, ["-c", "import moto.server"]) { RedirectStandardError = true });
            python!.StandardError.ReadToEnd();
            python.WaitForExit();
            return python.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
