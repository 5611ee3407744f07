using Stateside.Language.Json;

namespace Stateside.Conformance.Stores;

/// <summary>Makes requests to SQS at random: most of them right, some of them wrong, none whose answer hangs on the moment.</summary>
internal sealed class QueueRequests(Random random)
{
    public static readonly string[] Queues = ["plain", "small", "retried", "dead", "line.fifo", "content.fifo"];

    private static readonly string[] Words = ["a", "hello", "zwölf 🎈", "{\"a\": 1}", "<a>&amp;</a>"];
    private static readonly string[] AttributeNames = ["color", "size", "raw", "trace.id", "trace.parent"];

    private readonly List<(JsonValue Queue, string Handle)> _received = [];
    private int _round;
    private int _messages;

    /// <summary>A queue's address, which both sides take.</summary>
    public static JsonValue Url(string queue) => JsonValue.From($"https://sqs.us-east-1.amazonaws.com/123456789012/{queue}");

    /// <summary>What CreateQueue wants for a queue that a template declares.</summary>
    public static JsonObject Create(JsonObject properties)
    {
        var attributes = new JsonObject.Builder();
        foreach (var (name, value) in properties.Where(property => property.Key is not ("QueueName" or "Tags")))
            attributes.Set(name, JsonValue.From(value is JsonString text ? text.Value : value.Text));
        var tags = (properties["Tags"] as JsonArray ?? JsonArray.Empty).Cast<JsonObject>();
        return JsonObject.Of(
            ("QueueName", properties["QueueName"]!), ("Attributes", attributes.ToObject()),
            ("tags", JsonObject.Of([.. tags.Select(tag => (((JsonString)tag["Key"]!).Value, tag["Value"]!))])));
    }

    /// <summary>All messages are gone.</summary>
    public void Begin()
    {
        _round++;
        _received.Clear();
    }

    /// <summary>Takes note of a message that both sides gave.</summary>
    public void Received(JsonValue queue, string handle) => _received.Add((queue, handle));

    /// <summary>The next request.</summary>
    public (string Action, JsonObject Request) Next()
    {
        var queue = Pick(Queues);
        return random.Next(100) switch
        {
            < 30 => ("SendMessage", Asked(queue, Message(queue))),
            < 37 => ("SendMessageBatch", Asked(queue, Batch(1, 4, () => Message(queue)))),
            < 60 => ("ReceiveMessage", Asked(queue, Receive())),
            < 70 => OfReceived("DeleteMessage", handle => handle),
            < 73 => OfReceived("DeleteMessageBatch", handle => Batch(1, 3, () => handle.ToObject().ToBuilder())),
            < 80 => OfReceived("ChangeMessageVisibility", handle => Timeout(handle)),
            < 83 => OfReceived("ChangeMessageVisibilityBatch", handle => Batch(1, 3, () => Timeout(handle.ToObject().ToBuilder()))),
            < 91 => ("GetQueueAttributes", Asked(queue, Attributes())),
            < 94 => ("GetQueueUrl", JsonObject.Of(("QueueName", JsonValue.From(Chance(80) ? queue : "no-such-queue")))),
            < 96 => ("ListQueues", Chance(50) ? JsonObject.Of(("QueueNamePrefix", JsonValue.From(Pick("", "p", "line", "none")))) : JsonObject.Empty),
            < 98 => ("ListDeadLetterSourceQueues", Asked(Pick("dead", "plain"), new())),
            _ => ("ListQueueTags", Asked(queue, new())),
        };
    }

    private JsonObject Asked(string queue, JsonObject.Builder request) => request.Set("QueueUrl", Url(Chance(98) ? queue : "no-such-queue")).ToObject();

    private JsonObject.Builder Message(string queue)
    {
        // The same body and the same id come again now and then, for a FIFO queue to see.
        var number = Chance(85) ? ++_messages : _messages;
        var message = new JsonObject.Builder();
        if (Chance(99))
            message.Set("MessageBody", JsonValue.From(Chance(96) ? $"{number} {Pick(Words)}" : Pick("", "\u0001", new string('x', 1030))));
        if (Chance(6))
            message.Set("DelaySeconds", JsonValue.From(random.Next(4) switch { 0 => 0, 1 => 900, 2 => 901, _ => -1 }));
        if (Chance(25))
            message.Set("MessageAttributes", MessageAttributes());
        if (queue.EndsWith(".fifo", StringComparison.Ordinal) ? Chance(97) : Chance(2))
            message.Set("MessageGroupId", JsonValue.From(Pick("g1", "g2", "g3")));
        if (queue == "line.fifo" ? Chance(97) : Chance(queue == "content.fifo" ? 30 : 1))
            message.Set("MessageDeduplicationId", JsonValue.From($"{_round}-{number}"));
        return message;
    }

    private JsonObject MessageAttributes() => JsonObject.Of([.. AttributeNames.Where(_ => Chance(40)).DefaultIfEmpty("color").Select(name => (name, (JsonValue)Attribute()))]);

    private JsonObject Attribute() => random.Next(20) switch
    {
        < 8 => JsonObject.Of(("DataType", JsonValue.From("String")), ("StringValue", JsonValue.From(Pick(Words)))),
        < 13 => JsonObject.Of(("DataType", JsonValue.From("Number")), ("StringValue", JsonValue.From(Pick("1", "-2.5", "1e3")))),
        < 16 => JsonObject.Of(("DataType", JsonValue.From("Binary")), ("BinaryValue", JsonValue.From(Pick("AQID", "AA==")))),
        < 18 => JsonObject.Of(("DataType", JsonValue.From("String.letter")), ("StringValue", JsonValue.From(Pick(Words)))),
        18 => JsonObject.Of(("DataType", JsonValue.From("Text")), ("StringValue", JsonValue.From("a"))),
        _ => JsonObject.Of(("DataType", JsonValue.From("String")), ("StringValue", JsonValue.From(""))),
    };

    private JsonObject.Builder Receive()
    {
        var request = new JsonObject.Builder();
        if (Chance(60))
            request.Set("MaxNumberOfMessages", JsonValue.From(Chance(95) ? random.Next(1, 11) : Chance(50) ? 0 : 11));
        if (Chance(40))
            request.Set("VisibilityTimeout", JsonValue.From(Chance(92) ? Chance(60) ? 0 : 7200 : Chance(50) ? 43_201 : -1));
        if (Chance(50))
            request.Set("MessageSystemAttributeNames", Names("All", "ApproximateReceiveCount", "MessageGroupId", "MessageDeduplicationId"));
        if (Chance(50))
            request.Set("MessageAttributeNames", Names("All", "color", "size", "trace.*"));
        return request;
    }

    private JsonObject.Builder Attributes() => Chance(10) ? new() : new JsonObject.Builder().Set(
        "AttributeNames", Chance(95) ? Names("All", "QueueArn", "ApproximateNumberOfMessages", "VisibilityTimeout", "RedrivePolicy", "FifoQueue") : Names("Unknown"));

    private (string Action, JsonObject Request) OfReceived(string action, Func<JsonObject.Builder, JsonObject.Builder> more)
    {
        if (_received.Count == 0)
            return ("ReceiveMessage", Asked(Pick(Queues), Receive()));
        var (queue, handle) = _received[random.Next(_received.Count)];
        if (Chance(3))
            handle = "no-handle";
        return (action, more(new JsonObject.Builder().Set("ReceiptHandle", JsonValue.From(handle))).Set("QueueUrl", queue).ToObject());
    }

    private JsonObject.Builder Timeout(JsonObject.Builder request) =>
        request.Set("VisibilityTimeout", JsonValue.From(Chance(94) ? Chance(60) ? 0 : 3600 : Chance(50) ? 43_201 : -1));

    /// <summary>Entries with ids, now and then a wrong one.</summary>
    private JsonObject.Builder Batch(int least, int most, Func<JsonObject.Builder> entry)
    {
        var entries = new List<JsonValue>();
        var count = Chance(97) ? random.Next(least, most + 1) : Chance(50) ? 0 : 11;
        for (var i = 0; i < count; i++)
        {
            var id = Chance(98) ? $"e{i}" : Pick("e0", "a b");
            entries.Add(entry().Set("Id", JsonValue.From(id)).ToObject());
        }

        return new JsonObject.Builder().Set("Entries", JsonArray.Of([.. entries]));
    }

    private JsonArray Names(params string[] names) => JsonArray.Of([.. names.Where(_ => Chance(35)).DefaultIfEmpty(names[0]).Select(JsonValue.From)]);

    private bool Chance(int percent) => random.Next(100) < percent;

    private string Pick(params ReadOnlySpan<string> words) => words[random.Next(words.Length)];
}
