namespace Stateside.Language.Tests.Jsonata;

public class ConstructorTests
{
    [Theory]
    [InlineData("[1, [2, 3], lines.qty]", "[1,[2,3],2,1,5]")]
    [InlineData("[nothing]", "[]")]
    [InlineData("[1..3, 7]", "[1,2,3,7]")]
    [InlineData("[3..1]", "[]")]
    [InlineData("[2..2]", "[2]")]
    [InlineData("lines.[sku, qty]", "[[\"a\",2],[\"b\",1],[\"c\",5]]")]
    public void An_array_flattens_sequences_but_not_arrays_written_in_it(string expression, string expected) =>
        Assert.Equal(expected, Evaluation.Of(expression));

    [Theory]
    [InlineData("[1..'a']", "T2004")]
    [InlineData("[1.5..3]", "T2003")]
    [InlineData("[0..10000000]", "D2014")]
    public void A_range_is_of_whole_numbers_and_has_an_end(string expression, string code) =>
        Assert.Equal(code, Evaluation.Error(expression).Code);

    [Fact]
    public void A_range_of_ten_million_numbers_is_counted_without_being_made() =>
        Assert.Equal("10000000", Evaluation.Of("$count([1..10000000])"));

    [Theory]
    [InlineData("{'a': 1, 'b': nothing}", "{\"a\":1}")]
    [InlineData("lines{sku: qty}", "{\"a\":2,\"b\":1,\"c\":5}")]
    [InlineData("lines{'all': $sum(qty)}", "{\"all\":8}")]
    [InlineData("lines{$string(qty > 1): sku}", "{\"true\":[\"a\",\"c\"],\"false\":\"b\"}")]
    [InlineData("lines.{sku: qty}", "[{\"a\":2},{\"b\":1},{\"c\":5}]")]
    public void An_object_groups_what_stands_before_it(string expression, string expected) =>
        Assert.Equal(expected, Evaluation.Of(expression));

    [Theory]
    [InlineData("{1: 2}", "T1003")]
    [InlineData("{'a': 1, 'a': 2}", "D1009")]
    [InlineData("lines{sku: 1}{sku: 2}", "S0210")]
    [InlineData("(lines){sku: 1}[0]", "S0209")]
    public void Keys_are_strings_and_differ(string expression, string code) => Assert.Equal(code, Evaluation.Error(expression).Code);

    [Theory]
    [InlineData("customer ~> |$|{'vip': false}|", "{\"name\":\"Ada\",\"emails\":[\"ada@example.com\"],\"vip\":false}")]
    [InlineData("customer ~> |$|{}, 'emails'|", "{\"name\":\"Ada\",\"vip\":true}")]
    [InlineData("($ ~> |lines[qty > 1]|{'total': qty * price}, ['tags', 'price']|).lines", "[{\"sku\":\"a\",\"qty\":2,\"total\":21},{\"sku\":\"b\",\"qty\":1,\"price\":20,\"tags\":[\"z\"]},{\"sku\":\"c\",\"qty\":5,\"total\":15}]")]
    [InlineData("($ ~> |**[sku]|{'seen': true}|).lines.seen", "[true,true,true]")]
    public void A_transform_gives_a_changed_copy(string expression, string expected) =>
        Assert.Equal(expected, Evaluation.Of(expression));

    [Fact]
    public void A_transform_leaves_its_input_alone() =>
        Assert.Equal("[true,false]", Evaluation.Of("($c := customer; $d := $c ~> |$|{'vip': false}|; [$c.vip, $d.vip])"));

    [Fact]
    public void A_transform_of_one_object_that_stands_in_two_places_changes_one() => Assert.Equal(
        "{\"l\":{\"v\":2},\"r\":{\"v\":1}}",
        Evaluation.Of("($x := {'v': 1}; {'l': $x, 'r': $x} ~> |l|{'v': 2}|)"));

    [Theory]
    [InlineData("customer ~> |$|5|", "T2011")]
    [InlineData("customer ~> |$|{}, 5|", "T2012")]
    [InlineData("($clone := 1; customer ~> |$|{}|)", "T2013")]
    public void A_transform_wants_objects_and_names(string expression, string code) =>
        Assert.Equal(code, Evaluation.Error(expression).Code);
}
