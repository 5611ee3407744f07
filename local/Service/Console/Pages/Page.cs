namespace Stateside.Service.Console.Pages;

/// <summary>A page, without the frame that all pages have.</summary>
/// <param name="Title">What it shows, for the window's title.</param>
/// <param name="Body">The markup between header and end.</param>
internal sealed record Page(string Title, Html Body)
{
    /// <summary>The way to it from the first page, without itself.</summary>
    public IReadOnlyList<Crumb> Crumbs { get; init; } = [];

    /// <summary>The last step of that way, where it is not the title.</summary>
    public string? Here { get; init; }

    /// <summary>The module that makes it live, a file among the assets; null for none.</summary>
    public string? Script { get; init; }

    /// <summary>Whether it takes the whole width of the window.</summary>
    public bool IsWide { get; init; }
}

/// <summary>One step of the way to a page.</summary>
/// <param name="Text">What it says.</param>
/// <param name="Link">Where it leads.</param>
internal sealed record Crumb(string Text, string Link);
