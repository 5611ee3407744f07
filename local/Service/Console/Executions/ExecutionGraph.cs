using Stateside.Engine.History;
using Stateside.Language.Definitions;
using Stateside.Language.Graph;
using Stateside.Service.Console.Pages;

namespace Stateside.Service.Console.Executions;

/// <summary>The drawing of an execution's definition with how each state stands; scripts of the page keep it so.</summary>
internal static class ExecutionGraph
{
    /// <summary>The drawing.</summary>
    public static Html Drawing(ExecutionTimeline view, Definition machine, string title)
    {
        var states = view.States.ToDictionary(state => state.Name, StringComparer.Ordinal);
        var options = GraphSvgOptions.Embedded with
        {
            Title = title,
            MarkState = node => states.GetValueOrDefault(node.Name) is { } state ? Mark(state) : null,
            MarkEdge = edge => IsTaken(view, edge) ? new GraphMark("is-taken") : null,
        };
        return GraphMarkup.Drawing(Shown(view, machine), options);
    }

    /// <summary>What an execution runs: a map run's child only the item processor.</summary>
    private static Definition Shown(ExecutionTimeline view, Definition machine) =>
        view.Visits is [{ Outer: null } first, ..] && view.Places.Find(first.Name) is { Outer: not null } place ? place.Definition : machine;

    private static bool IsTaken(ExecutionTimeline view, GraphEdge edge) => view.Passages.ContainsKey(new Passage(
        edge.Kind == GraphEdgeKind.Start ? "" : edge.From.Name, edge.Kind == GraphEdgeKind.End ? "" : edge.To.Name, edge.Kind == GraphEdgeKind.Catch));

    // What scripts make of it later is in execution-graph.js, which goes by the same words.
    private static GraphMark? Mark(StateSummary state) => state.Status is not { } status ? null : new GraphMark(
        VisitStatuses.Class(status), Badge(state), Title(state));

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

    private static string Title(StateSummary state)
    {
        var words = Enum.GetValues<VisitStatus>().Where(status => state[status] > 0).Select(status => $"{state[status]} {VisitStatuses.Text(status).ToLowerInvariant()}").ToList();
        if (state.Retries > 0)
            words.Add(state.Retries == 1 ? "1 retry" : $"{state.Retries} retries");
        return string.Join(", ", words);
    }
}
