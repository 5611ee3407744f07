using Stateside.Aws.Sqs;
using Stateside.Engine.Tests.Functions;
using Stateside.Language.Json;

namespace Stateside.Aws.Tests.Queues;

/// <summary>Sending, receiving and deleting.</summary>
public sealed class MessageTests : IDisposable
{
    private readonly Queues _queues = new();

    public void Dispose() => _queues.Dispose();

    [Fact]
    public void A_message_is_received_with_its_digest_and_stays_out_of_sight()
    {
        var sent = _queues.Send("plain", "hello");
        var received = Assert.Single(_queues.Receive("plain"));

        Assert.Equal(("5d41402abc4b2a76b9719d911017c592", "5d41402abc4b2a76b9719d911017c592"), (sent.Text("MD5OfMessageBody"), received.Text("MD5OfBody")));
        Assert.Equal(("hello", sent.Text("MessageId")), (received.Text("Body"), received.Text("MessageId")));
        Assert.Equal(["MessageId", "ReceiptHandle", "MD5OfBody", "Body"], received.Keys.ToArray());
        Assert.Empty(_queues.Receive("plain"));
    }

    [Fact]
    public void A_message_that_is_not_deleted_comes_again_when_its_visibility_timeout_is_over()
    {
        _queues.Send("plain", "a");
        _queues.Receive("plain", ", 'VisibilityTimeout': 10");
        _queues.Time.Advance(TimeSpan.FromSeconds(9));
        Assert.Equal("", _queues.Bodies("plain"));

        _queues.Time.Advance(TimeSpan.FromSeconds(1));
        var again = Assert.Single(_queues.Receive("plain", ", 'MessageSystemAttributeNames': ['ApproximateReceiveCount']"));
        Assert.Equal("""{"ApproximateReceiveCount":"2"}""", again["Attributes"]!.Text);
    }

    [Fact]
    public void A_deleted_message_comes_no_more_whichever_of_its_handles_deleted_it()
    {
        _queues.Send("plain", "a");
        var first = Assert.Single(_queues.Receive("plain", ", 'VisibilityTimeout': 0"));
        var second = Assert.Single(_queues.Receive("plain"));

        _queues.With(first, "plain", "DeleteMessage");
        _queues.With(second, "plain", "DeleteMessage");
        _queues.Time.Advance(TimeSpan.FromHours(1));
        Assert.Equal("", _queues.Bodies("plain"));
    }

    [Fact]
    public void A_message_tells_of_itself_what_is_asked_for()
    {
        _queues.Send("plain", "a", ", 'MessageSystemAttributes': {'AWSTraceHeader': {'DataType': 'String', 'StringValue': 'Root=1'}}");
        _queues.Time.Advance(TimeSpan.FromSeconds(2));
        var received = Assert.Single(_queues.Receive("plain", ", 'AttributeNames': ['All']"));

        var attributes = (JsonObject)received["Attributes"]!;
        Assert.Equal(["SenderId", "ApproximateFirstReceiveTimestamp", "ApproximateReceiveCount", "SentTimestamp", "AWSTraceHeader"], attributes.Keys.ToArray());
        Assert.Equal(2000, long.Parse(attributes.Text("ApproximateFirstReceiveTimestamp")!, null) - long.Parse(attributes.Text("SentTimestamp")!, null));
    }

    [Fact]
    public void Attributes_come_with_a_digest_of_those_that_were_asked_for()
    {
        // The digests are what AWS's SDKs compute.
        const string Attributes = ", 'MessageAttributes': {'n': {'DataType': 'Number', 'StringValue': '42'}, 'text': {'DataType': 'String', 'StringValue': 'é'}, 'raw': {'DataType': 'Binary', 'BinaryValue': 'AAEC'}}";
        Assert.Equal("70d237e925cdb9273846af3b2967a06f", _queues.Send("plain", "a", Attributes).Text("MD5OfMessageAttributes"));

        var all = Assert.Single(_queues.Receive("plain", ", 'VisibilityTimeout': 0, 'MessageAttributeNames': ['All']"));
        var some = Assert.Single(_queues.Receive("plain", ", 'VisibilityTimeout': 0, 'MessageAttributeNames': ['te.*', 'none']"));
        Assert.Equal("70d237e925cdb9273846af3b2967a06f", all.Text("MD5OfMessageAttributes"));
        Assert.Equal("""{"text":{"DataType":"String","StringValue":"é"}}""", some["MessageAttributes"]!.Text);
        Assert.Equal("d3c7a6ba59904a93b22e692fc61b0bc0", some.Text("MD5OfMessageAttributes"));
        Assert.Null(Assert.Single(_queues.Receive("plain"))["MessageAttributes"]);
    }

    [Fact]
    public void A_delay_of_the_message_or_else_of_the_queue_keeps_it_back()
    {
        _queues.Send("late", "queue");
        _queues.Send("late", "message", ", 'DelaySeconds': 5");
        _queues.Send("late", "none", ", 'DelaySeconds': 0");
        Assert.Equal(("1", "2"), (_queues.Attribute("late", "ApproximateNumberOfMessages"), _queues.Attribute("late", "ApproximateNumberOfMessagesDelayed")));
        Assert.Equal("none", _queues.Bodies("late"));

        _queues.Time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal("message", _queues.Bodies("late"));
        _queues.Time.Advance(TimeSpan.FromSeconds(55));
        Assert.Equal("queue message none", _queues.Bodies("late"));
    }

    [Fact]
    public void What_was_received_too_often_is_found_in_the_dead_letter_queue()
    {
        _queues.Send("retried", "poison");
        for (var i = 0; i < 2; i++)
        {
            Assert.Equal("poison", _queues.Bodies("retried"));
            _queues.Time.Advance(TimeSpan.FromSeconds(30));
        }

        Assert.Equal("", _queues.Bodies("retried"));
        var dead = Assert.Single(_queues.Receive("dead", ", 'AttributeNames': ['DeadLetterQueueSourceArn']"));
        Assert.Equal(("poison", """{"DeadLetterQueueSourceArn":"arn:aws:sqs:us-east-1:123456789012:retried"}"""), (dead.Text("Body"), dead["Attributes"]!.Text));
        Assert.Equal(["retried"], ((JsonArray)_queues.Do("dead", "ListDeadLetterSourceQueues")["queueUrls"]!).Select(url => ((JsonString)url).Value.Split('/')[^1]));
    }

    [Fact]
    public void What_is_older_than_the_queue_keeps_messages_is_gone()
    {
        _queues.Send("short", "a");
        _queues.Time.Advance(TimeSpan.FromSeconds(61));
        Assert.Equal("0", _queues.Attribute("short", "ApproximateNumberOfMessages"));
        Assert.Equal("", _queues.Bodies("short"));
    }

    [Fact]
    public void The_visibility_of_a_message_in_flight_can_be_changed_within_twelve_hours()
    {
        _queues.Send("plain", "a");
        var message = Assert.Single(_queues.Receive("plain"));
        _queues.With(message, "plain", "ChangeMessageVisibility", ", 'VisibilityTimeout': 100");
        _queues.Time.Advance(TimeSpan.FromSeconds(99));
        Assert.Equal("", _queues.Bodies("plain"));

        var handle = message.Text("ReceiptHandle");
        Assert.Equal(
            ("InvalidParameterValue", "Value 43200 for parameter VisibilityTimeout is invalid. Reason: Total VisibilityTimeout for the message is beyond the limit [43200 seconds]."),
            _queues.Refused("plain", "ChangeMessageVisibility", $"{{'ReceiptHandle': '{handle}', 'VisibilityTimeout': 43200}}"));
        _queues.With(message, "plain", "ChangeMessageVisibility", ", 'VisibilityTimeout': 0");
        Assert.Equal("AWS.SimpleQueueService.MessageNotInflight", _queues.Refused("plain", "ChangeMessageVisibility", $"{{'ReceiptHandle': '{handle}', 'VisibilityTimeout': 1}}").Code);
        Assert.Equal("a", _queues.Bodies("plain"));
    }

    [Fact]
    public void What_a_function_works_on_stays_out_of_sight_until_it_has_failed()
    {
        var queue = _queues.Store.Find("plain")!;
        _queues.Send("plain", "a");
        var messages = _queues.Store.Receive(new ReceiveRequest(queue, 10) { VisibilityTimeout = 30 });
        _queues.Time.Advance(TimeSpan.FromSeconds(20));
        _queues.Store.Keep(messages, TimeSpan.FromSeconds(30));
        _queues.Time.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal("", _queues.Bodies("plain"));

        _queues.Store.Release(queue, messages, TimeSpan.FromSeconds(30));
        Assert.Equal("a", _queues.Bodies("plain"));
    }

    [Fact]
    public void A_batch_does_what_it_can_and_tells_what_it_cannot()
    {
        var sent = _queues.Do("plain", "SendMessageBatch", "{'Entries': [{'Id': 'good', 'MessageBody': 'a'}, {'Id': 'bad', 'MessageBody': 'b', 'DelaySeconds': 901}]}");

        Assert.Equal("good", ((JsonObject)Assert.Single((JsonArray)sent["Successful"]!)).Text("Id"));
        Assert.Equal(
            """{"Id":"bad","SenderFault":true,"Code":"InvalidParameterValue","Message":"Value 901 for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= 900."}""",
            Assert.Single((JsonArray)sent["Failed"]!).Text);
        var handle = Assert.Single(_queues.Receive("plain")).Text("ReceiptHandle");
        var deleted = _queues.Do("plain", "DeleteMessageBatch", $"{{'Entries': [{{'Id': '1', 'ReceiptHandle': '{handle}'}}, {{'Id': '2', 'ReceiptHandle': 'none'}}]}}");
        Assert.Equal("""[{"Id":"1"}]""", deleted["Successful"]!.Text);
        Assert.Equal("ReceiptHandleIsInvalid", ((JsonObject)Assert.Single((JsonArray)deleted["Failed"]!)).Text("Code"));
    }

    [Fact]
    public void A_purged_queue_is_empty_and_cannot_be_purged_again_at_once()
    {
        _queues.Send("plain", "a");
        _queues.Do("plain", "PurgeQueue");

        Assert.Equal("", _queues.Bodies("plain"));
        Assert.Equal(
            ("AWS.SimpleQueueService.PurgeQueueInProgress", "Only one PurgeQueue operation on plain is allowed every 60 seconds."), _queues.Refused("plain", "PurgeQueue"));
    }

    [Fact]
    public void What_was_acknowledged_is_there_for_the_next_process()
    {
        var folder = Directory.CreateTempSubdirectory("stateside-queues-");
        var time = new ManualTime();
        var path = Path.Combine(folder.FullName, "stores.db");
        using (var before = new Queues(path, time))
        using (var after = new Queues(path, time))
        {
            before.Send("plain", "a");
            Assert.Equal("a", after.Bodies("plain"));
        }

        folder.Delete(recursive: true);
    }
}
