using Stateside.Language.Json;
using Stateside.Language.Services;

namespace Stateside.Engine.Tasks.Services.Wire;

/// <summary>Requests and answers between the API's own form and the wire, in the protocol of each service.</summary>
internal static class WireFormat
{
    /// <summary>A request on the wire.</summary>
    /// <param name="action">The action.</param>
    /// <param name="members">The request's members by their names in the API.</param>
    /// <param name="content">What the body is, where a member of bytes is all of it.</param>
    /// <param name="token">What stands where a member that makes a request unique is absent, a UUID.</param>
    public static WireRequest Write(ServiceAction action, JsonObject members, ReadOnlyMemory<byte>? content, string token) => action.Service.Protocol switch
    {
        ServiceProtocol.Query or ServiceProtocol.Ec2 => QueryFormat.Write(action, members),
        ServiceProtocol.Cbor => CborFormat.Write(action, members),
        _ => throw new NotImplementedException($"{action.Name} {members} {content} {token}"),
    };

    /// <summary>What an answer says.</summary>
    /// <param name="action">The action.</param>
    /// <param name="answer">The answer.</param>
    /// <param name="requestId">The id of the request where the answer tells none.</param>
    public static ServiceResponse Read(ServiceAction action, WireAnswer answer, string requestId) => action.Service.Protocol switch
    {
        ServiceProtocol.Query or ServiceProtocol.Ec2 => QueryFormat.Read(action, answer, requestId),
        ServiceProtocol.Cbor => CborFormat.Read(action, answer, requestId),
        _ => throw new NotImplementedException($"{action.Name} {answer} {requestId}"),
    };
}
