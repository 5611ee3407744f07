using System.Net;
using System.Net.Sockets;
using System.Text;
using Stateside.Aws.Tests.Queues;
using Stateside.Engine.History;
using Stateside.Engine.Tasks;
using Stateside.Language.Json;

namespace Stateside.Aws.Tests.Topics;

/// <summary>Topics that a template declares, and who is subscribed there.</summary>
public sealed class SubscriberTests
{
    private readonly FunctionDouble _functions = new();

    [Fact]
    public async Task A_task_that_announces_ends_no_trial_and_the_function_gets_it()
    {
        var given = new TaskCompletionSource<JsonObject>();
        _functions.Handle = Taking(given);
        await using var fixture = Announcing("Events: {News: {Type: SNS, Properties: {Topic: !Ref News, FilterPolicy: {kind: [order]}}}}");

        var run = await fixture.RunAsync();

        Assert.Equal(ExecutionStatus.Succeeded, run.Status);
        var output = (JsonObject)run.Output!;
        Assert.Equal("""["294"]""", ((JsonObject)((JsonObject)output["SdkHttpMetadata"]!)["AllHttpHeaders"]!)["Content-Length"]!.Text);
        var record = (JsonObject)((JsonArray)(await given.Task)["Records"]!)[0];
        Assert.Equal(["EventSource", "EventVersion", "EventSubscriptionArn", "Sns"], record.Keys.ToArray());
        var sns = (JsonObject)record["Sns"]!;
        Assert.Equal((output.Text("MessageId"), "hello", JsonValue.Null), (sns.Text("MessageId"), sns.Text("Message"), sns["Subject"]));
        Assert.Equal("""{"kind":{"Type":"String","Value":"order"}}""", sns["MessageAttributes"]!.Text);
        Assert.Equal(
            ["Type", "MessageId", "TopicArn", "Subject", "Message", "Timestamp", "SignatureVersion", "Signature", "SigningCertUrl", "UnsubscribeUrl", "MessageAttributes"],
            sns.Keys.ToArray());
    }

    [Fact]
    public async Task A_function_that_fails_gets_the_event_twice_more_and_then_no_more()
    {
        var times = new List<DateTimeOffset>();
        await using var fixture = Announcing("Events: {News: {Type: SNS, Properties: {Topic: !Ref News}}}", "W: {Type: Wait, Seconds: 86400, End: true}", "Next: W");
        _functions.Handle = (_, _) =>
        {
            times.Add(fixture.Service.Engine.Now);
            return ValueTask.FromResult<string?>(null);
        };

        var run = await fixture.RunAsync();

        Assert.Equal(ExecutionStatus.Succeeded, run.Status);
        Assert.Equal([TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(2)], times.Zip(times.Skip(1), (one, next) => next - one));
    }

    [Fact]
    public async Task An_event_may_say_how_often_a_function_gets_it_again()
    {
        await using var fixture = Announcing(
            "EventInvokeConfig: {MaximumRetryAttempts: 0}\n      Events: {News: {Type: SNS, Properties: {Topic: !Ref News}}}", "W: {Type: Wait, Seconds: 86400, End: true}", "Next: W");
        _functions.Handle = (_, _) => ValueTask.FromResult<string?>(null);

        await fixture.RunAsync();

        Assert.Single(_functions.Given);
    }

    [Theory]
    [InlineData("SqsSubscription: true")]
    [InlineData("SqsSubscription: {QueueArn: !GetAtt Between.Arn, QueueUrl: !Ref Between}")]
    public async Task A_queue_may_stand_between_a_topic_and_a_function(string between)
    {
        var given = new TaskCompletionSource<JsonObject>();
        _functions.Handle = Taking(given);
        await using var fixture = Announcing($"Events: {{News: {{Type: SNS, Properties: {{Topic: !Ref News, {between}}}}}}}");

        await fixture.RunAsync();

        var envelope = (JsonObject)JsonReader.Parse(Assert.Single(FunctionDouble.Bodies(await given.Task)));
        Assert.Equal(("Notification", "hello"), (envelope.Text("Type"), envelope.Text("Message")));
    }

    [Fact]
    public async Task An_endpoint_of_this_machine_is_called()
    {
        using var server = new HttpListener();
        var port = FreePort();
        server.Prefixes.Add($"http://127.0.0.1:{port}/");
        server.Start();
        await using var fixture = Announcing("Description: nothing", more: $"Subscription: [{{Protocol: http, Endpoint: 'http://127.0.0.1:{port}/news'}}]");
        var called = server.GetContextAsync();

        var run = await fixture.RunAsync();

        var context = await called.WaitAsync(TestContext.Current.CancellationToken);
        using var reader = new StreamReader(context.Request.InputStream, Encoding.UTF8);
        var envelope = (JsonObject)JsonReader.Parse(await reader.ReadToEndAsync(TestContext.Current.CancellationToken));
        context.Response.Close();
        Assert.Equal(("Notification", "hello"), (context.Request.Headers["x-amz-sns-message-type"], envelope.Text("Message")));
        Assert.Equal("text/plain; charset=UTF-8", context.Request.ContentType);
        Assert.Equal(((JsonObject)run.Output!).Text("MessageId"), context.Request.Headers["x-amz-sns-message-id"]);
    }

    [Fact]
    public async Task An_endpoint_elsewhere_is_not_called_and_the_dead_letter_queue_says_why()
    {
        await using var fixture = Announcing(
            "Description: nothing",
            resources: "Far: {Type: AWS::SNS::Subscription, Properties: {TopicArn: !Ref News, Protocol: https, Endpoint: 'https://hooks.example.com/', RedrivePolicy: {deadLetterTargetArn: !GetAtt Between.Arn}}}");

        await fixture.RunAsync();

        var answer = await fixture.Embedded.SendAsync(
            new ServiceCall("sqs", "ReceiveMessage", LooseJson.Read("{'QueueUrl': 'Between', 'WaitTimeSeconds': 20, 'MessageAttributeNames': ['All']}"), "r"), TestContext.Current.CancellationToken);
        var message = (JsonObject)((JsonArray)Assert.IsType<ServiceResponse.Answered>(answer).Body["Messages"]!)[0];
        Assert.Equal(
            "The endpoint is not on this machine, and without --allow-aws nothing reaches AWS",
            ((JsonObject)((JsonObject)message["MessageAttributes"]!)["ErrorMessage"]!).Text("StringValue"));
    }

    [Theory]
    [InlineData("sns", "publish", "TopicArn: 'arn:aws:sns:us-east-1:123456789012:Other', Message: x", "AWS::SNS::Topic")]
    [InlineData("sqs", "sendMessage", "QueueUrl: 'https://sqs.us-east-1.amazonaws.com/123456789012/Other', MessageBody: x", "AWS::SQS::Queue")]
    public async Task A_task_whose_target_is_not_declared_fails_and_says_what_to_declare(string service, string action, string parameters, string type)
    {
        await using var fixture = new ServiceFixture($$"""
            Resources:
              Machine:
                Type: AWS::StepFunctions::StateMachine
                Properties:
                  RoleArn: arn:aws:iam::123456789012:role/r
                  Definition: {StartAt: A, States: {A: {Type: Task, Resource: 'arn:aws:states:::{{service}}:{{action}}', Parameters: { {{parameters}} }, End: true} } }
            """);

        var run = await fixture.RunAsync();

        Assert.Equal(ExecutionStatus.Failed, run.Status);
        Assert.Contains($"Declare what it names in the template ({type}), name an endpoint with --endpoint-url", run.Cause, StringComparison.Ordinal);
    }

    private static Func<string, JsonObject, ValueTask<string?>> Taking(TaskCompletionSource<JsonObject> given) => (_, @event) =>
    {
        given.TrySetResult(@event);
        return ValueTask.FromResult<string?>("null");
    };

    private static int FreePort()
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    /// <summary>A machine that publishes to a topic, and a function.</summary>
    private ServiceFixture Announcing(string function, string states = "", string next = "End: true", string more = "DisplayName: News", string resources = "") => new(
        $$"""
        Transform: AWS::Serverless-2016-10-31
        Resources:
          News: {Type: AWS::SNS::Topic, Properties: { {{more}} } }
          Between: {Type: AWS::SQS::Queue}
          {{resources}}
          Worker:
            Type: AWS::Serverless::Function
            Properties:
              Runtime: python3.12
              Handler: a.b
              CodeUri: .
              {{function}}
          Machine:
            Type: AWS::Serverless::StateMachine
            Properties:
              Definition:
                StartAt: A
                States:
                  A:
                    Type: Task
                    Resource: arn:aws:states:::sns:publish
                    Parameters:
                      TopicArn: !Ref News
                      Message: hello
                      MessageAttributes: {kind: {DataType: String, StringValue: order} }
                    {{next}}
                  {{states}}
        """,
        functions: _functions);
}
