using Stateside.Language.Graph;
using Stateside.Language.Json;

namespace Stateside.Language.Tests.Graph;

public sealed class StateGraphTests
{
    [Theory]
    [InlineData("""{"Variable": "$.total", "NumericGreaterThan": 100}""", "$.total > 100")]
    [InlineData("""{"Variable": "$.total", "NumericLessThanEqualsPath": "$.limit"}""", "$.total ≤ $.limit")]
    [InlineData("""{"Variable": "$.country", "StringEquals": "Japan"}""", "$.country = \"Japan\"")]
    [InlineData("""{"Variable": "$.country", "StringMatches": "J*"}""", "$.country matches \"J*\"")]
    [InlineData("""{"Variable": "$.id", "IsPresent": true}""", "$.id is present")]
    [InlineData("""{"Variable": "$.id", "IsNull": false}""", "$.id is not null")]
    [InlineData("""{"Not": {"Variable": "$.paid", "BooleanEquals": true}}""", "$.paid ≠ true")]
    [InlineData("""{"Not": {"Variable": "$.id", "IsPresent": true}}""", "not ($.id is present)")]
    [InlineData(
        """{"And": [{"Variable": "$.a", "NumericEquals": 1}, {"Or": [{"Variable": "$.b", "IsPresent": true}, {"Variable": "$.c", "IsPresent": true}]}]}""",
        "$.a = 1 and ($.b is present or $.c is present)")]
    public void A_rule_is_labeled_with_its_condition(string condition, string label)
    {
        var rule = ((JsonObject)JsonReader.Parse(condition)).With("Next", JsonValue.From("B"));
        var graph = Drawings.Graph($$"""
            "A": {"Type": "Choice", "Choices": [{{rule}}], "Default": "B"}, "B": {"Type": "Succeed"}
            """);

        Assert.Equal([null, label, "Default"], graph.Root.Edges.Select(edge => edge.Label));
    }

    [Fact]
    public void A_rule_in_JSONata_is_labeled_with_its_expression_on_one_line()
    {
        var graph = Drawings.Graph(
            """
            "A": {"Type": "Choice", "Choices": [{"Condition": "{%  $states.input.total\n   > 100 %}", "Next": "B", "Comment": "large"}]}, "B": {"Type": "Succeed"}
            """,
            language: "JSONata");

        var rule = Assert.Single(graph.Root.Edges, edge => edge.Kind == GraphEdgeKind.Rule);
        Assert.Equal("$states.input.total > 100", rule.Label);
        Assert.Equal("$states.input.total > 100\nlarge", rule.Title);
    }

    [Theory]
    [InlineData("arn:aws:lambda:us-east-1:123456789012:function:Pay:live", "Lambda: Pay:live")]
    [InlineData("arn:aws:states:us-east-1:123456789012:activity:Approve", "Activity: Approve")]
    [InlineData("arn:aws:states:::dynamodb:putItem", "dynamodb: putItem")]
    [InlineData("arn:aws:states:::aws-sdk:s3:putObject", "s3: putObject")]
    [InlineData("arn:aws:states:::sqs:sendMessage.waitForTaskToken", "sqs: sendMessage, wait for callback")]
    [InlineData("arn:aws:states:::glue:startJobRun.sync", "glue: startJobRun, run a job")]
    [InlineData("${PayFunctionArn}", "PayFunctionArn")]
    public void A_task_says_what_it_calls(string resource, string detail) =>
        Assert.Equal(detail, Drawings.Graph($$""" "A": {"Type": "Task", "Resource": "{{resource}}", "End": true} """).Node("A").Detail);

    [Theory]
    [InlineData("Parameters", "{\"FunctionName\": \"Pay\"}", "Lambda: Pay")]
    [InlineData("Parameters", "{\"FunctionName\": \"arn:aws:lambda:us-east-1:123456789012:function:Pay\", \"Payload.$\": \"$\"}", "Lambda: Pay")]
    [InlineData("Parameters", "{\"FunctionName.$\": \"$.function\"}", "lambda: invoke")]
    public void An_invocation_says_which_function_it_invokes(string field, string arguments, string detail) =>
        Assert.Equal(
            detail,
            Drawings.Graph($$""" "A": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "{{field}}": {{arguments}}, "End": true} """).Node("A").Detail);

    [Fact]
    public void Catchers_are_ways_with_their_error_names_and_retriers_are_counted()
    {
        var graph = Drawings.Graph("""
            "A": {"Type": "Task", "Resource": "${F}", "End": true,
                  "Retry": [{"ErrorEquals": ["X"], "MaxAttempts": 2}, {"ErrorEquals": ["Y"], "MaxAttempts": 5}],
                  "Catch": [{"ErrorEquals": ["X", "Y"], "Next": "B"}, {"ErrorEquals": ["States.ALL"], "Next": "B"}]},
            "B": {"Type": "Fail"}
            """);

        Assert.Equal("×5", graph.Node("A").Retry);
        Assert.Equal(
            [(0, "X, Y"), (1, "States.ALL")],
            graph.Root.Edges.Where(edge => edge.Kind == GraphEdgeKind.Catch).Select(edge => (edge.Index, edge.Label!)));
    }

    [Fact]
    public void What_a_definition_with_errors_leads_to_is_shown_as_missing()
    {
        var graph = Drawings.Graph(""" "A": {"Type": "Pass", "Next": "Gone"}, "B": {"Type": "Succeed"} """);

        Assert.Equal(GraphNodeKind.Missing, graph.Node("Gone").Kind);
        Assert.True(graph.Node("B").IsUnreachable);
        Assert.False(graph.Node("A").IsUnreachable);
    }

    [Fact]
    public void A_state_that_cannot_be_read_leaves_the_others()
    {
        var graph = Drawings.Graph(""" "A": {"Type": "Pass", "Next": "B"}, "B": {"Type": "Pas", "Next": "C"}, "C": {"Type": "Succeed"} """);

        Assert.Equal(["", "A", "C", "B"], graph.Root.Nodes.Select(node => node.Name));
        Assert.Equal(GraphNodeKind.Missing, graph.Node("B").Kind);
    }

    [Fact]
    public void Branches_and_item_processors_are_inside_their_state()
    {
        var graph = Drawings.Graph("""
            "A": {"Type": "Parallel", "Next": "M", "Branches": [
                {"StartAt": "P", "States": {"P": {"Type": "Succeed"}}},
                {"StartAt": "Q", "States": {"Q": {"Type": "Pass", "Next": "R"}, "R": {"Type": "Succeed"}}}]},
            "M": {"Type": "Map", "MaxConcurrency": 5, "End": true, "ItemProcessor": {
                "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"}, "StartAt": "S", "States": {"S": {"Type": "Succeed"}}}}
            """);

        Assert.Equal("Parallel: 2 branches", graph.Node("A").Detail);
        Assert.Equal([["P"], ["", "Q", "R"]], graph.Node("A").Inner.Select(scope => scope.Nodes.Select(node => node.Name)));
        Assert.Equal("Distributed Map: 5 at a time", graph.Node("M").Detail);
        Assert.Equal(["S"], graph.Node("M").Inner.Single().Nodes.Select(node => node.Name));
    }
}
