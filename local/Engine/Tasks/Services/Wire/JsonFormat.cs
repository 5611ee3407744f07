using System.Globalization;
using System.Text;
using Stateside.Language.Json;
using Stateside.Language.Services;

namespace Stateside.Engine.Tasks.Services.Wire;

/// <summary>AWS's JSON protocols, 1.0 and 1.1. See https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html.</summary>
internal static class JsonFormat
{
    /// <summary>A request.</summary>
    public static WireRequest Write(ServiceAction action, JsonObject members)
    {
        var headers = new List<KeyValuePair<string, string>>
        {
            new("X-Amz-Target", $"{action.Service.Target}.{action.Name}"),
            new("Content-Type", $"application/x-amz-json-{action.Service.JsonVersion}"),
        };
        if (action.Service.IsQueryCompatible)
            headers.Add(new("x-amzn-query-mode", "true"));
        var body = action.Input is { } input ? JsonBody.Write(input, members) : "{}"u8.ToArray();
        return new WireRequest(action.Method, action.Uri, headers, body);
    }

    /// <summary>What an answer says.</summary>
    /// <exception cref="FormatException">The answer is not JSON.</exception>
    public static ServiceResponse Read(ServiceAction action, WireAnswer answer, string requestId)
    {
        requestId = answer.Header("x-amzn-RequestId") ?? requestId;
        if (!answer.IsSuccess)
            return new ServiceResponse.Refused(ReadError(answer, requestId));
        var members = new JsonObject.Builder();
        var body = JsonBody.ParseObject(answer.Body);
        if (action.Output is { } output)
            JsonBody.Read(members, output, body);
        return new ServiceResponse.Answered(answer.Status, answer.Headers, members.ToObject(), requestId);
    }

    /// <summary>Why a service of a JSON protocol refused.</summary>
    public static ServiceError ReadError(WireAnswer answer, string requestId)
    {
        var text = Encoding.UTF8.GetString(answer.Body);
        var members = JsonReader.TryParse(text, out var json) ? json as JsonObject : null;
        var code = answer.Header("x-amzn-ErrorType") ?? members?.Text("__type") ?? members?.Text("code") ?? members?.Text("Code")
            ?? answer.Status.ToString(CultureInfo.InvariantCulture);
        var message = members?.Text("message") ?? members?.Text("Message") ?? members?.Text("errorMessage")
            ?? members?.Text("error_description") ?? (members is null && text.Length > 0 ? text : $"HTTP status {answer.Status}");
        return new ServiceError(ServiceHttp.PlainCode(code), message, answer.Status, requestId)
        {
            // Services that spoke the query protocol once tell the codes of that time too.
            QueryCode = answer.Header("x-amzn-query-error")?.Split(';')[0],
        };
    }
}
