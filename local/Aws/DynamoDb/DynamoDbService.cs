using Stateside.Aws.Services;
using Stateside.Engine.Tasks;
using Stateside.Engine.Template;
using Stateside.Language.Json;

namespace Stateside.Aws.DynamoDb;

/// <summary>DynamoDB for the tables that a template declares.</summary>
internal sealed class DynamoDbService(DynamoDbStore store, TimeProvider time) : IEmbeddedService
{
    /// <summary>The types of what a template declares of it.</summary>
    public static readonly string[] Types = ["AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable", "AWS::Serverless::SimpleTable"];

    public DynamoDbStore Store => store;

    public bool HasAny => store.HasAny;

    public bool Holds(ServiceCall call) => call.Action == "ListTables" ? store.HasAny : TablesOf(call.Parameters).Any(store.Has);

    public void Declare(TemplateModel template) => store.Declare(template.Resources
        .Where(resource => resource.PhysicalId is not null && Types.Contains(resource.Type))
        .Select(resource => TableSchema.Read(resource.PhysicalId!, resource.Properties, resource.Type == "AWS::Serverless::SimpleTable"))
        .OfType<TableSchema>());

    public ValueTask<ServiceResponse> SendAsync(ServiceCall call, CancellationToken cancellationToken)
    {
        var body = store.Execute(call.Action, call.Parameters);
        return ValueTask.FromResult<ServiceResponse>(
            new ServiceResponse.Answered(200, SdkMetadata.JsonHeaders(call.RequestId, body.CompactLength, time.GetUtcNow()), body, call.RequestId));
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
