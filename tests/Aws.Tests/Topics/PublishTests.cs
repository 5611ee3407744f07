using Stateside.Aws.Services;
using Stateside.Aws.Sqs;
using Stateside.Language.Json;
using static Stateside.Aws.Tests.Topics.Topics;

namespace Stateside.Aws.Tests.Topics;

/// <summary>Publishing to queues.</summary>
public sealed class PublishTests : IDisposable
{
    private const string Kind = ", 'MessageAttributes': {'kind': {'DataType': 'String', 'StringValue': 'order'}, 'count': {'DataType': 'Number', 'StringValue': '7'}}";

    private readonly Topics _topics = new();

    [Fact]
    public void A_queue_gets_an_envelope_that_tells_of_the_message()
    {
        var subscription = _topics.Subscribe("news", "one");

        var id = _topics.Publish("news", "hello", Kind + ", 'Subject': 'Greeting'")["MessageId"]!;

        var message = Assert.Single(_topics.Messages("one"));
        Assert.Equal(
            $$"""
            {
              "Type" : "Notification",
              "MessageId" : {{id.Text}},
              "TopicArn" : "arn:aws:sns:us-east-1:123456789012:news",
              "Subject" : "Greeting",
              "Message" : "hello",
              "Timestamp" : "{{_topics.Time.GetUtcNow():yyyy-MM-dd'T'HH:mm:ss.fff'Z'}}",
              "SignatureVersion" : "1",
              "Signature" : "Tm90IHNpZ25lZCBieSBTdGF0ZXNpZGU=",
              "SigningCertURL" : "https://sns.us-east-1.amazonaws.com/SimpleNotificationService-00000000000000000000000000000000.pem",
              "UnsubscribeURL" : "https://sns.us-east-1.amazonaws.com/?Action=Unsubscribe&SubscriptionArn={{subscription}}",
              "MessageAttributes" : {
                "kind" : {"Type":"String","Value":"order"},
                "count" : {"Type":"Number","Value":"7"}
              }
            }
            """.ReplaceLineEndings("\n"),
            ((JsonString)message["Body"]!).Value);
        Assert.Null(message["MessageAttributes"]);
    }

    [Fact]
    public void Raw_delivery_gives_the_message_and_its_attributes_as_they_are()
    {
        _topics.Subscribe("news", "one", "{'RawMessageDelivery': 'true'}");

        _topics.Publish("news", "hello", Kind);

        var message = Assert.Single(_topics.Messages("one"));
        Assert.Equal("\"hello\"", message["Body"]!.Text);
        Assert.Equal(["kind", "count"], ((JsonObject)message["MessageAttributes"]!).Keys.ToArray());
    }

    [Fact]
    public void A_message_that_is_acknowledged_is_in_every_queue_of_the_file()
    {
        var path = Path.Combine(Path.GetTempPath(), $"stateside-topics-{Environment.ProcessId}-{nameof(PublishTests)}.db");
        try
        {
            using var topics = new Topics(path);
            topics.Subscribe("news", "one");
            topics.Subscribe("news", "two");

            topics.Publish("news", "hello");

            // Another process sees it while this one has closed nothing.
            using var file = new StoreFile(path);
            var queues = new SqsStore(file, topics.Time, 1);
            queues.Declare(topics.Queues.Queues);
            foreach (var queue in new[] { "one", "two" })
                Assert.Single((JsonArray)queues.Execute("ReceiveMessage", LooseJson.Read($"{{'QueueUrl': '{queue}'}}"))["Messages"]!);
        }
        finally
        {
            foreach (var file in Directory.GetFiles(Path.GetTempPath(), Path.GetFileName(path) + "*"))
                File.Delete(file);
        }
    }

    [Fact]
    public void What_a_queue_does_not_take_goes_to_the_dead_letter_queue_of_the_subscription()
    {
        _topics.Subscribe("news", "nowhere", $"{{'RedrivePolicy': '{{\\\"deadLetterTargetArn\\\": \\\"{QueueArn}dead\\\"}}'}}");
        _topics.Subscribe("news", "alsonowhere");

        _topics.Publish("news", "hello");

        var attributes = (JsonObject)Assert.Single(_topics.Messages("dead"))["MessageAttributes"]!;
        Assert.Equal(["RequestID", "ErrorCode", "ErrorMessage"], attributes.Keys.ToArray());
        Assert.Equal([$"A message of {Arn}news cannot be given to {QueueArn}alsonowhere: The queue is none of the template."], _topics.Troubles);
    }

    [Fact]
    public void A_structure_gives_each_protocol_its_own_text()
    {
        _topics.Subscribe("news", "one");
        _topics.Subscribe("news", "lambda", "arn:aws:lambda:us-east-1:123456789012:function:F", "{}");

        _topics.Do("Publish", $"{{'TopicArn': '{Arn}news', 'MessageStructure': 'json', 'Message': '{{\\\"default\\\": \\\"d\\\", \\\"sqs\\\": \\\"q\\\"}}'}}");

        Assert.Equal("q", _topics.Bodies("one"));
        Assert.Equal("d", Assert.Single(_topics.Sent).Text);
    }

    [Fact]
    public void A_fifo_topic_takes_a_message_once_in_five_minutes_and_keeps_its_group()
    {
        _topics.Subscribe("content.fifo", "line.fifo");
        var first = _topics.Publish("content.fifo", "a", ", 'MessageGroupId': 'g'");
        var again = _topics.Publish("content.fifo", "a", ", 'MessageGroupId': 'g'");
        _topics.Publish("content.fifo", "b", ", 'MessageGroupId': 'g'");

        Assert.Equal(first, again);
        var messages = _topics.Messages("line.fifo");
        Assert.Equal(["g", "g"], messages.Select(message => ((JsonString)((JsonObject)message["Attributes"]!)["MessageGroupId"]!).Value));

        _topics.Time.Advance(TimeSpan.FromMinutes(5));
        Assert.NotEqual(first, _topics.Publish("content.fifo", "a", ", 'MessageGroupId': 'g'"));
    }

    [Fact]
    public void Of_a_batch_each_entry_stands_for_itself()
    {
        _topics.Subscribe("news", "one");

        var answer = _topics.Do(
            "PublishBatch", $"{{'TopicArn': '{Arn}news', 'PublishBatchRequestEntries': [{{'Id': 'a', 'Message': 'x'}}, {{'Id': 'b', 'Message': ''}}, {{'Id': 'c', 'Message': 'y'}}]}}");

        Assert.Equal(["a", "c"], ((JsonArray)answer["Successful"]!).Select(entry => ((JsonString)((JsonObject)entry)["Id"]!).Value));
        Assert.Equal("""[{"Id":"b","Code":"InvalidParameter","Message":"Invalid parameter: Empty message","SenderFault":true}]""", answer["Failed"]!.Text);
        Assert.Equal("x y", _topics.Bodies("one"));
    }

    [Theory]
    [InlineData("Publish", "{'TopicArn': '$other', 'Message': 'x'}", "NotFound", "Topic does not exist")]
    [InlineData("Publish", "{'TopicArn': 'news', 'Message': 'x'}", "InvalidParameter", "Invalid parameter: TopicArn Reason: An ARN must have at least 6 elements, not 1")]
    [InlineData("Publish", "{'Message': 'x'}", "InvalidParameter", "Invalid parameter: TopicArn Reason: no value for required parameter")]
    [InlineData("Publish", "{'TopicArn': '$news', 'Message': ''}", "InvalidParameter", "Invalid parameter: Empty message")]
    [InlineData("Publish", "{'TopicArn': '$news', 'Message': 'x', 'Subject': 'two\\nlines'}", "InvalidParameter", "Invalid parameter: Subject")]
    [InlineData("Publish", "{'TopicArn': '$news', 'Message': 'x', 'MessageStructure': 'json'}", "InvalidParameter", "Invalid parameter: Message Structure - JSON message body failed to parse")]
    [InlineData("Publish", "{'TopicArn': '$news', 'Message': '{}', 'MessageStructure': 'json'}", "InvalidParameter", "Invalid parameter: Message Structure - No default entry in JSON message body")]
    [InlineData("Publish", "{'TopicArn': '$line.fifo', 'Message': 'x'}", "InvalidParameter", "Invalid parameter: The MessageGroupId parameter is required for FIFO topics")]
    [InlineData(
        "Publish", "{'TopicArn': '$line.fifo', 'Message': 'x', 'MessageGroupId': 'g'}", "InvalidParameter",
        "Invalid parameter: The topic should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly")]
    [InlineData(
        "Publish", "{'TopicArn': '$news', 'Message': 'x', 'MessageDeduplicationId': 'd'}", "InvalidParameter",
        "Invalid parameter: MessageDeduplicationId Reason: The request includes MessageDeduplicationId parameter that is not valid for this topic type")]
    [InlineData(
        "Publish", "{'TopicArn': '$news', 'Message': 'x', 'MessageAttributes': {'a': {'DataType': 'Text', 'StringValue': 'b'}}}", "ParameterValueInvalid",
        "The message attribute 'a' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.")]
    [InlineData("PublishBatch", "{'TopicArn': '$news', 'PublishBatchRequestEntries': []}", "EmptyBatchRequest", "The batch request doesn't contain any entries.")]
    [InlineData(
        "PublishBatch", "{'TopicArn': '$news', 'PublishBatchRequestEntries': [{'Id': 'a', 'Message': 'x'}, {'Id': 'a', 'Message': 'x'}]}", "BatchEntryIdsNotDistinct",
        "Two or more batch entries in the request have the same Id.")]
    [InlineData("GetTopicAttributes", "{'TopicArn': '$other'}", "NotFound", "Topic does not exist")]
    [InlineData("Unsubscribe", "{'SubscriptionArn': '$news:1'}", "NotFound", "Subscription does not exist")]
    [InlineData("Subscribe", "{'TopicArn': '$news', 'Protocol': 'sqs', 'Endpoint': 'x'}", "InvalidParameter", "Invalid parameter: SQS endpoint ARN")]
    [InlineData(
        "Subscribe", "{'TopicArn': '$news', 'Protocol': 'sqs', 'Endpoint': 'a:b:sqs:c:d:e.fifo'}", "InvalidParameter",
        "Invalid parameter: Invalid parameter: Endpoint Reason: FIFO SQS Queues can not be subscribed to standard SNS topics")]
    public void What_is_wrong_is_refused_in_the_words_of_SNS(string action, string request, string code, string message) =>
        Assert.Equal((code, message), _topics.Refused(action, request.Replace("$", Arn, StringComparison.Ordinal)));

    [Fact]
    public void A_message_of_256_KiB_is_taken_and_a_longer_one_is_not()
    {
        _topics.Publish("news", new string('x', 262_144));

        Assert.Equal(
            ("InvalidParameter", "Invalid parameter: Message too long"),
            _topics.Refused("Publish", $"{{'TopicArn': '{Arn}news', 'Message': '{new string('x', 262_145)}'}}"));
    }

    [Fact]
    public void Who_has_subscribed_by_the_API_stays_when_the_template_is_read_again()
    {
        var subscription = _topics.Subscribe("news", "one");
        _topics.Store.Declare([new Stateside.Aws.Sns.Topic(Arn + "news")], []);
        _topics.Publish("news", "hello");
        Assert.Equal("hello", _topics.Bodies("one"));

        _topics.Do("Unsubscribe", $"{{'SubscriptionArn': '{subscription}'}}");
        _topics.Publish("news", "again");
        Assert.Equal("", _topics.Bodies("one"));
    }

    public void Dispose() => _topics.Dispose();
}
