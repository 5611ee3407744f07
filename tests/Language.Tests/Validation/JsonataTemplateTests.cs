using Stateside.Language.Definitions;
using Stateside.Language.Evaluation;
using Stateside.Language.Json;
using Stateside.Language.Templates;
using Stateside.Language.Validation;

namespace Stateside.Language.Tests.Validation;

public class JsonataTemplateTests
{
    [Fact]
    public void Expressions_anywhere_in_the_template_are_evaluated_and_the_rest_stands_for_itself()
    {
        var output = Evaluate("""{"a":"{% $states.input.n + $v %}","b":["{% $states.context.State.Name %}","text {% no %} text"],"c":null}""");

        Assert.Equal("""{"a":5,"b":["Here","text {% no %} text"],"c":null}""", output.Text);
    }

    [Fact]
    public void A_template_without_expressions_is_the_value_of_the_definition() =>
        Assert.IsType<LiteralTemplate>(Output("""{"a":[" {%","%} "]}"""));

    [Theory]
    [InlineData("{% $states.input.missing %}", "Output", "The JSONata expression '$states.input.missing' specified for the field 'Output' returned nothing (undefined).")]
    [InlineData("{% $nope %}", "Output", "The JSONata expression '$nope' specified for the field 'Output' returned nothing (undefined).")]
    [InlineData("{%\n  $no() %}", "Output", "The JSONata expression '$no()' specified for the field 'Output' threw an error during evaluation. T1006: Attempted to invoke a non-function")]
    [InlineData("{% function($x){$x} %}", "Output", "The JSONata expression 'function($x){$x}' specified for the field 'Output' returned an unsupported result type.")]
    public void A_failed_expression_names_itself_and_its_field(string output, string location, string cause)
    {
        var error = Assert.Throws<StatesException>(() => Evaluate(JsonWriter.Quote(output)));

        Assert.Equal((ErrorNames.QueryEvaluationError, cause, location), (error.Error, error.Cause, error.Location));
    }

    [Fact]
    public void An_evaluation_that_the_service_falls_over_tells_an_id()
    {
        var error = Assert.Throws<StatesException>(() => Evaluate("\"{% $base64decode('!!!') %}\""));

        Assert.Matches(" specified for the field 'Output' threw an internal error during evaluation. [0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", error.Cause);
    }

    [Theory]
    [InlineData("{% [1..873783] ~> $count() %}", "Expression evaluation memory limit exceeded: Check for excessive memory usage")]
    [InlineData("{% ($f := function($n){ 1 + $f($n) }; $f(0)) %}", "Stack overflow error: Check for non-terminating recursive function. Consider rewriting as tail-recursive")]
    [InlineData("{% ($f := function($n){ $f($n + 1) }; $f(0)) %}", "Expression evaluation timeout: Check for infinite loop")]
    public void What_a_limit_ends_is_told_without_a_code(string output, string problem)
    {
        var error = Assert.Throws<StatesException>(() => Evaluate(JsonWriter.Quote(output)));

        Assert.EndsWith($"' specified for the field 'Output' threw an error during evaluation: {problem}", error.Cause, StringComparison.Ordinal);
    }

    [Fact]
    public void The_field_of_a_failed_expression_is_named_down_to_its_key_and_index()
    {
        var error = Assert.Throws<StatesException>(() => Evaluate("""{"list":[1,{"x":"{% $nope %}"}]}"""));

        Assert.Equal("Output/list[1]/x", error.Location);
    }

    [Theory]
    [InlineData("""{"Type":"Map","Items":"{% 1 %}","ItemProcessor":{"StartAt":"P","States":{"P":{"Type":"Succeed"}}},"End":true}""", "array", "number", "1")]
    [InlineData("""{"Type":"Map","Items":"{% null %}","ItemProcessor":{"StartAt":"P","States":{"P":{"Type":"Succeed"}}},"End":true}""", "array", "null", "null")]
    public void A_value_of_the_wrong_type_is_told_with_both_types(string state, string expected, string found, string value)
    {
        var map = Assert.IsType<MapState>(State(state));

        var error = Assert.Throws<StatesException>(() => map.Items!.Template.Evaluate(Context()));

        Assert.EndsWith($"returned an unexpected result type. Expected '{expected}', but was '{found}' for value: {value}", error.Cause, StringComparison.Ordinal);
    }

    [Fact]
    public void A_condition_that_is_no_boolean_is_an_error()
    {
        var choice = Assert.IsType<ChoiceState>(State("""{"Type":"Choice","Choices":[{"Condition":"{% 1 %}","Next":"X"},{"Condition":true,"Next":"X"}]}"""));

        var error = Assert.Throws<StatesException>(() => choice.Choices[0].Condition.Matches(Context()));

        Assert.Equal("Choices[0]/Condition", error.Location);
        Assert.True(choice.Choices[1].Condition.Matches(Context()));
    }

    [Fact]
    public void Results_and_errors_are_there_when_the_step_gives_them()
    {
        var task = Assert.IsType<TaskState>(State(
            """
            {"Type":"Task","Resource":"arn:aws:lambda:us-east-1:123456789012:function:f","Output":"{% $states.result.a %}","End":true,
             "Catch":[{"ErrorEquals":["X"],"Next":"Y","Output":"{% $states.errorOutput.Error %}"}]}
            """));

        Assert.Equal("1", task.Output!.Evaluate(Context().WithResult(JsonReader.Parse("""{"a":1}"""))).Text);
        Assert.Equal("\"X\"", task.Catch[0].Output!.Evaluate(Context().WithErrorOutput(JsonReader.Parse("""{"Error":"X"}"""))).Text);
    }

    [Fact]
    public void All_of_states_comes_in_the_services_order() =>
        Assert.Equal(
            """{"input":{"n":3},"context":{"State":{"Name":"Here"}},"result":1}""",
            Output("\"{% $states %}\"").Evaluate(Context().WithResult(JsonNumber.Of(1))).Text);

    [Fact]
    public void The_context_object_is_made_only_for_expressions_that_look_at_it()
    {
        var context = new EvaluationContext
        {
            Input = JsonNumber.Of(1),
            MakeContextObject = () => throw new InvalidOperationException("Nobody asked."),
            Chance = new Chance(1),
        };

        Assert.Equal("2", Output("\"{% $states.input + 1 %}\"").Evaluate(context).Text);
    }

    private static JsonValue Evaluate(string output) => Output(output).Evaluate(Context());

    private static PayloadTemplate Output(string output) => State($$"""{"Type":"Pass","End":true,"Output":{{output}}}""").Output!;

    private static State State(string state)
    {
        var parsed = DefinitionParser.ParseState("{\"QueryLanguage\":\"JSONata\"," + state.TrimStart()[1..], "S");
        Assert.True(parsed.IsValid, parsed.InvalidDefinitionMessage);
        return parsed.Definition!["S"];
    }

    private static EvaluationContext Context() => new()
    {
        Input = JsonReader.Parse("""{"n":3}"""),
        MakeContextObject = () => JsonObject.Of(("State", JsonObject.Of(("Name", new JsonString("Here"))))),
        Variables = new VariableScope(JsonObject.Of(("v", JsonNumber.Of(2)))),
        Chance = new Chance(1),
    };
}
