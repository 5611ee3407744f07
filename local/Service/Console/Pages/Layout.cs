namespace Stateside.Service.Console.Pages;

/// <summary>The frame of every page: header with the ways to go, breadcrumb, and what the page shows.</summary>
internal static class Layout
{
    /// <summary>A whole document.</summary>
    /// <param name="page">The page.</param>
    /// <param name="path">The path it was asked for by, which tells where among the ways it is.</param>
    /// <param name="theme">light or dark where the reader chose; null to follow the system.</param>
    /// <param name="assets">Where scripts and styles are.</param>
    public static Html Document(Page page, string path, string? theme, Assets assets) => Html.Of(
        $"""
        <!DOCTYPE html>
        <html lang="en"{(theme is null ? null : Html.Of($" data-theme=\"{theme}\""))}>
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>{page.Title} · Stateside</title>
        <link rel="icon" href="{assets.Link("icon.svg")}" type="image/svg+xml">
        <link rel="stylesheet" href="{assets.Link("console.css")}">
        <link rel="stylesheet" href="{assets.Link("executions.css")}">
        <link rel="stylesheet" href="{assets.Link("graph.css")}">
        <script type="module" src="{assets.Link("shell.js")}"></script>
        <script type="module" src="{assets.Link("open.js")}"></script>
        {(page.Script is null ? null : Html.Of($"<script type=\"module\" src=\"{assets.Link(page.Script)}\"></script>"))}
        </head>
        <body>
        <a class="skip" href="#main">Skip to content</a>
        <header class="bar">
          <a class="brand" href="/console/"><img src="{assets.Link("icon.svg")}" alt="" width="22" height="22">Stateside</a>
          <nav aria-label="Main">
            {Way("State machines", Links.Machines, path)}
            {Way("Activities", Links.Activities, path)}
            {Way("Data", Links.Contents, path)}
          </nav>
          <span class="spring"></span>
          <span id="live" class="live" role="status" hidden></span>
          <button id="theme" class="ghost" type="button" aria-label="Theme">{Icons.Theme}</button>
        </header>
        <main id="main" tabindex="-1"{(page.IsWide ? Html.Of($" class=\"wide\"") : null)}>
        {Trail(page)}
        {page.Body}
        </main>
        <div id="toast" class="toast" role="alert" hidden></div>
        </body>
        </html>

        """);

    private static Html Way(string text, string link, string path)
    {
        var isHere = path.StartsWith(link, StringComparison.Ordinal);
        return Html.Of($"""<a href="{link}"{(isHere ? Html.Of($" aria-current=\"true\"") : null)}>{text}</a>""");
    }

    private static Html Trail(Page page) => page.Crumbs.Count == 0 ? Html.Empty : Html.Of(
        $"""
        <nav class="crumbs" aria-label="Breadcrumb"><ol>{page.Crumbs.Select(crumb =>
            Html.Of($"""<li><a href="{crumb.Link}"><bdi>{crumb.Text}</bdi></a></li>"""))}<li aria-current="page"><bdi>{page.Here ?? page.Title}</bdi></li></ol></nav>
        """);
}
