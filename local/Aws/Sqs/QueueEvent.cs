using System.Text;
using Stateside.Engine.Tasks;
using Stateside.Language.Json;

namespace Stateside.Aws.Sqs;

/// <summary>
/// What a function is given of a queue, and what it answers.
/// See https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html and services-sqs-errorhandling.html there.
/// </summary>
internal static class QueueEvent
{
    /// <summary>The event with messages.</summary>
    public static byte[] Write(QueueSettings queue, IReadOnlyList<StoredMessage> messages) => Encoding.UTF8.GetBytes(
        JsonObject.Of(("Records", JsonArray.Of(messages.Select(message => RecordOf(queue, message))))).Text);

    /// <summary>The messages that a function failed with, by its answer.</summary>
    /// <param name="messages">What it was given.</param>
    /// <param name="response">What came of the invocation.</param>
    /// <param name="reports">Whether it tells which ones.</param>
    public static IReadOnlyList<StoredMessage> Failed(IReadOnlyList<StoredMessage> messages, FunctionResponse response, bool reports)
    {
        if (response is not FunctionResponse.Answered { FunctionError: null } answered)
            return messages;
        if (!reports || answered.Payload.Length == 0)
            return [];
        if (!JsonReader.TryParse(Encoding.UTF8.GetString(answered.Payload.Span), out var payload))
            return messages;
        if (payload is JsonNull)
            return [];
        if (payload is not JsonObject answer)
            return messages;
        if (answer["batchItemFailures"] is null or JsonNull)
            return [];
        if (answer["batchItemFailures"] is not JsonArray failures)
            return messages;
        var ids = failures.Select(failure => ((failure as JsonObject)?["itemIdentifier"] as JsonString)?.Value).ToHashSet();

        // One that is not understood stands for the whole batch.
        return ids.Any(id => !messages.Any(message => message.Id == id)) ? messages : [.. messages.Where(message => ids.Contains(message.Id))];
    }

    private static JsonObject RecordOf(QueueSettings queue, StoredMessage message)
    {
        var attributes = new JsonObject.Builder();
        foreach (var (name, value) in message.Facts.Attributes)
            attributes.Set(name, AttributeOf((JsonObject)value));
        var record = new JsonObject.Builder()
            .Set("messageId", JsonValue.From(message.Id))
            .Set("receiptHandle", JsonValue.From(new ReceiptHandle(message.Number, message.Receives).Write(queue.Name)))
            .Set("body", JsonValue.From(message.Body))
            .Set("attributes", message.SystemAttributes(queue.IsFifo))
            .Set("messageAttributes", attributes.ToObject());
        if (MessageAttributes.Digest(message.Facts.Attributes) is { } digest)
            record.Set("md5OfMessageAttributes", JsonValue.From(digest));
        return record
            .Set("md5OfBody", JsonValue.From(MessageAttributes.Digest(Encoding.UTF8.GetBytes(message.Body))))
            .Set("eventSource", JsonValue.From("aws:sqs"))
            .Set("eventSourceARN", JsonValue.From(queue.Arn))
            .Set("awsRegion", JsonValue.From(queue.Arn.Split(':')[3]))
            .ToObject();
    }

    private static JsonObject AttributeOf(JsonObject attribute)
    {
        var written = new JsonObject.Builder();
        if (attribute["StringValue"] is { } text)
            written.Set("stringValue", text);
        if (attribute["BinaryValue"] is { } binary)
            written.Set("binaryValue", binary);
        return written
            .Set("stringListValues", JsonArray.Empty)
            .Set("binaryListValues", JsonArray.Empty)
            .Set("dataType", attribute["DataType"]!)
            .ToObject();
    }
}
