using Stateside.Language.Definitions;
using Stateside.Language.Graph;
using Stateside.Language.Validation;

namespace Stateside.Language.Tests.Graph;

public sealed class DrawingPropertyTests
{
    public static TheoryData<int, int> Cases()
    {
        var cases = new TheoryData<int, int>();
        foreach (var (states, count) in new[] { (1, 3), (5, 30), (12, 30), (30, 20), (80, 8), (200, 3), (300, 3) })
        {
            for (var seed = 0; seed < count; seed++)
                cases.Add(seed, states);
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void No_node_overlaps_and_no_edge_runs_through_a_node_or_a_label(int seed, int states)
    {
        var layout = GraphLayout.Of(Graph(seed, states));

        Assert.Empty(DrawingChecks.Problems(layout));
    }

    [Theory]
    [InlineData(1, 40)]
    [InlineData(2, 300)]
    public void The_same_definition_is_the_same_picture(int seed, int states) =>
        Assert.Equal(GraphSvg.Write(GraphLayout.Of(Graph(seed, states))), GraphSvg.Write(GraphLayout.Of(Graph(seed, states))));

    [Fact]
    public void The_checks_see_what_is_wrong()
    {
        var layout = GraphLayout.Of(Drawings.Graph("""
            "A": {"Type": "Choice", "Choices": [{"Variable": "$.x", "IsPresent": true, "Next": "B"}], "Default": "C"}, "B": {"Type": "Succeed"}, "C": {"Type": "Succeed"}
            """));
        var (b, c) = (layout.Node("B"), layout.Node("C"));
        var node = layout.Root with { Nodes = [.. layout.Root.Nodes.Select(one => one == c ? c with { Box = b.Box } : one)] };
        var rule = layout.AllEdges().Single(edge => edge.Edge.Kind == GraphEdgeKind.Rule);
        var other = layout.AllEdges().Single(edge => edge.Edge.Kind == GraphEdgeKind.Default);
        var line = layout.Root with { Edges = [.. layout.Root.Edges.Select(one => one == other ? other with { Points = rule.Points, Label = rule.Label } : one)] };

        Assert.Empty(DrawingChecks.Problems(layout));
        Assert.Contains("'C' overlaps 'B'", DrawingChecks.Problems(layout with { Root = node }));
        Assert.Contains(DrawingChecks.Problems(layout with { Root = line }), problem => problem.Contains("lie on each other", StringComparison.Ordinal));
        Assert.Contains(DrawingChecks.Problems(layout with { Root = line }), problem => problem.Contains("through the label", StringComparison.Ordinal));
        Assert.Contains(DrawingChecks.Problems(layout with { Root = line }), problem => problem.Contains("does not end at its state", StringComparison.Ordinal));
    }

    [Fact]
    public void Every_state_and_every_way_of_a_definition_is_drawn()
    {
        var draft = Draft(7, 120);
        var layout = GraphLayout.Of(StateGraph.Of(draft));

        Assert.Equal(
            draft.AllStates().Select(state => state.Name).Order(StringComparer.Ordinal),
            layout.AllNodes().Where(node => node.Node.Kind == GraphNodeKind.State).Select(node => node.Node.Name).Order(StringComparer.Ordinal));
        Assert.Equal(
            draft.AllStates().OfType<ChoiceState>().Sum(choice => choice.Choices.Count),
            layout.AllEdges().Count(edge => edge.Edge.Kind == GraphEdgeKind.Rule));
        Assert.Equal(
            draft.AllStates().OfType<WorkState>().Sum(work => work.Catch.Count),
            layout.AllEdges().Count(edge => edge.Edge.Kind == GraphEdgeKind.Catch));
    }

    private static StateGraph Graph(int seed, int states) => StateGraph.Of(Draft(seed, states));

    private static Definition Draft(int seed, int states) => DefinitionParser.Parse(GeneratedDefinitions.Text(seed, states)).Draft!;
}
