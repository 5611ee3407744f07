namespace Stateside.Language.Tests.Jsonata;

public class RegexTests
{
    [Theory]
    [InlineData("$contains('Straße', /^\\w+$/)", "false")]
    [InlineData("$contains('٣', /\\d/)", "false")]
    [InlineData("$contains('\\u00a0', /\\s/)", "true")]
    [InlineData("$contains('a\\u2028b', /a.b/)", "false")]
    [InlineData("$contains('a\\n', /a$/)", "false")]
    [InlineData("$contains('a\\rb', /a$/m)", "true")]
    [InlineData("$contains('ABC', /b/i)", "true")]
    [InlineData("$contains('aa', /^(?:(b)|a)\\1a$/)", "true")]
    [InlineData("$contains('x{,5}', /x{,5}/)", "true")]
    [InlineData("$contains('a/b', /a\\/b/)", "true")]
    [InlineData("$contains('a/b', /[/]/)", "true")]
    [InlineData("$contains('foobar', /foo(?=bar)/)", "true")]
    [InlineData("$contains('foobar', /(?<!foo)bar/)", "false")]
    public void A_regular_expression_means_what_JavaScript_means(string expression, string expected) =>
        Assert.Equal(expected, Evaluation.Of(expression));

    [Theory]
    [InlineData("$match('ab12', /([a-z])(\\d)?/)", "[{\"match\":\"a\",\"index\":0,\"groups\":[\"a\",null]},{\"match\":\"b1\",\"index\":1,\"groups\":[\"b\",\"1\"]}]")]
    [InlineData("$match('aaa', /a/, 2).index", "[0,1]")]
    [InlineData("$match('2024-05', /(?<y>\\d+)-(m)?(?<n>\\d+)/).groups", "[\"2024\",null,\"05\"]")]
    [InlineData("$replace('John Smith', /(\\w+)\\s(\\w+)/, '$2, $1 $$ $9')", "\"Smith, John $ \"")]
    [InlineData("$replace('a1b2', /\\d/, function($m){ $string($number($m.match) * 2) })", "\"a2b4\"")]
    [InlineData("$replace('aaa', 'a', 'b', 2)", "\"bba\"")]
    [InlineData("$split('a, b;c', /[,;]\\s*/)", "[\"a\",\"b\",\"c\"]")]
    [InlineData("$split('abc', '')", "[\"a\",\"b\",\"c\"]")]
    [InlineData("/b/('abc').start", "1")]
    public void Matches_are_found_replaced_and_split_at(string expression, string expected) =>
        Assert.Equal(expected, Evaluation.Of(expression));

    [Theory]
    [InlineData("$replace('abc', /x*/, '-')", "D1004")]
    [InlineData("$replace('a', '', '-')", "D3010")]
    [InlineData("$replace('a', /a/, function($m){ 1 })", "D3012")]
    [InlineData("$split('a', 'b', -1)", "D3020")]
    [InlineData("$match('a', /a/, -1)", "D3040")]
    [InlineData("$match('a', function($s){ {'x': 1} })", "T1010")]
    [InlineData("$match('a', /a]/)", "S0302")]
    [InlineData("$match('a', /a$*/)", "S0303")]
    [InlineData("$match('a', /a**/)", "S0303")]
    public void What_cannot_be_matched_is_an_error(string expression, string code) => Assert.Equal(code, Evaluation.Error(expression).Code);

    [Fact]
    public void A_pattern_that_would_backtrack_for_ages_is_matched_at_once() =>
        Assert.Equal("false", Evaluation.Of("$contains($pad('', 5000, 'a') & '!', /^(a+)+$/)"));

    [Fact]
    public void A_function_may_stand_in_for_a_regular_expression() => Assert.Equal(
        "[\"a\",\"b\"]",
        Evaluation.Of("$split('a-b', function($s){ {'match': '-', 'start': 1, 'end': 2, 'groups': [], 'next': function(){ nothing }} })"));
}
