using Stateside.Engine.History;
using Stateside.Language.Definitions;
using Stateside.Language.Graph;
using Stateside.Service.Console.Pages;

namespace Stateside.Service.Console.Executions;

/// <summary>The drawing of an execution's definition with how each state stands; scripts of the page keep it so.</summary>
internal static class ExecutionGraph
{
    /// <summary>The drawing.</summary>
    /// <param name="view">How it stands.</param>
    /// <param name="machine">What its machine runs.</param>
    /// <param name="title">What the drawing is called.</param>
    /// <param name="folded">The groups whose inside is left out; null for none.</param>
    public static Html Drawing(ExecutionTimeline view, Definition machine, string title, IReadOnlySet<string>? folded = null)
    {
        var states = view.States.ToDictionary(state => state.Name, StringComparer.Ordinal);
        var options = GraphSvgOptions.Embedded with
        {
            Title = title,
            CanFold = true,
            MarkState = node => states.GetValueOrDefault(node.Name) is { } state ? Mark(state) : null,
            MarkEdge = edge => IsTaken(view, edge) ? new GraphMark("is-taken") : null,
        };
        return GraphMarkup.Drawing(Shown(view, machine), options, folded);
    }

    /// <summary>What an execution runs: a map run's child only the item processor.</summary>
    private static Definition Shown(ExecutionTimeline view, Definition machine) =>
        view.Visits is [{ Outer: null } first, ..] && view.Places.Find(first.Name) is { Outer: not null } place ? place.Definition : machine;

    private static bool IsTaken(ExecutionTimeline view, GraphEdge edge) => view.Passages.ContainsKey(new Passage(
        edge.Kind == GraphEdgeKind.Start ? "" : edge.From.Name, edge.Kind == GraphEdgeKind.End ? "" : edge.To.Name, edge.Kind == GraphEdgeKind.Catch));

    // What scripts make of it later is in execution-graph.js, which goes by the same words and says them to screen readers too.
    private static GraphMark? Mark(StateSummary state) => state.Status is not { } status ? null : new GraphMark(
        VisitStatuses.Class(status), Badge(state));

    private static string? Badge(StateSummary state)
    {
        var counted = state.Visits - state.Superseded;
        var unfinished = state[VisitStatus.Running];
        if (counted <= 1)
            return null;
        var wrong = state[VisitStatus.Failed] + state[VisitStatus.Caught];
        var failed = wrong > 0 ? $" {wrong} ✗" : "";
        return unfinished > 0 ? $"{counted - unfinished}/{counted}{failed}" : $"{state[VisitStatus.Succeeded]} ✓{failed}";
    }
}
