namespace Stateside.Language.Tests.Jsonata;

public class OperatorTests
{
    [Theory]
    [InlineData("1 + 2 * 3 - 4 / 2", "5")]
    [InlineData("7 % 4", "3")]
    [InlineData("-7 % 4", "-3")]
    [InlineData("0.1 + 0.2", "0.30000000000000004")]
    [InlineData("1e21 * 10", "1e+22")]
    [InlineData("5 - nothing", null)]
    [InlineData("-(2)", "-2")]
    public void Arithmetic_is_that_of_doubles(string expression, string? expected) => Assert.Equal(expected, Evaluation.Of(expression));

    [Theory]
    [InlineData("1 = 1.0", "true")]
    [InlineData("[1,{'a':2}] = [1,{'a':2}]", "true")]
    [InlineData("{'a':1,'b':2} = {'b':2,'a':1}", "true")]
    [InlineData("'1' = 1", "false")]
    [InlineData("nothing = nothing", "false")]
    [InlineData("nothing != 1", "false")]
    [InlineData("null = null", "true")]
    [InlineData("'b' > 'a'", "true")]
    [InlineData("nothing > 1", null)]
    [InlineData("2 in [1, 2]", "true")]
    [InlineData("'a' in 'a'", "true")]
    [InlineData("{'a':1} in [{'a':1}]", "false")]
    public void Comparisons_look_at_values(string expression, string? expected) => Assert.Equal(expected, Evaluation.Of(expression));

    [Theory]
    [InlineData("'a' & 1 & true & nothing & [1,2]", "\"a1true[1,2]\"")]
    [InlineData("1 and 'a'", "true")]
    [InlineData("[] or {}", "false")]
    [InlineData("false and $error('not looked at')", "false")]
    [InlineData("true or $error('not looked at')", "true")]
    [InlineData("[0, [false, 1]] and true", "true")]
    public void Strings_and_truth_come_of_any_value(string expression, string expected) => Assert.Equal(expected, Evaluation.Of(expression));

    [Theory]
    [InlineData("nothing ? 1 : 2", "2")]
    [InlineData("nothing ? 1", null)]
    [InlineData("0 ?: 3", "3")]
    [InlineData("0 ?? 3", "0")]
    [InlineData("nothing ?? 3", "3")]
    public void Conditions_choose(string expression, string? expected) => Assert.Equal(expected, Evaluation.Of(expression));

    [Theory]
    [InlineData("1 + 'a'", "T2002", 3, "+")]
    [InlineData("'a' + 1", "T2001", 5, "+")]
    [InlineData("1 < 'a'", "T2009", 3, "<")]
    [InlineData("1 < true", "T2010", 3, "<")]
    [InlineData("-'a'", "D1002", 1, "-")]
    public void Errors_name_the_operator_and_its_place(string expression, string code, int position, string token)
    {
        var error = Evaluation.Error(expression);

        Assert.Equal((code, position, token), (error.Code, error.Position, error.Token));
    }

    [Theory]
    [InlineData("1 / 0")]
    [InlineData("[0 / 0]")]
    [InlineData("1e308 * 10 + 1")]
    public void What_is_beyond_all_numbers_is_no_result(string expression) => Assert.Equal("D1001", Evaluation.Error(expression).Code);

    [Fact]
    public void A_message_fills_in_what_went_wrong() =>
        Assert.Equal("The right side of the \"+\" operator must evaluate to a number", Evaluation.Error("1 + 'a'").Message);
}
