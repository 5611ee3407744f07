using System.Security.Cryptography;
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
            case "s3" when content is not null && action is { Method: "PUT" or "POST", HostPrefix: null }:
                // A service that will refuse says so before the content is on its way.
                return With(RestFormat.Write(action, members, content), ("Expect", "100-continue"));
            case "apigateway" when members["accept"] is null:
                return With(RestFormat.Write(action, members, content), ("Accept", "application/json"));
            case "glacier":
                return Glacier(action, members, content);
            case "route53":
                return RestFormat.Write(action, WithPlainIds(action, members), content);
            default:
                return RestFormat.Write(action, members, content);
        }
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
        return request.Headers.Any(header => header.Key == "x-amz-sha256-tree-hash")
            ? request
            : With(request, ("x-amz-sha256-tree-hash", Checksums.Tree(request.Body.Span)));
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

    private static WireRequest With(WireRequest request, (string Name, string Value) header) =>
        request with { Headers = [.. request.Headers, new(header.Name, header.Value)] };
}
