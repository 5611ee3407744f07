using System.IO.Compression;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Stateside.Service.Console.Pages;

/// <summary>One request to the console: what was asked for, and the ways to answer.</summary>
internal sealed class ConsoleRequest(HttpContext http, ConsoleServices services, IReadOnlyDictionary<string, string> values)
{
    private const int MaxBodyBytes = 4_194_304;
    private const int PackedFrom = 4096;

    /// <summary>Names as JavaScript spells them; what is null is left out. It is data and stands in no page, so markup needs no escapes.</summary>
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        MaxDepth = 1000,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    public HttpContext Http => http;

    public ConsoleServices Services => services;

    /// <summary>Ends when the reader has gone, or the service stops.</summary>
    public CancellationToken Aborted => http.RequestAborted;

    /// <summary>Whether a script asks, which wants errors as JSON.</summary>
    public bool IsScript => http.Request.Headers.Accept.ToString().Contains("application/json", StringComparison.OrdinalIgnoreCase)
        || HttpMethods.IsPost(http.Request.Method);

    /// <summary>What stands in the path where the route's pattern has that name.</summary>
    public string this[string name] => values[name];

    /// <summary>A parameter of the address; null when it is not there or empty.</summary>
    public string? Query(string name) => http.Request.Query[name].ToString() is { Length: > 0 } value ? value : null;

    /// <summary>A parameter of the address that is a number.</summary>
    public long? QueryNumber(string name) => long.TryParse(Query(name), out var number) ? number : null;

    /// <summary>Answers with a page.</summary>
    public Task PageAsync(Page page, int status = StatusCodes.Status200OK)
    {
        var theme = http.Request.Cookies["stateside-theme"] is "light" or "dark" ? http.Request.Cookies["stateside-theme"] : null;
        return SendAsync(status, "text/html; charset=utf-8", Layout.Document(page, http.Request.Path, theme, services.Assets).ToString());
    }

    /// <summary>Answers with a part of a page, which a script puts in its place.</summary>
    public Task FragmentAsync(Html fragment) => SendAsync(StatusCodes.Status200OK, "text/html; charset=utf-8", fragment.ToString());

    /// <summary>Answers with JSON.</summary>
    public Task JsonAsync<T>(T value, int status = StatusCodes.Status200OK) => SendAsync(status, "application/json", JsonText(value));

    /// <summary>Leads the reader elsewhere.</summary>
    public Task RedirectAsync(string link)
    {
        http.Response.StatusCode = StatusCodes.Status302Found;
        http.Response.Headers.Location = link;
        return Task.CompletedTask;
    }

    /// <summary>The JSON text of a value, as <see cref="JsonAsync"/> sends it.</summary>
    public static string JsonText<T>(T value) => JsonSerializer.Serialize(value, Json);

    /// <summary>Answers with a file for the reader to keep: no browser shows it, so that nothing in it runs.</summary>
    public async Task FileAsync(string name, ReadOnlyMemory<byte> content)
    {
        var response = http.Response;
        response.ContentType = "application/octet-stream";
        response.Headers.ContentDisposition = $"attachment; filename*=UTF-8''{Uri.EscapeDataString(name)}";
        response.Headers.CacheControl = "no-store";
        response.ContentLength = content.Length;
        await response.BodyWriter.WriteAsync(content, Aborted);
    }

    /// <summary>The body of a POST as JSON.</summary>
    /// <param name="most">How many bytes it may have.</param>
    /// <exception cref="ConsoleException">It is not such JSON.</exception>
    public async Task<T> BodyAsync<T>(int most = MaxBodyBytes)
        where T : class
    {
        var request = http.Request;
        if (request.ContentLength > most)
            throw TooLarge(most);
        using var body = new MemoryStream();
        var buffer = new byte[16_384];
        while (await request.Body.ReadAsync(buffer, Aborted) is var read and > 0)
        {
            body.Write(buffer, 0, read);
            if (body.Length > most)
                throw TooLarge(most);
        }

        try
        {
            return JsonSerializer.Deserialize<T>(body.GetBuffer().AsSpan(0, (int)body.Length), Json) ?? throw ConsoleException.Invalid("The request is empty.");
        }
        catch (JsonException e)
        {
            throw ConsoleException.Invalid($"The request is not what this page sends: {e.Message}");
        }
    }

    private static ConsoleException TooLarge(int most) =>
        new(StatusCodes.Status413PayloadTooLarge, "Too large", $"A request may have {most / 1_048_576} MB at most.");

    private async Task SendAsync(int status, string type, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var response = http.Response;
        response.StatusCode = status;
        response.ContentType = type;
        response.Headers.CacheControl = "no-store";
        if (bytes.Length >= PackedFrom && http.Request.Headers.AcceptEncoding.ToString().Contains("gzip", StringComparison.Ordinal))
        {
            // There is no secret in a page that its length could tell.
            response.Headers.ContentEncoding = "gzip";
            using var packed = new MemoryStream();
            await using (var packing = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
                await packing.WriteAsync(bytes, Aborted);
            bytes = packed.ToArray();
        }

        response.ContentLength = bytes.Length;
        await response.BodyWriter.WriteAsync(bytes, Aborted);
    }
}
