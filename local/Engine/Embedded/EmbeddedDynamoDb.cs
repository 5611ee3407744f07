using Stateside.Engine.Embedded.DynamoDb;
using Stateside.Engine.Embedded.Storage;
using Stateside.Engine.Tasks;
using Stateside.Language.Json;

namespace Stateside.Engine.Embedded;

/// <summary>Where tasks meet the embedded DynamoDB.</summary>
internal sealed class EmbeddedDynamoDb(DynamoDbStore store, TimeProvider time) : IEmbeddedStore
{
    public string Service => "dynamodb";

    public bool Holds(ServiceCall call) => TablesOf(call.Parameters).Any(store.Has);

    public ValueTask<ServiceResponse> SendAsync(ServiceCall call, CancellationToken cancellationToken)
    {
        try
        {
            var body = store.Execute(call.Action, call.Parameters);
            return ValueTask.FromResult<ServiceResponse>(
                new ServiceResponse.Answered(200, SdkMetadata.JsonHeaders(call.RequestId, body.CompactLength, time.GetUtcNow()), body, call.RequestId));
        }
        catch (StoreRefusal refusal)
        {
            return ValueTask.FromResult<ServiceResponse>(new ServiceResponse.Refused(refusal.ToError(call.RequestId)));
        }
    }

    /// <summary>The tables that a request names, wherever its action has them.</summary>
    private static IEnumerable<string> TablesOf(JsonObject request)
    {
        if (request["TableName"] is JsonString table)
            yield return table.Value;
        if (request["RequestItems"] is JsonObject batch)
        {
            foreach (var (name, _) in batch)
                yield return name;
        }

        foreach (var part in (request["TransactItems"] as JsonArray ?? JsonArray.Empty).OfType<JsonObject>().SelectMany(item => item.Values.ToArray()))
        {
            if ((part as JsonObject)?["TableName"] is JsonString name)
                yield return name.Value;
        }
    }
}
