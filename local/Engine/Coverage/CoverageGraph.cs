using Stateside.Engine.Execution.Turns;
using Stateside.Language.Definitions;
using Stateside.Language.Graph;
using Stateside.Language.Validation;

namespace Stateside.Engine.Coverage;

/// <summary>
/// The coverage of a machine drawn on its graph: states and arrows that were taken, those that were not, and states of which some ways
/// were not, with how often each was entered and taken.
/// </summary>
internal static class CoverageGraph
{
    private const string Covered = "is-covered";
    private const string Uncovered = "is-uncovered";
    private const string Partly = "is-partly";

    /// <summary>Draws a machine.</summary>
    /// <returns>The SVG, a picture by itself.</returns>
    public static string Write(MachineCoverage machine)
    {
        var parsed = DefinitionParser.Parse(machine.Definition, new DefinitionOptions { AllowSubstitutions = true, IsAccepted = true });
        if (parsed.Definition is not { } definition)
            throw new CoverageException($"The definition of {machine.Name} cannot be drawn: {parsed.InvalidDefinitionMessage}");
        var states = machine.States.ToDictionary(state => state.Name, StringComparer.Ordinal);
        return GraphSvg.Write(GraphLayout.Of(StateGraph.Of(definition)), new GraphSvgOptions
        {
            Title = $"{machine.Name}: {machine.Transitions.PercentText} of transitions covered",
            MarkState = node => node.Kind == GraphNodeKind.State && states.TryGetValue(node.Name, out var state) ? Mark(state) : null,
            MarkEdge = edge => Mark(edge, states, definition),
        });
    }

    private static GraphMark Mark(StateCoverage state)
    {
        var missed = state.Transitions.Where(way => way.Taken == 0).Select(way => way.Text).ToList();
        if (state.Entered == 0)
            return new GraphMark(Uncovered, "0", "not entered");
        var title = $"entered {Times(state.Entered)}";
        return missed.Count == 0
            ? new GraphMark(Covered, $"{state.Entered}", title)
            : new GraphMark(Partly, $"{state.Entered}", $"{title}; not covered: {string.Join("; ", missed)}");
    }

    private static GraphMark? Mark(GraphEdge edge, Dictionary<string, StateCoverage> states, Definition definition)
    {
        var taken = edge.Kind switch
        {
            GraphEdgeKind.Start => states.GetValueOrDefault(definition.StartAt)?.Entered,
            GraphEdgeKind.Rule => TakenOf(TransitionKind.ChoiceRule),
            GraphEdgeKind.Default => TakenOf(TransitionKind.Default),
            GraphEdgeKind.Catch => TakenOf(TransitionKind.Catcher),
            GraphEdgeKind.End => TakenOf(TransitionKind.End),
            _ => TakenOf(TransitionKind.Next),
        };
        return taken is null ? null : new GraphMark(taken == 0 ? Uncovered : Covered, null, taken == 0 ? "not taken" : $"taken {Times(taken.Value)}");

        long? TakenOf(TransitionKind kind) => states.GetValueOrDefault(edge.From.Name)?.Transitions
            .FirstOrDefault(way => way.Kind == kind && way.Index == edge.Index)?.Taken;
    }

    private static string Times(long count) => count == 1 ? "once" : $"{count} times";
}
