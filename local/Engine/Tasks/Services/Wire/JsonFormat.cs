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
            return new ServiceResponse.Refused(answer.JsonError(requestId));
        var members = new JsonObject.Builder();
        var body = JsonBody.ParseObject(answer.Body);
        if (action.Output is { } output)
            JsonBody.Read(members, output, body);
        return new ServiceResponse.Answered(answer.Status, answer.Headers, members.ToObject(), requestId);
    }
}
