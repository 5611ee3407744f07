namespace Stateside.Testing.Tests;

public sealed class ContentTests : IDisposable
{
    private const string Template =
        """
        Metadata: {Stateside: {Seed: seed}}
        Resources:
          OrderTable: {Type: AWS::Serverless::SimpleTable, Properties: {TableName: orders}}
          Lines:
            Type: AWS::DynamoDB::Table
            Properties:
              AttributeDefinitions: [{AttributeName: order, AttributeType: S}, {AttributeName: line, AttributeType: N}]
              KeySchema: [{AttributeName: order, KeyType: HASH}, {AttributeName: line, KeyType: RANGE}]
          Files: {Type: AWS::S3::Bucket, Properties: {BucketName: files}}
          Jobs: {Type: AWS::SQS::Queue, Properties: {QueueName: jobs, DelaySeconds: 30}}
          JobsInOrder: {Type: AWS::SQS::Queue, Properties: {QueueName: jobs.fifo, FifoQueue: true, ContentBasedDeduplication: true}}
          Ship:
            Type: AWS::Serverless::StateMachine
            Properties:
              Role: arn:aws:iam::123456789012:role/ship
              Definition:
                QueryLanguage: JSONata
                StartAt: Read
                States:
                  Read:
                    Type: Task
                    Resource: arn:aws:states:::dynamodb:getItem
                    Arguments: {TableName: orders, Key: {id: {S: '{% $states.input.id %}'}}}
                    Assign: {to: '{% $states.result.Item.to.S %}'}
                    Next: Write
                  Write:
                    Type: Task
                    Resource: arn:aws:states:::dynamodb:putItem
                    Arguments: {TableName: !Ref OrderTable, Item: {id: {S: '{% $states.context.Execution.Input.id %}'}, shippedTo: {S: '{% $to %}'}, parcels: {N: '2'}}}
                    Next: Note
                  Note:
                    Type: Task
                    Resource: arn:aws:states:::aws-sdk:s3:putObject
                    Arguments: {Bucket: !Ref Files, Key: 'notes/7.json', Body: {to: '{% $to %}'}}
                    Next: Tell
                  Tell:
                    Type: Task
                    Resource: arn:aws:states:::sqs:sendMessage
                    Arguments: {QueueUrl: !Ref Jobs, MessageBody: {to: '{% $to %}'}}
                    End: true
        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("stateside-contents-");

    public ContentTests() => Write("template.yaml", Template);

    private sealed record Order(string Id, string? ShippedTo, int Parcels);

    private sealed record Note(string To);

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task What_a_test_puts_is_there_for_the_workflow_and_what_the_workflow_puts_is_there_for_the_test()
    {
        await using var test = WorkflowTest.FromTemplate(_folder.FullName);
        test.Table("orders").Put(new { id = "7", to = "Lund" });

        (await test.RunAsync(new { id = "7" })).ShouldSucceed();

        Assert.Equal(new Order("7", "Lund", 2), test.Table("orders").Get<Order>("7"));
        Assert.Equal("Lund", test.Bucket("files").Get("notes/7.json")?.Json<Note>().To);
        Assert.Equal("Lund", Assert.Single(test.Queue("jobs").Messages()).Json<Note>().To);
    }

    [Fact]
    public async Task An_item_is_the_same_as_plain_json_as_json_text_and_as_dynamodb_writes_it()
    {
        await using var test = WorkflowTest.FromTemplate(_folder.FullName);
        var lines = test.Table("Lines");
        lines.Put(new { order = "7", line = 1, price = 12.50m, tags = new[] { "a" }, box = new { S = "small" }, note = (string?)null });
        lines.Put("""{"order": "7", "line": 2, "price": 12.50}""");
        lines.Put("""{"order": {"S": "7"}, "line": {"N": "3"}, "price": {"N": "12.50"}, "tags": {"SS": ["a", "b"]}, "bytes": {"B": "AAEC"}}""");

        var items = lines.Items().Select(item => item.Text);

        Assert.Equal(
            [
                """{"order":"7","line":1,"price":12.5,"tags":["a"],"box":{"S":"small"},"note":null}""", """{"order":"7","line":2,"price":12.5}""",
                """{"order":"7","line":3,"price":12.5,"tags":["a","b"],"bytes":"AAEC"}""",
            ],
            items);
    }

    [Fact]
    public async Task An_item_is_found_and_deleted_by_its_key_and_by_its_value_where_it_is_one()
    {
        await using var test = WorkflowTest.FromTemplate(_folder.FullName);
        test.Table("OrderTable").Put(new { id = "7" });
        test.Table("Lines").Put(new { order = "7", line = 1 });

        Assert.NotNull(test.Table("orders").Get("7"));
        Assert.NotNull(test.Table("orders").Get(new { id = "7" }));
        Assert.NotNull(test.Table("orders").Get("""{"id": {"S": "7"}}"""));
        Assert.NotNull(test.Table("Lines").Get(new { order = "7", line = 1 }));
        test.Table("orders").Delete("7");

        Assert.Null(test.Table("orders").Get("7"));
        Assert.Null(test.Table("orders").Get<Order>("7"));
        Assert.Empty(test.Table("orders").Items<Order>());
    }

    [Fact]
    public async Task What_dynamodb_would_refuse_fails_the_test_in_its_words()
    {
        await using var test = WorkflowTest.FromTemplate(_folder.FullName);

        var refused = Assert.Throws<WorkflowAssertionException>(() => test.Table("orders").Put(new { name = "no key" }));
        var wrongKey = Assert.Throws<WorkflowAssertionException>(() => test.Table("Lines").Get("7"));

        Assert.Equal("One or more parameter values were invalid: Missing the key id in the item", refused.Message);
        Assert.Equal("The provided key element does not match the schema", wrongKey.Message);
    }

    [Fact]
    public async Task Objects_have_the_type_of_their_extension_and_are_listed_by_their_keys()
    {
        await using var test = WorkflowTest.FromTemplate(_folder.FullName);
        var files = test.Bucket("Files");
        files.Put("b/page.html", "<p>");
        files.Put("a.bin", [1, 2, 255]);
        files.Put("b/own", "x", "text/own");

        Assert.Equal(["a.bin", "b/own", "b/page.html"], files.Keys());
        Assert.Equal(["b/own", "b/page.html"], files.Keys("b/"));
        Assert.Equal(("text/html", "<p>"), (files.Get("b/page.html")?.ContentType, files.Get("b/page.html")?.Text));
        Assert.Equal("text/own", files.Get("b/own")?.ContentType);
        Assert.Equal([1, 2, 255], files.Get("a.bin")?.Content.ToArray());
        files.Delete("a.bin");
        Assert.Null(files.Get("a.bin"));
    }

    [Fact]
    public async Task Messages_are_seen_without_being_received_and_say_from_when_they_can_be()
    {
        await using var test = WorkflowTest.FromTemplate(_folder.FullName);
        var id = test.Queue("jobs").Send("plain");
        test.Queue("JobsInOrder").Send(new { order = 7 }, groupId: "one");

        var delayed = Assert.Single(test.Queue("Jobs").Messages());
        var ordered = Assert.Single(test.Queue("jobs.fifo").Messages());

        Assert.Equal((id, "plain", 0, test.Now + TimeSpan.FromSeconds(30)), (delayed.Id, delayed.Body, delayed.Receives, delayed.VisibleFrom));
        Assert.Equal("""{"order":7}""", ordered.Body);
        Assert.Equal("\"one\"", ordered.Attributes["MessageGroupId"]?.Text);
        var refused = Assert.Throws<WorkflowAssertionException>(() => test.Queue("jobs.fifo").Send("without a group"));
        Assert.Contains("MessageGroupId", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_name_is_answered_with_the_nearest_and_with_all_there_are()
    {
        await using var test = WorkflowTest.FromTemplate(_folder.FullName);

        var table = Assert.Throws<WorkflowAssertionException>(() => test.Table("oders"));
        var bucket = Assert.Throws<WorkflowAssertionException>(() => test.Bucket("pictures"));

        Assert.Equal("The template has no table 'oders'. Did you mean 'orders'? The template's tables: Lines, OrderTable, orders.", table.Message);
        Assert.Equal("The template has no bucket 'pictures'. The template's buckets: Files, files.", bucket.Message);
    }

    [Fact]
    public async Task A_test_without_a_template_says_so()
    {
        await using var test = WorkflowTest.FromDefinition("""{"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}""");

        var failure = Assert.Throws<WorkflowAssertionException>(() => test.Table("orders"));

        Assert.Equal("This test has no template that could declare the table 'orders'. Begin it with WorkflowTest.FromTemplate(…).", failure.Message);
    }

    [Fact]
    public async Task Where_the_service_is_at_an_endpoint_the_test_says_that_nothing_is_here()
    {
        await using var test = WorkflowTest.FromTemplate(_folder.FullName, options: new() { ServiceEndpoint = new Uri("http://127.0.0.1:9") });

        var failure = Assert.Throws<WorkflowAssertionException>(() => test.Table("orders"));

        Assert.Equal("DynamoDB is at http://127.0.0.1:9/, as its endpoint is configured: what it has lies there and not in Stateside.", failure.Message);
    }

    [Fact]
    public async Task A_folder_fills_a_test_when_the_test_asks_for_it_and_not_because_the_template_names_one()
    {
        Write("seed/tables/orders.jsonl", """{"id": "7", "to": "Lund"}""" + "\n");
        Write("seed/buckets/Files/a/b.txt", "text");
        await using var test = WorkflowTest.FromTemplate(_folder.FullName);
        Assert.Empty(test.Table("orders").Items());

        test.Seed(Path.Combine(_folder.FullName, "seed"));

        Assert.Equal("\"Lund\"", test.Table("orders").Get("7")?["to"]?.Text);
        Assert.Equal("text/plain", test.Bucket("files").Get("a/b.txt")?.ContentType);
        Assert.Contains(
            "There is no such folder", Assert.Throws<WorkflowAssertionException>(() => test.Seed("nowhere/at/all")).Message, StringComparison.Ordinal);
    }

    private void Write(string name, string text)
    {
        var path = Path.Combine(_folder.FullName, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}
