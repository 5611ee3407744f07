using Microsoft.Data.Sqlite;
using Stateside.Engine.History;
using Stateside.Engine.Tasks;
using Stateside.Language.Json;

namespace Stateside.Aws.Tests.Queues;

/// <summary>Queues whose messages go to functions.</summary>
public sealed class MappingTests
{
    private const string Url = "https://sqs.us-east-1.amazonaws.com/123456789012/";

    private readonly FunctionDouble _functions = new();

    [Fact]
    public async Task A_callback_through_a_queue_runs_whole()
    {
        await using var fixture = Callback("MessageAttributes: {kind: {DataType: String, StringValue: test}}");
        _functions.Handle = Answering(fixture);

        var run = await fixture.RunAsync();

        Assert.Equal((ExecutionStatus.Succeeded, "\"answered\""), (run.Status, run.Output?.Text));
        var (function, @event) = Assert.Single(_functions.Given);
        var record = (JsonObject)Assert.Single((JsonArray)@event["Records"]!);
        Assert.Equal("Worker", function);
        Assert.Equal(
            ["messageId", "receiptHandle", "body", "attributes", "messageAttributes", "md5OfMessageAttributes", "md5OfBody", "eventSource", "eventSourceARN", "awsRegion"],
            record.Keys.ToArray());
        Assert.Equal(["SenderId", "ApproximateFirstReceiveTimestamp", "ApproximateReceiveCount", "SentTimestamp"], ((JsonObject)record["attributes"]!).Keys.ToArray());
        Assert.Equal("""{"kind":{"stringValue":"test","stringListValues":[],"binaryListValues":[],"dataType":"String"}}""", record["messageAttributes"]!.Text);
        Assert.Equal(("aws:sqs", "arn:aws:sqs:us-east-1:123456789012:Jobs", "us-east-1"), (record.Text("eventSource"), record.Text("eventSourceARN"), record.Text("awsRegion")));
    }

    [Fact]
    public async Task A_mapping_of_a_queue_that_is_not_declared_is_told_of_in_a_line()
    {
        await using var fixture = new ServiceFixture(
            """
            Transform: AWS::Serverless-2016-10-31
            Resources:
              Worker:
                Type: AWS::Serverless::Function
                Properties:
                  Runtime: python3.12
                  Handler: index.handler
                  InlineCode: "x"
                  Events: {Job: {Type: SQS, Properties: {Queue: "arn:aws:sqs:us-east-1:123456789012:gone"}}}
            """,
            functions: _functions);

        Assert.Equal(
            "No messages are given to arn:aws:lambda:us-east-1:123456789012:function:Worker: the template declares no queue 'gone'. Declare it (AWS::SQS::Queue).",
            Assert.Single(fixture.Troubles));
    }

    [Fact]
    public async Task Virtual_time_goes_to_a_delayed_message_though_a_callback_is_out()
    {
        await using var fixture = Callback("DelaySeconds: 600");
        _functions.Handle = Answering(fixture);

        var run = await fixture.RunAsync();

        Assert.Equal((ExecutionStatus.Succeeded, TimeSpan.FromSeconds(600)), (run.Status, run.StopDate - run.StartDate));
    }

    [Fact]
    public async Task What_a_function_fails_with_comes_again_until_the_dead_letter_queue_has_it()
    {
        await using var fixture = Callback("", "RedrivePolicy: {deadLetterTargetArn: !GetAtt Dead.Arn, maxReceiveCount: 3}");
        var answer = Answering(fixture);
        _functions.Handle = (function, @event) => function == "Worker" ? ValueTask.FromResult<string?>(null) : answer(function, @event);

        var run = await fixture.RunAsync();

        Assert.Equal(["Worker", "Worker", "Worker", "Mourner"], _functions.Given.Select(given => given.Function));
        Assert.Equal(TimeSpan.FromSeconds(90), run.StopDate - run.StartDate);
        var record = (JsonObject)((JsonArray)_functions.Given[^1].Event["Records"]!)[0];
        Assert.Equal("arn:aws:sqs:us-east-1:123456789012:Jobs", ((JsonObject)record["attributes"]!).Text("DeadLetterQueueSourceArn"));
    }

    [Fact]
    public async Task Virtual_time_that_a_test_holds_goes_to_no_message()
    {
        await using var fixture = Callback("DelaySeconds: 600");
        _functions.Handle = Answering(fixture);
        var before = fixture.Service.Engine.Now;
        var hold = fixture.Service.Engine.HoldTime();
        var run = fixture.RunAsync();
        await SendAsync(fixture, "GetQueueUrl", $"{{'QueueName': 'Jobs'}}");
        Assert.Equal(before, fixture.Service.Engine.Now);

        hold.Dispose();
        Assert.Equal(ExecutionStatus.Succeeded, (await run).Status);
    }

    [Fact]
    public async Task Only_the_messages_that_a_function_names_come_again()
    {
        await using var fixture = Mapped("BatchSize: 10", "FunctionResponseTypes: [ReportBatchItemFailures]");
        var again = new TaskCompletionSource<IReadOnlyList<string>>();
        _functions.Handle = (_, @event) =>
        {
            var bodies = FunctionDouble.Bodies(@event);
            if (bodies.Count == 1)
                again.SetResult(bodies);
            var failed = ((JsonArray)@event["Records"]!).Cast<JsonObject>().Where(record => record.Text("body") == "bad").Select(record => record.Text("messageId"));
            return ValueTask.FromResult<string?>(bodies.Count == 1 ? "null" : $$"""{"batchItemFailures": [{"itemIdentifier": "{{failed.Single()}}"}]}""");
        };

        await SendAsync(fixture, "SendMessageBatch", $"{{'QueueUrl': '{Url}Jobs', 'Entries': [{{'Id': '1', 'MessageBody': 'good'}}, {{'Id': '2', 'MessageBody': 'bad'}}]}}");

        Assert.Equal(["bad"], await again.Task.WaitAsync(TestContext.Current.CancellationToken));
        Assert.Equal(2, _functions.Given.Count);
    }

    [Fact]
    public async Task A_function_that_feeds_itself_is_invoked_sixteen_times_for_one_message()
    {
        await using var fixture = Callback("", "RedrivePolicy: {deadLetterTargetArn: !GetAtt Dead.Arn, maxReceiveCount: 3}");
        _functions.Handle = Feeding(fixture, times: int.MaxValue);

        var run = await fixture.RunAsync();

        Assert.Equal(ExecutionStatus.Succeeded, run.Status);
        Assert.Equal([.. Enumerable.Repeat("Worker", 16), "Mourner"], _functions.Given.Select(given => given.Function));
        Assert.Equal(
            "Worker and queue Jobs feed each other: 16 invocations came of one event, and Lambda begins no more; such messages go to queue Dead. "
            + "Where that is meant, say RecursiveLoop: Allow on the function.",
            Assert.Single(fixture.Troubles));
    }

    [Fact]
    public async Task A_function_that_may_feed_itself_goes_on()
    {
        await using var fixture = Callback("", function: "RecursiveLoop: Allow");
        _functions.Handle = Feeding(fixture, times: 40);

        var run = await fixture.RunAsync();

        Assert.Equal((ExecutionStatus.Succeeded, 41), (run.Status, _functions.Given.Count));
        Assert.Empty(fixture.Troubles);
    }

    [Fact]
    public async Task A_function_that_feeds_itself_by_a_topic_is_stopped_too()
    {
        await using var fixture = new ServiceFixture(
            """
            Transform: AWS::Serverless-2016-10-31
            Resources:
              News: {Type: AWS::SNS::Topic, Properties: {TopicName: news} }
              Worker:
                Type: AWS::Serverless::Function
                Properties: {FunctionName: Worker, Handler: a.b, Runtime: python3.13, Events: {News: {Type: SNS, Properties: {Topic: !Ref News}}} }
              Machine:
                Type: AWS::Serverless::StateMachine
                Properties:
                  Definition: {StartAt: W, States: {W: {Type: Wait, Seconds: 60, End: true}}}
            """,
            functions: _functions);
        var publish = new ServiceCall("sns", "Publish", LooseJson.Read("{'TopicArn': 'arn:aws:sns:us-east-1:123456789012:news', 'Message': 'm'}"), "r");
        _functions.Handle = async (_, _) =>
        {
            await fixture.Embedded.SendAsync(publish with { Lineage = _functions.Lineage }, TestContext.Current.CancellationToken);
            return "null";
        };
        await fixture.Embedded.SendAsync(publish, TestContext.Current.CancellationToken);

        await fixture.RunAsync();

        Assert.Equal(16, _functions.Given.Count);
        Assert.StartsWith("Worker and what it sends feed each other", Assert.Single(fixture.Troubles), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failure_is_told_in_a_line_when_a_message_fails_first()
    {
        await using var fixture = Callback("");
        var answer = Answering(fixture);
        _functions.Handle = (function, @event) => _functions.Given.Count <= 2 ? ValueTask.FromResult<string?>(null) : answer(function, @event);

        await fixture.RunAsync();

        Assert.Equal("Worker failed with a message of queue Jobs, to be given again after 30 s: no", Assert.Single(fixture.Troubles));
    }

    [Fact]
    public async Task A_file_that_cannot_be_read_for_a_time_holds_virtual_time_no_longer_than_that()
    {
        await using var fixture = Callback("DelaySeconds: 600", isKept: true);
        _functions.Handle = Answering(fixture);
        await SendAsync(fixture, "SendMessage", $"{{'QueueUrl': '{Url}Dead', 'MessageBody': 'a'}}");
        await using var other = new SqliteConnection($"Data Source={Path.Combine(fixture.Folder, "stores.db")};Pooling=false");
        other.Open();
        Execute("ALTER TABLE messages RENAME TO hidden");
        fixture.Embedded.Queues.Announce(fixture.Embedded.Queues.Find("Jobs")!);
        while (!fixture.Troubles.Any(line => line.Contains("cannot be read", StringComparison.Ordinal)))
            await Task.Yield();
        Execute("ALTER TABLE hidden RENAME TO messages");

        var run = await fixture.RunAsync();

        Assert.Equal((ExecutionStatus.Succeeded, TimeSpan.FromSeconds(600)), (run.Status, run.StopDate - run.StartDate));

        void Execute(string sql)
        {
            using var command = other.CreateCommand();
            command.CommandText = sql;
            command.ExecuteNonQuery();
        }
    }

    [Fact]
    public async Task A_message_that_no_filter_wants_is_gone()
    {
        await using var fixture = Mapped("""FilterCriteria: {Filters: [{Pattern: '{"body": {"kind": ["wanted"]}}'}]}""");
        var wanted = new TaskCompletionSource();
        _functions.Handle = (_, _) =>
        {
            wanted.SetResult();
            return ValueTask.FromResult<string?>("null");
        };

        foreach (var kind in new[] { "other", "wanted" })
            await SendAsync(fixture, "SendMessage", $"{{'QueueUrl': '{Url}Jobs', 'MessageBody': '{{\\'kind\\': \\'{kind}\\'}}'}}".Replace("\\'", "\\\"", StringComparison.Ordinal));

        await wanted.Task.WaitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(["""{"kind": "wanted"}"""], FunctionDouble.Bodies(Assert.Single(_functions.Given).Event));
    }

    [Fact]
    public async Task A_mapping_that_is_not_enabled_leaves_messages_alone()
    {
        await using var fixture = Mapped("Enabled: false");
        await SendAsync(fixture, "SendMessage", $"{{'QueueUrl': '{Url}Jobs', 'MessageBody': 'a'}}");

        var received = await SendAsync(fixture, "ReceiveMessage", $"{{'QueueUrl': '{Url}Jobs'}}");
        Assert.Single((JsonArray)received["Messages"]!);
    }

    [Fact]
    public async Task A_window_gathers_messages_to_a_batch()
    {
        await using var fixture = Mapped("BatchSize: 3", "MaximumBatchingWindowInSeconds: 60");
        var gathered = new TaskCompletionSource<IReadOnlyList<string>>();
        _functions.Handle = (_, @event) =>
        {
            gathered.TrySetResult(FunctionDouble.Bodies(@event));
            return ValueTask.FromResult<string?>("null");
        };
        using (fixture.Service.Engine.HoldTime())
        {
            foreach (var body in new[] { "a", "b", "c" })
                await SendAsync(fixture, "SendMessage", $"{{'QueueUrl': '{Url}Jobs', 'MessageBody': '{body}'}}");
            Assert.Equal(["a", "b", "c"], await gathered.Task.WaitAsync(TestContext.Current.CancellationToken));
        }
    }

    [Fact]
    public async Task A_group_of_a_fifo_queue_comes_in_its_order()
    {
        await using var fixture = Mapped("BatchSize: 1", queue: "{QueueName: Jobs.fifo, ContentBasedDeduplication: true}");
        var bodies = new List<string>();
        var all = new TaskCompletionSource();
        _functions.Handle = async (_, @event) =>
        {
            await Task.Yield();
            bodies.AddRange(FunctionDouble.Bodies(@event));
            if (bodies.Count == 20)
                all.SetResult();
            return "null";
        };

        for (var i = 0; i < 20; i++)
            await SendAsync(fixture, "SendMessage", $"{{'QueueUrl': '{Url}Jobs.fifo', 'MessageBody': '{i}', 'MessageGroupId': 'g'}}");

        await all.Task.WaitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(Enumerable.Range(0, 20).Select(i => $"{i}"), bodies);
    }

    [Fact]
    public async Task A_receiver_that_waits_is_given_the_next_message()
    {
        await using var fixture = Mapped("Enabled: false");
        var poll = SendAsync(fixture, "ReceiveMessage", $"{{'QueueUrl': 'http://127.0.0.1:1/000000000000/Jobs', 'WaitTimeSeconds': 20}}");
        Assert.False(poll.IsCompleted);

        await SendAsync(fixture, "SendMessage", $"{{'QueueUrl': '{Url}Jobs', 'MessageBody': 'a'}}");
        Assert.Equal("a", ((JsonObject)Assert.Single((JsonArray)(await poll)["Messages"]!)).Text("Body"));
    }

    [Fact]
    public async Task However_many_have_given_up_the_next_receiver_waits()
    {
        await using var fixture = Mapped("Enabled: false");
        using var end = new CancellationTokenSource();
        var request = $"{{'QueueUrl': '{Url}Jobs', 'WaitTimeSeconds': 20}}";
        var gone = Enumerable.Range(0, 1000).Select(_ => SendAsync(fixture, "ReceiveMessage", request, end.Token)).ToList();
        await end.CancelAsync();
        foreach (var poll in gone)
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => poll);

        var stays = SendAsync(fixture, "ReceiveMessage", request);

        Assert.False(stays.IsCompleted);
        await SendAsync(fixture, "SendMessage", $"{{'QueueUrl': '{Url}Jobs', 'MessageBody': 'a'}}");
        Assert.NotNull((await stays)["Messages"]);
    }

    [Fact]
    public async Task A_receiver_that_gives_up_takes_no_message()
    {
        await using var fixture = Mapped("Enabled: false");
        using var end = new CancellationTokenSource();
        var gone = SendAsync(fixture, "ReceiveMessage", $"{{'QueueUrl': '{Url}Jobs', 'WaitTimeSeconds': 20}}", end.Token);
        var stays = SendAsync(fixture, "ReceiveMessage", $"{{'QueueUrl': '{Url}Jobs', 'WaitTimeSeconds': 20}}");
        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gone);

        await SendAsync(fixture, "SendMessage", $"{{'QueueUrl': '{Url}Jobs', 'MessageBody': 'a'}}");
        Assert.Single((JsonArray)(await stays)["Messages"]!);
    }

    private static async Task<JsonObject> SendAsync(ServiceFixture fixture, string action, string request, CancellationToken? cancellationToken = null)
    {
        var call = new ServiceCall("sqs", action, LooseJson.Read(request), "00000000-0000-4000-8000-000000000000");
        return Assert.IsType<ServiceResponse.Answered>(await fixture.Embedded.SendAsync(call, cancellationToken ?? TestContext.Current.CancellationToken)).Body;
    }

    /// <summary>Answers the callback whose token is a message's body.</summary>
    private static Func<string, JsonObject, ValueTask<string?>> Answering(ServiceFixture fixture) => async (_, @event) =>
    {
        await fixture.Service.Engine.CompleteTaskAsync(FunctionDouble.Bodies(@event).Single(), JsonValue.From("answered"));
        return "null";
    };

    /// <summary>Sends each message on to the same queue, so often, and then answers the callback; the dead letter queue's function answers at once.</summary>
    private Func<string, JsonObject, ValueTask<string?>> Feeding(ServiceFixture fixture, int times)
    {
        var answer = Answering(fixture);
        return async (function, @event) =>
        {
            if (function != "Worker" || _functions.Given.Count > times)
                return await answer(function, @event);
            var request = JsonObject.Of(("QueueUrl", JsonValue.From($"{Url}Jobs")), ("MessageBody", JsonValue.From(FunctionDouble.Bodies(@event).Single())));
            var call = new ServiceCall("sqs", "SendMessage", request, "00000000-0000-4000-8000-000000000000") { Lineage = _functions.Lineage };
            await fixture.Embedded.SendAsync(call, TestContext.Current.CancellationToken);
            return "null";
        };
    }

    /// <summary>A machine that waits for a callback through a queue; its dead letter queue has a function too.</summary>
    private ServiceFixture Callback(string parameters, string queue = "", string function = "", bool isKept = false) => new(
        $$"""
        Resources:
          Jobs:
            Type: AWS::SQS::Queue
            Properties: {QueueName: Jobs{{(queue.Length == 0 ? "" : ", " + queue)}} }
          Dead: {Type: AWS::SQS::Queue, Properties: {QueueName: Dead} }
          Worker: {Type: AWS::Lambda::Function, Properties: {FunctionName: Worker, Handler: a.b, Runtime: python3.13, Code: .{{(function.Length == 0 ? "" : ", " + function)}} } }
          Mourner: {Type: AWS::Lambda::Function, Properties: {FunctionName: Mourner, Handler: a.b, Runtime: python3.13, Code: .} }
          Mapping: {Type: AWS::Lambda::EventSourceMapping, Properties: {EventSourceArn: !GetAtt Jobs.Arn, FunctionName: !Ref Worker} }
          Mourning: {Type: AWS::Lambda::EventSourceMapping, Properties: {EventSourceArn: !GetAtt Dead.Arn, FunctionName: !GetAtt Mourner.Arn} }
          Machine:
            Type: AWS::Serverless::StateMachine
            Properties:
              Definition:
                StartAt: Ask
                States:
                  Ask:
                    Type: Task
                    Resource: arn:aws:states:::sqs:sendMessage.waitForTaskToken
                    Parameters:
                      QueueUrl: !Ref Jobs
                      MessageBody.$: $$.Task.Token
                      {{parameters}}
                    End: true
        """,
        functions: _functions, isKept: isKept);

    /// <summary>A queue with a SAM function.</summary>
    private ServiceFixture Mapped(string first, string second = "", string queue = "{QueueName: Jobs}") => new(
        $$"""
        Transform: AWS::Serverless-2016-10-31
        Resources:
          Jobs: {Type: AWS::SQS::Queue, Properties: {{queue}} }
          Worker:
            Type: AWS::Serverless::Function
            Properties:
              Handler: a.b
              Runtime: python3.13
              Events:
                Jobs:
                  Type: SQS
                  Properties:
                    Queue: !GetAtt Jobs.Arn
                    {{first}}
                    {{second}}
        """,
        functions: _functions);
}
