using System.Globalization;
using System.Text;
using Stateside.Engine.Execution;
using Stateside.Language.Evaluation;
using Stateside.Language.Json;

namespace Stateside.Engine.Tasks.Http;

/// <summary>
/// What came of an HTTP task's request.
/// See https://docs.aws.amazon.com/step-functions/latest/dg/call-https-apis.html#unsupported-http-task-responses.
/// </summary>
internal sealed class HttpAnswer
{
    /// <summary>.NET keeps the headers of an answer in two collections; how they came one after the other it tells only while it reads.</summary>
    private static readonly HttpRequestOptionsKey<List<string>> Order = new("headers");

    private static readonly string[] Binary = ["image/", "video/", "audio/"];

    private readonly List<KeyValuePair<string, string>> _headers;
    private readonly Uri _address;
    private readonly int _status;
    private readonly string _statusText;
    private readonly string? _contentType;
    private readonly string? _body;

    /// <summary>Reads an answer.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="content">Its body.</param>
    public HttpAnswer(HttpResponseMessage answer, byte[] content)
    {
        _address = answer.RequestMessage!.RequestUri!;
        _status = (int)answer.StatusCode;
        _statusText = answer.ReasonPhrase ?? "";
        _headers = HeadersOf(answer);
        _contentType = _headers.Find(header => header.Key == "content-type").Value;
        _body = TextOf(content, _contentType);
    }

    /// <summary>Takes down that a header of an answer came; for a handler's choice of its values' encoding, which is asked for each.</summary>
    public static void HeaderCame(string name, HttpRequestMessage request)
    {
        if (!request.Options.TryGetValue(Order, out var names))
            request.Options.Set(Order, names = []);
        names.Add(name);
    }

    /// <summary>What the task makes of it.</summary>
    public TaskOutcome Outcome()
    {
        if (IsBinary(_contentType))
            return TaskFailures.Of(ErrorNames.Runtime, $"The response has the content type '{_contentType}', which an HTTP Task does not support.");
        if (_body is null)
            return TaskFailures.Of(ErrorNames.Runtime, "The body of the response cannot be read as a text.");

        // AWS tells no more of an answer that it takes for an error.
        if (_status is < 200 or > 299)
            return TaskFailures.Of($"States.Http.StatusCode.{_status.ToString(CultureInfo.InvariantCulture)}", _statusText);
        var headers = new JsonObject.Builder();
        foreach (var values in _headers.GroupBy(header => header.Key, header => (JsonValue)JsonValue.From(header.Value)))
            headers.Set(values.Key, JsonArray.Of(values));
        return new TaskOutcome.Completed(JsonObject.Of(
            ("Headers", headers.ToObject()),
            ("ResponseBody", HttpValues.Body(_body)),
            ("StatusCode", JsonValue.From(_status)),
            ("StatusText", JsonValue.From(_statusText))));
    }

    /// <summary>The answer as a test of the state shows it.</summary>
    public HttpReceived Shown() =>
        new(_address.Scheme, _status.ToString(CultureInfo.InvariantCulture), _statusText, HttpValues.Shown(_headers), _body);

    /// <summary>The headers with their values as they came, names in lower case.</summary>
    private static List<KeyValuePair<string, string>> HeadersOf(HttpResponseMessage answer)
    {
        var came = answer.RequestMessage!.Options.TryGetValue(Order, out var names) ? names : [];
        var rank = came.Distinct(StringComparer.OrdinalIgnoreCase)
            .Select((name, index) => (name, index)).ToDictionary(one => one.name, one => one.index, StringComparer.OrdinalIgnoreCase);
        return
        [
            .. answer.Headers.NonValidated.Concat(answer.Content.Headers.NonValidated)
                .OrderBy(header => rank.GetValueOrDefault(header.Key, int.MaxValue))
                .SelectMany(header => header.Value.Select(value => KeyValuePair.Create(header.Key.ToLowerInvariant(), value))),
        ];
    }

    private static bool IsBinary(string? contentType)
    {
        var type = contentType?.Split(';')[0].Trim();
        return type is not null && (type.Equals("application/octet-stream", StringComparison.OrdinalIgnoreCase)
            || Array.Exists(Binary, prefix => type.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)));
    }

    /// <summary>The body in the charset that it says it has; null when it is no text of that.</summary>
    private static string? TextOf(byte[] content, string? contentType)
    {
        var charset = contentType?.Split(';').Skip(1).Select(parameter => parameter.Split('=', 2))
            .FirstOrDefault(parameter => parameter.Length == 2 && parameter[0].Trim().Equals("charset", StringComparison.OrdinalIgnoreCase))?[1].Trim(' ', '"');
        try
        {
            var name = string.IsNullOrEmpty(charset) ? "utf-8" : charset;
            var encoding = CodePagesEncodingProvider.Instance.GetEncoding(name, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback)
                ?? Encoding.GetEncoding(name, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback);
            return encoding.GetString(content);
        }
        catch (ArgumentException)
        {
            // No such charset, or bytes that are no characters of it.
            return null;
        }
    }
}
