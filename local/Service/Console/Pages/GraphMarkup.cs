using Stateside.Language.Definitions;
using Stateside.Language.Graph;
using Stateside.Language.Json;

namespace Stateside.Service.Console.Pages;

/// <summary>The drawing of a definition within a page.</summary>
internal static class GraphMarkup
{
    /// <summary>A larger drawing shows nobody anything, and laying it out takes time and memory that grow with the square of its states.</summary>
    private const int MostStates = 1000;

    /// <summary>The rules and catchers that lead from state to state are lines, and each is laid out too.</summary>
    private const int MostLines = 3000;

    /// <summary>Names have 80 characters, but a draft's may have any number.</summary>
    private const int MostCharacters = 2_000_000;

    /// <summary>The drawing.</summary>
    /// <param name="definition">The definition, or a draft of one.</param>
    /// <param name="title">What it is called.</param>
    public static Html Drawing(Definition definition, string title) => Drawing(definition, GraphSvgOptions.Embedded with { Title = title });

    /// <summary>The drawing with groups that fold.</summary>
    /// <param name="definition">The definition.</param>
    /// <param name="title">What it is called.</param>
    /// <param name="folded">The groups that are folded; null for none.</param>
    public static Html Drawing(Definition definition, string title, IReadOnlySet<string>? folded) =>
        Drawing(definition, GraphSvgOptions.Embedded with { Title = title, CanFold = true }, folded);

    /// <summary>Which groups a page wants folded: names in a JSON array.</summary>
    public static IReadOnlySet<string> Folded(ConsoleRequest request)
    {
        var text = request.Query("folded") ?? "[]";
        return JsonReader.TryParse(text, out var value) && value is JsonArray names
            ? names.OfType<JsonString>().Select(name => name.Value).ToHashSet(StringComparer.Ordinal)
            : throw ConsoleException.Invalid("What is folded is a JSON array of names.");
    }

    /// <summary>The drawing with marks; a line that says why there is none where there are too many states.</summary>
    /// <param name="definition">The definition, or a draft of one.</param>
    /// <param name="options">What it is called, and its marks.</param>
    /// <param name="folded">The groups whose inside is left out; null for none.</param>
    public static Html Drawing(Definition definition, GraphSvgOptions options, IReadOnlySet<string>? folded = null)
    {
        var states = definition.AllStates().ToList();
        if (states.Count > MostStates)
            return TooMuch($"{states.Count} states are too many");
        if (states.Sum(LinesOf) is > MostLines and var lines)
            return TooMuch($"{lines} rules and catchers are too many");
        var drawing = GraphSvg.Write(GraphLayout.Of(StateGraph.Of(definition, folded)), options);
        return drawing.Length > MostCharacters ? TooMuch("Names and texts are too long") : Html.Trusted(drawing);
    }

    private static Html TooMuch(string what) =>
        Html.Of($"""<p class="hint">{what} to draw in a page; stateside graph draws them to a file.</p>""");

    private static int LinesOf(State state) => state switch
    {
        ChoiceState choice => choice.Choices.Count,
        WorkState work => work.Catch.Count,
        _ => 0,
    };

    /// <summary>The drawing with what it takes to look at a large one; graph.js makes the buttons work.</summary>
    /// <param name="drawing">The drawing; null when there is nothing to draw.</param>
    /// <param name="link">Where the drawing is had with groups folded; null where they do not fold.</param>
    public static Html Frame(Html? drawing, string? link = null) => Html.Of(
        $"""
        <div class="graph-frame" data-graph="{link}">
          <div id="graph" class="graph" tabindex="0" role="region" aria-label="Graph">{drawing}</div>
          <div class="minimap" aria-hidden="true" hidden></div>
          <div class="graph-tools" role="group" aria-label="Graph">
            <span class="graph-find"><input type="search" data-find aria-label="Find a state" aria-keyshortcuts="/" placeholder="Find a state: /" autocomplete="off" spellcheck="false"><span data-found class="hint" role="status"></span></span>
            <button type="button" class="small" data-zoom="out" aria-label="Smaller">−</button>
            <button type="button" class="small" data-zoom="fit">Fit</button>
            <button type="button" class="small" data-zoom="whole">100%</button>
            <button type="button" class="small" data-zoom="in" aria-label="Larger">+</button>
            <button type="button" class="small" data-full aria-pressed="false">Full screen</button>
          </div>
        </div>
        """);
}
