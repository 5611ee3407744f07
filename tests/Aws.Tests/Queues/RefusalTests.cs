namespace Stateside.Aws.Tests.Queues;

/// <summary>What SQS refuses, and in which words.</summary>
public sealed class RefusalTests : IDisposable
{
    private readonly Queues _queues = new();

    public void Dispose() => _queues.Dispose();

    [Theory]
    [InlineData("none", "SendMessage", "{'MessageBody': 'a'}", "AWS.SimpleQueueService.NonExistentQueue", "The specified queue does not exist.")]
    [InlineData("plain", "SendMessage", "{}", "MissingParameter", "The request must contain the parameter MessageBody.")]
    [InlineData("plain", "SendMessage", "{'MessageBody': ''}", "MissingParameter", "The request must contain the parameter MessageBody.")]
    [InlineData("plain", "SendMessage", "{'MessageBody': 'a\\u0001'}", "InvalidMessageContents",
        "Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF")]
    [InlineData("plain", "SendMessage", "{'MessageBody': 'a', 'DelaySeconds': 901}", "InvalidParameterValue",
        "Value 901 for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= 900.")]
    [InlineData("plain", "SendMessage", "{'MessageBody': 'a', 'MessageDeduplicationId': 'd'}", "InvalidParameterValue",
        "Value d for parameter MessageDeduplicationId is invalid. Reason: The request include parameter that is not valid for this queue type.")]
    [InlineData("plain", "SendMessage", "{'MessageBody': 'a', 'MessageAttributes': {'x': {'DataType': 'Text', 'StringValue': 'a'}}}", "InvalidParameterValue",
        "The message attribute 'x' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.")]
    [InlineData("line.fifo", "SendMessage", "{'MessageBody': 'a'}", "MissingParameter", "The request must contain the parameter MessageGroupId.")]
    [InlineData("line.fifo", "SendMessage", "{'MessageBody': 'a', 'MessageGroupId': 'g'}", "InvalidParameterValue",
        "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly")]
    [InlineData("line.fifo", "SendMessage", "{'MessageBody': 'a', 'MessageGroupId': 'g', 'MessageDeduplicationId': 'd', 'DelaySeconds': 5}", "InvalidParameterValue",
        "Value 5 for parameter DelaySeconds is invalid. Reason: The request include parameter that is not valid for this queue type.")]
    [InlineData("plain", "ReceiveMessage", "{'MaxNumberOfMessages': 11}", "InvalidParameterValue",
        "Value 11 for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided.")]
    [InlineData("plain", "ReceiveMessage", "{'WaitTimeSeconds': 21}", "InvalidParameterValue",
        "Value 21 for parameter WaitTimeSeconds is invalid. Reason: Must be >= 0 and <= 20, if provided.")]
    [InlineData("plain", "DeleteMessage", "{'ReceiptHandle': 'none'}", "ReceiptHandleIsInvalid", "The input receipt handle \"none\" is not a valid receipt handle.")]
    [InlineData("plain", "GetQueueAttributes", "{'AttributeNames': ['Color']}", "InvalidAttributeName", "Unknown Attribute Color.")]
    [InlineData("plain", "SendMessageBatch", "{'Entries': []}", "AWS.SimpleQueueService.EmptyBatchRequest",
        "There should be at least one SendMessageBatchRequestEntry in the request.")]
    [InlineData("plain", "SendMessageBatch", "{'Entries': [{'Id': 'a', 'MessageBody': 'a'}, {'Id': 'a', 'MessageBody': 'b'}]}",
        "AWS.SimpleQueueService.BatchEntryIdsNotDistinct", "Id a repeated.")]
    [InlineData("plain", "SendMessageBatch", "{'Entries': [{'Id': 'a b', 'MessageBody': 'a'}]}", "AWS.SimpleQueueService.InvalidBatchEntryId",
        "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.")]
    public void A_request_with_a_mistake_is_refused(string queue, string action, string request, string code, string message) =>
        Assert.Equal((code, message), _queues.Refused(queue, action, request));

    [Fact]
    public void Eleven_entries_are_too_many()
    {
        var entries = string.Join(", ", Enumerable.Range(0, 11).Select(i => $"{{'Id': '{i}', 'MessageBody': 'a'}}"));
        Assert.Equal(
            ("AWS.SimpleQueueService.TooManyEntriesInBatchRequest", "Maximum number of entries per request are 10. You have sent 11."),
            _queues.Refused("plain", "SendMessageBatch", $"{{'Entries': [{entries}]}}"));
    }

    [Fact]
    public void A_message_is_as_long_as_its_queue_allows_with_its_attributes()
    {
        const string TooLong = "One or more parameters are invalid. Reason: Message must be shorter than 1024 bytes.";
        Assert.Equal(("InvalidParameterValue", TooLong), _queues.Refused("short", "SendMessage", $"{{'MessageBody': '{new string('a', 1025)}'}}"));
        Assert.Equal(("InvalidParameterValue", TooLong), _queues.Refused(
            "short", "SendMessage", $"{{'MessageBody': '{new string('a', 1020)}', 'MessageAttributes': {{'a': {{'DataType': 'String', 'StringValue': 'b'}}}}}}"));
        _queues.Send("short", new string('a', 1024));
        _queues.Send("plain", new string('a', 1024 * 1024));
    }

    [Fact]
    public void A_batch_is_a_mebibyte_long_at_most()
    {
        var half = new string('a', 600_000);
        Assert.Equal(
            ("AWS.SimpleQueueService.BatchRequestTooLong", "Batch requests cannot be longer than 1048576 bytes. You have sent 1200000 bytes."),
            _queues.Refused("plain", "SendMessageBatch", $"{{'Entries': [{{'Id': '1', 'MessageBody': '{half}'}}, {{'Id': '2', 'MessageBody': '{half}'}}]}}"));
    }

    [Fact]
    public void What_is_not_covered_names_a_remedy() =>
        Assert.StartsWith("The embedded SQS does not cover CreateQueue", _queues.Refused("plain", "CreateQueue").Message, StringComparison.Ordinal);
}
