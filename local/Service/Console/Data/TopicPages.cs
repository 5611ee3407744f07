using Stateside.Aws.Contents;
using Stateside.Language.Json;
using Stateside.Service.Console.Pages;

namespace Stateside.Service.Console.Data;

/// <summary>A topic's subscriptions, and a way to publish to them.</summary>
internal sealed class TopicPages(ConsoleServices services)
{
    private const string Kind = "topics";

    public IEnumerable<ConsoleRoute> Routes =>
    [
        ConsoleRoute.Get("data/topics/{name}", ShowAsync),
        ConsoleRoute.Get("data/topics/{name}/live", request => ContentFrame.LiveAsync(request, () => PartAsync(Topic(request), request.Aborted))),
        ConsoleRoute.Get("data/topics/{name}/publish", request => request.PageAsync(ShowPublish(request))),
        ConsoleRoute.Post("data/topics/{name}/publish", PublishAsync),
    ];

    private TopicContent Topic(ConsoleRequest request) => ContentFrame.Find(services, contents => contents.Topic(request["name"]));

    private async Task ShowAsync(ConsoleRequest request)
    {
        var topic = Topic(request);
        await request.PageAsync(ContentFrame.Page(
            topic.Declared, Kind, Html.Of($"""<a class="button primary" href="{Link(topic)}/publish">Publish</a>"""),
            ContentFrame.Live($"{Link(topic)}/live", await PartAsync(topic, request.Aborted))));
    }

    private async Task<Html> PartAsync(TopicContent topic, CancellationToken cancellationToken)
    {
        var subscriptions = await topic.SubscriptionsAsync(cancellationToken);
        return Html.Of(
            $"""
            <section class="card" aria-labelledby="subscriptions">
              <header><h2 id="subscriptions">Subscriptions</h2></header>
              {(subscriptions.Count == 0 ? Html.Of($"<p class=\"empty\">There are none: what is published reaches nobody.</p>") : Html.Of(
                  $"""
                  <div class="scroll plain"><table class="grid contents">
                  <thead><tr><th scope="col">Protocol</th><th scope="col">Endpoint</th><th scope="col">Filter policy</th></tr></thead>
                  <tbody>{subscriptions.Select(subscription => Html.Of(
                      $"""
                      <tr><th scope="row">{subscription.Protocol}</th><td>{Endpoint(subscription)}</td>
                      <td class="preview mono json">{(subscription.FilterPolicy is null ? Html.Of($"<span class=\"none\">none</span>") : JsonMarkup.Colored(ContentFrame.Preview(subscription.FilterPolicy)))}</td></tr>
                      """))}</tbody>
                  </table></div>
                  """))}
            </section>
            """);
    }

    /// <summary>What gets the messages, with the way to it where it is a queue of the template.</summary>
    private Html Endpoint(TopicSubscription subscription) =>
        services.Contents?.Queues.FirstOrDefault(queue => queue.Arn == subscription.Endpoint) is { } queue
            ? Html.Of($"""<a href="{Links.Content("queues", queue.LogicalId)}"><bdi>{queue.Name}</bdi></a>""")
            : Html.Of($"<bdi>{subscription.Endpoint}</bdi>");

    private Page ShowPublish(ConsoleRequest request)
    {
        var topic = Topic(request);
        var isFifo = topic.Declared.Name.EndsWith(".fifo", StringComparison.Ordinal);
        return ContentFrame.Inner(topic.Declared, Kind, "Publish", ContentFrame.Form(
            "Publish", $"{Link(topic)}/publish", "attributes", Html.Of(
                $"""
                <div class="filters wide">
                  {ContentFrame.Field("subject", "Subject", hint: "optional")}
                  {(isFifo ? Html.Of($"""{ContentFrame.Field("group", "Message group")}{ContentFrame.Field("deduplication", "Deduplication id")}""") : null)}
                </div>
                {ContentFrame.Area("message", "Message", "", "middle", isJson: false)}
                {ContentFrame.Area("attributes", "Message attributes, JSON", "{}", "low", isJson: true)}
                <p class="hint">Attributes such as <code>{"{\"kind\":{\"DataType\":\"String\",\"StringValue\":\"new\"}}"}</code></p>
                """),
            "Publish", Link(topic)));
    }

    private async Task PublishAsync(ConsoleRequest request)
    {
        var topic = Topic(request);
        var asked = await request.BodyAsync<PublishRequest>();
        var members = MessageForm.Members(asked.Group, asked.Deduplication, asked.Attributes);
        if (!string.IsNullOrWhiteSpace(asked.Subject))
            members = members.With("Subject", JsonValue.From(asked.Subject));
        await topic.PublishAsync(asked.Message, members, request.Aborted);
        await request.JsonAsync(new { link = Link(topic), done = "Published." });
    }

    private static string Link(TopicContent topic) => Links.Content(Kind, topic.Declared.LogicalId);

    private sealed record PublishRequest(string Message, string? Subject = null, string? Group = null, string? Deduplication = null, string? Attributes = null);
}
