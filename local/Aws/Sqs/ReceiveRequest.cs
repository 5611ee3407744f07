using System.Text;
using Stateside.Language.Json;

namespace Stateside.Aws.Sqs;

/// <summary>What a receiver asks for.</summary>
/// <param name="Queue">Of which queue.</param>
/// <param name="Count">How many messages at most.</param>
internal sealed record ReceiveRequest(QueueSettings Queue, int Count)
{
    /// <summary>As many are received at once through the API.</summary>
    private const int MostMessages = 10;

    /// <summary>How long messages are out of others' sight.</summary>
    public required int VisibilityTimeout { get; init; }

    /// <summary>How long it waits for a message.</summary>
    public int WaitTimeSeconds { get; init; }

    /// <summary>Beyond so many bytes no further message is taken.</summary>
    public int MostBytes { get; init; } = int.MaxValue;

    private IReadOnlyList<string> Attributes { get; init; } = [];

    private IReadOnlyList<string> SystemAttributes { get; init; } = [];

    /// <summary>Reads the request of a client.</summary>
    public static ReceiveRequest Read(QueueSettings queue, JsonObject request)
    {
        if (!queue.IsFifo && request.Text("ReceiveRequestAttemptId") is { } attempt)
            throw SqsErrors.NotForThisType(attempt, "ReceiveRequestAttemptId");
        return new(queue, request.Number("MaxNumberOfMessages", 1, MostMessages, "Must be between 1 and 10, if provided.") ?? 1)
        {
            VisibilityTimeout = request.Number("VisibilityTimeout", 0, SqsStore.MostVisibilitySeconds, "Must be between 0 and 43200, if provided.")
                ?? queue.VisibilityTimeout,
            WaitTimeSeconds = request.Number("WaitTimeSeconds", 0, 20, "Must be >= 0 and <= 20, if provided.") ?? queue.WaitTimeSeconds,
            Attributes = request.Texts("MessageAttributeNames"),
            SystemAttributes = [.. request.Texts("AttributeNames"), .. request.Texts("MessageSystemAttributeNames")],
        };
    }

    /// <summary>The answer with messages; SQS leaves out an empty list.</summary>
    public JsonObject Answer(IReadOnlyList<StoredMessage> messages) =>
        messages.Count == 0 ? JsonObject.Empty : JsonObject.Of(("Messages", JsonArray.Of(messages.Select(Answer))));

    private JsonObject Answer(StoredMessage message)
    {
        var answer = new JsonObject.Builder()
            .Set("MessageId", JsonValue.From(message.Id))
            .Set("ReceiptHandle", JsonValue.From(new ReceiptHandle(message.Number, message.Receives).Write(Queue.Name)))
            .Set("MD5OfBody", JsonValue.From(MessageAttributes.Digest(Encoding.UTF8.GetBytes(message.Body))))
            .Set("Body", JsonValue.From(message.Body));
        var system = new JsonObject.Builder();
        if (SystemAttributes.Count > 0)
        {
            foreach (var (name, value) in message.SystemAttributes(Queue.IsFifo))
            {
                if (SystemAttributes.Contains("All") || SystemAttributes.Contains(name))
                    system.Set(name, value);
            }
        }

        if (system.Count > 0)
            answer.Set("Attributes", system.ToObject());
        var attributes = MessageAttributes.Select(message.Facts.Attributes, Attributes);
        if (attributes.Count > 0)
            answer.Set("MD5OfMessageAttributes", JsonValue.From(MessageAttributes.Digest(attributes))).Set("MessageAttributes", attributes);
        return answer.ToObject();
    }
}
