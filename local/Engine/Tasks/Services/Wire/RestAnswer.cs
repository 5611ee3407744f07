using System.Net;
using System.Text;
using Stateside.Language.Json;
using Stateside.Language.Services;

namespace Stateside.Engine.Tasks.Services.Wire;

/// <summary>Answers in AWS's REST protocols.</summary>
internal static class RestAnswer
{
    /// <summary>What an answer says.</summary>
    /// <exception cref="FormatException">The answer is not in the service's format.</exception>
    public static ServiceResponse Read(ServiceAction action, WireAnswer answer, string requestId)
    {
        if (IsLateError(action, answer))
            answer = answer with { Status = (int)HttpStatusCode.InternalServerError };
        if (!answer.IsSuccess)
        {
            return new ServiceResponse.Refused(action.Service.Protocol == ServiceProtocol.RestJson
                ? answer.JsonError(RequestId(answer) ?? requestId)
                : ReadXmlError(action, answer, requestId));
        }

        requestId = RequestId(answer) ?? requestId;
        var members = new JsonObject.Builder();
        if (action.Output is not { } output)
            return new ServiceResponse.Answered(answer.Status, answer.Headers, JsonObject.Empty, requestId);
        var payload = RestFormat.PayloadOf(output);
        ReadBody(members, action, output, payload, answer.Body);
        foreach (var member in output.Members)
        {
            if (OutsideBody(member, answer) is { } value)
                members.Set(member.Name, value);
        }

        return new ServiceResponse.Answered(answer.Status, answer.Headers, members.ToObject(), requestId)
        {
            Content = payload is { Shape.Kind: ShapeKind.Blob } ? answer.Body : default(ReadOnlyMemory<byte>?),
        };
    }

    private static string? RequestId(WireAnswer answer) => answer.Header("x-amzn-RequestId") ?? answer.Header("x-amz-request-id");

    private static void ReadBody(JsonObject.Builder members, ServiceAction action, ServiceShape output, ServiceMember? payload, byte[] body)
    {
        var isJson = action.Service.Protocol == ServiceProtocol.RestJson;
        switch (payload)
        {
            case { Shape.Kind: ShapeKind.Blob }:
                break;
            case { Shape.Kind: ShapeKind.String }:
                members.Set(payload.Name, JsonValue.From(Encoding.UTF8.GetString(body)));
                break;
            case { }:
                members.Set(payload.Name, isJson ? JsonBody.Read(payload.Shape, JsonBody.Parse(body)) : ReadXml(payload.Shape, body));
                break;
            case null when body.Length > 0 && output.Members.Any(member => member.Place == MemberPlace.Body):
                if (isJson)
                    JsonBody.Read(members, output, JsonBody.ParseObject(body));
                else
                    ReadXml(members, output, body);
                break;
        }
    }

    private static JsonObject ReadXml(ServiceShape shape, byte[] body)
    {
        var members = new JsonObject.Builder();
        if (body.Length > 0)
            ReadXml(members, shape, body);
        return members.ToObject();
    }

    private static void ReadXml(JsonObject.Builder members, ServiceShape shape, byte[] body)
    {
        var root = XmlBody.Parse(body) ?? throw new FormatException("the answer is not XML.");

        // GetBucketLocation answers with its only member as the root.
        if (shape.Members is [{ Shape.Kind: ShapeKind.String } only] && !root.HasElements && root.Name.LocalName == only.Name)
            members.Set(only.Name, JsonValue.From(root.Value));
        else
            XmlBody.Read(members, shape, root);
    }

    private static JsonValue? OutsideBody(ServiceMember member, WireAnswer answer)
    {
        switch (member.Place)
        {
            case MemberPlace.Status:
                return JsonValue.From(answer.Status);
            case MemberPlace.Header:
                return answer.Header(member.WireName ?? member.Name) is { } text ? HeaderValue(member, text) : null;
            case MemberPlace.Headers:
                var entries = new JsonObject.Builder();
                foreach (var (name, value) in answer.Headers)
                {
                    if (name.StartsWith(member.WireName ?? "", StringComparison.OrdinalIgnoreCase))
                        entries.Set(name[(member.WireName ?? "").Length..], JsonValue.From(value));
                }

                return entries.ToObject();
            default:
                return null;
        }
    }

    private static JsonValue? HeaderValue(ServiceMember member, string text)
    {
        if (member.IsJsonText)
        {
            var bytes = new byte[text.Length];
            return JsonValue.From(Convert.TryFromBase64String(text, bytes, out var length) ? Encoding.UTF8.GetString(bytes, 0, length) : text);
        }

        return member.Shape.Kind == ShapeKind.List
            ? JsonArray.Of(text.Split(',').Select(item => WireText.Read(member.Shape.Item, item.Trim())).OfType<JsonValue>())
            : WireText.Read(member.Shape, text);
    }

    /// <summary>
    /// Whether S3 tells of an error after it has begun to answer with success, as a long copy may.
    /// See https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html.
    /// </summary>
    private static bool IsLateError(ServiceAction action, WireAnswer answer) =>
        action.Service.Name == "s3" && answer.Status == (int)HttpStatusCode.OK && action.Output is { } output
        && RestFormat.PayloadOf(output) is not { Shape.Kind: ShapeKind.Blob or ShapeKind.String }
        && XmlBody.Parse(answer.Body) is { Name.LocalName: "Error" };

    private static ServiceError ReadXmlError(ServiceAction action, WireAnswer answer, string requestId)
    {
        var error = QueryFormat.ReadError(answer, requestId);
        if (answer.Body.Length == 0)
        {
            // The answer to HEAD has no body; what is not found is then the one thing of which the model says that it can be missing.
            var code = answer.Status == (int)HttpStatusCode.NotFound && action.Errors is [var only]
                ? only
                : ((HttpStatusCode)answer.Status).ToString();
            error = error with { Code = code, Message = "" };
        }

        return error with
        {
            RequestId = RequestId(answer) ?? error.RequestId,
            ExtendedRequestId = answer.Header("x-amz-id-2") ?? (XmlBody.Parse(answer.Body) is { } root ? XmlBody.Child(root, "HostId")?.Value : null),
        };
    }
}
