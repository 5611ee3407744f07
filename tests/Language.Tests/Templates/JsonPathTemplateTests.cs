using Stateside.Language.Evaluation;
using Stateside.Language.Json;
using Stateside.Language.Paths;
using Stateside.Language.Templates;
using static Stateside.Language.Tests.Evaluation;

namespace Stateside.Language.Tests.Templates;

public sealed class JsonPathTemplateTests
{
    [Fact]
    public void Marked_keys_are_looked_up_and_all_others_stand_for_themselves()
    {
        var template = Parse("""{"id.$": "$.order.id", "kind": "$.order.id", "deep": {"list": [1, {"x.$": "$$.State.Name"}]}, "n.$": "States.MathAdd($v, 1)"}""");
        var payload = template.Evaluate(Context("""{"order": {"id": 7}}""", """{"State": {"Name": "S"}}""", """{"v": 2}"""));
        Assert.Equal("""{"id":7,"kind":"$.order.id","deep":{"list":[1,{"x":"S"}]},"n":3}""", payload.Text);
        Assert.Equal(["$.order.id", "$$.State.Name", "$v"], template.Paths.Select(path => path.Text));
    }

    [Fact]
    public void A_template_without_marked_keys_is_the_definitions_own_value()
    {
        var value = Value("""{"a": [1, {"b": "$.c"}], "d": {}}""");
        var template = JsonPathTemplate.Parse(value, JsonPlace.Root, problem => Assert.Fail(problem.Message));
        Assert.Same(value, Assert.IsType<LiteralTemplate>(template).Value);
    }

    [Fact]
    public void A_part_without_marked_keys_is_shared()
    {
        var value = (JsonObject)Value("""{"fixed": {"a": [1]}, "id.$": "$.id"}""");
        var payload = (JsonObject)JsonPathTemplate.Parse(value, JsonPlace.Root, _ => { }).Evaluate(Context("""{"id": 1}"""));
        Assert.Same(value["fixed"], payload["fixed"]);
    }

    [Theory]
    [InlineData("""{"a.$": "$.nope.deep"}""", "The JSONPath '$.nope.deep' specified for the field 'a.$' could not be found in the input '{\"other\":1}'")]
    [InlineData("""{"b": [{"a.$": "$.other[0]"}]}""", "The JSONPath '$.other[0]' specified for the field 'a.$' could not be found in the input '{\"other\":1}'")]
    [InlineData("""{"a.$": "$$.x"}""", "The JSONPath '$.x' specified for the field 'a.$' could not be found in the input '{}'")]
    public void A_path_that_names_nothing_fails_the_state(string template, string cause)
    {
        var failure = Assert.Throws<StatesException>(() => Parse(template).Evaluate(Context("""{"other":1}""")));
        Assert.Equal(("States.Runtime", cause), (failure.Error, failure.Cause));
    }

    [Theory]
    [InlineData("""{"a.$": "order"}""", "/a.$")]
    [InlineData("""{"a.$": 1}""", "/a.$")]
    [InlineData("""{"x": [{}, {"a.$": "$.[", "b.$": "$"}]}""", "/x[1]/a.$")]
    [InlineData("""{"a.$": "States.Nonsense()"}""", "/a.$")]
    public void What_is_neither_path_nor_function_is_reported_with_its_place(string template, string location)
    {
        var problems = new List<TemplateProblem>();
        JsonPathTemplate.Parse(Value(template), JsonPlace.Root, problems.Add);
        var problem = Assert.Single(problems);
        Assert.Equal((location, "a.$"), (problem.Place.ToString(), problem.Place.Key));
        Assert.Equal("The value for the field 'a.$' must be a valid JSONPath or a valid intrinsic function call", problem.Message);
        Assert.NotNull(problem.Detail);
    }

    [Fact]
    public void A_key_given_plain_and_marked_is_reported()
    {
        var problems = new List<TemplateProblem>();
        JsonPathTemplate.Parse(Value("""{"a": 1, "a.$": "$.x"}"""), JsonPlace.Root, problems.Add);
        Assert.Equal("The field 'a' is given twice, as 'a' and as 'a.$'", Assert.Single(problems).Message);
    }

    [Fact]
    public void A_payload_forgets_the_layout_of_what_was_put_into_it()
    {
        var input = JsonReader.Parse("""{ "a" :  1 }""", keepText: true);
        var payload = Parse("""{"all.$": "$"}""").Evaluate(new EvaluationContext { Input = input, MakeContextObject = () => JsonObject.Empty, Chance = new Chance(1) });
        Assert.Equal("""{"all":{"a":1}}""", payload.Text);
    }

    [Theory]
    [InlineData("InputPath", "$.a.b", "Invalid path '$.a.b' : Missing property in path $['a']")]
    [InlineData("TimeoutSecondsPath", "$.a", "Invalid path '$.a' : No results for path: $['a']")]
    [InlineData("SecondsPath", "$.a", "The SecondsPath parameter does not reference an input value: $.a")]
    [InlineData("TimestampPath", "$.a", "The TimestampPath parameter does not reference an input value: $.a")]
    [InlineData("ErrorPath", "$.a", "The JSONPath '$.a' specified for the field 'ErrorPath' could not be found in the input '{\"x\":[]}'")]
    public void What_a_path_that_names_nothing_says_depends_on_its_field(string field, string path, string cause)
    {
        var failure = Assert.Throws<StatesException>(() => new PathTemplate(field, JsonPath.Parse(path)).Evaluate(Context("""{"x":[]}""")));
        Assert.Equal(("States.Runtime", cause), (failure.Error, failure.Cause));
    }

    [Fact]
    public void An_items_path_names_the_step_that_does_not_fit()
    {
        var failure = Assert.Throws<StatesException>(() => PathFields.Evaluate("ItemsPath", JsonPath.Parse("$.a.items"), Context("""{"a":{"b":1}}""")));
        Assert.Equal(("States.ReferencePathConflict", "Unable to apply step \"items\" to input {\"b\":1}"), (failure.Error, failure.Cause));
    }

    [Fact]
    public void A_null_path_gives_an_empty_object() => Assert.Equal("{}", PathFields.Evaluate("InputPath", null, Context("[1]")).Text);

    [Fact]
    public void A_path_into_null_has_a_sentence_of_its_own()
    {
        var failure = Assert.Throws<StatesException>(() => PathFields.Evaluate("OutputPath", JsonPath.Parse("$.a"), Context("null")));
        Assert.Equal("Unable to apply Path transformation to null or empty input.", failure.Cause);
    }

    [Fact]
    public void The_root_path_gives_the_very_value_with_its_layout()
    {
        var input = JsonReader.Parse("[ 1 ]", keepText: true);
        var context = new EvaluationContext { Input = input, MakeContextObject = () => JsonObject.Empty, Chance = new Chance(1) };
        Assert.Same(input, PathFields.Evaluate("InputPath", JsonPath.Root, context));
    }

    private static PayloadTemplate Parse(string text) => JsonPathTemplate.Parse(Value(text), JsonPlace.Root, problem => Assert.Fail(problem.Message));
}
