using Stateside.Aws.Contents;
using Stateside.Aws.DynamoDb;
using Stateside.Language.Json;
using Stateside.Service.Console.Pages;

namespace Stateside.Service.Console.Data;

/// <summary>A table's items: by pages or by their keys, each as JSON that can be put again.</summary>
internal sealed class TablePages(ConsoleServices services)
{
    private const string Kind = "tables";
    private const int Rows = 50;

    public IEnumerable<ConsoleRoute> Routes =>
    [
        ConsoleRoute.Get("data/tables/{name}", request => request.PageAsync(Show(request))),
        ConsoleRoute.Get("data/tables/{name}/live", request => ContentFrame.LiveAsync(request, () => Task.FromResult(Part(Table(request), request)))),
        ConsoleRoute.Get("data/tables/{name}/find", request => request.RedirectAsync(ItemLink(Table(request), Asked(Table(request).Key, request)))),
        ConsoleRoute.Get("data/tables/{name}/item", request => request.PageAsync(ShowItem(request))),
        ConsoleRoute.Get("data/tables/{name}/put", request => request.PageAsync(ShowPut(request))),
        ConsoleRoute.Post("data/tables/{name}/put", PutAsync),
        ConsoleRoute.Post("data/tables/{name}/delete", DeleteAsync),
    ];

    private TableContent Table(ConsoleRequest request) => ContentFrame.Find(services, contents => contents.Table(request["name"]));

    private Page Show(ConsoleRequest request)
    {
        var table = Table(request);
        var link = Link(table);
        var after = request.Query("after");
        return ContentFrame.Page(table.Declared, Kind, Html.Of($"""<a class="button primary" href="{link}/put">Put item</a>"""), Html.Of(
            $"""
            <form class="filters" method="get" action="{link}/find" role="search" aria-label="Find an item by its key">
              {table.Key.Attributes.Select((attribute, i) => Html.Of(
                  $"""
                  <div class="field"><label for="key-{i}"><bdi>{attribute.Name}</bdi></label>
                    <input id="key-{i}" name="{(i == 0 ? "hash" : "range")}" required autocomplete="off" spellcheck="false"{(attribute.Type == Aws.DynamoDb.Values.AttributeType.N ? Html.Of($" inputmode=\"decimal\"") : null)}></div>
                  """))}
              <button>Find</button>
            </form>
            {ContentFrame.Live($"{link}/live{(after is null ? "" : $"?after={Uri.EscapeDataString(after)}")}", Part(table, request))}
            """));
    }

    private static Html Part(TableContent table, ConsoleRequest request)
    {
        var after = request.Query("after");
        var page = table.Items(Rows, after is null ? null : ContentFrame.Object(after, "The key to go on after"));
        var keys = table.Key.Attributes.Select(attribute => attribute.Name).ToList();
        return Html.Of(
            $"""
            <section class="card" aria-labelledby="items">
              <header><h2 id="items">Items</h2><span class="hint">{table.Count} in all</span></header>
              {(page.Items.Count == 0 ? Html.Of($"<p class=\"empty\">There are none{(after is null ? "" : " from here on")}.</p>") : Html.Of(
                  $"""
                  <div class="scroll plain"><table class="grid contents">
                  <thead><tr>{keys.Select(key => Html.Of($"<th scope=\"col\"><bdi>{key}</bdi></th>"))}<th scope="col">Other attributes</th></tr></thead>
                  <tbody>{page.Items.Select(item => Row(table, keys, item))}</tbody>
                  </table></div>
                  """))}
              {ContentFrame.Pages(after is null ? null : Link(table), page.Next is null ? null : $"{Link(table)}?after={Uri.EscapeDataString(page.Next.Text)}")}
            </section>
            """);
    }

    private static Html Row(TableContent table, List<string> keys, JsonObject item)
    {
        var plain = PlainItem.Of(item);
        var others = JsonObject.Of([.. plain.Where(attribute => !keys.Contains(attribute.Key)).Select(attribute => (attribute.Key, attribute.Value))]);
        return Html.Of(
            $"""
            <tr><th scope="row" class="clip"><a href="{ItemLink(table, table.KeyOf(item))}"><bdi>{Shown(plain[keys[0]])}</bdi></a></th>
            {keys.Skip(1).Select(key => Html.Of($"<td class=\"clip\"><bdi>{Shown(plain[key])}</bdi></td>"))}
            <td class="preview mono json">{(others.Count == 0 ? Html.Of($"<span class=\"none\">none</span>") : JsonMarkup.Colored(ContentFrame.Preview(JsonWriter.Compact(others))))}</td></tr>
            """);
    }

    private static string Shown(JsonValue? value) => value is JsonString text ? text.Value : value?.Text ?? "";

    private Page ShowItem(ConsoleRequest request)
    {
        var table = Table(request);
        var key = ContentFrame.Object(request.Query("key"), "The key");
        var item = table.Get(key) ?? throw ConsoleException.NotFound($"The table has no item {PlainItem.Of(key).Text}. It may have been deleted.");
        var isWhole = PlainItem.IsWhole(item, table.Key);
        var text = JsonWriter.Indented(isWhole ? PlainItem.Of(item) : item);
        return ContentFrame.Inner(table.Declared, Kind, "Item", Html.Of(
            $"""
            <div class="head"><p class="mono json">{JsonMarkup.Colored(PlainItem.Of(key).Text)}</p>
              <span class="actions">{ContentFrame.Delete("item", $"{Link(table)}/delete", JsonObject.Of(("key", JsonValue.From(key.Text))))}</span></div>
            {PutForm(table, "Item", text, isWhole ? null : "It has sets or bytes, which plain JSON cannot tell, so it stands here as DynamoDB writes it.")}
            {(isWhole ? Html.Of(
                $"""<details><summary>As DynamoDB writes it</summary>{TextBlock.Of(item.Text)}</details>""") : Html.Of(
                $"""<details><summary>As plain JSON</summary>{TextBlock.Of(PlainItem.Of(item).Text)}</details>"""))}
            """));
    }

    private Page ShowPut(ConsoleRequest request)
    {
        var table = Table(request);
        var key = JsonObject.Of([.. table.Key.Attributes.Select(attribute =>
            (attribute.Name, attribute.Type == Aws.DynamoDb.Values.AttributeType.N ? (JsonValue)JsonValue.From(0) : JsonValue.From("")))]);
        return ContentFrame.Inner(table.Declared, Kind, "Put item", PutForm(table, "Put item", JsonWriter.Indented(key), null));
    }

    private static Html PutForm(TableContent table, string title, string text, string? note) => ContentFrame.Form(
        title, $"{Link(table)}/put", "item", Html.Of(
            $"""
            {(note is null ? null : Html.Of($"<p class=\"hint\">{note}</p>"))}
            {ContentFrame.Area("item", "Item, JSON", text, "tall", isJson: true)}
            <p class="hint">Plain JSON, or as DynamoDB writes it: <code>{"{\"id\":{\"S\":\"7\"}}"}</code>. It takes the place of the item of the same key.</p>
            """),
        "Put item", Link(table));

    private async Task PutAsync(ConsoleRequest request)
    {
        var table = Table(request);
        var item = ContentFrame.Object((await request.BodyAsync<PutRequest>()).Item, "The item");
        table.Put(item);
        await request.JsonAsync(new { link = ItemLink(table, table.KeyOf(PlainItem.ToAttributes(item, table.Key))), done = "The item is in the table." });
    }

    private async Task DeleteAsync(ConsoleRequest request)
    {
        var table = Table(request);
        table.Delete(ContentFrame.Object((await request.BodyAsync<DeleteRequest>()).Key, "The key"));
        await request.JsonAsync(new { link = Link(table), done = "The item is deleted." });
    }

    /// <summary>The key that a reader looks for.</summary>
    private static JsonObject Asked(KeySchema key, ConsoleRequest request) => JsonObject.Of([.. key.Attributes.Select((attribute, i) =>
        (attribute.Name, (JsonValue)JsonObject.Of((attribute.Type.ToString(), JsonValue.From(request.Query(i == 0 ? "hash" : "range") ?? "")))))]);

    private static string Link(TableContent table) => Links.Content(Kind, table.Declared.LogicalId);

    private static string ItemLink(TableContent table, JsonObject key) => $"{Link(table)}/item?key={Uri.EscapeDataString(key.Text)}";

    private sealed record PutRequest(string Item);

    private sealed record DeleteRequest(string Key);
}
