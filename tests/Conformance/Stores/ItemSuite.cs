using Stateside.Engine.Template;
using Stateside.Language.Json;

namespace Stateside.Conformance.Stores;

/// <summary>DynamoDB beside moto's.</summary>
internal sealed class ItemSuite(StorePair pair, TemplateModel template, Random random)
{
    private const string Service = "dynamodb";
    private const int CheckEvery = 500;

    private readonly ItemRequests _requests = new(random);

    public async Task CompareAsync(int count)
    {
        for (var i = 1; i <= count; i++)
        {
            var (action, request) = _requests.Next();
            var isSame = action is "Query" or "Scan" && random.Next(2) == 0
                ? await ComparePagesAsync(action, request.With("Limit", JsonValue.From(random.Next(1, 4))))
                : await CompareAsync(action, request);
            if (!isSame && action is "BatchWriteItem" or "TransactWriteItems" or "PutItem" or "UpdateItem" or "DeleteItem")
                await AlignAsync();
            if (i % CheckEvery == 0 || i == count)
            {
                foreach (var table in Tables)
                    await CompareAsync("Scan", JsonObject.Of(("TableName", table["TableName"]!)));
            }
        }
    }

    private IEnumerable<JsonObject> Tables => template.Resources.Where(resource => resource.Type == "AWS::DynamoDB::Table").Select(resource => resource.Properties);

    private async Task<bool> CompareAsync(string action, JsonObject request) => pair.Compare(
        action, request, await pair.OursAsync(Service, action, request), await pair.MotoAsync(Service, action, request),
        body => Comparison.DynamoDb(action, body));

    /// <summary>All pages of a query or scan, put together: where a page ends is not compared, what the pages hold is.</summary>
    private async Task<bool> ComparePagesAsync(string action, JsonObject request)
    {
        var ours = await PagesAsync(request, page => pair.OursAsync(Service, action, page));
        var moto = await PagesAsync(request, page => pair.MotoAsync(Service, action, page));
        return pair.Compare($"{action} by pages", request, ours, moto, body => Comparison.DynamoDb(action, body));
    }

    private static async Task<Answer> PagesAsync(JsonObject request, Func<JsonObject, Task<Answer>> send)
    {
        var items = new List<JsonValue>();
        var (count, scanned) = (0L, 0L);
        for (var pages = 0; pages < 100; pages++)
        {
            var answer = await send(request);
            if (answer.IsError)
                return answer;
            items.AddRange(answer.Body!["Items"] as JsonArray ?? JsonArray.Empty);
            count += ((JsonNumber)answer.Body["Count"]!).Int64;
            scanned += ((JsonNumber)answer.Body["ScannedCount"]!).Int64;
            if (answer.Body["LastEvaluatedKey"] is not { } last)
                break;
            request = request.With("ExclusiveStartKey", last);
        }

        return new Answer(JsonObject.Of(("Items", JsonArray.Of([.. items])), ("Count", JsonValue.From(count)), ("ScannedCount", JsonValue.From(scanned))), null, null);
    }

    /// <summary>Gives moto our items, after a difference that is explained and would make others.</summary>
    private async Task AlignAsync()
    {
        foreach (var table in Tables)
        {
            var name = JsonObject.Of(("TableName", table["TableName"]!));
            await pair.MotoAsync(Service, "DeleteTable", name);
            await pair.MotoAsync(Service, "CreateTable", table);
            var items = (JsonArray)(await pair.OursAsync(Service, "Scan", name)).Body!["Items"]!;
            var puts = items.Select(item => (JsonValue)JsonObject.Of(("PutRequest", JsonObject.Of(("Item", item)))));
            foreach (var chunk in puts.Chunk(25))
            {
                var batch = JsonObject.Of((((JsonString)table["TableName"]!).Value, JsonArray.Of(chunk)));
                await pair.MotoAsync(Service, "BatchWriteItem", JsonObject.Of(("RequestItems", batch)));
            }
        }
    }
}
