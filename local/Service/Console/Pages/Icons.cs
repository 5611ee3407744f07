using Stateside.Engine.History;

namespace Stateside.Service.Console.Pages;

/// <summary>
/// Small drawings beside words. A status has a shape of its own, so that nobody needs to tell colors apart.
/// </summary>
internal static class Icons
{
    public static Html Theme { get; } = Drawing("""<circle cx="8" cy="8" r="6"/><path d="M8 2a6 6 0 0 1 0 12z" fill="currentColor"/>""");

    public static Html Copy { get; } = Drawing("""<rect x="5.5" y="5.5" width="8" height="8" rx="1.5"/><path d="M10.5 5.5v-2a1 1 0 0 0-1-1h-6a1 1 0 0 0-1 1v6a1 1 0 0 0 1 1h2"/>""");

    public static Html Play { get; } = Drawing("""<path d="M4.5 2.8v10.4L13 8z" fill="currentColor" stroke-linejoin="round"/>""");

    public static Html Warning { get; } = Drawing("""<path d="M8 2 14.5 13.5h-13z" stroke-linejoin="round"/><path d="M8 6.5v3.2M8 11.4v.6"/>""");

    public static Html Problem { get; } = Drawing("""<circle cx="8" cy="8" r="6"/><path d="m5.8 5.8 4.4 4.4m0-4.4-4.4 4.4"/>""");

    /// <summary>The shape of a status.</summary>
    public static Html Of(ExecutionStatus status) => status switch
    {
        ExecutionStatus.Running => Drawing("""<circle cx="8" cy="8" r="6" stroke-dasharray="28 10"/>""", "spin"),
        ExecutionStatus.Succeeded => Drawing("""<circle cx="8" cy="8" r="6"/><path d="m5.2 8.3 2 2 3.8-4.4"/>"""),
        ExecutionStatus.Failed => Problem,
        ExecutionStatus.TimedOut => Drawing("""<circle cx="8" cy="8" r="6"/><path d="M8 4.6V8l2.4 1.6"/>"""),
        _ => Drawing("""<circle cx="8" cy="8" r="6"/><path d="M5.8 8h4.4"/>"""),
    };

    private static Html Drawing(string shapes, string? kind = null) => Html.Of(
        $"""<svg class="icon {kind}" viewBox="0 0 16 16" width="16" height="16" fill="none" stroke="currentColor" stroke-width="1.6" stroke-linecap="round" aria-hidden="true">{Html.Trusted(shapes)}</svg>""");
}
