using Stateside.Aws.Contents;
using Stateside.Language.Json;
using Stateside.Service.Console.Pages;

namespace Stateside.Service.Console.Data;

/// <summary>What all pages about a table, bucket, queue or topic have.</summary>
internal static class ContentFrame
{
    private const int MostPreviewed = 300;
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(1);

    /// <summary>What changes otherwise than by executions, such as by handlers, is seen so soon.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(3);

    /// <summary>What a request is about.</summary>
    /// <param name="services">What the pages work on.</param>
    /// <param name="find">Finds it.</param>
    /// <exception cref="ConsoleException">There is none.</exception>
    public static T Find<T>(ConsoleServices services, Func<TemplateContents, T> find)
    {
        var contents = services.Contents ?? throw ConsoleException.NotFound("There is no template that declares anything.");
        try
        {
            return find(contents);
        }
        catch (ContentException e)
        {
            throw ConsoleException.NotFound(e.Message);
        }
    }

    /// <summary>The page of a table, bucket, queue or topic.</summary>
    /// <param name="declared">What it is about.</param>
    /// <param name="kind">Its kind as addresses have it, such as tables.</param>
    /// <param name="actions">What can be done with it.</param>
    /// <param name="body">What stands under its name.</param>
    public static Page Page(Declared declared, string kind, Html actions, Html body) => new(declared.Name, Html.Of(
        $"""
        <div class="head">
          <h1><bdi>{declared.Name}</bdi></h1>
          {(declared.LogicalId == declared.Name ? null : Html.Of($"<span class=\"tag\"><bdi>{declared.LogicalId}</bdi></span>"))}
          <span class="actions">
            <button type="button" data-copy="{declared.Arn}" aria-label="Copy the ARN">{Icons.Copy}Copy ARN</button>
            {actions}
          </span>
        </div>
        {body}
        """))
    {
        Crumbs = [new("Data", Links.Contents)],
        Here = $"{declared.Name} ({kind[..^1]})",
        Script = "contents.js",
        IsWide = true,
    };

    /// <summary>A page about a part of it, or one that puts something in.</summary>
    /// <param name="declared">What the part is in.</param>
    /// <param name="kind">Its kind as addresses have it.</param>
    /// <param name="title">What the page shows.</param>
    /// <param name="body">What stands in it.</param>
    public static Page Inner(Declared declared, string kind, string title, Html body) => new($"{title} · {declared.Name}", body)
    {
        Crumbs = [new("Data", Links.Contents), new(declared.Name, Links.Content(kind, declared.LogicalId))],
        Here = title,
        Script = "content-form.js",
        IsWide = true,
    };

    /// <summary>A part of a page that is replaced when it has changed.</summary>
    /// <param name="live">Where its changes come from.</param>
    /// <param name="part">The part as it is now.</param>
    public static Html Live(string live, Html part) => Html.Of($"""<div id="part" class="stack" data-live="{live}">{part}</div>""");

    /// <summary>Sends such a part each time that it has changed.</summary>
    public static Task LiveAsync(ConsoleRequest request, Func<Task<Html>> partAsync)
    {
        string? shown = null;
        return LiveStream.ServeAsync(
            request, _ => true, Pace,
            async stream =>
            {
                var markup = (await partAsync()).ToString();
                if (markup == shown)
                    return;
                shown = markup;
                await stream.SendAsync("part", new { markup });
            },
            Look);
    }

    /// <summary>A form that sends what stands in it and then leads to where the answer says.</summary>
    /// <param name="title">What it does.</param>
    /// <param name="post">Where it sends to.</param>
    /// <param name="json">The ids of the fields that must hold JSON.</param>
    /// <param name="fields">The fields.</param>
    /// <param name="button">What the button says.</param>
    /// <param name="back">Where the reader came from.</param>
    public static Html Form(string title, string post, string json, Html fields, string button, string back) => Html.Of(
        $"""
        <form id="put" class="card form" data-post="{post}" data-json="{json}">
          <header><h1 class="like-h2">{title}</h1></header>
          <div class="body stack">
            {fields}
            <div id="failure" class="notice problem" role="alert" hidden></div>
            <div class="actions">
              <button class="primary" id="go">{button}</button>
              <a class="button" href="{back}">Cancel</a>
              <span class="hint">Ctrl+Enter too</span>
            </div>
          </div>
        </form>
        """);

    /// <summary>A field of one line.</summary>
    public static Html Field(string id, string label, string? value = null, string? hint = null, string? placeholder = null) => Html.Of(
        $"""
        <div class="field grow"><label for="{id}">{label}{(hint is null ? null : Html.Of($" <span class=\"hint\">({hint})</span>"))}</label>
          <input id="{id}" name="{id}" value="{value}" placeholder="{placeholder}" autocomplete="off" spellcheck="false"></div>
        """);

    /// <summary>A field of many lines.</summary>
    public static Html Area(string id, string label, string text, string kind, bool isJson) => Html.Of(
        $"""
        <div class="field">
          <div class="label-line"><span class="label">{label}</span>{(isJson ? Html.Of($"""<button type="button" class="small" data-format="{id}">Format</button>""") : null)}</div>
          {Editor.Field(id, label, text, kind)}
        </div>
        """);

    /// <summary>A button that deletes when the reader confirms it.</summary>
    /// <param name="what">What is deleted, such as "item".</param>
    /// <param name="post">Where the deletion is asked for.</param>
    /// <param name="members">What is sent, a JSON object.</param>
    public static Html Delete(string what, string post, JsonObject members) => Html.Of(
        $"""
        <button type="button" class="danger" id="delete" aria-haspopup="dialog">Delete</button>
        <dialog id="delete-dialog" aria-labelledby="delete-title" data-post="{post}" data-members="{members.Text}"><form method="dialog" class="stack">
          <h2 id="delete-title">Delete this {what}?</h2>
          <p>It is gone for good.</p>
          <span class="actions"><button value="cancel">Cancel</button><button value="delete" class="danger">Delete it</button></span>
        </form></dialog>
        """);

    /// <summary>The ways to the other parts of a long list.</summary>
    /// <param name="first">The link of the first part; null where this is it.</param>
    /// <param name="next">The link of the next part; null where this is the last.</param>
    public static Html? Pages(string? first, string? next) => first is null && next is null ? null : Html.Of(
        $"""
        <nav class="pad actions" aria-label="Parts of the list">
          {(first is null ? null : Html.Of($"<a class=\"button\" href=\"{first}\">From the beginning</a>"))}
          {(next is null ? null : Html.Of($"<a class=\"button\" href=\"{next}\" rel=\"next\">Next</a>"))}
        </nav>
        """);

    /// <summary>A value of a list of facts.</summary>
    public static Html Fact(string name, Html value) => Html.Of($"<div><dt>{name}</dt><dd>{value}</dd></div>");

    /// <summary>A value of a list of facts.</summary>
    public static Html Fact(string name, string value) => Fact(name, Html.Of($"<bdi>{value}</bdi>"));

    /// <summary>The beginning of a text that stands in one line.</summary>
    public static string Preview(string text)
    {
        var line = text.ReplaceLineEndings(" ");
        return line.Length <= MostPreviewed ? line : $"{line[..MostPreviewed]}…";
    }

    /// <summary>JSON that a reader wrote.</summary>
    /// <exception cref="ConsoleException">It is none, or no object.</exception>
    public static JsonObject Object(string? text, string what)
    {
        try
        {
            return JsonReader.Parse(string.IsNullOrWhiteSpace(text) ? "{}" : text) as JsonObject ?? throw ConsoleException.Invalid($"{what} must be a JSON object.");
        }
        catch (JsonSyntaxException e)
        {
            throw ConsoleException.Invalid($"{what}, line {e.Line}, column {e.Column}: {e.Problem}");
        }
    }
}
