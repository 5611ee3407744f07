using Stateside.Aws.Services;
using Stateside.Aws.Sqs;
using Stateside.Language.Evaluation;
using Stateside.Language.Json;

namespace Stateside.Aws.Sns;

/// <summary>Publishing.</summary>
internal sealed partial class TopicStore
{
    private const int MostEntries = 10;
    private const long DeduplicationMilliseconds = 300_000;

    private readonly MessageFile _messages = new(file);

    /// <summary>Puts what could not be delivered into the dead letter queue of its subscription; without one it is lost.</summary>
    public void GiveUp(Notification notification, string code, string why)
    {
        var given = new Deliveries();
        file.InTransaction(() => Bury(notification, code, why, given), writes: true);
        Finish(given);
    }

    private JsonObject Publish(JsonObject request, string requestId, string? lineage)
    {
        if (request.Text("PhoneNumber") is { Length: > 0 })
            throw StoreCoverage.NotCovered("SNS", "messages to phones");
        var topic = TopicOf(request, request.Text("TopicArn") is null && request.Text("TargetArn") is not null ? "TargetArn" : "TopicArn");
        var message = Publication.Read(topic, request) with { Lineage = lineage };
        return message.Size <= Publication.MostBytes ? Accept(topic, [(message, 0)], requestId)[0] : throw SnsErrors.Invalid("Message too long");
    }

    private JsonObject PublishBatch(Topic topic, JsonObject request, string requestId, string? lineage)
    {
        var entries = (request["PublishBatchRequestEntries"] as JsonArray ?? JsonArray.Empty).OfType<JsonObject>()
            .Select(entry => (Id: entry.Text("Id") ?? "", Entry: entry)).ToList();
        if (entries.Count == 0)
            throw SnsErrors.EmptyBatch();
        if (entries.Count > MostEntries)
            throw SnsErrors.TooManyEntries();
        if (entries.Exists(entry => entry.Id.Length is 0 or > 80 || !entry.Id.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')))
            throw SnsErrors.InvalidEntryId();
        if (entries.DistinctBy(entry => entry.Id).Count() < entries.Count)
            throw SnsErrors.IdsNotDistinct();
        var good = new List<(string Id, (Publication Message, int Index) Entry)>();
        var failed = new List<JsonValue>();
        foreach (var (id, entry) in entries)
        {
            try
            {
                good.Add((id, (Publication.Read(topic, entry) with { Lineage = lineage }, good.Count + failed.Count)));
            }
            catch (StoreRefusal refusal) when (refusal.StatusCode != 0)
            {
                failed.Add(JsonObject.Of(
                    ("Id", JsonValue.From(id)), ("Code", JsonValue.From(refusal.Code)), ("Message", JsonValue.From(refusal.Message)),
                    ("SenderFault", JsonValue.True)));
            }
        }

        if (good.Sum(one => (long)one.Entry.Message.Size) > Publication.MostBytes)
            throw SnsErrors.BatchTooLong();
        var accepted = Accept(topic, good.ConvertAll(one => one.Entry), requestId);
        var successful = good.Select((one, i) => (JsonValue)accepted[i].With("Id", JsonValue.From(one.Id)));
        return JsonObject.Of(("Successful", JsonArray.Of(successful)), ("Failed", JsonArray.Of(failed)));
    }

    /// <summary>Takes messages and puts them into the queues that get them, all or none; then sends them to the others.</summary>
    private List<JsonObject> Accept(Topic topic, List<(Publication Message, int Index)> messages, string requestId)
    {
        var subscriptions = Of(topic).ToList();
        var given = new Deliveries();
        var answers = topic.IsFifo || subscriptions.Exists(subscription => subscription.Protocol == "sqs")
            ? file.InTransaction(AcceptAll, writes: true)
            : AcceptAll();
        Finish(given);
        return answers;

        List<JsonObject> AcceptAll() =>
            messages.ConvertAll(one => AcceptOne(topic, subscriptions, one.Message, MessageId(topic, requestId, one.Index), given));
    }

    private string MessageId(Topic topic, string requestId, int index) =>
        new Chance(Chance.Derive(seed, $"{topic.Arn} {requestId}", index)).NextId().ToString();

    private JsonObject AcceptOne(Topic topic, List<Subscription> subscriptions, Publication message, string id, Deliveries given)
    {
        var now = time.GetUtcNow();
        string? sequence = null;
        if (topic.IsFifo)
        {
            var at = now.ToUnixTimeMilliseconds();
            var scope = topic.DeduplicatesInGroups ? message.GroupId! : "";
            if (_messages.FindDuplicate(topic.Arn, scope, message.DeduplicationId!, at) is var (number, earlier))
                return AnswerOf(earlier, StoredMessage.SequenceNumber(number));
            number = file.Next(topic.Arn);
            _messages.AddDuplicate(topic.Arn, scope, message.DeduplicationId!, number, id, at, at + DeduplicationMilliseconds);
            sequence = StoredMessage.SequenceNumber(number);
        }

        foreach (var subscription in subscriptions.Where(subscription => subscription.Filter?.Wants(message) != false))
        {
            var notification = new Notification(id, sequence, subscription, message, now);
            if (subscription.Protocol == "sqs")
                Queue(notification, given);
            else
                given.Sent.Add(notification);
        }

        return AnswerOf(id, sequence);
    }

    private static JsonObject AnswerOf(string id, string? sequence) => sequence is null
        ? JsonObject.Of(("MessageId", JsonValue.From(id)))
        : JsonObject.Of(("MessageId", JsonValue.From(id)), ("SequenceNumber", JsonValue.From(sequence)));

    private void Queue(Notification notification, Deliveries given)
    {
        var subscription = notification.Subscription;
        if (queues.OfArn(subscription.Endpoint) is not { } queue)
        {
            Bury(notification, "400", "The queue is none of the template", given);
            return;
        }

        try
        {
            Put(queue, notification, subscription.IsRaw ? notification.Message.Attributes : JsonObject.Empty, given);
        }
        catch (StoreRefusal refusal) when (refusal.StatusCode != 0)
        {
            Bury(notification, $"{refusal.StatusCode}", refusal.Message, given);
        }
    }

    private void Put(QueueSettings queue, Notification notification, JsonObject attributes, Deliveries given)
    {
        var message = notification.Message;
        queues.Deliver(queue, notification.Body, attributes, message.GroupId, message.DeduplicationId, message.Lineage);
        given.Queues.Add(queue);
    }

    private bool Bury(Notification notification, string code, string why, Deliveries given)
    {
        var subscription = notification.Subscription;
        if (subscription.DeadLetterQueue is { } target && queues.OfArn(target) is { } queue)
        {
            try
            {
                var attributes = JsonObject.Of(("RequestID", Text(notification.Id)), ("ErrorCode", Text(code)), ("ErrorMessage", Text(why)));
                Put(queue, notification, attributes, given);
                return true;
            }
            catch (StoreRefusal refusal) when (refusal.StatusCode != 0)
            {
                why += $"; nor does its dead letter queue take it: {refusal.Message}";
            }
        }

        given.Lost.Add($"A message of {subscription.TopicArn} cannot be given to {subscription.Endpoint}: {why}.");
        return false;

        static JsonValue Text(string value) => JsonObject.Of(("DataType", JsonValue.From("String")), ("StringValue", JsonValue.From(value)));
    }

    /// <summary>Does what can only be done when the messages are kept.</summary>
    private void Finish(Deliveries given)
    {
        foreach (var queue in given.Queues)
            queues.Announce(queue);
        given.Sent.ForEach(Send);
        given.Lost.ForEach(Trouble);
    }

    /// <summary>What comes of messages while they are taken.</summary>
    private sealed class Deliveries
    {
        public HashSet<QueueSettings> Queues { get; } = [];

        public List<Notification> Sent { get; } = [];

        public List<string> Lost { get; } = [];
    }
}
