using Stateside.Language.Jsonata;
using Stateside.Language.Jsonata.Parsing;

namespace Stateside.Language.Tests.Jsonata;

public class FunctionValueTests
{
    [Theory]
    [InlineData("($f := function($x, $y){ $x - $y }; $f(5, 3))", "2")]
    [InlineData("($f := λ($x){ $x }; $f())", null)]
    [InlineData("($add := function($x){ function($y){ $x + $y } }; $add(1)(2))", "3")]
    [InlineData("($x := 1; $f := function(){ $x }; ($x := 2; $f()))", "1")]
    [InlineData("($x := 1; ($y := $x; $x := 2; [$y, $x]))", "[1,2]")]
    [InlineData("($x := 1; ($x := nothing; $exists($x)))", "false")]
    [InlineData("($even := function($n){ $n = 0 ? true : $odd($n - 1) }; $odd := function($n){ $n = 0 ? false : $even($n - 1) }; $even(10))", "true")]
    public void Functions_see_the_variables_around_them(string expression, string? expected) =>
        Assert.Equal(expected, Evaluation.Of(expression));

    [Theory]
    [InlineData("($add := function($x, $y){ $x + $y }; $inc := $add(?, 1); $inc(4))", "5")]
    [InlineData("$map([1,2], $power(2, ?))", "[2,4]")]
    [InlineData("($first := $substring(?, 0, ?); $first('hello', 2))", "\"he\"")]
    public void A_call_with_open_arguments_gives_a_function_of_them(string expression, string expected) =>
        Assert.Equal(expected, Evaluation.Of(expression));

    [Theory]
    [InlineData("'  A b ' ~> $trim() ~> $lowercase()", "\"a b\"")]
    [InlineData("($f := $trim ~> $uppercase; $f(' a '))", "\"A\"")]
    [InlineData("[3,1] ~> $sort ~> $reverse()", "[3,1]")]
    public void A_chain_passes_values_on_or_makes_one_function_of_two(string expression, string expected) =>
        Assert.Equal(expected, Evaluation.Of(expression));

    [Theory]
    [InlineData("($f := function($x)<s-:s>{ $x }; ('ctx').$f())", "\"ctx\"")]
    [InlineData("($f := function($a)<a<n>:n>{ $sum($a) }; $f(3))", "3")]
    [InlineData("($f := function($a, $b)<nn?:n>{ $b }; $f(1))", null)]
    public void A_signature_fills_in_the_context_and_makes_arrays(string expression, string? expected) =>
        Assert.Equal(expected, Evaluation.Of(expression));

    [Theory]
    [InlineData("function($x)<n:n>{ $x }('a')", "T0410")]
    [InlineData("function($x)<a<s>:s>{ $x }([1])", "T0412")]
    [InlineData("5.$uppercase()", "S0213")]
    [InlineData("(5).$uppercase()", "T0411")]
    [InlineData("name()", "T1006")]
    [InlineData("sum([1])", "T1005")]
    [InlineData("uppercase(?)", "T1007")]
    [InlineData("5(?)", "T1008")]
    [InlineData("1 ~> 2", "T2006")]
    [InlineData("function($x)<n<n>>{ 1 }", "S0401")]
    [InlineData("function($x)<(sa<n>)>{ 1 }", "S0402")]
    [InlineData("function(x){ 1 }", "S0208")]
    public void Calls_that_do_not_fit_are_errors(string expression, string code) => Assert.Equal(code, Evaluation.Error(expression).Code);

    [Theory]
    [InlineData("$sum")]
    [InlineData("[1, function(){ 1 }]")]
    [InlineData("{'f': $sum}")]
    [InlineData("/a/('a')")]
    public void A_function_is_no_result(string expression)
    {
        var error = Evaluation.Error(expression);

        Assert.True(error.ResultIsFunction);
    }

    [Fact]
    public void A_variable_hides_a_function_of_the_language() => Assert.Equal("3", Evaluation.Of("($sum := function($x){ 3 }; $sum([1]))"));

    [Fact]
    public void A_call_in_tail_position_does_not_grow_the_stack() => Assert.Equal(
        "300000",
        Evaluation.Of("($loop := function($n, $total){ $n = 0 ? $total : $loop($n - 1, $total + 1) }; $loop(300000, 0))"));

    [Fact]
    public void Each_call_of_a_mapped_function_has_variables_of_its_own() => Assert.Equal(
        "[1,2,3]",
        Evaluation.Of("$map([1,2,3], function($x){ function(){ $x } }).$()"));

    [Theory]
    [InlineData("[$append(1, 2).$sum]")]
    [InlineData("[[$append(1, 2).$sum]]")]
    [InlineData("[1, $append(1, 2).$sum]")]
    public void A_function_that_a_path_gathered_into_an_array_is_no_result(string expression) =>
        Assert.True(Assert.Throws<JsonataException>(() => JsonataExpression.Parse(expression).Evaluate(new JsonataEnvironment())).ResultIsFunction);

    [Fact]
    public void A_number_beyond_all_numbers_that_a_path_gathered_into_an_array_is_text_in_the_service() =>
        Assert.Equal("[\"NaN\",\"NaN\"]", JsonataExpression.Parse("[$append(1, 2).(0 / 0)]").Evaluate(new JsonataEnvironment())!.Text);
}
