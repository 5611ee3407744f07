using System.Text.Json;

namespace Stateside.Service.Tests.Cli;

/// <summary>A folder that fills tables, buckets and queues before a run.</summary>
public sealed class SeedTests : IDisposable
{
    private const string Template =
        """
        Resources:
          OrderTable: {Type: AWS::Serverless::SimpleTable, Properties: {TableName: orders}}
          Files: {Type: AWS::S3::Bucket, Properties: {BucketName: files}}
          Jobs: {Type: AWS::SQS::Queue, Properties: {QueueName: jobs}}
          Look:
            Type: AWS::Serverless::StateMachine
            Properties:
              Role: arn:aws:iam::123456789012:role/look
              Definition:
                QueryLanguage: JSONata
                StartAt: Items
                States:
                  Items:
                    Type: Task
                    Resource: arn:aws:states:::aws-sdk:dynamodb:scan
                    Arguments: {TableName: orders}
                    Assign: {items: '{% $states.result.Items %}'}
                    Next: Object
                  Object:
                    Type: Task
                    Resource: arn:aws:states:::aws-sdk:s3:getObject
                    Arguments: {Bucket: files, Key: a/hello.txt}
                    Assign: {object: '{% $states.result %}'}
                    Catch: [{ErrorEquals: [States.ALL], Next: Messages}]
                    Next: Messages
                  Messages:
                    Type: Task
                    Resource: arn:aws:states:::aws-sdk:sqs:getQueueAttributes
                    Arguments: {QueueUrl: !Ref Jobs, AttributeNames: [ApproximateNumberOfMessages]}
                    Output: {items: '{% [$items] %}', text: '{% [$object.Body] %}', type: '{% [$object.ContentType] %}', messages: '{% $states.result.Attributes.ApproximateNumberOfMessages %}'}
                    End: true
        """;

    private readonly Project _project = new(Template);

    public SeedTests()
    {
        _project.Write("seed/tables/orders.jsonl", """{"id": "1", "total": 12.50}""" + "\n\n" + """{"id": {"S": "2"}, "tags": {"SS": ["a"]}}""" + "\n" + """{"Item": {"id": {"S": "3"}}}""");
        _project.Write("seed/buckets/Files/a/hello.txt", "hello");
        _project.Write("seed/queues/jobs.jsonl", "\"text\"\n{\"order\": 7}\n" + """{"MessageBody": "x", "MessageAttributes": {"kind": {"DataType": "String", "StringValue": "y"}}}""");
    }

    public void Dispose() => _project.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_folder_fills_what_the_template_declares_whether_the_command_line_or_the_template_names_it(bool isNamedByTemplate)
    {
        if (isNamedByTemplate)
            _project.Write("template.yaml", "Metadata: {Stateside: {Seed: seed}}\n" + Template);

        var result = await _project.RunAsync(["--in-memory", .. isNamedByTemplate ? Array.Empty<string>() : ["--seed", _project.At("seed")]]);

        Assert.True(result.Code == 0, result.Error);
        var output = JsonDocument.Parse(result.Output).RootElement;
        Assert.Equal(
            ["""{"id":{"S":"1"},"total":{"N":"12.5"}}""", """{"id":{"S":"2"},"tags":{"Ss":["a"]}}""", """{"id":{"S":"3"}}"""],
            output.GetProperty("items").EnumerateArray().Select(item => JsonSerializer.Serialize(item)));
        Assert.Equal(("hello", "text/plain", "3"), (
            output.GetProperty("text")[0].GetString(), output.GetProperty("type")[0].GetString(), output.GetProperty("messages").GetString()));
    }

    [Fact]
    public async Task With_a_data_folder_the_same_keys_are_replaced_and_a_queue_with_messages_gets_none()
    {
        string[] args = ["--data", _project.At("data"), "--seed", _project.At("seed")];
        await _project.RunAsync(args);
        _project.Write("seed/tables/orders.jsonl", """{"id": "1", "total": 13}""");

        var again = JsonDocument.Parse((await _project.RunAsync(args)).Output).RootElement;

        Assert.Equal(3, again.GetProperty("items").GetArrayLength());
        Assert.Equal("13", again.GetProperty("items")[0].GetProperty("total").GetProperty("N").GetString());
        Assert.Equal("3", again.GetProperty("messages").GetString());
    }

    [Theory]
    [InlineData("tables/oders.jsonl", "{}", "oders.jsonl: The template has no table 'oders'. Did you mean 'orders'? The template's tables: OrderTable, orders.")]
    [InlineData("tables/OrderTable.jsonl", "{\"id\": \"1\"}\n{\"id\": }", "OrderTable.jsonl, line 2, column 8: this is not JSON:")]
    [InlineData("tables/OrderTable.jsonl", "\n[1]", "OrderTable.jsonl, line 2: this is no item. Write an object with the table's key, id.")]
    [InlineData("tables/OrderTable.jsonl", "{\"id\": 1}", "OrderTable.jsonl, line 1: One or more parameter values were invalid: Type mismatch for key id expected: S actual: N")]
    [InlineData("tables/orders.json", "[]", "orders.json: a seed has JSON lines here, one value a line. Name it orders.jsonl.")]
    [InlineData("table/orders.jsonl", "{}", "table: a seed has no folder 'table'. Did you mean 'tables'? A seed's folders: tables, buckets, queues.")]
    [InlineData("orders.jsonl", "{}", "orders.jsonl: a seed has items in its folder tables, messages in queues. Move the file there.")]
    [InlineData("buckets/picture.png", "", "picture.png: a bucket's objects are files in a folder of the bucket's name. Move the file into one.")]
    [InlineData("buckets/pictures/a.png", "", "pictures: The template has no bucket 'pictures'. The template's buckets: Files, files.")]
    [InlineData("queues/jobs.jsonl", "{\"MessageBody\": \"x\", \"DelaySeconds\": 901}", "jobs.jsonl, line 1: Value 901 for parameter DelaySeconds is invalid.")]
    public async Task What_is_wrong_in_the_folder_is_one_line_with_file_and_line_and_remedy(string file, string text, string said)
    {
        _project.Write($"wrong/{file}", text);

        var result = await _project.RunAsync("--in-memory", "--seed", _project.At("wrong"));

        Assert.Equal(2, result.Code);
        Assert.Contains(said, Assert.Single(result.ErrorLines), StringComparison.Ordinal);
        Assert.StartsWith($"stateside: {_project.At("wrong")}", result.ErrorLines[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_put_from_a_folder_in_which_a_later_line_is_no_json()
    {
        _project.Write("wrong/tables/orders.jsonl", "{\"id\": \"9\"}\n{");
        await _project.RunAsync("--data", _project.At("data"), "--seed", _project.At("wrong"));

        var output = JsonDocument.Parse((await _project.RunAsync("--data", _project.At("data"))).Output).RootElement;

        Assert.Equal(0, output.GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task A_folder_that_is_not_there_is_a_mistake_of_whoever_named_it()
    {
        var named = await _project.RunAsync("--in-memory", "--seed", "nowhere");
        _project.Write("template.yaml", "Metadata: {Stateside: {Seed: nowhere}}\n" + Template);
        var declared = await _project.RunAsync("--in-memory");
        _project.Write("template.yaml", "Metadata: {Stateside: {Sead: seed}}\n" + Template);
        var misspelled = await _project.RunAsync("--in-memory");

        Assert.Equal((2, 2, 0), (named.Code, declared.Code, misspelled.Code));
        Assert.StartsWith("stateside: --seed nowhere: there is no such folder.", Assert.Single(named.ErrorLines), StringComparison.Ordinal);
        Assert.StartsWith($"stateside: {_project.Template}:1:", Assert.Single(declared.ErrorLines), StringComparison.Ordinal);
        Assert.Contains("Metadata.Stateside has no 'Sead'. Did you mean 'Seed'?", misspelled.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Serve_fills_before_it_listens_and_needs_a_template_to_fill()
    {
        await using var server = await Serving.StartAsync("--template", _project.Template, "--data", _project.At("data"), "--seed", _project.At("seed"));

        var page = await server.Http.GetStringAsync("/console/data/tables/OrderTable", TestContext.Current.CancellationToken);
        var bare = await Project.CallAsync("serve", "--port", "0", "--in-memory", "--seed", "seed");

        Assert.Contains("3 in all", page, StringComparison.Ordinal);
        Assert.Equal(2, bare.Code);
        Assert.Contains("--seed seed: there is no template", bare.Error, StringComparison.Ordinal);
    }
}
