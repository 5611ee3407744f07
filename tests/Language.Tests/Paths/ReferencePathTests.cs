using Stateside.Language.Evaluation;
using Stateside.Language.Json;
using Stateside.Language.Paths;
using static Stateside.Language.Tests.Evaluation;

namespace Stateside.Language.Tests.Paths;

public sealed class ReferencePathTests
{
    [Theory]
    [InlineData("$", """{"a":1}""", "9")]
    [InlineData("$.b", """{"a":1}""", """{"a":1,"b":9}""")]
    [InlineData("$.a", """{"a":1,"c":2}""", """{"a":9,"c":2}""")]
    [InlineData("$.a.b.c", "{}", """{"a":{"b":{"c":9}}}""")]
    [InlineData("$.a.b", """{"a":{"x":1}}""", """{"a":{"x":1,"b":9}}""")]
    [InlineData("$.a[1]", """{"a":[1,2,3]}""", """{"a":[1,9,3]}""")]
    [InlineData("$[0].x", """[{"y":1},2]""", """[{"y":1,"x":9},2]""")]
    [InlineData("$['a b']['c']", "{}", """{"a b":{"c":9}}""")]
    public void A_result_is_put_where_the_path_says(string path, string target, string expected) =>
        Assert.Equal(expected, ReferencePath.Parse(path).Write(Value(target), Value("9")).Text);

    [Theory]
    [InlineData("$.a", "\"text\"", "\"text\"")]
    [InlineData("$.a", "[1,2]", "[1,2]")]
    [InlineData("$.a.b", """{"a":1}""", """{"a":1}""")]
    [InlineData("$.a[3]", """{"a":[1]}""", """{"a":[1]}""")]
    [InlineData("$.a[0]", "{}", "{}")]
    [InlineData("$.a", "null", "null")]
    public void A_path_that_does_not_fit_the_input_fails(string path, string target, string shown)
    {
        var failure = Assert.Throws<StatesException>(() => ReferencePath.Parse(path).Write(Value(target), JsonValue.True));
        Assert.Equal("States.ResultPathMatchFailure", failure.Error);
        Assert.Equal($"Unable to apply ReferencePath {path} to input {shown}", failure.Cause);
    }

    [Fact]
    public void Writing_leaves_the_target_as_it_was()
    {
        var target = Value("""{"a":{"b":[1,2]}}""");
        ReferencePath.Parse("$.a.b[0]").Write(target, JsonValue.Null);
        Assert.Equal("""{"a":{"b":[1,2]}}""", target.Text);
    }

    [Theory]
    [InlineData("$.a[*]")]
    [InlineData("$..a")]
    [InlineData("$.a[0:1]")]
    [InlineData("$.a[-1]")]
    [InlineData("$.a[?(@.b)]")]
    [InlineData("$.a.length()")]
    [InlineData("$$.a")]
    [InlineData("$a.b")]
    [InlineData("nonsense")]
    public void What_can_name_more_than_one_node_of_the_input_is_refused(string text) =>
        Assert.Throws<JsonPathException>(() => ReferencePath.Parse(text));
}
