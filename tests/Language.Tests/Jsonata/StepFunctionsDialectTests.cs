using Stateside.Language.Json;
using Stateside.Language.Jsonata;
using Stateside.Language.Jsonata.Parsing;

namespace Stateside.Language.Tests.Jsonata;

public class StepFunctionsDialectTests
{
    [Theory]
    [InlineData("$partition([1,2,3,4,5], 2)", "[[1,2],[3,4],[5]]")]
    [InlineData("$partition([1], 3)", "[[1]]")]
    [InlineData("$partition([1,2,3], 2.9)", "[[1,2],[3]]")]
    [InlineData("$range(0, 10, 3)", "[0,3,6,9]")]
    [InlineData("$range(1, 9, 9)", "1")]
    [InlineData("$range(5, 1, -2)", "[5,3,1]")]
    [InlineData("$range(1, 0, 1)", null)]
    [InlineData("$parse('{\"a\": [1, 2]}').a", "[1,2]")]
    [InlineData("$parse('-0')", "0")]
    [InlineData("$parse('1.50')", "1.50")]
    [InlineData("$hash('input data', 'MD5')", "\"812f45842bc6d66ee14572ce20db8e86\"")]
    [InlineData("$length($hash('input data', 'SHA-512'))", "128")]
    public void The_service_adds_functions(string expression, string? expected) => Assert.Equal(expected, Evaluation.StepFunctions(expression));

    [Fact]
    public void A_seed_repeats_its_number_and_a_uuid_is_of_version_4()
    {
        Assert.Equal("true", Evaluation.StepFunctions("$random(7) = $random(7) and $random(7) != $random(8) and $random() < 1"));
        Assert.Matches("^\"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\"$", Evaluation.StepFunctions("$uuid()"));
    }

    [Theory]
    [InlineData("$partition([1], 0)")]
    [InlineData("$range(1, 5, 0)")]
    [InlineData("$hash('a', 'CRC32')")]
    [InlineData("$parse('{')")]
    public void Arguments_out_of_range_are_errors(string expression) =>
        Assert.Throws<JsonataException>(() => Evaluation.StepFunctions(expression));

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
}
