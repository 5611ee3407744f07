using Stateside.Language.Json;
using Stateside.Language.Jsonata;
using Stateside.Language.Jsonata.Parsing;

namespace Stateside.Language.Tests.Jsonata;

public class StepFunctionsDialectTests
{
    private const string Deep = "Stack overflow error: Check for non-terminating recursive function. Consider rewriting as tail-recursive";
    private const string Large = "Expression evaluation memory limit exceeded: Check for excessive memory usage";

    private static string Repeated(string text, int times) => string.Concat(Enumerable.Repeat(text, times));

    [Theory]
    [InlineData("$partition([1,2,3,4,5], 2)", "[[1,2],[3,4],[5]]")]
    [InlineData("$partition([1], 3)", "[[1]]")]
    [InlineData("$partition([1,2,3], 2.9)", "[[1,2],[3]]")]
    [InlineData("$partition([1,2,3])", "[[1,2,3]]")]
    [InlineData("$partition([1,2,3], 9223372036854775807)", "[[1,2,3]]")]
    [InlineData("$range(0, 10, 3)", "[0,3,6,9]")]
    [InlineData("$range(1, 9, 9)", "1")]
    [InlineData("$range(5, 1, -2)", "[5,3,1]")]
    [InlineData("$range(-1.7, 2, 1)", "[-1,0,1,2]")]
    [InlineData("$range(5, 1, -1.5)", "[5,4,3,2,1]")]
    [InlineData("$range(3, 3, -1)", "3")]
    [InlineData("$count($range(-9223372036854775808, 9223372036854775807, 9223372036854775807))", "3")]
    [InlineData("$parse('{\"a\": [1, 2]}').a", "[1,2]")]
    [InlineData("$exists($parse('null'))", "true")]
    [InlineData("$map(['{\"a\":1}', '{\"a\":2}'], $parse).a", "[1,2]")]
    [InlineData("$hash('input data', 'MD5')", "\"812f45842bc6d66ee14572ce20db8e86\"")]
    [InlineData("$length($hash('input data', 'SHA-512'))", "128")]
    [InlineData("$base64decode('YWJj') & $base64decode('YQ') & $base64decode('YQ==')", "\"abcaa\"")]
    [InlineData("$random(42)", "0.7275636800328681")]
    [InlineData("$random(0.9)", "0.730967787376657")]
    public void The_service_adds_functions(string expression, string? expected) => Assert.Equal(expected, Evaluation.StepFunctions(expression));

    [Theory]
    [InlineData("$partition([], 2)")]
    [InlineData("$partition()")]
    [InlineData("$partition([1,2,3], 0)")]
    [InlineData("$partition([1,2,3], -0.5)")]
    [InlineData("$range(1, 5)")]
    [InlineData("$range(1, 5, 0)")]
    [InlineData("$range(5, 1, 1)")]
    [InlineData("$hash('a')")]
    [InlineData("$parse()")]
    public void Some_arguments_of_its_functions_give_nothing(string expression) => Assert.Null(Evaluation.StepFunctions(expression));

    [Fact]
    public void A_seed_repeats_its_number_and_a_uuid_is_of_version_4()
    {
        Assert.Equal("true", Evaluation.StepFunctions("$random(7) = $random(7) and $random(7) != $random(8) and $random() < 1"));
        Assert.Matches("^\"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\"$", Evaluation.StepFunctions("$uuid()"));
    }

    [Theory]
    [InlineData("$partition([1,2,3], -1)", "D3137: Second argument must be zero or greater")]
    [InlineData("$partition(null, 2)", "T0412: Argument 1 of function \"partition\" must be an array of undefined")]
    [InlineData("$partition([1], '2')", "T0410: Argument 2 of function \"partition\" does not match function signature")]
    [InlineData("$partition([1], 2, 3)", "T0410: Argument 3 of function \"partition\" does not match function signature")]
    [InlineData("$range(1)", "T0410: Argument 2 of function \"range\" does not match function signature")]
    [InlineData("$range('a', 5, 1)", "T0410: Argument 1 of function \"range\" does not match function signature")]
    [InlineData("$range(1, 5, 1, 'x')", "T0410: Argument 4 of function \"range\" does not match function signature")]
    [InlineData("$hash()", "T0410: Argument 1 of function \"hash\" does not match function signature")]
    [InlineData("$hash('a', 5)", "T0410: Argument 2 of function \"hash\" does not match function signature")]
    [InlineData("$hash('a', 'md5')", "D3137: Hash algorithm 'md5' must be one of SHA-1, SHA-384, SHA-256, SHA-512, MD5")]
    [InlineData("$random(1, 2)", "T0410: Argument 2 of function \"random\" does not match function signature")]
    [InlineData("$uuid('x')", "T0410: Argument 1 of function \"uuid\" does not match function signature")]
    [InlineData("$uuid(1, 2)", "T0410: Argument 1 of function \"uuid\" does not match function signature")]
    [InlineData("$parse('1', 2, 3, 4)", "T0410: Argument 2 of function \"parse\" does not match function signature")]
    [InlineData("$parse(null)", "T0410: Argument 1 of function \"parse\" does not match function signature")]
    [InlineData("$parse('')", "D3137: Invalid JSON")]
    [InlineData("$parse('[1,2] [3,4]')", "D3137: Invalid JSON")]
    [InlineData("$parse('{\"a\":1,\"a\":2}')", "D3137: Invalid JSON")]
    [InlineData("$parse('1e400')", "D3137: Invalid JSON")]
    [InlineData("$base64decode('!!!')", "U1001: internal error")]
    [InlineData("$base64decode('YQ=')", "U1001: internal error")]
    [InlineData("$base64decode('YWJj_')", "U1001: internal error")]
    public void Others_are_errors(string expression, string expected)
    {
        var error = Assert.Throws<JsonataException>(() => Evaluation.StepFunctions(expression));
        Assert.Equal(expected, $"{error.Code}: {error.Message}");
    }

    [Theory]
    [InlineData("1/0", "\"Infinity\"")]
    [InlineData("-1/0", "\"-Infinity\"")]
    [InlineData("0/0", "\"NaN\"")]
    [InlineData("1e308 * 10", "\"Infinity\"")]
    [InlineData("[1/0, 2]", "[\"Infinity\",2]")]
    [InlineData("{'k': {'l': [0/0]}}", "{\"k\":{\"l\":[\"NaN\"]}}")]
    [InlineData("$parse('1.0')", "1")]
    [InlineData("$parse('-0')", "0")]
    [InlineData("$parse('1.50')", "1.5")]
    [InlineData("$parse('{\"a\":[1e2,[2.0]],\"b\":0.10}')", "{\"a\":[100,[2]],\"b\":0.1}")]
    [InlineData("$parse('9223372036854775807')", "9223372036854775807")]
    [InlineData("$parse('9223372036854775808')", "9.223372036854776E18")]
    [InlineData("$parse('123456789012345678901234567890')", "1.2345678901234568E29")]
    [InlineData("[12345678.5, 0.0001, 1e21, 3.0]", "[1.23456785E7,1.0E-4,1.0E21,3]")]
    public void Results_are_numbers_as_Java_prints_them_and_texts_where_JSON_has_no_number(string expression, string expected) =>
        Assert.Equal(expected, Evaluation.StepFunctions(expression));

    [Theory]
    [InlineData("1/0 + 1")]
    [InlineData("-(1/0)")]
    public void A_number_out_of_range_is_an_error_where_it_is_used(string expression) =>
        Assert.Equal("D1001", Assert.Throws<JsonataException>(() => Evaluation.StepFunctions(expression)).Code);

    public static TheoryData<string, string?> Limits() => new()
    {
        { "1" + Repeated("+1", 99), null },
        { "1" + Repeated("+1", 100), Deep },
        { Repeated("(", 99) + "1" + Repeated(")", 99), null },
        { Repeated("(", 100) + "1" + Repeated(")", 100), Deep },
        { Repeated("[", 99) + "1" + Repeated("]", 99), null },
        { Repeated("[", 100) + "1" + Repeated("]", 100), Deep },
        { "1" + Repeated("~>$string", 99), null },
        { "1" + Repeated("~>$string", 100), Deep },
        { "($f := function($x){ $x <= 0 ? 0 : 1 + $f($x-1) }; $f(31))", null },
        { "($f := function($x){ $x <= 0 ? 0 : 1 + $f($x-1) }; $f(32))", Deep },
        { "[1..873782] ~> $count()", null },
        { "[1..873783] ~> $count()", Large },
        { "$sum([1..900000])", Large },
        { "$count($range(1, 360145, 1))", null },
        { "$count($range(1, 360146, 1))", Large },
        { "($f := function($s, $n){ $n = 0 ? $s : $f($s & $s, $n - 1) }; $length($f('x', 22)))", null },
        { "($f := function($s, $n){ $n = 0 ? $s : $f($s & $s, $n - 1) }; $length($f('x', 23)))", Large },
    };

    [Theory]
    [MemberData(nameof(Limits))]
    public void Depth_and_memory_end_where_the_services_do(string expression, string? problem) =>
        Assert.Equal(problem, (Record.Exception(() => Evaluation.StepFunctions(expression)) as JsonataException)?.Message);

    [Fact]
    public void There_is_no_eval()
    {
        Assert.Equal("T1006", Assert.Throws<JsonataException>(() => Evaluation.StepFunctions("$eval('1')")).Code);
    }

    [Fact]
    public void Variables_are_asked_for_when_the_evaluation_comes_across_them_and_once()
    {
        var asked = new List<string>();
        var expression = JsonataExpression.Parse("$a = 1 ? $a + $states.input.n : $b");

        var result = expression.Evaluate(new JsonataEnvironment
        {
            Variables = name =>
            {
                asked.Add(name);
                return name switch { "a" => JsonNumber.Of(1L), "states" => JsonReader.Parse("{\"input\":{\"n\":41}}"), _ => null };
            },
        });

        Assert.Equal("42", result!.Text);
        Assert.Equal(["a", "states"], asked);
    }

    [Fact]
    public void References_tell_what_an_expression_looks_at()
    {
        var references = JsonataExpression.Parse("($x := $total; $states.input.orders[id = $x].(price * $states.context.rate) ~> $sum())").References;

        Assert.Equal(
            ["Variable total at 7", "Variable states.input.orders at 15", "Variable states.context.rate at 54"],
            references.Select(reference => $"{reference.Kind} {string.Join('.', [reference.Name, .. reference.Fields])} at {reference.Position}"));
    }

    [Theory]
    [InlineData("$", "Document $")]
    [InlineData("$$.a", "Document $$")]
    [InlineData("name", "Field name")]
    [InlineData("*", "Field *")]
    [InlineData("$map($a, function($v){ b })", "Variable a, Field b")]
    [InlineData("$eval('1')", "Eval eval")]
    [InlineData("$a[b = $].c{d: e}", "Variable a")]
    [InlineData("$a ~> |b|{'c': d}|", "Variable a")]
    [InlineData("function($x){ $x }", "")]
    [InlineData("$a@$v.b#$i.($v & $i)", "Variable a")]
    public void References_tell_top_level_names_from_those_with_a_context(string expression, string expected) => Assert.Equal(
        expected,
        string.Join(", ", JsonataExpression.Parse(expression).References.Select(reference => $"{reference.Kind} {reference.Name}")));

    /// <summary>Each name is looked up among all before it: one after another, that takes minutes.</summary>
    [Fact]
    public void Any_number_of_variables_is_numbered_as_fast_as_it_is_read() => Assert.Equal(
        300_000, JsonataExpression.Parse($"[{string.Join(',', Enumerable.Range(0, 300_000).Select(i => $"$v{i}"))}]").References.Count);
}
