using Stateside.Language.Flow;
using Stateside.Language.Shapes;
using Stateside.Language.Validation;

namespace Stateside.Language.Tests.Flow;

/// <summary>What each field of a state looks at and gives.</summary>
public sealed class FieldFlowTests
{
    [Fact]
    public void Each_field_of_a_task_tells_what_it_looks_at_and_gives() => Assert.Equal(
        [
            """InputPath: { "order": { "id": text } } gives { "id": text }""",
            """Parameters/id.$: { "id": text } gives text""",
            """Parameters: { "id": text } gives { "id": text }""",
            """ResultSelector/n.$: { "number": number } gives number""",
            """ResultSelector: { "number": number } gives { "n": number }""",
            """ResultPath: { "order": { "id": text } }, result { "n": number } gives { "order": { "id": text }, "paid": { "n": number } }""",
            """OutputPath: { "order": { "id": text }, "paid": { "n": number } } gives { "n": number }""",
        ],
        FieldsOf("""
            {"Type": "Task", "Resource": "arn:aws:lambda:eu-west-1:123456789012:function:f", "InputPath": "$.order",
             "Parameters": {"id.$": "$.id"}, "ResultSelector": {"n.$": "$.number"}, "ResultPath": "$.paid", "OutputPath": "$.paid", "End": true}
            """));

    [Fact]
    public void A_rule_gives_the_input_that_is_left_where_it_holds_and_never_where_it_does_not() => Assert.Equal(
        [
            """Choices[0]: { "order": { "id": text } } gives { "order": { "id": "a" } }""",
            """Choices[1]: { "order": { "id": text } } gives never""",
        ],
        FieldsOf("""
            {"Type": "Choice", "Choices": [
              {"Variable": "$.order.id", "StringEquals": "a", "Next": "Last"},
              {"Variable": "$.order.id", "IsPresent": false, "Next": "Last"}], "Default": "Last"}
            """));

    [Fact]
    public void Output_and_Assign_in_JSONata_look_at_the_result_too() => Assert.Equal(
        [
            """Output: { "order": { "id": text } }, result { "number": number } gives number""",
            """Assign/n: { "order": { "id": text } }, result { "number": number } gives number""",
            """Assign: { "order": { "id": text } }, result { "number": number } gives { "n": number }""",
        ],
        FieldsOf("""
            {"Type": "Task", "QueryLanguage": "JSONata", "Resource": "arn:aws:lambda:eu-west-1:123456789012:function:f",
             "Output": "{% $states.result.number %}", "Assign": {"n": "{% $states.result.number %}"}, "End": true}
            """));

    [Fact]
    public void The_walk_stops_when_it_is_asked_to()
    {
        var parsed = DefinitionParser.Parse("""{"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "B"}, "B": {"Type": "Succeed"} } }""");

        Assert.Throws<OperationCanceledException>(() => MachineFlow.Of(parsed.Definition!, FlowSources.None, null, new CancellationToken(true)));
    }

    private static IEnumerable<string> FieldsOf(string state)
    {
        var parsed = DefinitionParser.Parse($$"""{"StartAt": "First", "States": {"First": {{state}}, "Last": {"Type": "Succeed"} } }""");
        var flow = MachineFlow.Of(
            parsed.Draft!,
            new FlowSources
            {
                Input = Shape.Object(("order", Shape.Object(("id", Shape.Text)))),
                TaskOf = (_, _) => new TaskShapes("f", null, Shape.Object(("number", Shape.Number))),
            },
            parsed.Source);
        return flow.FieldsOf(flow.States.First()).Select(field =>
            $"{field.Place.ToString()["/States/First/".Length..]}: {field.Given.Input}{(field.Given.Result is { } result ? $", result {result}" : "")} gives {field.Gives}");
    }
}
