using Stateside.Aws.Sqs;
using Stateside.Language.Json;

namespace Stateside.Aws.Tests.Queues;

/// <summary>FIFO queues.</summary>
public sealed class FifoTests : IDisposable
{
    private readonly Queues _queues = new();

    public void Dispose() => _queues.Dispose();

    [Fact]
    public void A_group_goes_on_when_what_is_in_flight_of_it_is_deleted()
    {
        foreach (var (body, group) in (ReadOnlySpan<(string, string)>)[("a1", "a"), ("a2", "a"), ("b1", "b"), ("a3", "a")])
            Send("content.fifo", body, group);

        var first = Assert.Single(_queues.Receive("content.fifo", ", 'MaxNumberOfMessages': 1"));
        Assert.Equal("b1", _queues.Bodies("content.fifo"));
        _queues.With(first, "content.fifo", "DeleteMessage");
        Assert.Equal("a2 a3", _queues.Bodies("content.fifo"));
    }

    [Fact]
    public void A_group_begins_again_where_it_failed()
    {
        Send("content.fifo", "a1", "a");
        Send("content.fifo", "a2", "a");
        Assert.Equal("a1 a2", _queues.Bodies("content.fifo"));
        _queues.Time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal("a1 a2", _queues.Bodies("content.fifo"));
    }

    [Fact]
    public void The_same_id_within_five_minutes_is_the_same_message()
    {
        var first = _queues.Send("line.fifo", "a", ", 'MessageGroupId': 'g', 'MessageDeduplicationId': 'd'");
        var second = _queues.Send("line.fifo", "b", ", 'MessageGroupId': 'g', 'MessageDeduplicationId': 'd'");
        Assert.Equal((first.Text("MessageId"), first.Text("SequenceNumber")), (second.Text("MessageId"), second.Text("SequenceNumber")));
        Assert.Equal(20, first.Text("SequenceNumber")!.Length);

        _queues.Time.Advance(TimeSpan.FromMinutes(5));
        _queues.Send("line.fifo", "c", ", 'MessageGroupId': 'g', 'MessageDeduplicationId': 'd'");
        Assert.Equal("a c", _queues.Bodies("line.fifo"));
    }

    [Fact]
    public void The_same_id_in_another_group_is_another_message_where_the_scope_is_the_group()
    {
        foreach (var queue in (ReadOnlySpan<string>)["content.fifo", "groups.fifo"])
        {
            Send(queue, "same", "a");
            Send(queue, "same", "b");
        }

        Assert.Equal(("same", "same same"), (_queues.Bodies("content.fifo"), _queues.Bodies("groups.fifo")));
    }

    [Fact]
    public void A_handle_counts_until_its_visibility_timeout_is_over()
    {
        Send("content.fifo", "a", "g");
        var message = Assert.Single(_queues.Receive("content.fifo"));
        _queues.Time.Advance(TimeSpan.FromSeconds(30));

        var (code, text) = _queues.Refused("content.fifo", "DeleteMessage", $"{{'ReceiptHandle': '{message.Text("ReceiptHandle")}'}}");
        Assert.Equal("InvalidParameterValue", code);
        Assert.EndsWith("for parameter ReceiptHandle is invalid. Reason: The receipt handle has expired.", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_message_tells_its_group_its_id_and_its_number()
    {
        var sent = Send("content.fifo", "a", "g");
        var attributes = (JsonObject)Assert.Single(_queues.Receive("content.fifo", ", 'AttributeNames': ['All']"))["Attributes"]!;
        Assert.Equal((sent.Text("SequenceNumber"), "g", "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"),
            (attributes.Text("SequenceNumber"), attributes.Text("MessageGroupId"), attributes.Text("MessageDeduplicationId")));
    }

    private JsonObject Send(string queue, string body, string group) => _queues.Send(queue, body, $", 'MessageGroupId': '{group}'");
}
