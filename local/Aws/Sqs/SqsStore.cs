using System.Globalization;
using Stateside.Aws.Services;
using Stateside.Language.Json;

namespace Stateside.Aws.Sqs;

/// <summary>
/// SQS's actions on messages, for the queues that a template declares. Each action is one transaction.
/// See https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_Operations.html.
/// </summary>
/// <param name="file">Where messages are kept.</param>
/// <param name="time">The clock of visibility, delays and ages.</param>
/// <param name="seed">What ids of messages derive from.</param>
internal sealed partial class SqsStore(StoreFile file, TimeProvider time, ulong seed)
{
    private const int PurgeSeconds = 60;

    private static readonly string[] Covered =
    [
        "SendMessage", "SendMessageBatch", "ReceiveMessage", "DeleteMessage", "DeleteMessageBatch", "ChangeMessageVisibility",
        "ChangeMessageVisibilityBatch", "PurgeQueue", "GetQueueUrl", "GetQueueAttributes", "ListQueues", "ListDeadLetterSourceQueues", "ListQueueTags",
    ];

    private readonly MessageFile _messages = new(file);
    private readonly Dictionary<string, long> _purges = new(StringComparer.Ordinal);
    private volatile Dictionary<string, QueueSettings> _queues = new(StringComparer.Ordinal);
    private long _declared;

    /// <summary>Is told of queues in which there may be something to receive that was not there before.</summary>
    public event Action<string>? Changed;

    /// <summary>The queues, by their names.</summary>
    public IReadOnlyCollection<QueueSettings> Queues => _queues.Values;

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Says which queues there are.</summary>
    public void Declare(IEnumerable<QueueSettings> queues)
    {
        _declared = time.GetUtcNow().ToUnixTimeSeconds();
        _queues = queues.OrderBy(queue => queue.Name, StringComparer.Ordinal).ToDictionary(queue => queue.Name, StringComparer.Ordinal);
    }

    /// <summary>A queue by its name, or any address or ARN that ends with it.</summary>
    public QueueSettings? Find(string? text) => text is null ? null : _queues.GetValueOrDefault(text[(text.AsSpan().LastIndexOfAny('/', ':') + 1)..]);

    /// <summary>A queue by its ARN; null where it is none of these.</summary>
    public QueueSettings? OfArn(string arn) => Find(arn) is { } queue && queue.Arn == arn ? queue : null;

    /// <summary>The queue that a request is for.</summary>
    /// <exception cref="StoreRefusal">It names none, or none that is declared.</exception>
    public QueueSettings QueueOf(JsonObject request) => Find(request.Needed("QueueUrl")) ?? throw SqsErrors.NoQueue();

    /// <summary>Does what a request asks for; of a receive what can be received at once.</summary>
    /// <param name="action">The action, such as SendMessage.</param>
    /// <param name="request">The request's body.</param>
    /// <param name="here">Where the addresses of queues in the answer lead; null for AWS.</param>
    /// <param name="lineage">The functions that led to what is sent; null for none.</param>
    /// <returns>The answer's body.</returns>
    /// <exception cref="StoreRefusal">SQS would refuse, or the store does not cover it.</exception>
    public JsonObject Execute(string action, JsonObject request, Uri? here = null, string? lineage = null) => action switch
    {
        "SendMessage" => Send(QueueOf(request), request, lineage),
        "SendMessageBatch" => SendBatch(QueueOf(request), request, lineage),
        "ReceiveMessage" => ReceiveRequest.Read(QueueOf(request), request) is var receive ? receive.Answer(Receive(receive)) : JsonObject.Empty,
        "DeleteMessage" => Delete(QueueOf(request), request),
        "DeleteMessageBatch" => Batch(QueueOf(request), request.Entries("DeleteMessageBatchRequestEntry"), DeleteOne),
        "ChangeMessageVisibility" => ChangeVisibility(QueueOf(request), request),
        "ChangeMessageVisibilityBatch" => Batch(QueueOf(request), request.Entries("ChangeMessageVisibilityBatchRequestEntry"), ChangeOne),
        "PurgeQueue" => Purge(QueueOf(request)),
        "GetQueueUrl" => JsonObject.Of(("QueueUrl", JsonValue.From((Find(request.Needed("QueueName")) ?? throw SqsErrors.NoQueue()).UrlAt(here)))),
        "GetQueueAttributes" => Attributes(QueueOf(request), request),
        "ListQueues" => List(request, here, "QueueUrls", Queues.Where(queue => queue.Name.StartsWith(request.Text("QueueNamePrefix") ?? "", StringComparison.Ordinal))),
        "ListDeadLetterSourceQueues" => QueueOf(request) is var target ? List(request, here, "queueUrls", Queues.Where(queue => queue.Redrive?.TargetArn == target.Arn)) : JsonObject.Empty,
        "ListQueueTags" => QueueOf(request).Tags is { Count: > 0 } tags ? JsonObject.Of(("Tags", tags)) : JsonObject.Empty,
        _ => throw StoreCoverage.NotCovered("SQS", $"{action}: it covers {string.Join(", ", Covered)}"),
    };

    /// <summary>How many messages of a queue stand how.</summary>
    public MessageCounts Count(QueueSettings queue) => file.InTransaction(
        () =>
        {
            DropOld(queue);
            return _messages.Count(queue.Name, Now);
        },
        writes: true);

    /// <summary>The messages of a queue after a number, so many at most, in the order in which they were sent. They count as not received.</summary>
    public IReadOnlyList<StoredMessage> List(QueueSettings queue, long after, int count) => file.InTransaction(
        () =>
        {
            DropOld(queue);
            return _messages.List(queue.Name, after, count);
        },
        writes: true);

    /// <summary>When the next message of a queue can be received that cannot yet: any, and one that nobody works on; null for none.</summary>
    public (DateTimeOffset? Any, DateTimeOffset? Free) NextVisible(string queue)
    {
        var (any, free) = file.InTransaction(() => _messages.NextVisible(queue, Now), writes: false);
        return (any is { } one ? DateTimeOffset.FromUnixTimeMilliseconds(one) : null, free is { } other ? DateTimeOffset.FromUnixTimeMilliseconds(other) : null);
    }

    /// <summary>Deletes messages that were received.</summary>
    public void Delete(QueueSettings queue, IReadOnlyList<StoredMessage> messages)
    {
        Write(() =>
        {
            foreach (var message in messages)
                _messages.Delete(message.Number);
            return JsonObject.Empty;
        });
        if (queue.IsFifo)
            Changed?.Invoke(queue.Name);
    }

    /// <summary>Puts messages that nobody is to be given any more into the dead letter queue; without one they are gone.</summary>
    /// <returns>The name of the dead letter queue; null where there is none.</returns>
    public string? GiveUp(QueueSettings queue, IReadOnlyList<StoredMessage> messages)
    {
        var target = queue.Redrive is { } redrive ? Find(redrive.TargetArn) : null;
        if (target is null)
        {
            Delete(queue, messages);
            return null;
        }

        Write(() =>
        {
            foreach (var message in messages)
                Bury(message, queue, target, Now);
            return JsonObject.Empty;
        });
        Changed?.Invoke(target.Name);
        return target.Name;
    }

    /// <summary>Keeps messages that were received out of others' sight, counted from now.</summary>
    public void Keep(IReadOnlyList<StoredMessage> messages, TimeSpan visibility)
    {
        var visible = Now + (long)visibility.TotalMilliseconds;
        Write(() =>
        {
            foreach (var message in messages)
                _messages.SetVisible(message.Number, visible);
            return JsonObject.Empty;
        });
    }

    /// <summary>Says of messages that were received that nobody works on them: they are there again when their time has come.</summary>
    /// <param name="queue">The queue.</param>
    /// <param name="messages">The messages.</param>
    /// <param name="visibility">How long they stay out of sight, counted from when they were received.</param>
    public void Release(QueueSettings queue, IReadOnlyList<StoredMessage> messages, TimeSpan visibility)
    {
        var now = Now;
        Write(() =>
        {
            foreach (var message in messages)
                _messages.Release(message.Number, Math.Max(now, message.LastReceived + (long)visibility.TotalMilliseconds));
            return JsonObject.Empty;
        });
        Changed?.Invoke(queue.Name);
    }

    private JsonObject Write(Func<JsonObject> work) => file.InTransaction(work, writes: true);

    private JsonObject Purge(QueueSettings queue)
    {
        var now = Now;
        lock (_purges)
        {
            if (_purges.TryGetValue(queue.Name, out var last) && now - last < PurgeSeconds * 1000)
                throw SqsErrors.PurgeInProgress(queue.Name);
            _purges[queue.Name] = now;
        }

        return Write(() =>
        {
            _messages.Clear(queue.Name);
            return JsonObject.Empty;
        });
    }

    private JsonObject Attributes(QueueSettings queue, JsonObject request)
    {
        var wanted = request.Texts("AttributeNames");
        var all = AllAttributes(queue);
        if (wanted.FirstOrDefault(name => name != "All" && !all.ContainsKey(name) && !OnlySometimes.Contains(name)) is { } unknown)
            throw SqsErrors.UnknownAttribute(unknown);
        if (!wanted.Contains("All"))
            all = all.Where(attribute => wanted.Contains(attribute.Key)).Aggregate(new JsonObject.Builder(), (kept, attribute) => kept.Set(attribute.Key, attribute.Value)).ToObject();
        return all.Count == 0 ? JsonObject.Empty : JsonObject.Of(("Attributes", all));
    }

    /// <summary>Attributes that not every queue has.</summary>
    private static readonly string[] OnlySometimes =
    [
        "Policy", "RedrivePolicy", "RedriveAllowPolicy", "FifoQueue", "ContentBasedDeduplication", "DeduplicationScope", "FifoThroughputLimit",
        "KmsMasterKeyId", "KmsDataKeyReusePeriodSeconds", "SqsManagedSseEnabled",
    ];

    private JsonObject AllAttributes(QueueSettings queue)
    {
        var counts = Count(queue);
        var all = new JsonObject.Builder()
            .Set("QueueArn", JsonValue.From(queue.Arn))
            .Set("ApproximateNumberOfMessages", Text(counts.Visible))
            .Set("ApproximateNumberOfMessagesNotVisible", Text(counts.InFlight))
            .Set("ApproximateNumberOfMessagesDelayed", Text(counts.Delayed))
            .Set("CreatedTimestamp", Text(_declared))
            .Set("LastModifiedTimestamp", Text(_declared))
            .Set("VisibilityTimeout", Text(queue.VisibilityTimeout))
            .Set("MaximumMessageSize", Text(queue.MaximumMessageSize))
            .Set("MessageRetentionPeriod", Text(queue.RetentionSeconds))
            .Set("DelaySeconds", Text(queue.DelaySeconds))
            .Set("ReceiveMessageWaitTimeSeconds", Text(queue.WaitTimeSeconds));
        if (queue.Redrive is { } redrive)
        {
            all.Set("RedrivePolicy", JsonValue.From(JsonObject.Of(
                ("deadLetterTargetArn", JsonValue.From(redrive.TargetArn)), ("maxReceiveCount", JsonValue.From(redrive.MostReceives))).Text));
        }

        if (queue.IsFifo)
        {
            all.Set("FifoQueue", JsonValue.From("true"))
                .Set("ContentBasedDeduplication", JsonValue.From(queue.DeduplicatesContent ? "true" : "false"))
                .Set("DeduplicationScope", JsonValue.From("queue"))
                .Set("FifoThroughputLimit", JsonValue.From("perQueue"));
        }

        foreach (var (name, value) in queue.OnlyTold)
            all.Set(name, value);
        return all.ToObject();
    }

    /// <summary>A page of queues; the token is the name of the last one before it.</summary>
    private static JsonObject List(JsonObject request, Uri? here, string member, IEnumerable<QueueSettings> queues)
    {
        var most = request.Number("MaxResults", 1, 1000, "MaxResults must be an integer between 1 and 1000.");
        var after = request.Text("NextToken");
        var found = queues.Where(queue => after is null || string.CompareOrdinal(queue.Name, after) > 0).ToList();
        var page = most is { } count ? found.Take(count).ToList() : found;
        var answer = new JsonObject.Builder();

        // SQS leaves out an empty list, but for the one that must be there.
        if (page.Count > 0 || member == "queueUrls")
            answer.Set(member, JsonArray.Of(page.Select(queue => JsonValue.From(queue.UrlAt(here)))));
        if (page.Count < found.Count)
            answer.Set("NextToken", JsonValue.From(page[^1].Name));
        return answer.ToObject();
    }

    private static JsonValue Text(long number) => JsonValue.From(number.ToString(CultureInfo.InvariantCulture));
}
