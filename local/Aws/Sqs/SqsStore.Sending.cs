using System.Security.Cryptography;
using System.Text;
using Stateside.Aws.Services;
using Stateside.Language.Evaluation;
using Stateside.Language.Json;

namespace Stateside.Aws.Sqs;

/// <summary>Sending.</summary>
internal sealed partial class SqsStore
{
    /// <summary>As many messages a queue holds at most, about; SQS knows no such bound, a machine does.</summary>
    private const long MostMessages = 250_000;

    /// <summary>How many sends go by before a queue is counted.</summary>
    private const int CountedEvery = 512;

    private const int DeduplicationSeconds = 300;

    private JsonObject Send(QueueSettings queue, JsonObject request, string? lineage)
    {
        var outgoing = Read(queue, request, lineage);
        if (outgoing.Size > queue.MaximumMessageSize)
            throw TooLong(queue);
        var answer = Write(() => Add(queue, outgoing));
        Changed?.Invoke(queue.Name);
        return answer;
    }

    /// <summary>
    /// Puts a message in for another service, within a transaction of the file; <see cref="Announce"/> is to follow when that is over.
    /// </summary>
    /// <exception cref="StoreRefusal">The queue does not take it.</exception>
    public void Deliver(QueueSettings queue, string body, JsonObject attributes, string? group, string? deduplication, string? lineage)
    {
        var request = new JsonObject.Builder().Set("MessageBody", JsonValue.From(body)).Set("MessageAttributes", attributes);
        if (group is not null)
            request.Set("MessageGroupId", JsonValue.From(group));
        if (deduplication is not null && queue.IsFifo)
            request.Set("MessageDeduplicationId", JsonValue.From(deduplication));
        var outgoing = Read(queue, request.ToObject(), lineage);
        Add(queue, outgoing.Size <= queue.MaximumMessageSize ? outgoing : throw TooLong(queue));
    }

    /// <summary>Wakes who waits for a queue's messages.</summary>
    public void Announce(QueueSettings queue) => Changed?.Invoke(queue.Name);

    private JsonObject SendBatch(QueueSettings queue, JsonObject request, string? lineage)
    {
        var entries = request.Entries("SendMessageBatchRequestEntry");
        var sent = entries.Sum(entry =>
            (long)Encoding.UTF8.GetByteCount(entry.Entry.Text("MessageBody") ?? ""));
        if (sent > QueueSettings.MostBytes)
            throw SqsErrors.BatchTooLong(QueueSettings.MostBytes, sent);
        var answer = Batch(queue, entries, (_, entry) =>
        {
            var outgoing = Read(queue, entry, lineage);
            return outgoing.Size <= queue.MaximumMessageSize ? Add(queue, outgoing) : throw TooLong(queue);
        });
        Changed?.Invoke(queue.Name);
        return answer;
    }

    private static StoreRefusal TooLong(QueueSettings queue) =>
        SqsErrors.Invalid($"One or more parameters are invalid. Reason: Message must be shorter than {queue.MaximumMessageSize} bytes.");

    /// <summary>A message to send, each part of it right.</summary>
    private static OutgoingMessage Read(QueueSettings queue, JsonObject request, string? lineage)
    {
        var body = request.Needed("MessageBody");
        MessageAttributes.CheckCharacters(body);
        var delay = request.Number("DelaySeconds", 0, 900, "DelaySeconds must be >= 0 and <= 900.");
        if (queue.IsFifo && delay > 0)
            throw SqsErrors.NotForThisType($"{delay}", "DelaySeconds");
        var group = Identifier(request, "MessageGroupId");
        var deduplication = Identifier(request, "MessageDeduplicationId");
        if (queue.IsFifo)
        {
            if (group is null)
                throw SqsErrors.Missing("MessageGroupId");
            deduplication ??= queue.DeduplicatesContent ? Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(body))) : null;
            if (deduplication is null)
                throw SqsErrors.Invalid("The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly");
        }
        else if (deduplication is not null)
        {
            throw SqsErrors.NotForThisType(deduplication, "MessageDeduplicationId");
        }

        var attributes = MessageAttributes.Read(request.Object("MessageAttributes"));
        var system = MessageAttributes.Read(request.Object("MessageSystemAttributes"));
        if (system.Keys.ToArray().FirstOrDefault(name => name != "AWSTraceHeader") is { } unknown)
            throw SqsErrors.Invalid($"Message system attribute name '{unknown}' is invalid.");
        var facts = new MessageFacts(attributes)
        {
            GroupId = group,
            DeduplicationId = deduplication,
            TraceHeader = ((system["AWSTraceHeader"] as JsonObject)?["StringValue"] as JsonString)?.Value,
            Lineage = lineage,
        };
        return new(body, facts, delay ?? queue.DelaySeconds, MessageAttributes.Digest(system));
    }

    private static string? Identifier(JsonObject request, string member)
    {
        if (request.Text(member) is not { } text)
            return null;
        return text.Length is > 0 and <= 128 && text.All(c => c is > ' ' and <= '~')
            ? text
            : throw SqsErrors.InvalidValue(text, member, $"{member} can only include alphanumeric and punctuation characters. 1 to 128 in length.");
    }

    private JsonObject Add(QueueSettings queue, OutgoingMessage outgoing)
    {
        var now = Now;
        var scope = queue.DeduplicatesInGroups ? outgoing.Facts.GroupId! : "";
        var duplicate = queue.IsFifo ? _messages.FindDuplicate(queue.Name, scope, outgoing.Facts.DeduplicationId!, now) : null;
        if (duplicate is null)
        {
            var id = "";
            var number = _messages.Add(
                queue.Name, added => id = new Chance(Chance.Derive(seed, queue.Name, added)).NextId().ToString(),
                outgoing.Body, outgoing.Facts, now, now + (outgoing.DelaySeconds * 1000L));
            if (number % CountedEvery == 0)
                CheckRoom(queue, now);
            if (queue.IsFifo)
                _messages.AddDuplicate(queue.Name, scope, outgoing.Facts.DeduplicationId!, number, id, now, now + (DeduplicationSeconds * 1000));
            duplicate = (number, id);
        }

        var answer = new JsonObject.Builder();
        if (MessageAttributes.Digest(outgoing.Facts.Attributes) is { } attributes)
            answer.Set("MD5OfMessageAttributes", JsonValue.From(attributes));
        answer.Set("MD5OfMessageBody", JsonValue.From(MessageAttributes.Digest(Encoding.UTF8.GetBytes(outgoing.Body))));
        if (outgoing.SystemDigest is { } system)
            answer.Set("MD5OfMessageSystemAttributes", JsonValue.From(system));
        answer.Set("MessageId", JsonValue.From(duplicate.Value.Id));
        if (queue.IsFifo)
            answer.Set("SequenceNumber", JsonValue.From(StoredMessage.SequenceNumber(duplicate.Value.Number)));
        return answer.ToObject();
    }

    private void CheckRoom(QueueSettings queue, long now)
    {
        DropOld(queue);
        var (visible, inFlight, delayed) = _messages.Count(queue.Name, now);
        if (visible + inFlight + delayed > MostMessages)
            throw StoreCoverage.NotCovered("SQS", $"more than {MostMessages} messages in a queue, and {queue.Name} has them");
    }

    /// <summary>What has been in a queue longer than it keeps messages is gone.</summary>
    private void DropOld(QueueSettings queue) => _messages.DropOld(queue.Name, Now - (queue.RetentionSeconds * 1000L));

    private sealed record OutgoingMessage(string Body, MessageFacts Facts, int DelaySeconds, string? SystemDigest)
    {
        public int Size => Encoding.UTF8.GetByteCount(Body) + MessageAttributes.SizeOf(Facts.Attributes);
    }
}
