using Stateside.Language.Json;
using Stateside.Language.Paths;
using static Stateside.Language.Tests.Evaluation;

namespace Stateside.Language.Tests.Paths;

public sealed class JsonPathTests
{
    private const string Shop = """
        {
          "store": {
            "book": [
              {"category": "reference", "author": "Nigel Rees", "price": 8.95},
              {"category": "fiction", "author": "Evelyn Waugh", "price": 12.99, "isbn": "0-553"},
              {"category": "fiction", "author": "J. R. R. Tolkien", "price": 22.99, "isbn": "0-395"}
            ],
            "bicycle": {"color": "red", "price": 19.95}
          },
          "expensive": 10,
          "tags": ["a", "b", "c", "d"],
          "odd names": {"it's": 1, "a.b": 2, "größe": 3, "": 4},
          "none": null
        }
        """;

    [Theory]
    [InlineData("$.store.bicycle.color", "\"red\"")]
    [InlineData("$['store']['bicycle'][\"color\"]", "\"red\"")]
    [InlineData("$.store.book[0].author", "\"Nigel Rees\"")]
    [InlineData("$.store.book[-1].author", "\"J. R. R. Tolkien\"")]
    [InlineData("$['odd names']['it\\'s']", "1")]
    [InlineData("$['odd names'][\"it's\"]", "1")]
    [InlineData("$['odd names']['a.b']", "2")]
    [InlineData("$['odd names'].größe", "3")]
    [InlineData("$['odd names']['gr\\u00f6\\u00dfe']", "3")]
    [InlineData("$['odd names']['']", "4")]
    [InlineData("$.none", "null")]
    [InlineData("$.tags.length()", "4")]
    [InlineData("$.tags.index(1)", "\"b\"")]
    [InlineData("$.store.bicycle.keys()", """["color","price"]""")]
    [InlineData("$.store.bicycle['price','color','size']", """{"price":19.95,"color":"red"}""")]
    public void A_definite_path_gives_the_value_it_names(string path, string expected)
    {
        Assert.True(JsonPath.Parse(path).IsDefinite);
        Assert.Equal(expected, Evaluate(path, Shop));
    }

    [Theory]
    [InlineData("$.tags[*]", """["a","b","c","d"]""")]
    [InlineData("$.tags[0,2,-1,9]", """["a","c","d"]""")]
    [InlineData("$.tags[1:3]", """["b","c"]""")]
    [InlineData("$.tags[2:]", """["c","d"]""")]
    [InlineData("$.tags[:2]", """["a","b"]""")]
    [InlineData("$.tags[-2:]", """["c","d"]""")]
    [InlineData("$.tags[:-1]", """["a","b","c"]""")]
    [InlineData("$.tags[-3:-1]", """["b","c"]""")]
    [InlineData("$.store.book[*].price", "[8.95,12.99,22.99]")]
    [InlineData("$.store.bicycle.*", """["red",19.95]""")]
    [InlineData("$..price", "[8.95,12.99,22.99,19.95]")]
    [InlineData("$..book[0].author", """["Nigel Rees"]""")]
    [InlineData("$.store..['color']", """["red"]""")]
    [InlineData("$.store['book','bicycle'].price", "[19.95]")]
    [InlineData("$..isbn", """["0-553","0-395"]""")]
    public void A_path_that_may_name_several_values_gives_an_array(string path, string expected)
    {
        Assert.False(JsonPath.Parse(path).IsDefinite);
        Assert.Equal(expected, Evaluate(path, Shop));
    }

    [Theory]
    [InlineData("$.items[*]")]
    [InlineData("$.a.items[1:5]")]
    [InlineData("$.a.items[?(@.x == 1)]")]
    [InlineData("$..nothing")]
    [InlineData("$..length()")]
    [InlineData("$[*]")]
    public void A_path_that_may_name_several_values_gives_an_empty_array_when_there_are_none(string path) =>
        Assert.Equal("[]", Evaluate(path, "{}"));

    [Theory]
    [InlineData("$.tags[4:1]")]
    [InlineData("$.tags[1:-1]")]
    public void A_slice_whose_start_is_not_before_its_end_is_empty(string path) => Assert.Equal("[]", Evaluate(path, Shop));

    [Fact]
    public void The_step_of_a_slice_has_no_effect() => Assert.Equal("""["b","c","d"]""", Evaluate("$.tags[1:4:2]", Shop));

    [Theory]
    [InlineData("$..tags.length()", "1")]
    [InlineData("$..price.length()", "4")]
    public void A_function_after_a_descent_works_on_all_that_was_found(string path, string expected)
    {
        Assert.True(JsonPath.Parse(path).IsDefinite);
        Assert.Equal(expected, Evaluate(path, Shop));
    }

    [Theory]
    [InlineData("$.numbers.sum()")]
    [InlineData("$.numbers.min()")]
    [InlineData("$.numbers.concat(\"x\")")]
    public void Functions_that_AWS_takes_and_never_finds_name_nothing(string path) =>
        Assert.False(JsonPath.Parse(path).TryEvaluate(Context("""{"numbers": [1, 2]}"""), out _));

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
    [InlineData("$['a','b']", false)]
    public void A_reference_path_has_names_and_indexes_only(string path, bool expected) => Assert.Equal(expected, JsonPath.Parse(path).IsReference);

    [Theory]
    [InlineData("$.store.shelf.color", "Missing property in path $['store']['shelf']")]
    [InlineData("$.store.shelf", "No results for path: $['store']['shelf']")]
    [InlineData("$..price.sum()", "No results for path: $..['price'].sum()")]
    [InlineData("$.tags[9]", "No results for path: $['tags'][9]")]
    [InlineData("$.expensive[0]", "Filter: [0] can only be applied to arrays. Current context is: 10")]
    [InlineData("$.expensive[0].a", "Filter: [0]['a'] can only be applied to arrays. Current context is: 10")]
    [InlineData("$.tags.a", "Expected to find an object with property ['a'] in path $['tags'] but found "
        + "'com.fasterxml.jackson.databind.node.ArrayNode'. This is not a json object according to the JsonProvider: "
        + "'com.jayway.jsonpath.spi.json.JacksonJsonNodeJsonProvider'.")]
    [InlineData("$.none.a", "Expected to find an object with property ['a'] in path $['none'] but found "
        + "'com.fasterxml.jackson.databind.node.NullNode'. This is not a json object according to the JsonProvider: "
        + "'com.jayway.jsonpath.spi.json.JacksonJsonNodeJsonProvider'.")]
    public void A_path_that_names_nothing_says_why(string text, string expected)
    {
        var path = JsonPath.Parse(text);
        var context = Context(Shop);
        Assert.False(path.TryEvaluate(context, out _));
        Assert.Equal(expected, path.DescribeMissing(context));
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("a.b", 0)]
    [InlineData("@.a", 0)]
    [InlineData("$.", 2)]
    [InlineData("$..", 3)]
    [InlineData("$...a", 3)]
    [InlineData("$[", 1)]
    [InlineData("$[]", 1)]
    [InlineData("$.a[1", 5)]
    [InlineData("$.a[:]", 5)]
    [InlineData("$.a['b]", 4)]
    [InlineData("$.a['b'", 7)]
    [InlineData("$.a b", 3)]
    [InlineData("$.a[?(@.b ==)]", 12)]
    [InlineData("$.a[?(@.b ~~ 1)]", 10)]
    [InlineData("$.a[?(1)]", 6)]
    [InlineData("$.a[?(@.b =~ /(/)]", 13)]
    [InlineData("$.a.nonsense()", 4)]
    [InlineData("$(a)", 1)]
    [InlineData("$.a[99999999999]", 4)]
    public void What_is_not_a_path_is_refused_with_the_place(string text, int position)
    {
        Assert.False(JsonPath.TryParse(text, out _, out var problem));
        Assert.Equal(position, problem.Position);
    }

    [Fact]
    public void A_filter_nested_a_thousand_deep_is_refused_not_followed()
    {
        var text = $"$[?({new string('(', 1000)}@.a{new string(')', 1000)})]";
        Assert.False(JsonPath.TryParse(text, out _, out var problem));
        Assert.Equal("The path is nested too deeply", problem.Problem);
    }

    private static string Evaluate(string path, string input)
    {
        Assert.True(JsonPath.Parse(path).TryEvaluate(Context(input), out var value));
        return JsonWriter.Compact(value);
    }
}
