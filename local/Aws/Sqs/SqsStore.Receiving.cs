using Stateside.Aws.Services;
using Stateside.Language.Json;

namespace Stateside.Aws.Sqs;

/// <summary>Receiving, and what receivers say of messages.</summary>
internal sealed partial class SqsStore
{
    /// <summary>Twelve hours: nobody keeps a message longer out of others' sight.</summary>
    public const int MostVisibilitySeconds = 43_200;

    /// <summary>Receives what can be received now; what was received too often goes to the dead letter queue instead.</summary>
    public IReadOnlyList<StoredMessage> Receive(ReceiveRequest request)
    {
        var queue = request.Queue;
        string? target = null;
        var received = file.InTransaction(
            () =>
            {
                DropOld(queue);
                return Take(request, out target);
            },
            writes: true);
        if (target is not null)
            Changed?.Invoke(target);

        // Whoever waits next may have more to take.
        if (received.Count > 0)
            Changed?.Invoke(queue.Name);
        return received;
    }

    private List<StoredMessage> Take(ReceiveRequest request, out string? target)
    {
        var queue = request.Queue;
        var deadLetters = queue.Redrive is { } redrive ? Find(redrive.TargetArn) : null;
        target = null;
        var received = new List<StoredMessage>();
        var now = Now;
        long after = 0;
        long bytes = 0;
        while (received.Count < request.Count)
        {
            var found = _messages.Receivable(queue.Name, queue.IsFifo, now, after, request.Count - received.Count);
            if (found.Count == 0)
                break;
            foreach (var message in found)
            {
                after = message.Number;
                if (deadLetters is not null && message.Receives >= queue.Redrive!.MostReceives)
                {
                    Bury(message, queue, deadLetters, now);
                    target = deadLetters.Name;
                    continue;
                }

                bytes += message.Size;
                if (bytes > request.MostBytes && received.Count > 0)
                    return received;
                _messages.Take(message, now, now + (request.VisibilityTimeout * 1000L));
                received.Add(message with
                {
                    Receives = message.Receives + 1,
                    FirstReceived = message.Receives == 0 ? now : message.FirstReceived,
                    LastReceived = now,
                });
            }
        }

        return received;
    }

    private void Bury(StoredMessage message, QueueSettings queue, QueueSettings target, long now) =>
        _messages.Move(message, target.Name, message.Facts with { SourceArn = queue.Arn }, target.IsFifo ? now : message.Sent, now);

    private JsonObject Delete(QueueSettings queue, JsonObject request)
    {
        Write(() => DeleteOne(queue, request));
        if (queue.IsFifo)
            Changed?.Invoke(queue.Name);
        return JsonObject.Empty;
    }

    /// <summary>
    /// Deletes the message of a handle. A standard queue takes any handle of it, also where another has received it meanwhile; a FIFO
    /// queue only the last one, and only in time.
    /// </summary>
    private JsonObject DeleteOne(QueueSettings queue, JsonObject request)
    {
        var (text, handle) = HandleOf(queue, request);
        if (_messages.Find(queue.Name, handle.Number) is not { } message)
            return JsonObject.Empty;
        if (queue.IsFifo && (message.Receives != handle.Receive || message.Visible <= Now))
            throw SqsErrors.InvalidValue(text, "ReceiptHandle", "The receipt handle has expired.");
        _messages.Delete(message.Number);
        return JsonObject.Empty;
    }

    private JsonObject ChangeVisibility(QueueSettings queue, JsonObject request)
    {
        Write(() => ChangeOne(queue, request));
        Changed?.Invoke(queue.Name);
        return JsonObject.Empty;
    }

    private JsonObject ChangeOne(QueueSettings queue, JsonObject request)
    {
        var (text, handle) = HandleOf(queue, request);
        if (request["VisibilityTimeout"] is null or JsonNull)
            throw SqsErrors.Missing("VisibilityTimeout");
        var seconds = request.Number(
            "VisibilityTimeout", 0, MostVisibilitySeconds, $"VisibilityTimeout must be an integer between 0 and {MostVisibilitySeconds}")!.Value;
        if (_messages.Find(queue.Name, handle.Number) is not { } message)
            throw SqsErrors.InvalidValue(text, "ReceiptHandle", "Message does not exist or is not available for visibility timeout change.");
        var now = Now;
        if (message.Visible <= now)
            throw SqsErrors.NotInFlight();
        if (queue.IsFifo && message.Receives != handle.Receive)
            throw SqsErrors.InvalidValue(text, "ReceiptHandle", "The receipt handle has expired.");
        if (now + (seconds * 1000L) > message.LastReceived + (MostVisibilitySeconds * 1000L))
        {
            throw SqsErrors.InvalidValue(
                $"{seconds}", "VisibilityTimeout", $"Total VisibilityTimeout for the message is beyond the limit [{MostVisibilitySeconds} seconds].");
        }

        _messages.SetVisible(message.Number, now + (seconds * 1000L));
        return JsonObject.Empty;
    }

    private static (string Text, ReceiptHandle Handle) HandleOf(QueueSettings queue, JsonObject request)
    {
        var text = request.Needed("ReceiptHandle");
        return (text, ReceiptHandle.Read(queue.Name, text) ?? throw SqsErrors.InvalidHandle(text));
    }

    /// <summary>Does each entry of a batch by itself: what one is refused for keeps nothing from the others.</summary>
    private JsonObject Batch(QueueSettings queue, IReadOnlyList<(string Id, JsonObject Entry)> entries, Func<QueueSettings, JsonObject, JsonObject> one)
    {
        var done = new List<JsonValue>();
        var failed = new List<JsonValue>();
        Write(() =>
        {
            foreach (var (id, entry) in entries)
            {
                try
                {
                    done.Add(WithId(id, one(queue, entry)));
                }
                catch (StoreRefusal refusal) when (refusal.StatusCode != 0)
                {
                    failed.Add(JsonObject.Of(
                        ("Id", JsonValue.From(id)), ("SenderFault", JsonValue.True), ("Code", JsonValue.From(refusal.QueryCode ?? refusal.Code)),
                        ("Message", JsonValue.From(refusal.Message))));
                }
            }

            return JsonObject.Empty;
        });
        Changed?.Invoke(queue.Name);
        var answer = new JsonObject.Builder().Set("Successful", JsonArray.Of(done));
        if (failed.Count > 0)
            answer.Set("Failed", JsonArray.Of(failed));
        return answer.ToObject();
    }

    private static JsonObject WithId(string id, JsonObject answer)
    {
        var entry = new JsonObject.Builder().Set("Id", JsonValue.From(id));
        foreach (var (name, value) in answer)
            entry.Set(name, value);
        return entry.ToObject();
    }
}
