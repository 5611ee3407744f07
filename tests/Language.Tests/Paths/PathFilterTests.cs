using Stateside.Language.Json;
using Stateside.Language.Paths;
using static Stateside.Language.Tests.Evaluation;

namespace Stateside.Language.Tests.Paths;

public sealed class PathFilterTests
{
    private const string Items = """
        {
          "limit": 10,
          "items": [
            {"id": 1, "name": "Anna", "price": 5, "tags": ["x", "y"], "note": null},
            {"id": 2, "name": "Bert", "price": 10.0, "tags": [], "box": {"w": 1}},
            {"id": 3, "name": "anna", "price": "15", "tags": ["z"], "done": true, "empty": ""}
          ]
        }
        """;

    [Theory]
    [InlineData("@.price == 10", "[2]")]
    [InlineData("@.price == '10.0'", "[2]")]
    [InlineData("@.price == 15", "[3]")]
    [InlineData("@.price == '15'", "[3]")]
    [InlineData("@.price != 10", "[1,3]")]
    [InlineData("@.price === '10.0'", "[]")]
    [InlineData("@.price !== 5", "[2,3]")]
    [InlineData("@.price < 10", "[1]")]
    [InlineData("@.price <= $.limit", "[1,2]")]
    [InlineData("@.price > 5", "[2]")]
    [InlineData("@.name >= 'Bert'", "[2,3]")]
    [InlineData("@.note", "[1]")]
    [InlineData("!@.note", "[2,3]")]
    [InlineData("@.note == null", "[1]")]
    [InlineData("@.missing == null", "[]")]
    [InlineData("@.missing != 'a'", "[1,2,3]")]
    [InlineData("@.done == true", "[3]")]
    [InlineData("@.box == {'w': 1}", "[2]")]
    [InlineData("@.tags == ['x','y']", "[1]")]
    [InlineData("@.name =~ /an.*/i", "[1,3]")]
    [InlineData("@.name =~ /[Aa]nna/", "[1,3]")]
    [InlineData("@.name =~ /anna/i", "[1,3]")]
    [InlineData("@.name =~ /nn/", "[]")]
    [InlineData("@.tags =~ /[xz]/", "[1,3]")]
    [InlineData("@.name =~ /(.)ert\\/?/", "[2]")]
    [InlineData("@.name =~ /B(?=e)ert/", "[2]")]
    [InlineData("@.id in [1, 3]", "[1,3]")]
    [InlineData("@.id nin [1, 3]", "[2]")]
    [InlineData("@.id IN [1]", "[1]")]
    [InlineData("@.tags contains 'x'", "[1]")]
    [InlineData("@.name contains 'er'", "[2]")]
    [InlineData("@.tags all ['x','y']", "[1]")]
    [InlineData("@.tags subsetof ['x','y','w']", "[1,2]")]
    [InlineData("@.tags anyof ['y','z']", "[1,3]")]
    [InlineData("@.tags noneof ['x']", "[2,3]")]
    [InlineData("@.tags size 1", "[3]")]
    [InlineData("@.name size 4", "[1,2,3]")]
    [InlineData("@.tags empty true", "[2]")]
    [InlineData("@.empty empty true", "[3]")]
    [InlineData("@.tags.length() == 2", "[1]")]
    [InlineData("@.id == 1 || @.id == 2 && @.price < 0", "[1]")]
    [InlineData("(@.id == 1 || @.id == 2) && @.price > 5", "[2]")]
    [InlineData("!(@.id == 1)", "[2,3]")]
    [InlineData("@.id==1||@.id==3", "[1,3]")]
    [InlineData("@['name'] == \"Bert\" && @.box.w >= 1", "[2]")]
    [InlineData("@.tags[0] == 'z'", "[3]")]
    [InlineData("@.price == -5 || @.id == 2e0", "[2]")]
    public void A_filter_lets_through_what_it_says(string filter, string expected) =>
        Assert.Equal(expected.Replace('\'', '"'), Evaluate($"$.items[?({filter})].id"));

    [Fact]
    public void Annas_name_alone_must_match_the_whole_expression() => Assert.Equal("[]", Evaluate("$.items[?(@.name =~ /An/)].id"));

    [Fact]
    public void A_filter_on_an_object_asks_the_object_itself() =>
        Assert.Equal("""[{"w":1}]""", Evaluate("$.items[1].box[?(@.w == 1)]"));

    [Fact]
    public void A_filter_after_a_descent_asks_every_object() => Assert.Equal("[1,2,3]", Evaluate("$..[?(@.id)].id"));

    [Fact]
    public void A_number_without_a_filter_is_a_scalar_of_which_nothing_is_found() => Assert.Equal("[]", Evaluate("$.limit[?(@.a)]"));

    private static string Evaluate(string path)
    {
        Assert.True(JsonPath.Parse(path).TryEvaluate(Context(Items), out var value));
        return JsonWriter.Compact(value);
    }
}
