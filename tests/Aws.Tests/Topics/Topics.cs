using Stateside.Aws.Services;
using Stateside.Aws.Sns;
using Stateside.Aws.Sqs;
using Stateside.Engine.Tests.Functions;
using Stateside.Language.Json;

namespace Stateside.Aws.Tests.Topics;

/// <summary>An embedded SNS with a few topics and queues, at a time that stands. JSON is written with single quotation marks.</summary>
internal sealed class Topics : IDisposable
{
    public const string Arn = "arn:aws:sns:us-east-1:123456789012:";
    public const string QueueArn = "arn:aws:sqs:us-east-1:123456789012:";

    private readonly StoreFile _file;
    private int _count;

    public Topics(string? path = null)
    {
        _file = new StoreFile(path);
        Queues = new SqsStore(_file, Time, 1);
        Queues.Declare(new[] { "one", "two", "dead", "line.fifo" }.Select(name => QueueSettings.OfArn(QueueArn + name, "amazonaws.com")));
        Store = new TopicStore(_file, Queues, Time, 1) { Send = Sent.Add, Trouble = Troubles.Add };
        Store.Declare([new Topic(Arn + "news"), new Topic(Arn + "line.fifo"), new Topic(Arn + "content.fifo") { DeduplicatesContent = true }], []);
    }

    public ManualTime Time { get; } = new();

    public SqsStore Queues { get; }

    public TopicStore Store { get; }

    /// <summary>What goes to no queue.</summary>
    public List<Notification> Sent { get; } = [];

    public List<string> Troubles { get; } = [];

    public JsonObject Do(string action, string request) => Store.Execute(action, LooseJson.Read(request), $"request {++_count}");

    public JsonObject Publish(string topic, string message, string more = "") => Do("Publish", $"{{'TopicArn': '{Arn}{topic}', 'Message': '{message}'{more}}}");

    /// <summary>Subscribes a queue of that name.</summary>
    public string Subscribe(string topic, string queue, string attributes = "{}") => Subscribe(topic, "sqs", QueueArn + queue, attributes);

    public string Subscribe(string topic, string protocol, string endpoint, string attributes) => ((JsonString)Do(
        "Subscribe", $"{{'TopicArn': '{Arn}{topic}', 'Protocol': '{protocol}', 'Endpoint': '{endpoint}', 'Attributes': {attributes}}}")["SubscriptionArn"]!).Value;

    /// <summary>What SNS says when it refuses.</summary>
    public (string Code, string Message) Refused(string action, string request)
    {
        var refusal = Assert.Throws<StoreRefusal>(() => Do(action, request));
        return (refusal.Code, refusal.Message);
    }

    /// <summary>The messages of a queue, which are then gone.</summary>
    public IReadOnlyList<JsonObject> Messages(string queue)
    {
        var messages = (Queues.Execute("ReceiveMessage", LooseJson.Read($"{{'QueueUrl': '{queue}', 'MaxNumberOfMessages': 10, 'MessageAttributeNames': ['All'], 'AttributeNames': ['All']}}"))["Messages"] as JsonArray
            ?? JsonArray.Empty).Cast<JsonObject>().ToList();
        foreach (var message in messages)
            Queues.Execute("DeleteMessage", JsonObject.Of(("QueueUrl", JsonValue.From(queue)), ("ReceiptHandle", message["ReceiptHandle"]!)));
        return messages;
    }

    /// <summary>What the envelopes in a queue hold.</summary>
    public string Bodies(string queue) => string.Join(' ', Messages(queue).Select(message => ((JsonString)message["Body"]!).Value)
        .Select(body => JsonReader.TryParse(body, out var parsed) && parsed is JsonObject envelope ? ((JsonString)envelope["Message"]!).Value : body));

    public void Dispose() => _file.Dispose();
}
