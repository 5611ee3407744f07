using Stateside.Language.Json;

namespace Stateside.Conformance.Stores;

/// <summary>Makes requests to SNS at random: most of them publish something that is right.</summary>
internal sealed class TopicRequests(Random random)
{
    /// <summary>The queues that are subscribed.</summary>
    public static readonly string[] Queues = ["told", "raw", "wanted", "inside", "numbered.fifo"];

    private static readonly string[] Texts =
        ["hello", "zwölf 🎈", "<a>&amp;</a>", """{"kind":"a","detail":{"n":2}}""", """{"kind":"xyz","detail":{"n":1}}""", """{"kind":["b","a"],"detail":{"n":7}}"""];

    private readonly List<string> _subscriptions = [];
    private int _messages;

    /// <summary>What CreateTopic or Subscribe wants for what a template declares.</summary>
    public static JsonObject Create(JsonObject properties, params string[] members)
    {
        var request = new JsonObject.Builder();
        var attributes = new JsonObject.Builder();
        foreach (var (name, value) in properties)
        {
            if (members.Contains(name))
                request.Set(name == "TopicName" ? "Name" : name, value);
            else
                attributes.Set(name, JsonValue.From(value is JsonString text ? text.Value : value.Text));
        }

        return request.Set("Attributes", attributes.ToObject()).ToObject();
    }

    public static JsonValue Arn(string topic) => JsonValue.From($"arn:aws:sns:us-east-1:123456789012:{topic}");

    /// <summary>The queues are empty: what was sent does not come again.</summary>
    public void Begin() => _messages++;

    /// <summary>Takes note of a subscription that both sides have.</summary>
    public void Subscribed(string arn) => _subscriptions.Add(arn);

    /// <summary>The next request.</summary>
    public (string Action, JsonObject Request) Next()
    {
        var topic = Chance(70) ? "news" : "series.fifo";
        return random.Next(100) switch
        {
            < 72 => ("Publish", Asked(topic, Message(topic))),
            < 86 => ("PublishBatch", Asked(topic, Batch(topic))),
            < 89 => ("GetTopicAttributes", Asked(topic, new())),
            < 92 => ("ListSubscriptionsByTopic", Asked(topic, new())),
            < 96 => ("GetSubscriptionAttributes", JsonObject.Of(("SubscriptionArn", JsonValue.From(Pick([.. _subscriptions]))))),
            < 98 => ("ListTopics", JsonObject.Empty),
            _ => ("ListSubscriptions", JsonObject.Empty),
        };
    }

    private JsonObject Asked(string topic, JsonObject.Builder request) => request.Set("TopicArn", Arn(Chance(98) ? topic : "no-such-topic")).ToObject();

    private JsonObject.Builder Message(string topic)
    {
        var number = Chance(90) ? ++_messages : _messages;
        var message = new JsonObject.Builder();
        var text = Pick(Texts);
        if (Chance(8))
        {
            message.Set("MessageStructure", JsonValue.From("json"))
                .Set("Message", JsonValue.From(Chance(90) ? $$"""{"default":"to all {{number}}","sqs":"to queues {{number}}"}""" : Pick("no json", """{"sqs":"x"}""")));
        }
        else
        {
            message.Set("Message", JsonValue.From(Chance(98) ? text.StartsWith('{') && topic == "news" ? text : $"{number} {text}" : ""));
        }

        if (Chance(20))
            message.Set("Subject", JsonValue.From(Chance(95) ? "Of letters" : new string('s', 101)));
        if (Chance(60))
            message.Set("MessageAttributes", Attributes());
        if (topic.EndsWith(".fifo", StringComparison.Ordinal) && Chance(97))
            message.Set("MessageGroupId", JsonValue.From(Pick("g1", "g2")));
        if (topic.EndsWith(".fifo", StringComparison.Ordinal) && Chance(80))
            message.Set("MessageDeduplicationId", JsonValue.From($"d{number}"));
        return message;
    }

    private JsonObject Attributes() => JsonObject.Of([.. new[] { "color", "size", "other" }.Where(_ => Chance(55)).DefaultIfEmpty("color").Select(name => (name, (JsonValue)Attribute(name)))]);

    private JsonObject Attribute(string name) => name switch
    {
        "size" => Of("Number", "StringValue", Pick("1", "1.5", "30", "31", "-2")),
        "other" => Chance(10) ? Of("Binary", "BinaryValue", "AQID") : Of("String", "StringValue", "x"),
        _ when Chance(20) => Of("String.Array", "StringValue", Pick("""["green","red"]""", """["white"]""")),
        _ when Chance(3) => Of("Text", "StringValue", "red"),
        _ => Of("String", "StringValue", Pick("red", "blue", "green", "white", "yellow")),
    };

    private static JsonObject Of(string type, string member, string value) => JsonObject.Of(("DataType", JsonValue.From(type)), (member, JsonValue.From(value)));

    private JsonObject.Builder Batch(string topic)
    {
        var count = Chance(97) ? random.Next(1, 4) : Chance(50) ? 0 : 11;
        var entries = Enumerable.Range(0, count).Select(i => Message(topic).Set("Id", JsonValue.From(Chance(98) ? $"e{i}" : "e0")).ToObject());
        return new JsonObject.Builder().Set("PublishBatchRequestEntries", JsonArray.Of([.. entries]));
    }

    private bool Chance(int percent) => random.Next(100) < percent;

    private string Pick(params ReadOnlySpan<string> words) => words[random.Next(words.Length)];
}
