using System.Globalization;
using Stateside.Aws.Contents;
using Stateside.Aws.Sqs;
using Stateside.Language.Json;
using Stateside.Service.Console.Pages;

namespace Stateside.Service.Console.Data;

/// <summary>A queue's messages, which stay as they are: who looks at them here receives none.</summary>
internal sealed class QueuePages(ConsoleServices services)
{
    private const string Kind = "queues";
    private const int Rows = 50;

    public IEnumerable<ConsoleRoute> Routes =>
    [
        ConsoleRoute.Get("data/queues/{name}", request => request.PageAsync(Show(request))),
        ConsoleRoute.Get("data/queues/{name}/live", request => ContentFrame.LiveAsync(request, () => Task.FromResult(Part(Queue(request), request)))),
        ConsoleRoute.Get("data/queues/{name}/message", request => request.PageAsync(ShowMessage(request))),
        ConsoleRoute.Get("data/queues/{name}/send", request => request.PageAsync(ShowSend(request))),
        ConsoleRoute.Post("data/queues/{name}/send", SendAsync),
        ConsoleRoute.Post("data/queues/{name}/delete", DeleteAsync),
    ];

    private DateTimeOffset Now => services.Service.Options.Time.GetUtcNow();

    private QueueContent Queue(ConsoleRequest request) => ContentFrame.Find(services, contents => contents.Queue(request["name"]));

    private Page Show(ConsoleRequest request)
    {
        var queue = Queue(request);
        var after = request.QueryNumber("after");
        return ContentFrame.Page(
            queue.Declared, Kind, Html.Of($"""<a class="button primary" href="{Link(queue)}/send">Send message</a>"""),
            ContentFrame.Live($"{Link(queue)}/live{(after is null ? "" : $"?after={after}")}", Part(queue, request)));
    }

    private Html Part(QueueContent queue, ConsoleRequest request)
    {
        var after = request.QueryNumber("after") ?? 0;
        var messages = queue.Messages(Rows + 1, after);
        var (counts, settings) = (queue.Count, queue.Settings);
        return Html.Of(
            $"""
            <dl class="facts card pad">
              {ContentFrame.Fact("To be received", Html.Of($"{counts.Visible}"))}
              {ContentFrame.Fact("In flight", Html.Of($"{counts.InFlight}"))}
              {ContentFrame.Fact("Delayed", Html.Of($"{counts.Delayed}"))}
              {ContentFrame.Fact("Visibility timeout", $"{settings.VisibilityTimeout} s")}
              {(settings.Redrive is { } redrive ? ContentFrame.Fact("Dead letters", Target(redrive)) : null)}
            </dl>
            <section class="card" aria-labelledby="messages">
              <header><h2 id="messages">Messages</h2></header>
              {(messages.Count == 0 ? Html.Of($"<p class=\"empty\">There are none{(after == 0 ? "" : " from here on")}.</p>") : Html.Of(
                  $"""
                  <div class="scroll plain"><table class="grid contents">
                  <thead><tr><th scope="col">Sent</th><th scope="col">State</th><th scope="col" class="number">Receives</th>{(settings.IsFifo ? Html.Of($"<th scope=\"col\">Group</th>") : null)}<th scope="col">Body</th></tr></thead>
                  <tbody>{messages.Take(Rows).Select(message => Html.Of(
                      $"""
                      <tr><th scope="row"><a href="{Link(queue)}/message?number={message.Number}">{Times.Local(Time(message.Sent))}</a></th><td>{State(message)}</td>
                      <td class="number">{message.Receives}</td>{(settings.IsFifo ? Html.Of($"<td class=\"clip\"><bdi>{message.Facts.GroupId}</bdi></td>") : null)}
                      <td class="preview mono json">{JsonMarkup.Colored(ContentFrame.Preview(message.Body))}</td></tr>
                      """))}</tbody>
                  </table></div>
                  """))}
              {ContentFrame.Pages(after == 0 ? null : Link(queue), messages.Count <= Rows ? null : $"{Link(queue)}?after={messages[Rows - 1].Number}")}
            </section>
            """);
    }

    private Html Target(RedrivePolicy redrive)
    {
        var target = services.Contents?.Queues.FirstOrDefault(queue => queue.Name == redrive.Target);
        return Html.Of(
            $"""
            {(target is null ? Html.Of($"<bdi>{redrive.Target}</bdi>") : Html.Of($"""<a href="{Links.Content(Kind, target.LogicalId)}"><bdi>{target.Name}</bdi></a>"""))}
            after {redrive.MostReceives} receives
            """);
    }

    private Html State(StoredMessage message) => Time(message.Visible) <= Now ? Html.Of($"To be received")
        : message.Receives > 0 ? Html.Of($"In flight until {Times.Local(Time(message.Visible))}") : Html.Of($"Delayed until {Times.Local(Time(message.Visible))}");

    private Page ShowMessage(ConsoleRequest request)
    {
        var queue = Queue(request);
        var number = request.QueryNumber("number") ?? 0;
        var message = queue.Find(number) ?? throw ConsoleException.NotFound("The queue has no such message any more: it was received and deleted, or it is too old.");
        return ContentFrame.Inner(queue.Declared, Kind, "Message", Html.Of(
            $"""
            <div class="head"><h1>Message</h1><span class="mono">{message.Id}</span>
              <span class="actions">{ContentFrame.Delete("message", $"{Link(queue)}/delete", JsonObject.Of(("number", JsonValue.From(number))))}</span></div>
            <section class="card" aria-labelledby="facts"><header><h2 id="facts">Attributes</h2></header><div class="body stack">
              <dl class="facts">
                {ContentFrame.Fact("Sent", Times.Local(Time(message.Sent)))}
                {ContentFrame.Fact("State", State(message))}
                {message.SystemAttributes(queue.Settings.IsFifo).Where(attribute => !attribute.Key.EndsWith("Timestamp", StringComparison.Ordinal))
                    .Select(attribute => ContentFrame.Fact(attribute.Key, ((JsonString)attribute.Value).Value))}
              </dl>
              {(message.Facts.Attributes.Count == 0 ? null : Html.Of($"<h3>Message attributes</h3>{TextBlock.Of(message.Facts.Attributes.Text)}"))}
            </div></section>
            <section class="card" aria-labelledby="body"><header><h2 id="body">Body</h2></header><div class="body stack">{TextBlock.Of(message.Body)}</div></section>
            """));
    }

    private Page ShowSend(ConsoleRequest request)
    {
        var queue = Queue(request);
        return ContentFrame.Inner(queue.Declared, Kind, "Send message", ContentFrame.Form(
            "Send message", $"{Link(queue)}/send", "attributes", Html.Of(
                $"""
                <div class="filters wide">
                  {(queue.Settings.IsFifo
                      ? Html.Of($"""{ContentFrame.Field("group", "Message group")}{ContentFrame.Field("deduplication", "Deduplication id", hint: queue.Settings.DeduplicatesContent ? "by the body when empty" : null)}""")
                      : ContentFrame.Field("delay", "Delay in seconds", hint: $"{queue.Settings.DelaySeconds} when empty"))}
                </div>
                {ContentFrame.Area("body", "Body", "", "middle", isJson: false)}
                {ContentFrame.Area("attributes", "Message attributes, JSON", "{}", "low", isJson: true)}
                <p class="hint">Attributes such as <code>{"{\"kind\":{\"DataType\":\"String\",\"StringValue\":\"new\"}}"}</code></p>
                """),
            "Send message", Link(queue)));
    }

    private async Task SendAsync(ConsoleRequest request)
    {
        var queue = Queue(request);
        var asked = await request.BodyAsync<SendRequest>();
        var members = MessageForm.Members(asked.Group, asked.Deduplication, asked.Attributes);
        if (!string.IsNullOrWhiteSpace(asked.Delay))
        {
            members = members.With("DelaySeconds", int.TryParse(asked.Delay, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
                ? JsonValue.From(seconds)
                : throw ConsoleException.Invalid("The delay must be a whole number of seconds."));
        }

        queue.Send(asked.Body, members);
        await request.JsonAsync(new { link = Link(queue), done = "The message is in the queue." });
    }

    private async Task DeleteAsync(ConsoleRequest request)
    {
        var queue = Queue(request);
        if (queue.Find((await request.BodyAsync<DeleteRequest>()).Number) is { } message)
            queue.Delete(message);
        await request.JsonAsync(new { link = Link(queue), done = "The message is deleted." });
    }

    private static DateTimeOffset Time(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);

    private static string Link(QueueContent queue) => Links.Content(Kind, queue.Declared.LogicalId);

    private sealed record SendRequest(string Body, string? Group = null, string? Deduplication = null, string? Delay = null, string? Attributes = null);

    private sealed record DeleteRequest(long Number);
}
