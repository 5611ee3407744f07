using Stateside.Aws.Services;
using Stateside.Aws.Sqs;
using Stateside.Language.Json;

namespace Stateside.Aws.Sns;

/// <summary>
/// SNS's actions, for the topics that a template declares. What is published is in the queues that are subscribed when it is acknowledged:
/// all of them are one transaction. See https://docs.aws.amazon.com/sns/latest/api/API_Operations.html.
/// </summary>
/// <param name="file">The file of the queues.</param>
/// <param name="queues">The queues.</param>
/// <param name="time">The clock of messages and of deduplication.</param>
/// <param name="seed">What ids of messages derive from.</param>
internal sealed partial class TopicStore(StoreFile file, SqsStore queues, TimeProvider time, ulong seed)
{
    private const int Page = 100;

    private static readonly string[] Covered =
    [
        "Publish", "PublishBatch", "ListTopics", "GetTopicAttributes", "ListSubscriptions", "ListSubscriptionsByTopic", "GetSubscriptionAttributes",
        "SetSubscriptionAttributes", "Subscribe", "Unsubscribe", "ListTagsForResource", "CreateTopic of a declared topic",
    ];

    /// <summary>What those who subscribe by the API can be reached by; a template may name others, which get nothing.</summary>
    private static readonly string[] Protocols = ["sqs", "lambda", "http", "https"];

    private readonly Lock _lock = new();
    private volatile Dictionary<string, Topic> _topics = new(StringComparer.Ordinal);
    private volatile IReadOnlyList<Subscription> _subscriptions = [];

    /// <summary>Takes a notification that goes to no queue: to a function or over HTTP.</summary>
    public required Action<Notification> Send { get; init; }

    /// <summary>Is told of what gets lost.</summary>
    public required Action<string> Trouble { get; init; }

    /// <summary>Whether there are topics.</summary>
    public bool HasAny => _topics.Count > 0;

    /// <summary>Says which topics there are and who is subscribed. Who has subscribed by the API stays.</summary>
    public void Declare(IEnumerable<Topic> topics, IReadOnlyList<Subscription> subscriptions)
    {
        lock (_lock)
        {
            _topics = topics.ToDictionary(topic => topic.Arn, StringComparer.Ordinal);
            var declared = subscriptions.Select(subscription => subscription.Arn).ToHashSet(StringComparer.Ordinal);
            _subscriptions =
            [
                .. subscriptions.DistinctBy(subscription => subscription.Arn),
                .. _subscriptions.Where(earlier => earlier.ByRequest && !declared.Contains(earlier.Arn) && _topics.ContainsKey(earlier.TopicArn)),
            ];
        }
    }

    /// <summary>Whether a request is about a topic that is declared.</summary>
    public bool Holds(string action, JsonObject request)
    {
        if ((request["TopicArn"] ?? request["TargetArn"] ?? request["ResourceArn"]) is JsonString arn)
            return _topics.ContainsKey(arn.Value);
        if (request["SubscriptionArn"] is JsonString subscription)
            return _topics.ContainsKey(TopicArnOf(subscription.Value));
        if (request["Name"] is JsonString name)
            return _topics.Values.Any(topic => topic.Name == name.Value);
        return action is "ListTopics" or "ListSubscriptions" && HasAny;
    }

    /// <summary>Does what a request asks for.</summary>
    /// <param name="action">The action, such as Publish.</param>
    /// <param name="request">The request's members.</param>
    /// <param name="requestId">The request's id.</param>
    /// <param name="lineage">The functions that led to it; null for none.</param>
    /// <returns>The answer's members.</returns>
    /// <exception cref="StoreRefusal">SNS would refuse, or the store does not cover it.</exception>
    public JsonObject Execute(string action, JsonObject request, string requestId, string? lineage = null) => action switch
    {
        "Publish" => Publish(request, requestId, lineage),
        "PublishBatch" => PublishBatch(TopicOf(request, "TopicArn"), request, requestId, lineage),
        "CreateTopic" when _topics.Values.FirstOrDefault(topic => topic.Name == request.Text("Name")) is { } topic => Named("TopicArn", topic.Arn),
        "ListTopics" => Paged(request, "Topics", _topics.Keys.Order(StringComparer.Ordinal).Select(arn => Named("TopicArn", arn))),
        "GetTopicAttributes" => JsonObject.Of(("Attributes", AttributesOf(TopicOf(request, "TopicArn")))),
        "ListTagsForResource" => TagsOf(request),
        "ListSubscriptions" => Paged(request, "Subscriptions", _subscriptions.Select(Listed)),
        "ListSubscriptionsByTopic" => Paged(request, "Subscriptions", Of(TopicOf(request, "TopicArn")).Select(Listed)),
        "GetSubscriptionAttributes" => JsonObject.Of(("Attributes", AttributesOf(SubscriptionOf(request)))),
        "SetSubscriptionAttributes" => Set(request),
        "Subscribe" => Subscribe(TopicOf(request, "TopicArn"), request),
        "Unsubscribe" => Unsubscribe(request),
        _ => throw StoreCoverage.NotCovered("SNS", $"{action}: it covers {string.Join(", ", Covered)}"),
    };

    private static JsonObject Named(string member, string arn) => JsonObject.Of((member, JsonValue.From(arn)));

    private static JsonObject Paged(JsonObject request, string member, IEnumerable<JsonValue> all) =>
        ListPage.Of(request, member, Page, all, () => SnsErrors.Invalid("NextToken"));

    private JsonObject TagsOf(JsonObject request) =>
        JsonObject.Of(("Tags", (_topics.GetValueOrDefault(request.Text("ResourceArn") ?? "") ?? throw SnsErrors.NoResource()).Tags));

    private static string TopicArnOf(string subscriptionArn) => subscriptionArn[..Math.Max(0, subscriptionArn.LastIndexOf(':'))];

    private IEnumerable<Subscription> Of(Topic topic) => _subscriptions.Where(subscription => subscription.TopicArn == topic.Arn);

    private Topic TopicOf(JsonObject request, string member)
    {
        if (request.Text(member) is not { Length: > 0 } arn)
            throw SnsErrors.Invalid($"{member} Reason: no value for required parameter");
        CheckArn(member, arn);
        return _topics.GetValueOrDefault(arn) ?? throw SnsErrors.NoTopic();
    }

    private static void CheckArn(string member, string arn)
    {
        var elements = arn.Split(':').Length;
        if (elements < 6)
            throw SnsErrors.Invalid($"{member} Reason: An ARN must have at least 6 elements, not {elements}");
    }

    private Subscription SubscriptionOf(JsonObject request)
    {
        if (request.Text("SubscriptionArn") is not { Length: > 0 } arn)
            throw SnsErrors.Invalid("SubscriptionArn Reason: no value for required parameter");
        CheckArn("SubscriptionArn", arn);
        return _subscriptions.FirstOrDefault(subscription => subscription.Arn == arn) ?? throw SnsErrors.NoSubscription();
    }

    private JsonObject Subscribe(Topic topic, JsonObject request)
    {
        var protocol = request.Text("Protocol") ?? "";
        if (Array.IndexOf(Protocols, protocol) < 0)
            throw StoreCoverage.NotCovered("SNS", $"subscriptions by '{protocol}': it covers {string.Join(", ", Protocols)}");
        if (request.Text("Endpoint") is not { Length: > 0 } endpoint)
            throw SnsErrors.Invalid("Endpoint Reason: no value for required parameter");
        if (protocol == "sqs" && !endpoint.Contains(":sqs:", StringComparison.Ordinal))
            throw SnsErrors.Invalid("SQS endpoint ARN");
        if (protocol == "sqs" && !topic.IsFifo && endpoint.EndsWith(".fifo", StringComparison.Ordinal))
            throw SnsErrors.Invalid("Invalid parameter: Endpoint Reason: FIFO SQS Queues can not be subscribed to standard SNS topics");
        if (protocol.StartsWith("http", StringComparison.Ordinal) && !endpoint.StartsWith($"{protocol}://", StringComparison.OrdinalIgnoreCase))
            throw SnsErrors.Invalid("Endpoint must match the specified protocol");
        var given = request.Object("Attributes") ?? JsonObject.Empty;
        foreach (var (name, _) in given)
            CheckAttribute(name);
        var subscription = (new Subscription(topic.Arn, protocol, endpoint) { ByRequest = true }).With(given);
        lock (_lock)
        {
            if (_subscriptions.FirstOrDefault(earlier => earlier.Arn == subscription.Arn) is not { } known)
                _subscriptions = [.. _subscriptions, subscription];
            else if (!known.Attributes.Equals(subscription.Attributes) && given.Count > 0)
                throw SnsErrors.Invalid("Attributes Reason: Subscription already exists with different attributes");
        }

        return Named("SubscriptionArn", subscription.Arn);
    }

    private JsonObject Unsubscribe(JsonObject request)
    {
        var subscription = SubscriptionOf(request);
        lock (_lock)
            _subscriptions = [.. _subscriptions.Where(other => other.Arn != subscription.Arn)];
        return JsonObject.Empty;
    }

    private JsonObject Set(JsonObject request)
    {
        var subscription = SubscriptionOf(request);
        var name = request.Text("AttributeName") ?? "";
        CheckAttribute(name);
        var changed = subscription.With(JsonObject.Of((name, JsonValue.From(request.Text("AttributeValue") ?? ""))));
        lock (_lock)
            _subscriptions = [.. _subscriptions.Select(other => other.Arn == changed.Arn ? changed : other)];
        return JsonObject.Empty;
    }

    private static void CheckAttribute(string name)
    {
        if (!Subscription.HasAttribute(name))
            throw SnsErrors.Invalid("AttributeName");
    }

    private static string OwnerOf(string arn) => arn.Split(':')[4];

    private static JsonValue Listed(Subscription subscription) => JsonObject.Of(
        ("SubscriptionArn", JsonValue.From(subscription.Arn)),
        ("Owner", JsonValue.From(OwnerOf(subscription.TopicArn))),
        ("Protocol", JsonValue.From(subscription.Protocol)),
        ("Endpoint", JsonValue.From(subscription.Endpoint)),
        ("TopicArn", JsonValue.From(subscription.TopicArn)));

    private JsonObject AttributesOf(Topic topic)
    {
        var all = new JsonObject.Builder()
            .Set("TopicArn", JsonValue.From(topic.Arn))
            .Set("Owner", JsonValue.From(OwnerOf(topic.Arn)))
            .Set("SubscriptionsPending", JsonValue.From("0"))
            .Set("SubscriptionsConfirmed", JsonValue.From($"{Of(topic).Count()}"))
            .Set("SubscriptionsDeleted", JsonValue.From("0"))
            .Set("DisplayName", JsonValue.From(""));
        if (topic.IsFifo)
            all.Set("FifoTopic", JsonValue.From("true")).Set("ContentBasedDeduplication", JsonValue.From(topic.DeduplicatesContent ? "true" : "false"));
        foreach (var (name, value) in topic.Told)
            all.Set(name, value);
        return all.ToObject();
    }

    private static JsonObject AttributesOf(Subscription subscription)
    {
        var all = new JsonObject.Builder()
            .Set("SubscriptionArn", JsonValue.From(subscription.Arn))
            .Set("TopicArn", JsonValue.From(subscription.TopicArn))
            .Set("Owner", JsonValue.From(OwnerOf(subscription.TopicArn)))
            .Set("Protocol", JsonValue.From(subscription.Protocol))
            .Set("Endpoint", JsonValue.From(subscription.Endpoint))
            .Set("PendingConfirmation", JsonValue.From("false"))
            .Set("ConfirmationWasAuthenticated", JsonValue.From("true"))
            .Set("RawMessageDelivery", JsonValue.From(subscription.IsRaw ? "true" : "false"));
        if (subscription.Filter is not null)
            all.Set("FilterPolicyScope", JsonValue.From("MessageAttributes"));
        foreach (var (name, value) in subscription.Attributes)
        {
            if (name != "RawMessageDelivery")
                all.Set(name, value);
        }

        return all.ToObject();
    }
}
