using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Amazon.Lambda.Core;
using Amazon.SQS;

[assembly: LambdaSerializer(typeof(Amazon.Lambda.Serialization.SystemTextJson.DefaultLambdaJsonSerializer))]

namespace Starter;

public class PutItem
{
    private readonly IAmazonDynamoDB _table = new AmazonDynamoDBClient();
    private readonly IAmazonSQS _queue = new AmazonSQSClient();

    public async Task<string> FunctionHandler(Dictionary<string, string> input, ILambdaContext context)
    {
        var item = new Dictionary<string, AttributeValue> { ["id"] = new(input["id"]), ["writtenBy"] = new(context.FunctionName) };
        await _table.PutItemAsync(Environment.GetEnvironmentVariable("SAMPLE_TABLE"), item);
        await _queue.SendMessageAsync(Environment.GetEnvironmentVariable("SAMPLE_QUEUE"), input["id"]);
        return input["id"];
    }
}
