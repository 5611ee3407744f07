using Stateside.Engine.Tasks;
using Stateside.Engine.Tests.Template;
using Stateside.Language.Json;

namespace Stateside.Aws.Tests.Stores;

/// <summary>Which tables and buckets a template gives, and what is asked of them.</summary>
public sealed class DeclarationTests : IAsyncDisposable
{
    private const string Template = """
        Transform: AWS::Serverless-2016-10-31
        Resources:
          Orders:
            Type: AWS::DynamoDB::Table
            Properties:
              TableName: !Sub "${AWS::StackName}-orders"
              BillingMode: PAY_PER_REQUEST
              AttributeDefinitions: [{AttributeName: id, AttributeType: S}, {AttributeName: at, AttributeType: N}]
              KeySchema: [{AttributeName: id, KeyType: HASH}, {AttributeName: at, KeyType: RANGE}]
          Notes:
            Type: AWS::Serverless::SimpleTable
          Codes:
            Type: AWS::Serverless::SimpleTable
            Properties:
              PrimaryKey: {Name: code, Type: Number}
          Files:
            Type: AWS::S3::Bucket
        """;

    private readonly TemplateFolder _folder = new();
    private readonly ServiceFixture _fixture = new(Template);

    private EmbeddedServices Embedded => _fixture.Embedded;

    public async ValueTask DisposeAsync()
    {
        await _fixture.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("PutItem", "{'TableName': 'stateside-orders', 'Item': {'id': {'S': 'a'}, 'at': {'N': '1'}}}")]
    [InlineData("PutItem", "{'TableName': 'arn:aws:dynamodb:us-east-1:123456789012:table/Notes', 'Item': {'id': {'S': 'a'}}}")]
    [InlineData("PutItem", "{'TableName': 'Codes', 'Item': {'code': {'N': '7'}}}")]
    [InlineData("BatchGetItem", "{'RequestItems': {'Notes': {'Keys': [{'id': {'S': 'a'}}]}}}")]
    [InlineData("TransactWriteItems", "{'TransactItems': [{'Put': {'TableName': 'Notes', 'Item': {'id': {'S': 'a'}}}}]}")]
    public async Task Declared_tables_are_held_and_answer(string action, string request)
    {
        var call = new ServiceCall("dynamodb", action, LooseJson.Read(request), "r");

        Assert.True(Embedded.Holds(call));
        var answer = Assert.IsType<ServiceResponse.Answered>(await Embedded.SendAsync(call, TestContext.Current.CancellationToken));
        Assert.Equal((200, "r"), (answer.StatusCode, answer.RequestId));
    }

    [Fact]
    public async Task A_refusal_is_an_error_of_the_service()
    {
        var call = new ServiceCall("dynamodb", "GetItem", LooseJson.Read("{'TableName': 'Notes', 'Key': {}}"), "r");

        var answer = Assert.IsType<ServiceResponse.Refused>(await Embedded.SendAsync(call, TestContext.Current.CancellationToken));

        Assert.Equal(("ValidationException", 400, "r"), (answer.Error.Code, answer.Error.StatusCode, answer.Error.RequestId));
    }

    [Theory]
    [InlineData("dynamodb", "GetItem", "{'TableName': 'other', 'Key': {}}")]
    [InlineData("dynamodb", "ListBackups", "{}")]
    [InlineData("s3", "GetObject", "{'Bucket': 'other', 'Key': 'a'}")]
    public void What_is_not_declared_is_not_held(string service, string action, string request) =>
        Assert.False(Embedded.Holds(new ServiceCall(service, action, LooseJson.Read(request), "r")));

    [Fact]
    public async Task A_declared_bucket_answers_with_content()
    {
        var put = new ServiceCall("s3", "PutObject", LooseJson.Read("{'Bucket': 'files', 'Key': 'a'}"), "r") { Content = "hello"u8.ToArray() };

        Assert.True(Embedded.Holds(put));
        await Embedded.SendAsync(put, TestContext.Current.CancellationToken);
        var got = Assert.IsType<ServiceResponse.Answered>(await Embedded.SendAsync(put with { Action = "GetObject", Content = null }, TestContext.Current.CancellationToken));

        Assert.Equal("hello", System.Text.Encoding.UTF8.GetString(got.Content!.Value.Span));
    }

    [Fact]
    public async Task Another_key_makes_another_table_and_the_former_is_there_again_with_it()
    {
        var put = LooseJson.Read("{'TableName': 'Codes', 'Item': {'code': {'N': '7'}, 'name': {'S': 'x'}}}");
        await AskAsync("PutItem", put);

        Embedded.Declare(_folder.Read(Template.Replace("{Name: code, Type: Number}", "{Name: name, Type: String}", StringComparison.Ordinal)));
        Assert.Equal("0", (await AskAsync("Scan", LooseJson.Read("{'TableName': 'Codes'}")))["Count"]!.Text);

        Embedded.Declare(_folder.Read(Template));
        Assert.Equal("1", (await AskAsync("Scan", LooseJson.Read("{'TableName': 'Codes'}")))["Count"]!.Text);
    }

    [Fact]
    public void A_service_that_is_first_asked_after_a_later_template_knows_what_that_one_declares()
    {
        Embedded.Declare(_folder.Read(Template.Replace("Files:", "Papers:", StringComparison.Ordinal)));

        Assert.True(Embedded.Buckets.Has("papers"));
        Assert.False(Embedded.Buckets.Has("files"));
        Assert.Equal(["dynamodb", "s3"], Embedded.Declared);
    }

    private async Task<JsonObject> AskAsync(string action, JsonObject request) => Assert.IsType<ServiceResponse.Answered>(
        await Embedded.SendAsync(new ServiceCall("dynamodb", action, request, "r"), TestContext.Current.CancellationToken)).Body;
}
