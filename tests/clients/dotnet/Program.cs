// Drives what a template declares with AWS's SDK for .NET, which knows of Stateside by AWS_ENDPOINT_URL alone.
using System.Security.Cryptography;
using System.Text;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.DataModel;
using Amazon.DynamoDBv2.Model;
using Amazon.S3;
using Amazon.S3.Model;
using Amazon.S3.Transfer;
using Amazon.SQS;
using Amazon.SQS.Model;

await TablesAsync();
await BucketsAsync();
await QueuesAsync();
Console.WriteLine("AWS SDK for .NET: a table, a bucket and queues of a template by AWS_ENDPOINT_URL");

static async Task TablesAsync()
{
    using var client = new AmazonDynamoDBClient();
    for (var day = 1; day <= 3; day++)
        await client.PutItemAsync("parcels", new() { ["id"] = new("net"), ["day"] = new() { N = $"{day}" }, ["to"] = new("Zürich") });
    var found = await client.QueryAsync(new QueryRequest("parcels")
    {
        KeyConditionExpression = "id = :id AND #d > :d",
        ExpressionAttributeNames = new() { ["#d"] = "day" },
        ExpressionAttributeValues = new() { [":id"] = new("net"), [":d"] = new() { N = "1" } },
    });
    Equal("2 3", string.Join(' ', found.Items.Select(item => item["day"].N)));
    var pages = client.Paginators.Scan(new ScanRequest("parcels") { Limit = 2 });
    var scanned = new List<Dictionary<string, AttributeValue>>();
    await foreach (var page in pages.Responses)
        scanned.AddRange(page.Items);
    Equal(3, scanned.Count(item => item["id"].S == "net"));
    var once = new TransactWriteItemsRequest
    {
        TransactItems = [new() { Put = new() { TableName = "parcels", Item = new() { ["id"] = new("net-2"), ["day"] = new() { N = "1" } }, ConditionExpression = "attribute_not_exists(id)" } }],
    };
    await client.TransactWriteItemsAsync(once);
    var canceled = await ThrowsAsync<TransactionCanceledException>(() => client.TransactWriteItemsAsync(once));
    Equal("ConditionalCheckFailed", canceled.CancellationReasons[0].Code);

    // The object mapper asks how the table looks before it asks for items.
    using var context = new DynamoDBContextBuilder().WithDynamoDBClient(() => client).Build();
    await context.SaveAsync(new Parcel { Id = "mapped", Day = 7, To = "Bern" });
    Equal("Bern", (await context.LoadAsync<Parcel>("mapped", 7)).To);
}

static async Task BucketsAsync()
{
    using var client = new AmazonS3Client();
    await client.PutObjectAsync(new PutObjectRequest { BucketName = "labels", Key = "net/é.txt", ContentBody = "Grüße", Metadata = { ["to"] = "all" } });
    using var got = await client.GetObjectAsync("labels", "net/é.txt");
    Equal(("Grüße", "all"), (await new StreamReader(got.ResponseStream).ReadToEndAsync(), got.Metadata["to"]));
    var content = RandomNumberGenerator.GetBytes(17 * 1024 * 1024);
    using var transfer = new TransferUtility(client);
    await transfer.UploadAsync(new MemoryStream(content), "labels", "net/long");
    using var back = await client.GetObjectAsync("labels", "net/long");
    var copy = new MemoryStream();
    await back.ResponseStream.CopyToAsync(copy);
    Equal(true, copy.ToArray().AsSpan().SequenceEqual(content));
    Equal(true, back.ETag.Contains('-', StringComparison.Ordinal));
    var keys = new List<string>();
    await foreach (var stored in client.Paginators.ListObjectsV2(new ListObjectsV2Request { BucketName = "labels", Prefix = "net/", MaxKeys = 1 }).S3Objects)
        keys.Add(stored.Key);
    Equal("net/long net/é.txt", string.Join(' ', keys));
    using var http = new HttpClient();
    await http.PutAsync(await AddressAsync(HttpVerb.PUT), new ByteArrayContent("by address"u8.ToArray()));
    Equal("by address", await http.GetStringAsync(await AddressAsync(HttpVerb.GET)));
    await ThrowsAsync<NoSuchKeyException>(() => client.GetObjectAsync("labels", "none"));

    Task<string> AddressAsync(HttpVerb verb) => client.GetPreSignedURLAsync(
        new GetPreSignedUrlRequest { BucketName = "labels", Key = "net/signed", Verb = verb, Expires = DateTime.UtcNow.AddMinutes(5), Protocol = Protocol.HTTP });
}

static async Task QueuesAsync()
{
    using var client = new AmazonSQSClient();
    var url = (await client.GetQueueUrlAsync("letters")).QueueUrl;
    await client.SendMessageAsync(new SendMessageRequest(url, "Grüße")
    {
        MessageAttributes = new() { ["raw"] = new() { DataType = "Binary", BinaryValue = new MemoryStream(Encoding.UTF8.GetBytes("bytes")) } },
    });
    var received = await client.ReceiveMessageAsync(new ReceiveMessageRequest(url) { MessageAttributeNames = ["All"], WaitTimeSeconds = 1 });
    Equal(("Grüße", "bytes"), (received.Messages[0].Body, Encoding.UTF8.GetString(received.Messages[0].MessageAttributes["raw"].BinaryValue.ToArray())));
    await client.DeleteMessageAsync(url, received.Messages[0].ReceiptHandle);

    // The address that Ref gives in the template is AWS's, and leads here too.
    var line = "https://sqs.us-east-1.amazonaws.com/123456789012/line.fifo";
    var sent = await client.SendMessageBatchAsync(line, [new("a", "1") { MessageGroupId = "net", MessageDeduplicationId = "net-1" }]);
    Equal(1, sent.Successful.Count);
    await ThrowsAsync<QueueDoesNotExistException>(() => client.GetQueueUrlAsync("none"));
}

static void Equal<T>(T expected, T actual)
{
    if (!Equals(expected, actual))
        throw new InvalidOperationException($"wanted {expected}, got {actual}");
}

static async Task<TException> ThrowsAsync<TException>(Func<Task> work) where TException : Exception
{
    try
    {
        await work();
    }
    catch (TException e)
    {
        return e;
    }

    throw new InvalidOperationException($"no {typeof(TException).Name}");
}

[DynamoDBTable("parcels")]
internal sealed class Parcel
{
    [DynamoDBHashKey("id")]
    public string Id { get; set; } = "";

    [DynamoDBRangeKey("day")]
    public int Day { get; set; }

    [DynamoDBProperty("to")]
    public string? To { get; set; }
}
