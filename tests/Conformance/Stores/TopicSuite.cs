using Stateside.Language.Json;

namespace Stateside.Conformance.Stores;

/// <summary>SNS beside moto's: what it answers, and what is then in the queues that are subscribed.</summary>
internal sealed class TopicSuite(StorePair pair, OurSide side, Random random)
{
    private const string Service = "sns";
    private const int RoundLength = 100;

    private readonly TopicRequests _requests = new(random);
    private readonly Twins _twins = new();

    public async Task CompareAsync(int count)
    {
        await MeetSubscriptionsAsync();
        for (var i = 0; i < count; i++)
        {
            if (i % RoundLength == 0)
                await EmptyAsync();
            var (action, request) = _requests.Next();
            var isSame = pair.Compare(
                action, request, await pair.OursAsync(Service, action, _twins.Ours(request)), await pair.MotoAsync(Service, action, _twins.Moto(request)),
                body => Comparison.Sns(action, body));
            if (isSame && action is ("Publish" or "PublishBatch"))
                isSame = await CompareQueuesAsync(request);
            if (!isSame)
                await EmptyAsync();
        }
    }

    /// <summary>Each side has its own ARNs of subscriptions; they are the same where they lead to one queue.</summary>
    private async Task MeetSubscriptionsAsync()
    {
        var ours = Subscriptions(await pair.OursAsync(Service, "ListSubscriptions", JsonObject.Empty));
        foreach (var theirs in Subscriptions(await pair.MotoAsync(Service, "ListSubscriptions", JsonObject.Empty)))
            _requests.Subscribed(_twins.Add(Arn(ours.Single(one => one["Endpoint"]!.Equals(theirs["Endpoint"]!))), Arn(theirs)));

        static List<JsonObject> Subscriptions(Answer answer) => [.. ((JsonArray)answer.Body!["Subscriptions"]!).Cast<JsonObject>()];

        static string Arn(JsonObject subscription) => ((JsonString)subscription["SubscriptionArn"]!).Value;
    }

    /// <summary>What a request brought into the queues.</summary>
    private async Task<bool> CompareQueuesAsync(JsonObject request)
    {
        var isSame = true;
        var isFifo = ((JsonString)request["TopicArn"]!).Value.EndsWith(".fifo", StringComparison.Ordinal);
        foreach (var queue in TopicRequests.Queues.Where(queue => queue.EndsWith(".fifo", StringComparison.Ordinal) == isFifo))
        {
            var receive = JsonObject.Of(
                ("QueueUrl", QueueRequests.Url(queue)), ("MaxNumberOfMessages", JsonValue.From(10)), ("MessageAttributeNames", JsonArray.Of(JsonValue.From("All"))));
            var (ours, moto) = (await pair.OursAsync("sqs", "ReceiveMessage", receive), await pair.MotoAsync("sqs", "ReceiveMessage", receive));
            isSame &= pair.Compare($"{queue} after it", request, ours, moto, Comparison.Delivered);

            // What was received is done with, so that the next of its group may come.
            await DeleteAsync(queue, ours, pair.OursAsync);
            await DeleteAsync(queue, moto, pair.MotoAsync);
        }

        return isSame;
    }

    private static async Task DeleteAsync(string queue, Answer received, Func<string, string, JsonObject, byte[]?, Task<Answer>> ask)
    {
        var entries = (received.Body?["Messages"] as JsonArray ?? JsonArray.Empty).Cast<JsonObject>()
            .Select((message, i) => (JsonValue)JsonObject.Of(("Id", JsonValue.From($"e{i}")), ("ReceiptHandle", message["ReceiptHandle"]!))).ToList();
        if (entries.Count > 0)
            await ask("sqs", "DeleteMessageBatch", JsonObject.Of(("QueueUrl", QueueRequests.Url(queue)), ("Entries", JsonArray.Of([.. entries]))), null);
    }

    private async Task EmptyAsync()
    {
        // A queue may be emptied once a minute.
        side.Pass(TimeSpan.FromSeconds(61));
        _requests.Begin();
        foreach (var queue in TopicRequests.Queues)
        {
            var request = JsonObject.Of(("QueueUrl", QueueRequests.Url(queue)));
            await pair.OursAsync("sqs", "PurgeQueue", request);
            await pair.MotoAsync("sqs", "PurgeQueue", request);
        }
    }
}
