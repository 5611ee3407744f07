using System.Net.Sockets;
using System.Security.Authentication;
using Stateside.Engine.Execution;
using Stateside.Engine.Store;
using Stateside.Language.Json;

namespace Stateside.Engine.Tasks.Http;

/// <summary>JSON as parts of requests, and what came of requests as JSON, where tasks say themselves what is sent.</summary>
internal static class HttpValues
{
    /// <summary>A text as it is, anything else compactly.</summary>
    public static string Text(JsonValue value) => value is JsonString text ? text.Value : JsonWriter.Compact(value);

    /// <summary>The values of one header.</summary>
    public static string Joined(JsonArray values) => string.Join(',', values.Select(Text));

    /// <summary>Headers as a test of a state shows them.</summary>
    public static string Shown(IEnumerable<KeyValuePair<string, string>> headers) =>
        $"[{string.Join(", ", headers.Select(header => $"{header.Key}: {header.Value}"))}]";

    /// <summary>Whether a parameter is not there, or has a list of values under each name.</summary>
    public static bool AreLists(JsonValue? parameter) =>
        parameter is null or JsonNull || (parameter is JsonObject members && members.All(member => member.Value is JsonArray));

    /// <summary>The query of such a parameter, without the question mark.</summary>
    public static string Query(JsonValue? parameter) => string.Join('&', (parameter as JsonObject ?? JsonObject.Empty).SelectMany(member =>
        (member.Value as JsonArray ?? JsonArray.Empty).Select(value => $"{Uri.EscapeDataString(member.Key)}={Uri.EscapeDataString(Text(value))}")));

    /// <summary>A body as the JSON that it is, or else as text.</summary>
    public static JsonValue Body(string text) => JsonReader.TryParse(text, out var json) ? json : JsonValue.From(text);

    /// <summary>The failure of a task whose request was not answered; null for an exception of another kind.</summary>
    /// <param name="e">What came in the place of an answer.</param>
    /// <param name="service">The service as resources name it.</param>
    /// <param name="errorPrefix">The service as error names begin.</param>
    /// <param name="cancellationToken">Fires when nobody waits for the answer any more.</param>
    public static TaskOutcome.Failed? Unanswered(Exception e, string service, string errorPrefix, CancellationToken cancellationToken)
    {
        if (e is HttpRequestException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded })
            return new TaskOutcome.Failed(TaskFailure.TooLarge(service));
        var why = e switch
        {
            HttpRequestException { InnerException: AuthenticationException inner } => inner.Message,
            HttpRequestException or SocketException or IOException => e.Message,
            OperationCanceledException when !cancellationToken.IsCancellationRequested => "Read timed out",
            _ => null,
        };
        return why is null ? null : TaskFailures.Of($"{errorPrefix}.{ServiceError.NotSent}", $"Unable to execute HTTP request: {why}");
    }
}
