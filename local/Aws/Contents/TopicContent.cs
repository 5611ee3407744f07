using Stateside.Engine.Tasks;
using Stateside.Language.Json;

namespace Stateside.Aws.Contents;

/// <summary>A subscription of a topic.</summary>
/// <param name="Arn">Its ARN.</param>
/// <param name="Protocol">How it is reached, such as sqs or lambda.</param>
/// <param name="Endpoint">What gets the messages.</param>
/// <param name="FilterPolicy">Which messages it gets; null for all.</param>
internal sealed record TopicSubscription(string Arn, string Protocol, string Endpoint, string? FilterPolicy);

/// <summary>A topic: it keeps no messages, it has subscriptions.</summary>
internal sealed class TopicContent(Declared declared, IServiceClient services)
{
    /// <summary>Nobody looks for these requests in a log.</summary>
    private const string RequestId = "00000000-0000-0000-0000-000000000000";

    public Declared Declared => declared;

    /// <summary>Its subscriptions.</summary>
    public async Task<IReadOnlyList<TopicSubscription>> SubscriptionsAsync(CancellationToken cancellationToken)
    {
        var found = new List<TopicSubscription>();
        for (string? token = null; ;)
        {
            var request = Topic();
            if (token is not null)
                request = request.With("NextToken", JsonValue.From(token));
            var answer = await AskAsync("ListSubscriptionsByTopic", request, cancellationToken).ConfigureAwait(false);
            foreach (var entry in (answer["Subscriptions"] as JsonArray ?? JsonArray.Empty).OfType<JsonObject>())
            {
                var arn = entry.Text("SubscriptionArn") ?? "";
                var attributes = await AskAsync(
                    "GetSubscriptionAttributes", JsonObject.Of(("SubscriptionArn", JsonValue.From(arn))), cancellationToken).ConfigureAwait(false);
                found.Add(new(arn, entry.Text("Protocol") ?? "", entry.Text("Endpoint") ?? "", (attributes["Attributes"] as JsonObject)?.Text("FilterPolicy")));
            }

            if ((token = answer.Text("NextToken")) is null)
                return found;
        }
    }

    /// <summary>Publishes a message.</summary>
    /// <param name="message">The message.</param>
    /// <param name="members">Other members of Publish's request, such as Subject.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The message's id.</returns>
    /// <exception cref="ContentException">SNS would refuse it.</exception>
    public async Task<string> PublishAsync(string message, JsonObject members, CancellationToken cancellationToken)
    {
        var request = members.With("TopicArn", JsonValue.From(declared.Arn)).With("Message", JsonValue.From(message));
        return (await AskAsync("Publish", request, cancellationToken).ConfigureAwait(false)).Text("MessageId") ?? "";
    }

    private JsonObject Topic() => JsonObject.Of(("TopicArn", JsonValue.From(declared.Arn)));

    private async Task<JsonObject> AskAsync(string action, JsonObject request, CancellationToken cancellationToken) =>
        await services.SendAsync(new ServiceCall(TemplateContents.TopicService, action, request, RequestId), cancellationToken).ConfigureAwait(false) switch
        {
            ServiceResponse.Answered answered => answered.Body,
            ServiceResponse.Refused refused => throw new ContentException(refused.Error.Message),
            var other => throw new InvalidOperationException($"There is no answer such as {other}."),
        };
}
