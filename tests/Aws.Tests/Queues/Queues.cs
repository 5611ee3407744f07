using Stateside.Aws.Services;
using Stateside.Aws.Sqs;
using Stateside.Engine.Tests.Functions;
using Stateside.Language.Json;

namespace Stateside.Aws.Tests.Queues;

/// <summary>An embedded SQS with a few queues, at a time that stands. JSON is written with single quotation marks.</summary>
internal sealed class Queues : IDisposable
{
    private const string Address = "https://sqs.us-east-1.amazonaws.com/123456789012/";
    private const string Arn = "arn:aws:sqs:us-east-1:123456789012:";

    private readonly StoreFile _file;

    public Queues(string? path = null, ManualTime? time = null)
    {
        Time = time ?? new ManualTime();
        _file = new StoreFile(path);
        Store = new SqsStore(_file, Time, 1);
        Store.Declare(
        [
            Queue("plain"), Queue("late") with { DelaySeconds = 60 }, Queue("short") with { MaximumMessageSize = 1024, RetentionSeconds = 60 },
            Queue("retried") with { Redrive = new RedrivePolicy(Arn + "dead", 2) }, Queue("dead"),
            Queue("line.fifo"), Queue("content.fifo") with { DeduplicatesContent = true }, Queue("groups.fifo") with { DeduplicatesContent = true, DeduplicatesInGroups = true },
        ]);
    }

    public ManualTime Time { get; }

    public SqsStore Store { get; }

    /// <summary>Does an action on a queue.</summary>
    public JsonObject Do(string queue, string action, string request = "{}") => Store.Execute(action, LooseJson.Read(request).With("QueueUrl", JsonValue.From(Address + queue)));

    /// <summary>What SQS says when it refuses: the code of its query protocol, and the sentence.</summary>
    public (string? Code, string Message) Refused(string queue, string action, string request = "{}")
    {
        var refusal = Assert.Throws<StoreRefusal>(() => Do(queue, action, request));
        return (refusal.QueryCode, refusal.Message);
    }

    public JsonObject Send(string queue, string body, string more = "") => Do(queue, "SendMessage", $"{{'MessageBody': '{body}'{more}}}");

    /// <summary>Receives messages as the API gives them.</summary>
    public IReadOnlyList<JsonObject> Receive(string queue, string more = "") =>
        [.. (Do(queue, "ReceiveMessage", $"{{'MaxNumberOfMessages': 10{more}}}")["Messages"] as JsonArray ?? JsonArray.Empty).Cast<JsonObject>()];

    /// <summary>The bodies of what can be received.</summary>
    public string Bodies(string queue, string more = "") => string.Join(' ', Receive(queue, more).Select(message => message.Text("Body")));

    /// <summary>Does something with a message that was received.</summary>
    public JsonObject With(JsonObject message, string queue, string action, string more = "") =>
        Do(queue, action, $"{{'ReceiptHandle': '{message.Text("ReceiptHandle")}'{more}}}");

    public string? Attribute(string queue, string name) =>
        ((Do(queue, "GetQueueAttributes", "{'AttributeNames': ['All']}")["Attributes"] as JsonObject)?[name] as JsonString)?.Value;

    public void Dispose() => _file.Dispose();

    private static QueueSettings Queue(string name) => new(name, Address + name, Arn + name);
}
