using System.Text;
using Stateside.Engine.Execution;
using Stateside.Language.Json;

namespace Stateside.Engine.Tasks.Http;

/// <summary>
/// What an HTTP task sends: what its definition says, with what its connection says put over it, and what Step Functions sets itself put
/// over both. See https://docs.aws.amazon.com/step-functions/latest/dg/call-https-apis.html#http-task-data-merge.
/// </summary>
internal sealed class HttpCall
{
    private readonly List<KeyValuePair<string, string>> _headers = [];
    private readonly string _method;
    private readonly Uri _address;
    private readonly string? _body;

    /// <summary>Puts a request together.</summary>
    /// <param name="parameters">The task's parameters, with an address and a method.</param>
    /// <param name="connection">The connection; null leaves away what it would add.</param>
    /// <param name="authorization">The header with which the connection authorizes; null for none.</param>
    /// <param name="region">The region that the request says it comes from.</param>
    /// <exception cref="UnsendableRequestException">The two cannot be put together.</exception>
    public HttpCall(JsonObject parameters, HttpConnection? connection, (string Name, string Value)? authorization, string region)
    {
        _method = parameters.Text("Method")!;
        _address = AddressOf(parameters, connection);
        _body = BodyOf(parameters, connection);
        foreach (var (name, value) in parameters["Headers"] as JsonObject ?? JsonObject.Empty)
            SetHeader(name, value is JsonArray values ? HttpValues.Joined(values) : HttpValues.Text(value));
        if (authorization is { } header)
            SetHeader(header.Name, header.Value);
        foreach (var (name, value) in HttpConnections.Added(connection, "HeaderParameters"))
            SetHeader(name, value);

        // Whoever sets these has them replaced without a word.
        SetHeader("User-Agent", $"Amazon|StepFunctions|HttpInvoke|{region}");
        SetHeader("Range", "bytes=0-262144");
    }

    /// <summary>The request.</summary>
    public HttpRequestMessage ToMessage()
    {
        var message = new HttpRequestMessage(RequestHeaders.Method(_method), _address);
        if (_body is not null)
        {
            message.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(_body));
            RequestHeaders.Set(message, "Content-Type", "application/json; charset=UTF-8");
        }

        foreach (var (name, value) in _headers)
            RequestHeaders.Set(message, name, value);
        return message;
    }

    /// <summary>The request as a test of the state shows it: without what whoever sends it adds, such as the host.</summary>
    public HttpSent Shown() => new(_address.Scheme, _method, _address.AbsoluteUri, HttpValues.Shown(_headers), _body);

    private void SetHeader(string name, string value)
    {
        var header = KeyValuePair.Create(name, value);
        var at = _headers.FindIndex(other => other.Key.Equals(name, StringComparison.OrdinalIgnoreCase));
        if (at < 0)
            _headers.Add(header);
        else
            _headers[at] = header;
    }

    private static Uri AddressOf(JsonObject parameters, HttpConnection? connection)
    {
        List<(string Name, string? Value)> added = [.. HttpConnections.Added(connection, "QueryStringParameters")];
        var query = QueryOf(parameters["QueryParameters"])
            .Where(pair => !added.Exists(other => other.Name == pair.Name))
            .Concat(added)
            .Select(pair => pair.Value is null ? Uri.EscapeDataString(pair.Name) : $"{Uri.EscapeDataString(pair.Name)}={Uri.EscapeDataString(pair.Value)}");
        var address = new UriBuilder(parameters.Text("ApiEndpoint")!);
        address.Query = string.Join('&', query.Prepend(address.Query.TrimStart('?')).Where(pair => pair.Length > 0));
        return address.Uri;
    }

    /// <summary>Query parameters are members of an object, a text as it stands in an address, or a list of such.</summary>
    private static IEnumerable<(string Name, string? Value)> QueryOf(JsonValue? parameters) => parameters switch
    {
        JsonObject members => members.SelectMany(member =>
            (member.Value as JsonArray ?? JsonArray.Of(member.Value)).Select(value => (member.Key, (string?)HttpValues.Text(value)))),
        JsonArray items => items.SelectMany(QueryOf),
        JsonString text => text.Value.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries).Select(Pair),
        null or JsonNull => [],
        _ => [(JsonWriter.Compact(parameters), null)],
    };

    private static (string Name, string? Value) Pair(string text)
    {
        var at = text.IndexOf('=', StringComparison.Ordinal);
        return at < 0 ? (Uri.UnescapeDataString(text), null) : (Uri.UnescapeDataString(text[..at]), Uri.UnescapeDataString(text[(at + 1)..]));
    }

    private static string? BodyOf(JsonObject parameters, HttpConnection? connection)
    {
        var body = parameters["RequestBody"];
        foreach (var (name, value) in HttpConnections.Added(connection, "BodyParameters"))
        {
            if (body is not (null or JsonNull or JsonObject))
            {
                throw new UnsendableRequestException(
                    "The RequestBody is no JSON object, so the body parameters of the connection cannot be merged into it.");
            }

            body = (body as JsonObject ?? JsonObject.Empty).With(name, JsonValue.From(value));
        }

        if (body is null or JsonNull)
            return null;
        var transform = parameters["Transform"] as JsonObject;
        return transform?.Text("RequestBodyEncoding") == "URL_ENCODED"
            ? HttpForm.Encode(body, (transform["RequestEncodingOptions"] as JsonObject)?.Text("ArrayFormat"))
            : HttpValues.Text(body);
    }
}
