namespace Stateside.Language.Graph;

/// <summary>What a drawing shows beside the definition.</summary>
internal sealed record GraphSvgOptions
{
    /// <summary>A picture by itself that carries its own colors.</summary>
    public static GraphSvgOptions Standalone { get; } = new();

    /// <summary>A part of a page: the page's style sheet has <see cref="GraphStyle.Css"/>, and states can be picked with Tab and pointer.</summary>
    public static GraphSvgOptions Embedded { get; } = new() { IsEmbedded = true };

    /// <summary>
    /// Whether it is part of a page, which then has <see cref="GraphStyle.Css"/> in a style sheet: no style element, and each state can
    /// take the focus and is a button to screen readers.
    /// </summary>
    public bool IsEmbedded { get; init; }

    /// <summary>Whether Parallel and Map states have a button that leaves their inside out, or shows it again.</summary>
    public bool CanFold { get; init; }

    /// <summary>What the drawing is called, for screen readers and as its tooltip.</summary>
    public string Title { get; init; } = "State machine";

    /// <summary>What to add to a state; null adds nothing to any.</summary>
    public Func<GraphNode, GraphMark?>? MarkState { get; init; }

    /// <summary>What to add to an edge; null adds nothing to any.</summary>
    public Func<GraphEdge, GraphMark?>? MarkEdge { get; init; }
}

/// <summary>What is added to a state or an edge of a drawing.</summary>
/// <param name="Classes">
/// Further classes, between blanks. The style knows of states <c>is-running</c>, <c>is-succeeded</c>, <c>is-failed</c> and
/// <c>is-caught</c>, and of states and edges <c>is-covered</c>, <c>is-partly</c>, <c>is-uncovered</c>, <c>is-taken</c>.
/// </param>
/// <param name="Badge">A text of a few characters, such as a count; null for none.</param>
/// <param name="Title">What it means, for the tooltip and for screen readers; null for nothing.</param>
internal sealed record GraphMark(string? Classes = null, string? Badge = null, string? Title = null);
