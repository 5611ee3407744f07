using Stateside.Language.Jsonata;
using Stateside.Language.Jsonata.Parsing;

namespace Stateside.Language.Tests.Jsonata;

public class SyntaxTests
{
    [Theory]
    [InlineData("'a", "S0101", 2)]
    [InlineData("1e999", "S0102", 0)]
    [InlineData("'\\q'", "S0103", 2)]
    [InlineData("'\\u12'", "S0104", 2)]
    [InlineData("`a", "S0105", 2)]
    [InlineData("1 /* a", "S0106", 2)]
    [InlineData("1 2", "S0201", 3)]
    [InlineData("(1", "S0203", 2)]
    [InlineData("(1]", "S0202", 3)]
    [InlineData("1 ! 2", "S0204", 3)]
    [InlineData("1 +", "S0207", 3)]
    [InlineData("+ 1", "S0211", 1)]
    [InlineData("a := 1", "S0212", 1)]
    [InlineData("a.1", "S0213", 3)]
    [InlineData("a@b", "S0214", 3)]
    [InlineData("a[1]@$b", "S0215", 5)]
    [InlineData("a^(b)@$c", "S0216", 6)]
    [InlineData("$f(//)", "S0301", 4)]
    [InlineData("$f(/a", "S0302", 5)]
    [InlineData("$f(/(/)", "S0302", 7)]
    [InlineData("$f(/*a/)", "S0106", 3)]
    public void A_mistake_has_a_code_and_a_place(string expression, string code, int position)
    {
        var error = Assert.Throws<JsonataException>(() => JsonataExpression.Parse(expression));

        Assert.Equal((code, position), (error.Code, error.Position));
    }

    [Theory]
    [InlineData("/* a */ 1 /* b */", "1")]
    [InlineData("'\\u0041\\n\\\\'", "\"A\\n\\\\\"")]
    [InlineData("{'and': 1}.and", "1")]
    [InlineData("{'in': 1}.`in`", "1")]
    [InlineData("1\t+\r\n2", "3")]
    public void Comments_escapes_and_words_that_are_names_read_well(string expression, string expected) =>
        Assert.Equal(expected, Evaluation.Of(expression));
}
