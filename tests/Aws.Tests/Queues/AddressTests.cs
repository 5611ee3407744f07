namespace Stateside.Aws.Tests.Queues;

/// <summary>Where the addresses of queues lead: some SDKs send a request to the host in a queue's address, whatever their endpoint is.</summary>
public sealed class AddressTests
{
    private const string AtAws = "https://sqs.us-east-1.amazonaws.com/123456789012/";
    private const string AtHere = "http://127.0.0.1:8083/123456789012/";

    private const string Template = """
        Transform: AWS::Serverless-2016-10-31
        Resources:
          Letters:
            Type: AWS::SQS::Queue
            Properties: {QueueName: letters}
          Clerk:
            Type: AWS::Serverless::Function
            Properties:
              Runtime: python3.13
              Handler: index.handler
              InlineCode: ""
              Environment:
                Variables:
                  LETTERS: !Ref Letters
                  BOTH: !Sub "${Letters} ${AWS::Region}"
                  OTHER: https://sqs.us-east-1.amazonaws.com/123456789012/not-here
        """;

    private static readonly Uri Here = new("http://127.0.0.1:8083");

    [Theory]
    [InlineData("GetQueueUrl", "{'QueueName': 'plain'}", "plain")]
    [InlineData("ListQueues", "{'QueueNamePrefix': 'pl'}", "plain")]
    [InlineData("ListDeadLetterSourceQueues", "{'QueueUrl': 'dead'}", "retried")]
    public void Who_asks_at_an_address_is_given_addresses_that_lead_there(string action, string request, string queue)
    {
        using var queues = new Queues();

        Assert.Contains($"\"{AtHere}{queue}\"", queues.Store.Execute(action, LooseJson.Read(request), Here).Text, StringComparison.Ordinal);
        Assert.Contains($"\"{AtAws}{queue}\"", queues.Store.Execute(action, LooseJson.Read(request)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_function_s_variables_lead_to_the_queues_of_its_template()
    {
        await using var fixture = new ServiceFixture(Template, address: Here);

        var variables = fixture.Service.Led(fixture.Template, fixture.Template.Functions).Single().Environment;

        Assert.Equal(AtHere + "letters", variables["LETTERS"]);
        Assert.Equal(AtHere + "letters us-east-1", variables["BOTH"]);
        Assert.Equal(AtAws + "not-here", variables["OTHER"]);
    }

    [Fact]
    public async Task A_function_s_variables_stay_where_queues_are_asked_elsewhere_or_nothing_answers_here()
    {
        await using var elsewhere = new ServiceFixture(Template, address: Here, endpoint: new Uri("http://127.0.0.1:4566"));
        await using var nowhere = new ServiceFixture(Template);

        Assert.All(
            new[] { elsewhere, nowhere },
            fixture => Assert.Equal(AtAws + "letters", fixture.Service.Led(fixture.Template, fixture.Template.Functions).Single().Environment["LETTERS"]));
    }
}
