using System.Text;
using Stateside.Engine.Tasks;
using Stateside.Engine.Tasks.Services.Wire;
using Stateside.Language.Json;
using Stateside.Language.Services;

namespace Stateside.Aws.Wire;

/// <summary>Answers of services in their protocols: what <see cref="WireFormat"/> reads.</summary>
internal static class AnswerWriter
{
    private const string XmlDeclaration = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
    private const string RequestIdHeader = "x-amzn-RequestId";

    /// <summary>The roots of S3's documents; the model does not tell them.</summary>
    private static readonly Dictionary<string, string> Roots = new(StringComparer.Ordinal)
    {
        ["ListObjects"] = "ListBucketResult",
        ["ListObjectsV2"] = "ListBucketResult",
        ["ListBuckets"] = "ListAllMyBucketsResult",
        ["DeleteObjects"] = "DeleteResult",
        ["GetBucketLocation"] = "LocationConstraint",
        ["CreateMultipartUpload"] = "InitiateMultipartUploadResult",
        ["CompleteMultipartUpload"] = "CompleteMultipartUploadResult",
        ["ListParts"] = "ListPartsResult",
        ["ListObjectVersions"] = "ListVersionsResult",
        ["ListMultipartUploads"] = "ListMultipartUploadsResult",
    };

    private static readonly ShapeNamespace S3Namespace = new("http://s3.amazonaws.com/doc/2006-03-01/", null);

    /// <summary>An answer on the wire.</summary>
    public static WireAnswer Write(ServiceAction action, ServiceResponse.Answered answer)
    {
        var headers = new List<KeyValuePair<string, string>>();
        var service = action.Service;
        switch (service.Protocol)
        {
            case ServiceProtocol.Json:
                headers.Add(new(RequestIdHeader, answer.RequestId));
                headers.Add(new("Content-Type", JsonType(service)));
                return new(answer.StatusCode, headers, action.Output is { } output ? JsonBody.Write(output, answer.Body) : "{}"u8.ToArray());
            case ServiceProtocol.Query:
                headers.Add(new(RequestIdHeader, answer.RequestId));
                headers.Add(new("Content-Type", "text/xml"));
                return new(answer.StatusCode, headers, Form(action, answer));
            default:
                headers.Add(new(service.Protocol == ServiceProtocol.RestXml ? "x-amz-request-id" : RequestIdHeader, answer.RequestId));
                return new(answer.StatusCode, headers, Rest(action, answer, headers).ToArray()) { Rest = answer.Rest };
        }
    }

    /// <summary>A refusal on the wire.</summary>
    /// <param name="service">The service.</param>
    /// <param name="error">The error; one that no service would say is one that is not done here, and is answered with 501.</param>
    /// <param name="requestId">The request's id.</param>
    public static WireAnswer Write(ServiceModel service, ServiceError error, string requestId)
    {
        var status = error.StatusCode == 0 ? 501 : error.StatusCode;
        var code = error.StatusCode == 0 ? "NotImplemented" : error.Code;
        requestId = error.RequestId ?? requestId;
        var headers = new List<KeyValuePair<string, string>>();
        if (service.Protocol is ServiceProtocol.Json or ServiceProtocol.RestJson)
        {
            headers.Add(new(RequestIdHeader, requestId));
            headers.Add(new("Content-Type", JsonType(service)));
            if (service.Protocol == ServiceProtocol.RestJson)
                headers.Add(new("x-amzn-ErrorType", code));
            if (error.QueryCode is { } older)
                headers.Add(new("x-amzn-query-error", $"{older};{(status < 500 ? "Sender" : "Receiver")}"));
            var body = new JsonObject.Builder();
            if (service.Protocol == ServiceProtocol.Json)
                body.Set("__type", JsonValue.From(code));
            body.Set("message", JsonValue.From(error.Message));
            foreach (var (name, value) in error.Details)
                body.Set(name, value);
            return new(status, headers, Encoding.UTF8.GetBytes(JsonWriter.Compact(body.ToObject())));
        }

        if (service.Protocol == ServiceProtocol.Ec2)
        {
            headers.Add(new("Content-Type", "text/xml"));
            var reason = $"<Code>{Escaped(code)}</Code><Message>{Escaped(error.Message)}</Message>";
            return new(status, headers, Encoding.UTF8.GetBytes(
                $"{XmlDeclaration}<Response><Errors><Error>{reason}</Error></Errors><RequestID>{requestId}</RequestID></Response>"));
        }

        var isQuery = service.Protocol == ServiceProtocol.Query;
        headers.Add(new(isQuery ? RequestIdHeader : "x-amz-request-id", requestId));
        if (error.Message.Length == 0 && !isQuery)
            return new(status, headers, []);
        headers.Add(new("Content-Type", isQuery ? "text/xml" : "application/xml"));
        var type = isQuery ? $"<Type>{(status < 500 ? "Sender" : "Receiver")}</Type>" : "";
        var inner = $"{type}<Code>{Escaped(code)}</Code><Message>{Escaped(error.Message)}</Message>"
            + string.Concat(error.Details.Select(detail => $"<{detail.Key}>{Escaped(detail.Value is JsonString text ? text.Value : detail.Value.Text)}</{detail.Key}>"));
        return new(status, headers, Encoding.UTF8.GetBytes(isQuery
            ? $"<ErrorResponse xmlns=\"{service.XmlNamespace}\"><Error>{inner}</Error><RequestId>{requestId}</RequestId></ErrorResponse>"
            : $"{XmlDeclaration}<Error>{inner}<RequestId>{requestId}</RequestId></Error>"));
    }

    private static string JsonType(ServiceModel service) => service.JsonVersion is { } version ? $"application/x-amz-json-{version}" : "application/json";

    private static byte[] Form(ServiceAction action, ServiceResponse.Answered answer)
    {
        var result = action.Output is { } output ? Encoding.UTF8.GetString(XmlBody.Write(action.Wrapper ?? $"{action.Name}Result", null, output, answer.Body)) : "";
        return Encoding.UTF8.GetBytes(
            $"<{action.Name}Response xmlns=\"{action.Service.XmlNamespace}\">{result}"
            + $"<ResponseMetadata><RequestId>{answer.RequestId}</RequestId></ResponseMetadata></{action.Name}Response>");
    }

    private static ReadOnlyMemory<byte> Rest(ServiceAction action, ServiceResponse.Answered answer, List<KeyValuePair<string, string>> headers)
    {
        if (action.Output is not { } output)
            return default;
        var inBody = new JsonObject.Builder();
        foreach (var (name, value) in answer.Body)
        {
            if (value is JsonNull || output.Find(name) is not { } member)
                continue;
            if (member.Place == MemberPlace.Body)
                inBody.Set(name, value);
            else
                RestFormat.AddHeaders(headers, member, value);
        }

        var isXml = action.Service.Protocol == ServiceProtocol.RestXml;
        var members = inBody.ToObject();
        if (answer.Content is { } content)
        {
            // S3 says itself what an object is.
            if (!isXml && content.Length > 0)
                headers.Add(new("Content-Type", "application/json"));
            return content;
        }

        if (action.Method == "HEAD" || (isXml && members.Count == 0 && !output.Members.Any(member => member.Place == MemberPlace.Body)))
            return default;
        if (RestFormat.PayloadOf(output) is { Shape.Kind: ShapeKind.String } text)
            return Encoding.UTF8.GetBytes(members.Text(text.Name) ?? "");
        headers.Add(new("Content-Type", isXml ? "application/xml" : "application/json"));
        if (action.Name == "GetBucketLocation")
            return Encoding.UTF8.GetBytes($"{XmlDeclaration}<LocationConstraint xmlns=\"{S3Namespace.Uri}\">{Escaped(members.Text("LocationConstraint") ?? "")}</LocationConstraint>");
        var root = Roots.GetValueOrDefault(action.Name, $"{action.Name}Result");
        var body = members.Count == 0 && isXml
            ? XmlBody.Write(root, S3Namespace, output, members)
            : RestFormat.Body(action.Service.Protocol, output, members, null, root, isXml ? S3Namespace : null);
        return isXml ? Encoding.UTF8.GetBytes(XmlDeclaration + Encoding.UTF8.GetString(body.Span)) : body;
    }

    private static string Escaped(string text) => new System.Xml.Linq.XText(text).ToString();
}
