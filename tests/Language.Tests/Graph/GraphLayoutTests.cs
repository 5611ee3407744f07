using Stateside.Language.Graph;

namespace Stateside.Language.Tests.Graph;

public sealed class GraphLayoutTests
{
    private const string Chain = """
        "A": {"Type": "Pass", "Next": "B"}, "B": {"Type": "Pass", "Next": "C"}, "C": {"Type": "Pass", "End": true}
        """;

    [Fact]
    public void States_that_follow_each_other_stand_below_each_other_on_a_straight_line()
    {
        var layout = Layout(Chain);

        var boxes = new[] { "A", "B", "C" }.Select(name => layout.Node(name).Box).ToList();
        Assert.Single(boxes.Select(box => box.X + (box.Width / 2)).Distinct());
        Assert.True(boxes[0].Bottom < boxes[1].Y && boxes[1].Bottom < boxes[2].Y);
        Assert.All(layout.AllEdges(), edge => Assert.Equal(2, edge.Points.Count));
    }

    [Fact]
    public void A_way_back_goes_around_and_enters_from_above()
    {
        var layout = Layout(Chain.Replace("\"End\": true", "\"Next\": \"A\"", StringComparison.Ordinal));

        var back = layout.AllEdges().Single(edge => edge.Edge.From.Name == "C");
        var (a, c) = (layout.Node("A").Box, layout.Node("C").Box);
        Assert.Equal(c.Bottom, back.Points[0].Y);
        Assert.Equal(a.Y, back.Points[^1].Y);
        Assert.True(back.Points.Max(point => point.Y) > c.Bottom);
        Assert.True(back.Points.Any(point => point.X > c.Right) || back.Points.Any(point => point.X < c.X));
        Assert.Empty(DrawingChecks.Problems(layout));
    }

    [Fact]
    public void A_state_may_lead_to_itself()
    {
        var layout = Layout("""
            "A": {"Type": "Choice", "Choices": [{"Variable": "$.x", "IsPresent": true, "Next": "A"}], "Default": "A"}
            """);

        Assert.Empty(DrawingChecks.Problems(layout));
        Assert.Equal(2, layout.AllEdges().Count(edge => edge.Edge.To == edge.Edge.From));
    }

    [Fact]
    public void Ways_to_the_same_state_run_together_and_need_no_more_room_for_being_many()
    {
        static GraphLayout Machine(int tasks) => Layout(string.Join(", ", Enumerable.Range(0, tasks).Select(i => $$"""
            "T{{i}}": {"Type": "Task", "Resource": "${F}", "Next": "{{(i + 1 < tasks ? $"T{i + 1}" : "Done")}}", "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Failed"}]}
            """)) + """, "Done": {"Type": "Succeed"}, "Failed": {"Type": "Fail"} """, "T0");

        Assert.Equal(Machine(10).Width, Machine(30).Width);
    }

    [Fact]
    public void A_state_more_leaves_the_others_in_their_order()
    {
        const string Before = """
            "A": {"Type": "Choice", "Default": "D", "Choices": [
                {"Variable": "$.x", "NumericEquals": 1, "Next": "B"}, {"Variable": "$.x", "NumericEquals": 2, "Next": "C"}]},
            "B": {"Type": "Pass", "Next": "E"}, "C": {"Type": "Pass", "Next": "E"}, "D": {"Type": "Pass", "Next": "E"}, "E": {"Type": "Succeed"}
            """;
        var after = Before.Replace(
            """
            "D": {"Type": "Pass", "Next": "E"}
            """,
            """
            "D": {"Type": "Pass", "Next": "New"}, "New": {"Type": "Wait", "Seconds": 1, "Next": "E"}
            """,
            StringComparison.Ordinal);
        Assert.NotEqual(Before, after);

        Assert.Equal(["B", "C", "D"], LeftToRight(Layout(Before)));
        Assert.Equal(["B", "C", "D"], LeftToRight(Layout(after)));

        static IEnumerable<string> LeftToRight(GraphLayout layout) => new[] { "D", "C", "B" }.OrderBy(name => layout.Node(name).Box.X);
    }

    [Fact]
    public void Another_text_of_the_same_length_moves_nothing()
    {
        var before = Layout(Chain);
        var after = Layout(Chain.Replace("\"C\"", "\"D\"", StringComparison.Ordinal));

        Assert.Equal(before.AllNodes().Select(node => node.Box), after.AllNodes().Select(node => node.Box));
    }

    [Fact]
    public void A_long_name_is_broken_and_then_cut_off()
    {
        var layout = Layout("""
            "TheFirstThingToDoIs ToLookAtTheOrderAndAllItsLinesAndToAskWhetherAllAreRight": {"Type": "Pass", "End": true}
            """, "TheFirstThingToDoIs ToLookAtTheOrderAndAllItsLinesAndToAskWhetherAllAreRight");

        var name = layout.AllNodes().Single(node => node.Node.Kind == GraphNodeKind.State).Name;
        Assert.Equal(2, name.Count);
        Assert.Equal("TheFirstThingToDoIs To", name[0]);
        Assert.EndsWith("…", name[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Many_branches_go_on_in_further_rows()
    {
        var branches = string.Join(", ", Enumerable.Range(0, 60).Select(i => $$"""{"StartAt": "S{{i}}", "States": {"S{{i}}": {"Type": "Succeed"} } }"""));
        var layout = Layout($$""" "A": {"Type": "Parallel", "End": true, "Branches": [{{branches}}]} """);

        Assert.InRange(layout.Width, 500, 2600);
        Assert.Empty(DrawingChecks.Problems(layout));
    }

    [Fact]
    public void A_long_chain_goes_on_in_further_columns()
    {
        var layout = Layout(string.Join(", ", Enumerable.Range(0, 1000).Select(i => $$"""
            "S{{i}}": {"Type": "Pass", {{(i < 999 ? $"\"Next\": \"S{i + 1}\"" : "\"End\": true")}} }
            """)), "S0");

        Assert.InRange(layout.Height, 1000, 8000);
        Assert.InRange(layout.Width, 1000, 12_000);
        Assert.Empty(DrawingChecks.Problems(layout));
    }

    [Theory]
    [InlineData("Failed")]
    [InlineData("S0")]
    [InlineData("S40")]
    public void Lines_that_pass_from_column_to_column_do_not_meet(string catcher)
    {
        var layout = Layout(string.Join(", ", Enumerable.Range(0, 200).Select(i => $$"""
            "S{{i}}": {"Type": "Task", "Resource": "${F}", "Next": "{{(i % 50 == 49 ? $"S{i - 20}" : $"S{i + 1}")}}", "Catch": [
                {"ErrorEquals": ["Timeout"], "Next": "{{catcher}}"}, {"ErrorEquals": ["States.ALL"], "Next": "S{{Math.Min(199, ((i / 50) + 1) * 50)}}"}]}
            """)) + """, "S200": {"Type": "Succeed"}, "Failed": {"Type": "Fail"} """, "S0");

        Assert.InRange(layout.Height, 1000, 12_000);
        Assert.Empty(DrawingChecks.Problems(layout));
    }

    private static GraphLayout Layout(string states, string startAt = "A") => GraphLayout.Of(Drawings.Graph(states, startAt));
}
