using Stateside.Engine.Tasks;

namespace Stateside.Aws.Tests.Stores;

/// <summary>What the services say whose file cannot be written.</summary>
public sealed class LostFileTests
{
    private const string Template = """
        Resources:
          Notes: {Type: AWS::DynamoDB::Table, Properties: {TableName: notes, AttributeDefinitions: [{AttributeName: id, AttributeType: S}], KeySchema: [{AttributeName: id, KeyType: HASH}]}}
          Jobs: {Type: AWS::SQS::Queue, Properties: {QueueName: jobs}}
        """;

    [Fact]
    public async Task Of_a_file_that_is_deleted_nothing_more_is_acknowledged_and_each_service_answers_503()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows keeps an open file where it is.");
        await using var fixture = new ServiceFixture(Template, isKept: true);
        var put = new ServiceCall("dynamodb", "PutItem", LooseJson.Read("{'TableName': 'notes', 'Item': {'id': {'S': 'a'}}}"), "r");
        var send = new ServiceCall("sqs", "SendMessage", LooseJson.Read("{'QueueUrl': 'https://sqs.us-east-1.amazonaws.com/123456789012/jobs', 'MessageBody': 'm'}"), "r");
        Assert.IsType<ServiceResponse.Answered>(await fixture.Embedded.SendAsync(put, TestContext.Current.CancellationToken));

        File.Delete(Path.Combine(fixture.Folder, "stores.db"));

        foreach (var call in new[] { put, send })
        {
            var refused = Assert.IsType<ServiceResponse.Refused>(await fixture.Embedded.SendAsync(call, TestContext.Current.CancellationToken));
            Assert.Equal(("ServiceUnavailable", 503), (refused.Error.Code, refused.Error.StatusCode));
            Assert.Contains(fixture.Folder, refused.Error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_file_is_readable_by_its_owner_alone()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows gives it the rights of the folder that it is in.");
        await using var fixture = new ServiceFixture(Template, isKept: true);
        await fixture.Embedded.SendAsync(
            new ServiceCall("dynamodb", "PutItem", LooseJson.Read("{'TableName': 'notes', 'Item': {'id': {'S': 'a'}}}"), "r"), TestContext.Current.CancellationToken);

        Assert.All(
            Directory.GetFiles(fixture.Folder, "stores.db*"), path => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, ModeOf(path)));

        static UnixFileMode? ModeOf(string path) => OperatingSystem.IsWindows() ? null : File.GetUnixFileMode(path);
    }
}
