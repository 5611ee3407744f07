using System.IO.Compression;
using System.Text.RegularExpressions;
using Stateside.Language.Json;
using Stateside.Language.Services;

namespace Stateside.Engine.Tasks.Services.Wire;

/// <summary>
/// Requests and answers between the API's own form and the wire, in the protocol of each service. What is on the wire is what AWS's SDK
/// for Python puts there for an endpoint that is not AWS itself.
/// </summary>
internal static partial class WireFormat
{
    /// <summary>Shorter bodies are not worth it.</summary>
    private const int LeastCompressed = 10_240;

    /// <summary>A request on the wire.</summary>
    /// <param name="action">The action.</param>
    /// <param name="members">The request's members by their names in the API.</param>
    /// <param name="content">What the body is, where a member of bytes is all of it.</param>
    /// <param name="token">What stands where a member that makes a request unique is absent, a UUID.</param>
    /// <exception cref="UnsendableRequestException">The members can be no request.</exception>
    public static WireRequest Write(ServiceAction action, JsonObject members, ReadOnlyMemory<byte>? content, string token)
    {
        foreach (var member in action.Input?.Members ?? [])
        {
            if (member.IsToken && members[member.Name] is null or JsonNull)
                members = members.With(member.Name, JsonValue.From(token));
        }

        var request = action.Service.Protocol switch
        {
            ServiceProtocol.Json => JsonFormat.Write(action, members),
            ServiceProtocol.RestJson or ServiceProtocol.RestXml => ServiceWays.Write(action, members, content),
            ServiceProtocol.Query or ServiceProtocol.Ec2 => QueryFormat.Write(action, members),
            ServiceProtocol.Cbor => CborFormat.Write(action, members),
            var other => throw new InvalidOperationException($"There is no protocol such as {other}."),
        };
        if (action.IsCompressed && request.Body.Length >= LeastCompressed)
            request = Compressed(request);
        return Checksums.Added(request, action, members) with { HostPrefix = HostPrefix(action, members) };
    }

    /// <summary>What an answer says.</summary>
    /// <param name="action">The action.</param>
    /// <param name="answer">The answer.</param>
    /// <param name="requestId">The id of the request where the answer tells none.</param>
    /// <exception cref="FormatException">The answer is not in the service's format.</exception>
    public static ServiceResponse Read(ServiceAction action, WireAnswer answer, string requestId) => action.Service.Protocol switch
    {
        ServiceProtocol.Json => JsonFormat.Read(action, answer, requestId),
        ServiceProtocol.RestJson or ServiceProtocol.RestXml => RestAnswer.Read(action, answer, requestId),
        ServiceProtocol.Query or ServiceProtocol.Ec2 => QueryFormat.Read(action, answer, requestId),
        ServiceProtocol.Cbor => CborFormat.Read(action, answer, requestId),
        var other => throw new InvalidOperationException($"There is no protocol such as {other}."),
    };

    private static WireRequest Compressed(WireRequest request)
    {
        var body = new MemoryStream();
        using (var compression = new GZipStream(body, CompressionLevel.Optimal))
            compression.Write(request.Body.Span);
        return request with { Headers = [.. request.Headers, new("Content-Encoding", "gzip")], Body = body.ToArray() };
    }

    private static string HostPrefix(ServiceAction action, JsonObject members)
    {
        var prefix = action.HostPrefix ?? "";
        foreach (var member in action.Input?.Members ?? [])
        {
            if (!member.IsLabel)
                continue;
            if (members.Text(member.Name) is not { } label || !OfHosts().IsMatch(label))
                throw new UnsendableRequestException($"Parameter '{member.Name}' must contain only alphanumeric characters, hyphen, or period");
            prefix = prefix.Replace($"{{{member.Name}}}", label, StringComparison.Ordinal);
        }

        return prefix;
    }

    [GeneratedRegex(@"^[A-Za-z0-9.\-]+\z")]
    private static partial Regex OfHosts();
}
