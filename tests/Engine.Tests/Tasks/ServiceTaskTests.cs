using System.Text;
using Stateside.Engine.Tasks;
using Stateside.Engine.Tasks.Services;
using Stateside.Language.Definitions;
using Stateside.Language.Json;
using Stateside.Language.Services;

namespace Stateside.Engine.Tests.Tasks;

public sealed class ServiceTaskTests
{
    private static ServiceResponse.Answered Answer(string body, params (string Name, string Value)[] headers) => new(
        200, [.. headers.Select(header => KeyValuePair.Create(header.Name, header.Value))], (JsonObject)JsonReader.Parse(body), "r-1");

    private static ServiceResponse.Refused Refuse(string code, string message, int status = 400) => new(new ServiceError(code, message, status, "r-1"));

    private static string Call(string resource, string parameters) =>
        TaskFixture.TaskMachine($"arn:aws:states:::{resource}", $$""" "Parameters":{{parameters}} """);

    [Fact]
    public async Task An_optimized_answer_carries_the_metadata_of_the_request()
    {
        await using var tasks = new TaskFixture(services: _ => Answer("""{"Item":{"id":{"S":"1"}}}""", ("Date", "now"), ("Content-Length", "7")));

        var execution = await tasks.RunAsync(Call("dynamodb:getItem", """{"TableName":"t","Key":{"id":{"S":"1"}}}"""));

        var call = Assert.Single(tasks.Services.Calls);
        Assert.Equal(("dynamodb", "GetItem", """{"TableName":"t","Key":{"id":{"S":"1"}}}"""), (call.Service, call.Action, call.Parameters.Text));
        Assert.Equal(
            """
            {"Item":{"id":{"S":"1"}},"SdkHttpMetadata":{"AllHttpHeaders":{"Date":["now"],"Content-Length":["7"]},"HttpHeaders":{"Content-Length":"7","Date":"now"},"HttpStatusCode":200},"SdkResponseMetadata":{"RequestId":"r-1"}}
            """.Trim(),
            execution.Output!.Text);
    }

    [Fact]
    public async Task An_SDK_answer_is_the_service_s_alone()
    {
        await using var tasks = new TaskFixture(services: _ => Answer("""{"ScannedCount":1,"Count":1}""", ("Date", "now")));

        var execution = await tasks.RunAsync(Call("aws-sdk:dynamodb:query", """{"TableName":"t"}"""));

        Assert.Equal("""{"Count":1,"ScannedCount":1}""", execution.Output!.Text);
    }

    [Theory]
    [InlineData("dynamodb:putItem", "ConditionalCheckFailedException", "DynamoDB.ConditionalCheckFailedException", "no (Service: AmazonDynamoDBv2; Status Code: 400; Error Code: ConditionalCheckFailedException; Request ID: r-1; Proxy: null)")]
    [InlineData("aws-sdk:dynamodb:putItem", "ConditionalCheckFailedException", "DynamoDb.ConditionalCheckFailedException", "no (Service: DynamoDb, Status Code: 400, Request ID: r-1) (SDK Attempt Count: 1)")]
    [InlineData("dynamodb:putItem", "ValidationException", "DynamoDB.AmazonDynamoDBException", "no (Service: AmazonDynamoDBv2; Status Code: 400; Error Code: ValidationException; Request ID: r-1; Proxy: null)")]
    [InlineData("aws-sdk:dynamodb:putItem", "ValidationException", "DynamoDb.DynamoDbException", "no (Service: DynamoDb, Status Code: 400, Request ID: r-1) (SDK Attempt Count: 1)")]
    [InlineData("sns:publish", "NotFound", "SNS.NotFoundException", "no (Service: AmazonSNS; Status Code: 400; Error Code: NotFound; Request ID: r-1; Proxy: null)")]
    [InlineData("sqs:sendMessage", "MissingParameter", "SQS.AmazonSQSException", "no (Service: AmazonSQS; Status Code: 400; Error Code: MissingParameter; Request ID: r-1; Proxy: null)")]
    [InlineData("aws-sdk:secretsmanager:getSecretValue", "ResourceNotFoundException", "SecretsManager.ResourceNotFoundException", "no (Service: SecretsManager, Status Code: 400, Request ID: r-1) (SDK Attempt Count: 1)")]
    [InlineData("aws-sdk:cloudwatchlogs:createLogStream", "InvalidParameterException", "CloudWatchLogs.InvalidParameterException", "no (Service: CloudWatchLogs, Status Code: 400, Request ID: r-1) (SDK Attempt Count: 1)")]
    [InlineData("aws-sdk:ecs:runTask", "ThrottlingException", "Ecs.EcsException", "no (Service: Ecs, Status Code: 400, Request ID: r-1) (SDK Attempt Count: 1)")]
    public void A_refusal_has_the_name_and_the_words_of_its_SDK(string resource, string code, string error, string cause)
    {
        var failure = ServiceFailures.Of(Integration(resource), Refuse(code, "no").Error).Failure;

        Assert.Equal((error, cause), (failure.Error, failure.Cause));
    }

    [Fact]
    public async Task S3_tells_both_of_its_ids()
    {
        await using var tasks = new TaskFixture(services: _ => new ServiceResponse.Refused(
            new ServiceError("NoSuchKey", "The specified key does not exist.", 404, "r-1") { ExtendedRequestId = "x-2" }));

        var execution = await tasks.RunAsync(Call("aws-sdk:s3:getObject", """{"Bucket":"b","Key":"k"}"""));

        Assert.Equal(
            ("S3.NoSuchKeyException", "The specified key does not exist. (Service: S3, Status Code: 404, Request ID: r-1, Extended Request ID: x-2) (SDK Attempt Count: 1)"),
            (execution.Error, execution.Cause));
    }

    [Theory]
    [InlineData("\"as it is\"", "\"as it is\"")]
    [InlineData("""{"a":[1, 2]}""", """{"a":[1,2]}""")]
    [InlineData("false", "false")]
    public async Task Any_JSON_may_be_an_object_s_content(string body, string content)
    {
        await using var tasks = new TaskFixture(services: _ => Answer("""{"ETag":"\"e\""}"""));

        await tasks.RunAsync(Call("aws-sdk:s3:putObject", $$"""{"Bucket":"b","Key":"k","Body":{{body}}}"""));

        var call = Assert.Single(tasks.Services.Calls);
        Assert.Equal(("PutObject", """{"Bucket":"b","Key":"k"}"""), (call.Action, call.Parameters.Text));
        Assert.Equal(content, Encoding.UTF8.GetString(call.Content!.Value.Span));
    }

    [Fact]
    public async Task Content_that_is_read_comes_last_as_text()
    {
        await using var tasks = new TaskFixture(services: _ => Answer("""{"ETag":"\"e\"","AcceptRanges":"bytes"}""") with { Content = "héllo"u8.ToArray() });

        var execution = await tasks.RunAsync(Call("aws-sdk:s3:getObject", """{"Bucket":"b","Key":"k"}"""));

        Assert.Equal("""{"AcceptRanges":"bytes","ETag":"\"e\"","Body":"héllo"}""", execution.Output!.Text);
    }

    [Fact]
    public async Task A_message_may_be_any_JSON_and_what_is_null_is_left_out()
    {
        await using var tasks = new TaskFixture(services: _ => Answer("""{"MessageId":"m"}"""));

        await tasks.RunAsync(Call("sqs:sendMessage", """{"QueueUrl":"http://q/1","MessageBody":{"a":1},"MessageGroupId":null}"""));

        Assert.Equal("""{"QueueUrl":"http://q/1","MessageBody":"{\"a\":1}"}""", Assert.Single(tasks.Services.Calls).Parameters.Text);
    }

    [Fact]
    public async Task Events_name_the_machine_and_the_execution_that_sent_them()
    {
        await using var tasks = new TaskFixture(services: _ => Answer("""{"FailedEntryCount":0,"Entries":[{"EventId":"e"}]}"""));

        var execution = await tasks.RunAsync(Call("events:putEvents", """{"Entries":[{"Detail":{"a":1},"Resources":["r"]}]}"""));

        Assert.Equal(
            """
            {"Entries":[{"Detail":"{\"a\":1}","Resources":["r","arn:aws:states:us-east-1:123456789012:stateMachine:Orders","arn:aws:states:us-east-1:123456789012:execution:Orders:parent"]}]}
            """.Trim(),
            Assert.Single(tasks.Services.Calls).Parameters.Text);
        Assert.Equal("""{"Entries":[{"EventId":"e"}],"FailedEntryCount":0}""", execution.Output!.Text);
    }

    [Fact]
    public async Task An_event_that_was_not_taken_fails_the_task_with_the_whole_answer()
    {
        const string Body = """{"Entries":[{"ErrorCode":"MalformedDetail","ErrorMessage":"Detail is malformed."}],"FailedEntryCount":1}""";
        await using var tasks = new TaskFixture(services: _ => Answer(Body));

        var execution = await tasks.RunAsync(Call("events:putEvents", """{"Entries":[{"Detail":"no"}]}"""));

        Assert.Equal(("EventBridge.FailedEntry", Body), (execution.Error, execution.Cause));
    }

    [Fact]
    public async Task A_callback_waits_after_the_service_has_answered()
    {
        var asked = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var tasks = new TaskFixture(services: call =>
        {
            asked.SetResult(call.Parameters.Text("MessageBody")!);
            return Answer("""{"MessageId":"m"}""");
        });
        var execution = tasks.Start(Call("sqs:sendMessage.waitForTaskToken", """{"QueueUrl":"http://q/1","MessageBody.$":"$$.Task.Token"}"""));

        await tasks.Engine.CompleteTaskAsync(await asked.Task, JsonReader.Parse("""{"ok":true}"""));
        var ended = await tasks.EndAsync(execution);

        Assert.Equal("""{"ok":true}""", ended.Output!.Text);
        Assert.Contains("TaskSubmitted", tasks.Kinds(ended));
    }

    [Fact]
    public void Members_of_a_service_in_camel_case_begin_with_capitals_in_definitions()
    {
        var values = new ServiceValues(Integration("aws-sdk:ecs:registerTaskDefinition"));

        var api = values.ToApi((JsonObject)JsonReader.Parse("""{"Family":"f","Tags":[{"Key":"k"}],"ContainerDefinitions":[{"DockerLabels":{"Own":"x"}}]}"""), out _);

        Assert.Equal("""{"family":"f","tags":[{"key":"k"}],"containerDefinitions":[{"dockerLabels":{"Own":"x"}}]}""", api.Text);
        Assert.Equal(
            """{"Tags":[{"Key":"k"}],"TaskDefinition":{"ContainerDefinitions":[{"DockerLabels":{"Own":"x"}}],"RegisteredAt":"2026-01-31T09:30:00.500Z"}}""",
            values.FromApi((JsonObject)JsonReader.Parse(
                """{"taskDefinition":{"containerDefinitions":[{"dockerLabels":{"Own":"x"}}],"registeredAt":"2026-01-31T09:30:00.500Z"},"tags":[{"key":"k"}]}"""), null).Text);
    }

    [Fact]
    public void An_optimized_answer_tells_times_in_milliseconds()
    {
        var output = new ServiceValues(Integration("athena:getQueryExecution")).FromApi(
            (JsonObject)JsonReader.Parse("""{"QueryExecution":{"Status":{"SubmissionDateTime":"2026-01-31T09:20:00.500Z"}}}"""), null);

        Assert.Equal("""{"QueryExecution":{"Status":{"SubmissionDateTime":1769851200500}}}""", output.Text);
    }

    [Fact]
    public void Bytes_are_the_text_that_they_are_and_base64_where_they_are_none()
    {
        var values = new ServiceValues(Integration("aws-sdk:kms:encrypt"));

        Assert.Equal("""{"Plaintext":"ImjDqSI="}""", values.ToApi((JsonObject)JsonReader.Parse("""{"Plaintext":"hé"}"""), out _).Text);
        Assert.Equal(
            """{"CiphertextBlob":"//79"}""", values.FromApi((JsonObject)JsonReader.Parse("""{"CiphertextBlob":"//79"}"""), null).Text);
    }

    private static ServiceIntegration Integration(string resource) => ServiceIntegration.Find(TaskResource.Parse($"arn:aws:states:::{resource}")!)!;
}
