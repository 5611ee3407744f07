using System.Xml.Linq;
using Stateside.Language.Definitions;
using Stateside.Language.Graph;
using Stateside.Language.Json;

namespace Stateside.Language.Tests.Graph;

public sealed class GraphSvgTests
{
    private const string Hostile = "</title><script>alert('1')</script>\" onload=\"x&";

    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    [Fact]
    public void Names_and_texts_are_texts_wherever_they_stand()
    {
        var name = new JsonString(Hostile).Text;
        var graph = Drawings.Graph(
            $$"""
            {{name}}: {"Type": "Choice", "Comment": {{name}}, "Choices": [{"Variable": "$.x", "StringEquals": {{name}}, "Comment": {{name}}, "Next": {{name}}}], "Default": {{name}} },
            "T": {"Type": "Task", "Resource": {{new JsonString("${" + Hostile).Text}}, "Catch": [{"ErrorEquals": [{{name}}], "Next": {{name}}}], "End": true}
            """,
            "T");
        var mark = new GraphMark(Hostile, Hostile, Hostile);
        var root = Parse(GraphSvg.Write(GraphLayout.Of(graph), GraphSvgOptions.Embedded with
        {
            Title = Hostile,
            MarkState = _ => mark,
            MarkEdge = _ => mark,
        }));

        Assert.DoesNotContain(root.Descendants(), element => element.Name.LocalName is "script" or "style" or "foreignObject" or "a");
        Assert.DoesNotContain(root.DescendantsAndSelf().Attributes(), attribute =>
            attribute.Name.LocalName.StartsWith("on", StringComparison.Ordinal) || attribute.Name.LocalName is "style" or "href");
        Assert.Contains(root.Descendants(), element => element.Attribute("data-state")?.Value == Hostile);
    }

    [Theory]
    [InlineData("\u0000")]
    [InlineData("\uD800")]
    [InlineData("\uDC00x")]
    [InlineData("\uFFFE")]
    [InlineData("a\u202Eb")]
    [InlineData("\u0085")]
    [InlineData("😀\n\t")]
    public void What_XML_cannot_hold_does_not_break_it(string name)
    {
        var graph = StateGraph.Of(new Definition(name, [new SucceedState { Name = name, QueryLanguage = QueryLanguage.JsonPath, Comment = name }]));

        var root = Parse(GraphSvg.Write(GraphLayout.Of(graph), GraphSvgOptions.Standalone with { Title = name }));

        Assert.Single(root.Descendants(), element => element.Attribute("data-state") is not null);
        Assert.DoesNotContain('\u202E', root.Descendants(Svg + "text").Select(text => text.Value).Aggregate(string.Concat));
    }

    [Fact]
    public void A_picture_by_itself_has_its_style_and_one_in_a_page_has_none()
    {
        var layout = GraphLayout.Of(Drawings.Graph(""" "A": {"Type": "Succeed"} """));

        Assert.Contains("prefers-color-scheme:dark", Parse(GraphSvg.Write(layout)).Element(Svg + "style")!.Value, StringComparison.Ordinal);
        var embedded = Parse(GraphSvg.Write(layout, GraphSvgOptions.Embedded));
        Assert.Empty(embedded.Descendants(Svg + "style"));
        Assert.Empty(embedded.DescendantsAndSelf().Attributes("style"));
    }

    [Fact]
    public void States_can_be_found_and_focused_and_say_what_they_are()
    {
        var layout = GraphLayout.Of(Drawings.Graph(""" "A": {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage", "End": true} """));

        var state = Assert.Single(Parse(GraphSvg.Write(layout, GraphSvgOptions.Embedded)).Descendants(), element => element.Attribute("data-state") is not null);
        Assert.Equal("state state-task", state.Attribute("class")!.Value);
        Assert.Equal("0", state.Attribute("tabindex")!.Value);
        Assert.Equal("button", state.Attribute("role")!.Value);
        Assert.Equal("A, Task state, sqs: sendMessage", state.Attribute("aria-label")!.Value);
    }

    [Theory]
    [InlineData("arn:aws:states:::sqs:sendMessage", "icon icon-messages")]
    [InlineData("arn:aws:states:::aws-sdk:s3:getObject", "icon icon-storage")]
    [InlineData("arn:aws:lambda:us-east-1:123456789012:function:f", "icon icon-compute")]
    [InlineData("arn:aws:states:us-east-1:123456789012:activity:a", "icon icon-people")]
    [InlineData("arn:aws:states:::aws-sdk:wellarchitected:listLenses", "icon")]
    public void A_Task_has_the_sign_of_the_service_that_it_calls(string resource, string sign)
    {
        var layout = GraphLayout.Of(Drawings.Graph($$""" "A": {"Type": "Task", "Resource": "{{resource}}", "End": true} """));

        Assert.Single(Parse(GraphSvg.Write(layout)).Descendants(), element => element.Attribute("class")?.Value == sign);
    }

    [Fact]
    public void Only_what_is_written_on_a_state_says_that_it_succeeds_or_fails()
    {
        Assert.DoesNotContain("state-fail", GraphStyle.Css, StringComparison.Ordinal);
        Assert.DoesNotContain("state-succeed", GraphStyle.Css, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_chosen_is_marked_outside_of_the_state()
    {
        var layout = GraphLayout.Of(Drawings.Graph(""" "A": {"Type": "Succeed"} """));

        var state = Parse(GraphSvg.Write(layout, GraphSvgOptions.Embedded)).Descendants().Single(element => element.Attribute("data-state") is not null);
        XElement Rect(string kind) => state.Elements(Svg + "rect").Single(element => element.Attribute("class")?.Value == kind);
        Assert.True((double)Rect("ring").Attribute("width")! > (double)Rect("box").Attribute("width")!);
        Assert.True((double)Rect("ring").Attribute("x")! < 0);
        Assert.DoesNotContain("class=\"ring\"", GraphSvg.Write(layout), StringComparison.Ordinal);
    }

    [Fact]
    public void A_folded_group_is_one_state_that_says_what_is_inside()
    {
        var draft = Drawings.Draft("""
            {"StartAt": "A", "States": {"A": {"Type": "Parallel", "End": true, "Branches": [
                {"StartAt": "B", "States": {"B": {"Type": "Pass", "End": true}}}, {"StartAt": "C", "States": {"C": {"Type": "Succeed"}}}]}}}
            """);
        XElement Fold(StateGraph graph) => Parse(GraphSvg.Write(GraphLayout.Of(graph), GraphSvgOptions.Embedded with { CanFold = true }))
            .Descendants().Single(element => element.Attribute("class")?.Value == "fold");

        var graph = StateGraph.Of(draft, new HashSet<string> { "A" });
        var layout = GraphLayout.Of(graph);
        var state = Assert.Single(Parse(GraphSvg.Write(layout)).Descendants(), element => element.Attribute("data-state") is not null);
        Assert.Equal("state state-parallel is-folded", state.Attribute("class")!.Value);
        Assert.Equal("""["B","C"]""", state.Attribute("data-inside")!.Value);
        Assert.Equal("false", Fold(graph).Attribute("aria-expanded")!.Value);
        Assert.Equal("true", Fold(StateGraph.Of(draft)).Attribute("aria-expanded")!.Value);
    }

    [Fact]
    public void Edges_say_where_they_come_from_where_they_lead_and_why()
    {
        var layout = GraphLayout.Of(Drawings.Graph("""
            "A": {"Type": "Choice", "Choices": [{"Variable": "$.x", "IsPresent": true, "Next": "B"}, {"Variable": "$.y", "IsPresent": true, "Next": "B"}], "Default": "C"},
            "B": {"Type": "Task", "Resource": "${F}", "Next": "C", "Catch": [{"ErrorEquals": ["X"], "Next": "C"}, {"ErrorEquals": ["Y"], "Next": "B"}]},
            "C": {"Type": "Pass", "End": true}
            """));

        var edges = Parse(GraphSvg.Write(layout)).Descendants().Where(element => element.Attribute("class")?.Value.StartsWith("edge ", StringComparison.Ordinal) == true);
        Assert.Equal(
            ["start:->A", "rule:A->B 0", "rule:A->B 1", "default:A->C", "next:B->C", "catch:B->C 0", "catch:B->B 1", "end:C->"],
            edges.Select(edge => $"{edge.Attribute("data-kind")!.Value}:{edge.Attribute("data-from")!.Value}->{edge.Attribute("data-to")!.Value} {edge.Attribute("data-index")?.Value}".TrimEnd()));
    }

    [Fact]
    public void Marks_add_classes_and_badges()
    {
        var layout = GraphLayout.Of(Drawings.Graph(""" "A": {"Type": "Pass", "Next": "B"}, "B": {"Type": "Succeed"} """));

        var root = Parse(GraphSvg.Write(layout, GraphSvgOptions.Embedded with
        {
            MarkState = node => node.Name == "A" ? new GraphMark("is-covered", "12", "entered 12 times") : null,
            MarkEdge = edge => edge.Kind == GraphEdgeKind.Next ? new GraphMark("is-taken") : null,
        }));

        var state = root.Descendants().Single(element => element.Attribute("data-state")?.Value == "A");
        Assert.Equal("state state-pass is-covered", state.Attribute("class")!.Value);
        Assert.Equal("12", state.Elements().Single(element => element.Attribute("class")?.Value == "badge").Value);
        Assert.EndsWith("entered 12 times", state.Attribute("aria-label")!.Value, StringComparison.Ordinal);
        Assert.Contains(root.Descendants(), element => element.Attribute("class")?.Value == "edge edge-next is-taken");
    }

    private static XElement Parse(string svg) => XDocument.Parse(svg).Root!;
}
