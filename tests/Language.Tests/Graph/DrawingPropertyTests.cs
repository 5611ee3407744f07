using Stateside.Language.Graph;

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
