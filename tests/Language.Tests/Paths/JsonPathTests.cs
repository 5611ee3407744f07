using Stateside.Language.Json;
using Stateside.Language.Paths;
using static Stateside.Language.Tests.Evaluation;

namespace Stateside.Language.Tests.Paths;

public sealed class JsonPathTests
{
    [Fact]
    public void The_context_object_and_variables_are_other_roots()
    {
        var context = Context("{}", """{"Execution": {"Name": "n1"}}""", """{"order": {"id": 7}}""");
        Assert.True(JsonPath.Parse("$$.Execution.Name").TryEvaluate(context, out var name));
        Assert.Equal("\"n1\"", name.Text);
        Assert.True(JsonPath.Parse("$order.id").TryEvaluate(context, out var id));
        Assert.Equal("7", id.Text);
        Assert.False(JsonPath.Parse("$other").TryEvaluate(context, out _));
    }

    [Fact]
    public void A_path_says_what_it_starts_from()
    {
        Assert.Equal(PathRoot.Input, JsonPath.Parse("$.a").RootKind);
        Assert.Equal(PathRoot.Context, JsonPath.Parse("$$").RootKind);
        Assert.Equal((PathRoot.Variable, "größe_1"), (JsonPath.Parse("$größe_1[0]").RootKind, JsonPath.Parse("$größe_1[0]").VariableName));
    }

    [Theory]
    [InlineData("$", true)]
    [InlineData("$.a[0]['b c']", true)]
    [InlineData("$.a[-1]", false)]
    [InlineData("$.a[*]", false)]
    [InlineData("$..a", false)]
    [InlineData("$.a.length()", false)]
    [InlineData("$.a[(@.length-1)]", false)]
    [InlineData("$['a','b']", false)]
    public void A_reference_path_has_names_and_indexes_only(string path, bool expected) => Assert.Equal(expected, JsonPath.Parse(path).IsReference);

    [Theory]
    [InlineData("$.a", true)]
    [InlineData("$['a','b']", true)]
    [InlineData("$.a[(@.length-1)]", true)]
    [InlineData("$.a[1,]", true)]
    [InlineData("$.a[0,1]", false)]
    [InlineData("$.a[0:1]", false)]
    [InlineData("$.a.*", false)]
    [InlineData("$..a", false)]
    [InlineData("$.a[?(@.b)]", false)]
    public void A_definite_path_names_one_value_at_most(string path, bool expected) => Assert.Equal(expected, JsonPath.Parse(path).IsDefinite);

    [Fact]
    public void A_variable_that_was_never_set_is_said_to_be_missing() =>
        Assert.Equal("The variable 'other' has not been set.", JsonPath.Parse("$other.a").DescribeMissing(Context("{}")));

    [Theory]
    [InlineData("", 0)]
    [InlineData("a.b", 0)]
    [InlineData("@.a", 0)]
    [InlineData(" $.a", 0)]
    [InlineData("$.", 2)]
    [InlineData("$..", 3)]
    [InlineData("$[", 1)]
    [InlineData("$[]", 1)]
    [InlineData("$.a[1", 3)]
    [InlineData("$.a[:]", 4)]
    [InlineData("$.a b", 2)]
    [InlineData("$.a[\"b\"]", 3)]
    [InlineData("$.a[?(1)]", 6)]
    [InlineData("$.a[?(@.b =~ /*/)]", 13)]
    [InlineData("$.a[?(@.b =~ c)]", 10)]
    [InlineData("$.a[?(@.b[*])]", 9)]
    [InlineData("$.a[?(@b)]", 7)]
    [InlineData("$.a[1:2:3,4]", 4)]
    [InlineData("$(a)", 1)]
    [InlineData("$.a[99999999999]", 4)]
    public void What_is_not_a_path_is_refused_with_the_place(string text, int position)
    {
        Assert.False(JsonPath.TryParse(text, out _, out var problem));
        Assert.Equal(position, problem.Position);
    }

    [Fact]
    public void A_filter_nested_a_thousand_deep_breaks_nothing()
    {
        Assert.True(JsonPath.TryParse($"$[?({new string('(', 100_000)}@.a{new string(')', 100_000)})]", out _, out _));
        Assert.False(JsonPath.TryParse(string.Concat(Enumerable.Repeat("$[?(@", 100_000)), out _, out _));
    }

    [Fact]
    public void A_path_of_very_many_steps_is_refused() =>
        Assert.False(JsonPath.TryParse("$" + string.Concat(Enumerable.Repeat("[?(@)]", 100_000)), out _, out _));

    [Theory]
    [InlineData("$[-2000000000:1]")]
    [InlineData("$[-2000000000:1]..a")]
    [InlineData("$[0,0,0,0,0,0,0,0,0,0][0,0,0,0,0,0,0,0,0,0][0,0,0,0,0,0,0,0,0,0][0,0,0,0,0,0,0,0,0,0][0,0,0,0,0,0,0,0,0,0][0,0,0,0,0,0,0,0,0,0][0,0,0,0,0,0,0,0,0,0][0,0,0,0,0,0,0,0,0,0]")]
    [InlineData("$..*..*..*..*..*..*..*..*..*..*..*..a")]
    public void A_path_that_leads_to_nodes_without_end_is_given_up(string path)
    {
        var document = Value($"{new string('[', 60)}{new string(']', 60)}");
        Assert.Equal(PathOutcome.GivenUp, JsonPath.Parse(path).Steps.Evaluate(document, document, out _));
        Assert.Equal("The path leads to too many nodes", JsonPath.Parse(path).DescribeMissing(Context(document.Text)));
    }

    [Fact]
    public void A_scan_goes_as_deep_as_the_document() =>
        Assert.Equal("[1,2]", Evaluate("$..a", $"{new string('[', 60)}{{\"a\":1}},{{\"a\":2}}{new string(']', 60)}"));

    private static string Evaluate(string path, string input)
    {
        Assert.True(JsonPath.Parse(path).TryEvaluate(Context(input), out var value));
        return JsonWriter.Compact(value);
    }
}
