using System.Text;
using Stateside.Aws.Contents;
using Stateside.Language.Json;
using Stateside.Service.Console.Pages;

namespace Stateside.Service.Console.Data;

/// <summary>A bucket's objects, as folders show files: each with what is known of it, its text, and the way to keep it.</summary>
internal sealed class BucketPages(ConsoleServices services)
{
    private const string Kind = "buckets";
    private const int Rows = 100;

    /// <summary>A file travels as base64 text within JSON.</summary>
    private const int MostBytes = 64 * 1024 * 1024;

    private const int MostShown = 262_144;

    /// <summary>What a page tells of an object by itself.</summary>
    private static readonly string[] Told = ["AcceptRanges", "ContentLength", "ContentType", "ETag", "LastModified", "Metadata"];

    private static readonly UTF8Encoding Utf8 = new(false, throwOnInvalidBytes: true);

    public IEnumerable<ConsoleRoute> Routes =>
    [
        ConsoleRoute.Get("data/buckets/{name}", request => request.PageAsync(Show(request))),
        ConsoleRoute.Get("data/buckets/{name}/live", request => ContentFrame.LiveAsync(request, () => Task.FromResult(Part(Bucket(request), request)))),
        ConsoleRoute.Get("data/buckets/{name}/object", request => request.PageAsync(ShowObject(request))),
        ConsoleRoute.Get("data/buckets/{name}/content", ContentAsync),
        ConsoleRoute.Get("data/buckets/{name}/put", request => request.PageAsync(ShowPut(request))),
        ConsoleRoute.Post("data/buckets/{name}/put", PutAsync),
        ConsoleRoute.Post("data/buckets/{name}/delete", DeleteAsync),
    ];

    private BucketContent Bucket(ConsoleRequest request) => ContentFrame.Find(services, contents => contents.Bucket(request["name"]));

    private Page Show(ConsoleRequest request)
    {
        var bucket = Bucket(request);
        var prefix = request.Query("prefix") ?? "";
        return ContentFrame.Page(
            bucket.Declared, Kind,
            Html.Of($"""<a class="button primary" href="{Link(bucket)}/put?key={Uri.EscapeDataString(prefix)}">Put object</a>"""),
            Html.Of(
                $"""
                <form class="filters" method="get" action="{Link(bucket)}" role="search">
                  <div class="field"><label for="prefix">Keys that begin with</label>
                    <input type="search" id="prefix" name="prefix" value="{prefix}" autocomplete="off" spellcheck="false"></div>
                  <button>Show</button>
                </form>
                {ContentFrame.Live($"{Link(bucket)}/live{Address(prefix, request.Query("token"))}", Part(bucket, request))}
                """));
    }

    private static Html Part(BucketContent bucket, ConsoleRequest request)
    {
        var prefix = request.Query("prefix") ?? "";
        var token = request.Query("token");
        var page = bucket.Objects(Rows, prefix, token, byFolder: true);
        var folder = prefix[..(prefix.LastIndexOf('/') + 1)];
        var (objects, bytes) = bucket.Count;
        return Html.Of(
            $"""
            <section class="card" aria-labelledby="objects">
              <header><h2 id="objects">Objects</h2><span class="hint">{objects} in all, {Sizes.Show(bytes)}</span></header>
              {(folder.Length == 0 ? null : Html.Of($"<nav class=\"pad folders\" aria-label=\"Folders\">{Folders(bucket, folder)}</nav>"))}
              {(page.Objects.Count + page.Prefixes.Count == 0 ? Html.Of($"<p class=\"empty\">There are none{(prefix.Length == 0 ? "" : " whose keys begin so")}.</p>") : Html.Of(
                  $"""
                  <div class="scroll plain"><table class="grid contents objects">
                  <thead><tr><th scope="col">Key</th><th scope="col" class="number">Size</th><th scope="col">Modified</th></tr></thead>
                  <tbody>{page.Prefixes.Select(inner => Html.Of(
                      $"""<tr><th scope="row" class="clip"><a href="{Link(bucket)}{Address(inner, null)}"><bdi>{inner[folder.Length..]}</bdi></a></th><td></td><td></td></tr>"""))}
                  {page.Objects.Select(found => Html.Of(
                      $"""
                      <tr><th scope="row" class="clip"><a href="{ObjectLink(bucket, found.Key)}"><bdi>{(found.Key.Length == folder.Length ? found.Key : found.Key[folder.Length..])}</bdi></a></th>
                      <td class="number">{Sizes.Show(found.Size)}</td><td>{Times.Local(found.Modified)}</td></tr>
                      """))}</tbody>
                  </table></div>
                  """))}
              {ContentFrame.Pages(token is null ? null : $"{Link(bucket)}{Address(prefix, null)}", page.Next is null ? null : $"{Link(bucket)}{Address(prefix, page.Next)}")}
            </section>
            """);
    }

    /// <summary>The way from the bucket to a folder, each step a link.</summary>
    private static IEnumerable<Html> Folders(BucketContent bucket, string folder)
    {
        yield return Html.Of($"""<a href="{Link(bucket)}"><bdi>{bucket.Declared.Name}</bdi></a>""");
        for (var end = folder.IndexOf('/', StringComparison.Ordinal); end >= 0; end = folder.IndexOf('/', end + 1))
        {
            var step = folder[..(end + 1)];
            var name = step[(step[..^1].LastIndexOf('/') + 1)..^1];
            yield return Html.Of($""" / <a href="{Link(bucket)}{Address(step, null)}"><bdi>{(name.Length == 0 ? "(no name)" : name)}</bdi></a>""");
        }
    }

    private Page ShowObject(ConsoleRequest request)
    {
        var bucket = Bucket(request);
        var (key, found) = Object(bucket, request);
        var text = TextOf(found);
        var others = JsonObject.Of([.. found.Headers.Where(header => !Told.Contains(header.Key)).Select(header => (header.Key, header.Value))]);
        return ContentFrame.Inner(bucket.Declared, Kind, "Object", Html.Of(
            $"""
            <div class="head"><h1><bdi>{key}</bdi></h1>
              <span class="actions">
                <a class="button" href="{Link(bucket)}/content?key={Uri.EscapeDataString(key)}" download>Download</a>
                <a class="button" href="{Link(bucket)}/put?key={Uri.EscapeDataString(key)}">Replace</a>
                {ContentFrame.Delete("object", $"{Link(bucket)}/delete", JsonObject.Of(("key", JsonValue.From(key))))}
              </span></div>
            <section class="card" aria-labelledby="facts"><header><h2 id="facts">Headers</h2></header><div class="body stack">
              <dl class="facts">
                {ContentFrame.Fact("Size", Sizes.Show(found.Content.Length))}
                {ContentFrame.Fact("Type", Header(found, "ContentType"))}
                {ContentFrame.Fact("Modified", Times.Local(DateTimeOffset.Parse(Header(found, "LastModified"), System.Globalization.CultureInfo.InvariantCulture)))}
                {ContentFrame.Fact("ETag", Header(found, "ETag"))}
                {others.Select(header => ContentFrame.Fact(header.Key, header.Value is JsonString value ? value.Value : header.Value.Text))}
                {(found.Headers["Metadata"] as JsonObject ?? JsonObject.Empty).Select(entry => ContentFrame.Fact($"x-amz-meta-{entry.Key}", ((JsonString)entry.Value).Value))}
              </dl></div></section>
            <section class="card" aria-labelledby="content"><header><h2 id="content">Content</h2></header><div class="body stack">
              {(text is null ? Html.Of($"<p class=\"hint\">{(found.Content.Length > MostShown ? "It is too large to show here." : "It is not text.")} Download it to see it.</p>")
                  : text.Length == 0 ? Html.Of($"<p class=\"hint\">It is empty.</p>") : TextBlock.Of(text))}
            </div></section>
            """));
    }

    private Task ContentAsync(ConsoleRequest request)
    {
        var (key, found) = Object(Bucket(request), request);
        var name = key.TrimEnd('/');
        return request.FileAsync(name[(name.LastIndexOf('/') + 1)..], found.Content);
    }

    private Page ShowPut(ConsoleRequest request)
    {
        var bucket = Bucket(request);
        var key = request.Query("key") ?? "";
        var found = key.Length == 0 || key.EndsWith('/') ? null : bucket.Get(key);
        return ContentFrame.Inner(bucket.Declared, Kind, found is null ? "Put object" : "Replace object", ContentFrame.Form(
            found is null ? "Put object" : "Replace object", $"{Link(bucket)}/put", "", Html.Of(
                $"""
                <div class="filters wide">
                  {ContentFrame.Field("key", "Key", key, placeholder: "folder/name.json")}
                  {ContentFrame.Field("type", "Content type", found is null ? "" : Header(found, "ContentType"), "by the key's extension when empty")}
                  <div class="field"><label for="file">File <span class="hint">(in place of the text)</span></label><input type="file" id="file"></div>
                </div>
                {ContentFrame.Area("text", "Text", found is null ? "" : TextOf(found) ?? "", "tall", isJson: false)}
                """),
            "Put object", found is null ? Link(bucket) : ObjectLink(bucket, key)));
    }

    private async Task PutAsync(ConsoleRequest request)
    {
        var bucket = Bucket(request);
        var asked = await request.BodyAsync<PutRequest>(MostBytes);
        byte[] content;
        try
        {
            content = asked.File is { } file ? Convert.FromBase64String(file) : Encoding.UTF8.GetBytes(asked.Text ?? "");
        }
        catch (FormatException)
        {
            throw ConsoleException.Invalid("The file did not come as base64 text.");
        }

        bucket.Put(asked.Key, content, string.IsNullOrWhiteSpace(asked.Type) ? null : asked.Type.Trim());
        await request.JsonAsync(new { link = ObjectLink(bucket, asked.Key), done = "The object is in the bucket." });
    }

    private async Task DeleteAsync(ConsoleRequest request)
    {
        var bucket = Bucket(request);
        var key = (await request.BodyAsync<DeleteRequest>()).Key;
        bucket.Delete(key);
        await request.JsonAsync(new { link = $"{Link(bucket)}{Address(key[..(key.LastIndexOf('/') + 1)], null)}", done = "The object is deleted." });
    }

    private static (string Key, FoundObject Found) Object(BucketContent bucket, ConsoleRequest request)
    {
        var key = request.Query("key") ?? "";
        return (key, bucket.Get(key) ?? throw ConsoleException.NotFound($"The bucket has no object {key}. It may have been deleted."));
    }

    /// <summary>An object's content as text; null where it is none, or too long to be looked at.</summary>
    private static string? TextOf(FoundObject found)
    {
        if (found.Content.Length > MostShown)
            return null;
        try
        {
            var text = Utf8.GetString(found.Content.Span);
            return text.Any(c => c < ' ' && c is not ('\t' or '\n' or '\r' or '\f')) ? null : text;
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    private static string Header(FoundObject found, string name) => (found.Headers[name] as JsonString)?.Value ?? "";

    private static string Address(string prefix, string? token) =>
        $"?prefix={Uri.EscapeDataString(prefix)}{(token is null ? "" : $"&token={Uri.EscapeDataString(token)}")}";

    private static string Link(BucketContent bucket) => Links.Content(Kind, bucket.Declared.LogicalId);

    private static string ObjectLink(BucketContent bucket, string key) => $"{Link(bucket)}/object?key={Uri.EscapeDataString(key)}";

    private sealed record PutRequest(string Key, string? Type = null, string? Text = null, string? File = null);

    private sealed record DeleteRequest(string Key);
}
