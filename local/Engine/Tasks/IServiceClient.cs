using Stateside.Language.Json;

namespace Stateside.Engine.Tasks;

/// <summary>
/// Answers requests to AWS services as their own APIs do, in the members and casing of the wire. Tasks stand in front of it: they turn
/// what a definition says (<c>PutItem</c>'s parameters in SDK casing) into a <see cref="ServiceCall"/> and the answer into what a state
/// gives, so an implementation knows nothing of states, casing or causes. It never throws for what a service would refuse.
/// </summary>
internal interface IServiceClient
{
    /// <summary>Makes one request.</summary>
    /// <param name="call">What to ask.</param>
    /// <param name="cancellationToken">Fires when nobody waits for the answer any more.</param>
    /// <returns>The answer, or why the service refused.</returns>
    ValueTask<ServiceResponse> SendAsync(ServiceCall call, CancellationToken cancellationToken);
}

/// <summary>One request to a service.</summary>
/// <param name="Service">The service as resources spell it after <c>aws-sdk:</c>, such as <c>dynamodb</c> or <c>s3</c>.</param>
/// <param name="Action">The action as its API names it, such as <c>PutItem</c> or <c>GetObject</c>.</param>
/// <param name="Parameters">
/// The members of the request by their names in the API, wherever they stand on the wire, such as
/// <c>{"TableName":"t","Key":{"id":{"S":"1"}}}</c>: bytes are base64 text, times ISO 8601 text.
/// </param>
/// <param name="RequestId">The id that the request has where no other service gives it one, a UUID.</param>
internal sealed record ServiceCall(string Service, string Action, JsonObject Parameters, string RequestId)
{
    /// <summary>What the body is, where a member of bytes is all of it, such as PutObject's Body; null when there is none.</summary>
    public ReadOnlyMemory<byte>? Content { get; init; }

    /// <summary>Where the caller reached the service, so that addresses in the answer lead there; null within this process.</summary>
    public Uri? Here { get; init; }

    /// <summary>The functions that led to the request; null where none did.</summary>
    public string? Lineage { get; init; }

    /// <summary>How long the answer may be: far more than a state may give, but for those who read a file.</summary>
    public int MostBytes { get; init; } = 16 * 1024 * 1024;
}

/// <summary>What came of a request.</summary>
internal abstract record ServiceResponse
{
    private ServiceResponse()
    {
    }

    /// <summary>The service did what was asked.</summary>
    /// <param name="StatusCode">The HTTP status.</param>
    /// <param name="Headers">
    /// The HTTP headers in their order; <see cref="SdkMetadata.JsonHeaders"/> makes those of an answer that came over no wire.
    /// </param>
    /// <param name="Body">
    /// The answer's members by their names in the API, those that are there: <c>{"Item":{…}}</c>, or <c>ETag</c> with its quotation marks,
    /// whether the protocol says them in headers, JSON or XML. Bytes are base64 text, times ISO 8601 text (<see cref="ApiTime"/>).
    /// </param>
    /// <param name="RequestId">The request's id.</param>
    public sealed record Answered(int StatusCode, IReadOnlyList<KeyValuePair<string, string>> Headers, JsonObject Body, string RequestId) : ServiceResponse
    {
        /// <summary>The body, where a member of bytes is all of it, such as GetObject's; null when there is none.</summary>
        public ReadOnlyMemory<byte>? Content { get; init; }

        /// <summary>What comes behind <see cref="Content"/>, where a caller that reads bit by bit asks for a long object; null for nothing.</summary>
        public ContentRest? Rest { get; init; }
    }

    /// <summary>
    /// The service refused. The error's code is the wire's, without a name space (<c>ConditionalCheckFailedException</c>,
    /// <c>NoSuchKey</c>), its message the service's own sentence and nothing more: tasks add the rest of the cause.
    /// </summary>
    public sealed record Refused(ServiceError Error) : ServiceResponse;
}

/// <summary>The rest of a content.</summary>
/// <param name="Length">How many bytes it has.</param>
/// <param name="Pieces">The bytes, read as they are asked for; ends with an <see cref="OperationCanceledException"/> where they are gone.</param>
internal sealed record ContentRest(long Length, IEnumerable<byte[]> Pieces);
