using Stateside.Language;
using Stateside.Language.Graph;

namespace Stateside.Service.Console;

/// <summary>The drawing of a definition within a page.</summary>
internal static class Graph
{
    /// <summary>The drawing.</summary>
    /// <param name="definition">The definition, or a draft of one.</param>
    /// <param name="title">What it is called.</param>
    public static Html Drawing(Definition definition, string title) => Html.Trusted(
        GraphSvg.Write(GraphLayout.Of(StateGraph.Of(definition)), GraphSvgOptions.Embedded with { Title = title }));

    /// <summary>The drawing with what it takes to look at a large one; graph.js makes the buttons work.</summary>
    /// <param name="drawing">The drawing; null when there is nothing to draw.</param>
    /// <param name="id">The id of the element that holds the drawing.</param>
    public static Html Frame(Html? drawing, string id = "graph") => Html.Of(
        $"""
        <div class="graph-frame" data-graph>
          <div id="{id}" class="graph" tabindex="0" role="region" aria-label="Graph">{drawing}</div>
          <div class="graph-tools" role="group" aria-label="Zoom">
            <button type="button" class="small" data-zoom="out" aria-label="Smaller">−</button>
            <button type="button" class="small" data-zoom="fit">Fit</button>
            <button type="button" class="small" data-zoom="in" aria-label="Larger">+</button>
          </div>
        </div>
        """);
}
