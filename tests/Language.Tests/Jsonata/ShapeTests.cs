using Stateside.Language.Json;
using Stateside.Language.Jsonata.Parsing;
using Stateside.Language.Shapes;

namespace Stateside.Language.Tests.Jsonata;

public class ShapeTests
{
    private static readonly ShapeOrigin Declared = new("Order", "Order.cs", 7);

    private static readonly Shape Line = Shape.Object(("sku", Shape.Text), ("qty", Shape.Number), ("note", Shape.Text.OrNothing()));

    private static readonly ShapeScope Scope = new()
    {
        Input = Shape.Of(new ObjectShape(
            new[] { "id", "count", "status", "customer", "lines", "pair", "open" }.Select(name => KeyValuePair.Create(name, new ShapeMember(Member(name), true))),
            Shape.Never,
            Declared)),
        Variables = new Dictionary<string, Shape>(StringComparer.Ordinal) { ["total"] = Shape.Number, ["perhaps"] = Shape.Text.OrNothing() },
    };

    [Theory]
    [InlineData("$states.input.id", "text")]
    [InlineData("$states.input.customer", "{ \"name\": text, \"mail\"?: text }")]
    [InlineData("$states.input.customer.mail", "text or nothing")]
    [InlineData("$states.input.lines", "[ { \"sku\": text, \"qty\": number, \"note\"?: text }, … ]")]
    [InlineData("$states.input.pair[1]", "text")]
    [InlineData("$states.input.pair[-2]", "number")]
    [InlineData("$states.input.open.anything", "anything or nothing")]
    [InlineData("$total", "number")]
    [InlineData("$perhaps", "text or nothing")]
    [InlineData("$unknown", "nothing")]
    public void A_path_gives_what_stands_there(string expression, string expected) => Assert.Equal(expected, Of(expression));

    [Theory]
    [InlineData("$states.input.lines.sku", "[ text, text, … ] or text or nothing")]
    [InlineData("$states.input.lines.sku[]", "[ text, text, … ] or nothing")]
    [InlineData("$states.input.lines[qty > 1].sku", "[ text, text, … ] or text or nothing")]
    [InlineData("$states.input.lines[0].sku", "text or nothing")]
    [InlineData("$states.input.lines[$total].sku", "text or nothing")]
    [InlineData("$count($states.input.lines)", "number")]
    public void A_path_over_an_array_gives_nothing_one_or_many(string expression, string expected) => Assert.Equal(expected, Of(expression));

    [Theory]
    [InlineData("{'a': $total, 'b': $perhaps}", "{ \"a\": number, \"b\"?: text }")]
    [InlineData("[$total, 'x', null]", "[ number, \"x\", null ]")]
    [InlineData("$total + 1", "number")]
    [InlineData("$total > 1", "boolean")]
    [InlineData("$total & '.'", "text")]
    [InlineData("'a' & 'b'", "\"ab\"")]
    [InlineData("[1..$total]", "[ number, … ]")]
    [InlineData("$total > 1 ? 'a' : true", "\"a\" or true")]
    [InlineData("($x := $total; $y := $x & ''; {'x': $x, 'y': $y})", "{ \"x\": number, \"y\": text }")]
    [InlineData("$map($states.input.lines, function($l) { {'s': $l.sku} })[]", "[ { \"s\": text }, … ] or nothing")]
    [InlineData("$merge([$states.input.customer, {'mail': 1}])", "{ \"name\": text, \"mail\": number }")]
    [InlineData("$states.input.customer ~> |$|{'level': 1}, 'mail'|", "{ \"name\": text, \"level\": number }")]
    [InlineData("$lookup($states.input.customer, 'name')", "text")]
    [InlineData("$type($states.input.id)", "\"string\"")]
    [InlineData("$uuid()", "text")]
    public void What_is_made_is_known(string expression, string expected) => Assert.Equal(expected, Of(expression));

    [Theory]
    [InlineData("$exists($perhaps) ? $perhaps : 'none'", "text")]
    [InlineData("$perhaps ? $perhaps : 'none'", "text")]
    [InlineData("$perhaps ?: 'none'", "text")]
    [InlineData("$perhaps ?? 'none'", "text")]
    [InlineData("$not($exists($states.input.customer.mail)) ? 1 : $states.input.customer.mail", "text or number")]
    [InlineData("$states.input.status = 'open' ? $states.input.status : 'shut'", "\"open\" or \"shut\"")]
    [InlineData("$states.input.status != 'open' ? $states.input.status : 'shut'", "\"paid\" or \"shut\"")]
    [InlineData("$exists($states.input.customer) ? 1 : 'never'", "number")]
    public void A_condition_says_something_of_what_it_asks(string expression, string expected) => Assert.Equal(expected, Of(expression));

    [Theory]
    [InlineData("$states.input.custmer.name", nameof(ShapeProblemKind.NeverFound), 14, "custmer")]
    [InlineData("{'n': $states.input.customer.nme}", nameof(ShapeProblemKind.PartNeverFound), 29, "nme")]
    [InlineData("$sum($states.input.lines.quantity)", nameof(ShapeProblemKind.NeverFound), 25, "quantity")]
    [InlineData("$states.input.id.length", nameof(ShapeProblemKind.NeverFound), 17, "length")]
    [InlineData("$states.result.total", null, 0, null)]
    public void A_name_that_is_never_there_is_told(string expression, string? kind, int offset, string? text) => Check(expression, kind, offset, text);

    [Theory]
    [InlineData("$uppercase($total)", nameof(ShapeProblemKind.NeverTaken), 0, "$uppercase")]
    [InlineData("1 + $states.input.id", nameof(ShapeProblemKind.NeverTaken), 2, "+")]
    [InlineData("$total < 'a'", nameof(ShapeProblemKind.NeverCompares), 7, "<")]
    [InlineData("$total = 'a'", nameof(ShapeProblemKind.NeverCompares), 7, "=")]
    [InlineData("$total = null", null, 0, null)]
    [InlineData("$states.input.open + 1", null, 0, null)]
    [InlineData("$exists($states.input.custmer)", null, 0, null)]
    [InlineData("$states.input.custmer ?? 1", null, 0, null)]
    [InlineData("($f := function($o) { $o.name }; [$f($states.input), $f($states.input.customer)])", null, 0, null)]
    public void Only_what_never_goes_well_is_told(string expression, string? kind, int offset, string? text) => Check(expression, kind, offset, text);

    [Fact]
    public void A_problem_says_where_the_data_is_declared()
    {
        var problems = new List<ShapeProblem>();
        JsonataExpression.Parse("$states.input.custmer").ShapeOf(Scope with { Report = problems.Add });
        Assert.Equal(Declared, Assert.Single(problems).Origin);
    }

    [Theory]
    [InlineData("($f := function($n) { $n < 2 ? 1 : $f($n - 1) + $f($n - 2) }; $f(30))")]
    [InlineData("($a := function($x) { $map([1..9], function($y) { $a($y) + $a($x) }) }; $a(1))")]
    [InlineData("($y := function($f) { $f($f) }; $y($y))")]
    public void An_expression_that_takes_long_is_looked_at_for_a_while(string expression) =>
        Assert.NotNull(JsonataExpression.Parse(expression).ShapeOf(Scope));

    [Fact]
    public void A_division_by_zero_is_no_number_in_the_service() =>
        Assert.True(JsonataExpression.Parse("$total / $states.input.count").ShapeOf(Scope).Admits(new JsonString("Infinity")));

    private static string Of(string expression) => JsonataExpression.Parse(expression).ShapeOf(Scope).ToString();

    private static void Check(string expression, string? kind, int offset, string? text)
    {
        var problems = new List<ShapeProblem>();
        JsonataExpression.Parse(expression).ShapeOf(Scope with { Report = problems.Add });
        Assert.Equal(kind is null ? [] : [(kind, offset, text!)], problems.Select(problem => (problem.Kind.ToString(), problem.Offset, problem.Text)));
    }

    private static Shape Member(string name) => name switch
    {
        "id" => Shape.Text,
        "count" => Shape.Number,
        "status" => Shape.TextOf("open", "paid"),
        "customer" => Shape.Object(("name", Shape.Text), ("mail", Shape.Text.OrNothing())),
        "lines" => Shape.ListOf(Line),
        "pair" => Shape.Tuple([Shape.Number, Shape.Text]),
        _ => Shape.Anything,
    };
}
