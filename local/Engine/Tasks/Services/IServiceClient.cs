using Stateside.Language.Json;

namespace Stateside.Engine.Tasks.Services;

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

/// <summary>
/// A service that lives in this process, such as DynamoDB's item actions for the template's tables or S3's object actions for its
/// buckets. It is asked before the network where no endpoint is configured for its service.
/// </summary>
internal interface IEmbeddedStore : IServiceClient
{
    /// <summary>The service, as resources spell it: <c>dynamodb</c> or <c>s3</c>.</summary>
    string Service { get; }

    /// <summary>
    /// Whether the request is about something that lives here: a declared table or bucket. Any other goes to the service's endpoint, or
    /// fails with an error that tells how to name one. An action that the store does not cover on a table or bucket it holds is its own
    /// to refuse.
    /// </summary>
    bool Holds(ServiceCall call);
}

/// <summary>
/// One request to a service.
/// <list type="bullet">
/// <item>JSON protocols (DynamoDB, SQS, ECS, …): <see cref="Parameters"/> is the request's body exactly as on the wire, such as
/// <c>{"TableName":"t","Key":{"id":{"S":"1"}}}</c> of GetItem; blobs are base64 text, times are numbers of seconds.</item>
/// <item>S3: <see cref="Parameters"/> has the members of the action's API model by their names there, such as <c>Bucket</c>, <c>Key</c>,
/// <c>ContentType</c>, <c>Metadata</c>; an object's content is <see cref="Content"/> and no parameter.</item>
/// </list>
/// </summary>
/// <param name="Service">The service as resources spell it after <c>aws-sdk:</c>, such as <c>dynamodb</c> or <c>s3</c>.</param>
/// <param name="Action">The action as its API names it, such as <c>PutItem</c> or <c>GetObject</c>.</param>
/// <param name="Parameters">The members of the request.</param>
/// <param name="RequestId">The id that the request has where no other service gives it one, a UUID.</param>
internal sealed record ServiceCall(string Service, string Action, JsonObject Parameters, string RequestId)
{
    /// <summary>The streamed content of a request that has one, such as PutObject's; null when there is none.</summary>
    public ReadOnlyMemory<byte>? Content { get; init; }

    /// <summary>
    /// Whether an optimized integration speaks. It matters to services of the AWSSDK packages alone, whose times and bytes nobody can tell
    /// from numbers and texts any more when the answer is JSON.
    /// </summary>
    public bool IsOptimized { get; init; }
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
    /// The answer's members: of a JSON protocol exactly as on the wire (<c>{"Item":{…}}</c>, <c>{}</c> for nothing); of S3 by the names of
    /// its API model (<c>ETag</c> with its quotation marks, <c>ContentLength</c>, <c>Contents</c>, …) with times as ISO 8601 text to the second
    /// (<c>2026-01-31T12:00:00Z</c>), whatever the protocol says in headers or XML.
    /// </param>
    /// <param name="RequestId">The request's id.</param>
    public sealed record Answered(int StatusCode, IReadOnlyList<KeyValuePair<string, string>> Headers, JsonObject Body, string RequestId) : ServiceResponse
    {
        /// <summary>The streamed content of an answer that has one, such as GetObject's; null when there is none.</summary>
        public ReadOnlyMemory<byte>? Content { get; init; }
    }

    /// <summary>
    /// The service refused. The error's code is the wire's, without a name space (<c>ConditionalCheckFailedException</c>,
    /// <c>NoSuchKey</c>), its message the service's own sentence and nothing more: tasks add the rest of the cause.
    /// </summary>
    public sealed record Refused(ServiceError Error) : ServiceResponse;
}
