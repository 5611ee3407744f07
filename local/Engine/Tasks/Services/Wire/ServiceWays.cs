using System.Security.Cryptography;
using System.Text;
using Stateside.Language.Json;
using Stateside.Language.Services;

namespace Stateside.Engine.Tasks.Services.Wire;

/// <summary>What requests of some REST services have that no model says; AWS's SDKs know it by heart too.</summary>
internal static class ServiceWays
{
    /// <summary>A request of a REST service.</summary>
    public static WireRequest Write(ServiceAction action, JsonObject members, ReadOnlyMemory<byte>? content)
    {
        switch (action.Service.Name)
        {
            case "s3" when content is not null && action is { Method: "PUT" or "POST", HostPrefix: null, Input.Payload: "Body" }:
                // S3 refuses before a content is on its way.
                return With(RestFormat.Write(action, members, content), ("Expect", "100-continue"));
            case "s3" when action.Name is "DeleteObjects" or "PutBucketLifecycleConfiguration":
                return WithLineBreaks(RestFormat.Write(action, members, content));
            case "apigateway":
                return With(RestFormat.Write(action, members, content), ("Accept", "application/json"));
            case "cloudsearchdomain" when action.Name == "Search":
                return Posted(RestFormat.Write(action, members, content));
            case "glacier":
                return Glacier(action, members, content);
            case "route53":
                return RestFormat.Write(action, WithPlainIds(action, members), content);
            default:
                return RestFormat.Write(action, members, content);
        }
    }

    /// <summary>Line breaks in keys would be others when the XML is read.</summary>
    private static WireRequest WithLineBreaks(WireRequest request) => request with
    {
        Body = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(request.Body.Span)
            .Replace("\r", "&#xD;", StringComparison.Ordinal).Replace("\n", "&#xA;", StringComparison.Ordinal)),
    };

    /// <summary>A query may be longer than an address.</summary>
    private static WireRequest Posted(WireRequest request)
    {
        var parts = request.Target.Split('?', 2);
        return With(request, ("Content-Type", "application/x-www-form-urlencoded")) with
        {
            Method = "POST",
            Target = parts[0],
            Body = Encoding.ASCII.GetBytes(parts[1]),
        };
    }

    private static WireRequest Glacier(ServiceAction action, JsonObject members, ReadOnlyMemory<byte>? content)
    {
        // A hyphen stands for the account of the credentials.
        if (action.Input?.Find("accountId") is not null && members["accountId"] is null or JsonNull)
            members = members.With("accountId", JsonValue.From("-"));
        var request = With(RestFormat.Write(action, members, content), ("x-amz-glacier-version", action.Service.ApiVersion));
        if (action.Name is not ("UploadArchive" or "UploadMultipartPart"))
            return request;
        request = With(request, ("x-amz-content-sha256", Convert.ToHexStringLower(SHA256.HashData(request.Body.Span))));
        return With(request, ("x-amz-sha256-tree-hash", Checksums.Tree(request.Body.Span)));
    }

    /// <summary>Route 53 gives ids with what they are before them, such as <c>/hostedzone/Z1</c>, and takes them without.</summary>
    private static JsonObject WithPlainIds(ServiceAction action, JsonObject members)
    {
        foreach (var member in action.Input?.Members ?? [])
        {
            if (member.Shape.Name is "ResourceId" or "DelegationSetId" or "ChangeId" && members.Text(member.Name) is { } id)
                members = members.With(member.Name, JsonValue.From(id[(id.LastIndexOf('/') + 1)..]));
        }

        return members;
    }

    /// <summary>The request with a header, where it has none of that name.</summary>
    private static WireRequest With(WireRequest request, (string Name, string Value) header) =>
        request.Headers.Any(its => its.Key.Equals(header.Name, StringComparison.OrdinalIgnoreCase))
            ? request
            : request with { Headers = [.. request.Headers, new(header.Name, header.Value)] };
}
