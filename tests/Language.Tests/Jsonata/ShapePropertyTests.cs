using System.Globalization;
using Stateside.Conformance;
using Stateside.Language.Evaluation;
using Stateside.Language.Json;
using Stateside.Language.Jsonata;
using Stateside.Language.Jsonata.Parsing;
using Stateside.Language.Shapes;

namespace Stateside.Language.Tests.Jsonata;

/// <summary>
/// Whatever the expression and the data: a shape that admits the data gives a shape that admits the result. STATESIDE_FUZZ sets how many
/// expressions are tried (100000 is the long form).
/// </summary>
public sealed class ShapePropertyTests
{
    private const string Document = """
        {"id": "o-1", "count": 3, "open": true, "note": null, "customer": {"name": "Ada", "mail": ["a@b", "c@d"], "level": 2},
         "lines": [{"sku": "a", "qty": 3, "price": 7, "tags": ["x", "y"]}, {"sku": "b", "qty": 1, "price": 20},
                   {"sku": "c", "qty": 5, "price": 3, "tags": []}],
         "pairs": [[1, "one"], [2, "two"]], "empty": [], "none": {}, "only": [{"sku": "z"}], "mixed": [1, "1", null, {"sku": 4}, [true]]}
        """;

    private static readonly string[] Expressions =
    [
        "$states.input.lines.sku", "lines[qty > 1].price", "lines[0].tags[]", "customer.*", "**.sku", "lines^(>price).sku", "lines{sku: qty}", "lines#$i.{'n': $i, 's': sku}",
        "lines@$l.customer.{'n': name, 's': $l.sku}", "lines.tags.%.sku", "customer ~> |$|{'level': level + 1}, 'mail'|", "$ ~> |lines|{'total': qty * price}|",
        "$map(lines, function($l, $i) { {'i': $i, 'sum': $l.qty * $l.price} })", "$filter(lines, function($l) { $exists($l.tags) })", "$reduce(lines.qty, function($a, $b) { $a + $b }, 0)",
        "$merge([customer, {'level': 'high'}, none])", "$lookup(customer, 'name')", "$each(customer, function($v, $k) { $k & $v })", "$sift(customer, function($v) { $type($v) = 'string' })",
        "($x := lines[0]; $y := $x.qty; $y > 2 ? $x.sku : $y)", "$exists(note) ? note : id", "count = 3 and open ? customer : lines", "note ?: customer.name", "missing ?? [1..count]",
        "$append(lines.sku, id)", "$distinct(lines.tags)", "$keys(lines)", "$spread(customer)", "$zip(lines.sku, lines.qty)", "$sum(lines.(qty * price)) / $count(lines)",
        "$split(id, '-')[1]", "$match(id, /(o)-(x)?/).groups", "$join(customer.mail, ';')", "$partition([1..5], 2)", "$range(0, count, 1)", "$parse('{\"a\": [1]}').a", "[[lines.qty], lines.sku]",
        "($f := function($n) { $n <= 0 ? [] : $append($f($n - 1), $n) }; $f(count))", "($g := $map(?, $string); mixed ~> $g)", "$sort(lines, function($a, $b) { $a.price > $b.price }).sku",
        "mixed[$type($) = 'number' or $ = '1']", "pairs.{$[1]: $[0]}", "only.sku[]", "empty.sku", "(lines.sku)[1]", "$string(customer) & $uppercase(id)", "-count in lines.qty", "$single(only)",
    ];

    private static readonly string[] Rules =
    [
        "$states.input.count > 1", "$exists($states.input.note) and $states.input.open", "$not($states.input.id = 'o-1')", "$states.input.customer.level != 2",
        "$states.input.note = null or $customer.name = 'Ada'", "$exists($customer.mail) ? $customer.level = 2 : false", "$states.input.missing = 'x'", "$boolean($states.input.none)",
        "$exists($states.input.lines.sku)", "$states.input.lines = 'a' or $states.input.only", "$not($exists($states.input.missing.more)) and $customer.name != 'Bob'",
        "'Ada' = $customer.name and true = $states.input.open", "$type($states.input.count) = 'number'", "$states.input.lines[0].sku = 'a'", "$states.input = null",
    ];

    private static readonly int Runs = int.TryParse(Environment.GetEnvironmentVariable("STATESIDE_FUZZ"), CultureInfo.InvariantCulture, out var runs) ? runs : 3_000;

    [Fact]
    public void What_comes_out_is_what_the_shape_of_the_data_says()
    {
        var document = (JsonObject)JsonReader.Parse(Document);
        var mutator = new JsonataMutator(Expressions, 21);
        var maker = new ShapeMaker(new Chance(21));
        for (var i = 0; i < Runs; i++)
        {
            var text = i < Expressions.Length ? Expressions[i] : mutator.Next(i % Expressions.Length);
            Check(text, document, maker, (i % 5) * 3);
        }
    }

    [Fact]
    public void What_a_rule_says_of_the_input_is_so_where_the_rule_holds_or_not()
    {
        var document = (JsonObject)JsonReader.Parse(Document);
        var mutator = new JsonataMutator(Rules, 22);
        var maker = new ShapeMaker(new Chance(22));
        for (var i = 0; i < Runs; i++)
        {
            var text = i < Rules.Length ? Rules[i] : mutator.Next(i % Rules.Length);
            JsonataExpression expression;
            JsonValue? value;
            try
            {
                expression = JsonataExpression.Parse(text);
                value = expression.Evaluate(new JsonataEnvironment { Variables = Variable, MaxSteps = 200_000 });
            }
            catch (JsonataException)
            {
                continue;
            }

            if (value is not JsonBoolean rule)
                continue;
            var scope = new ShapeScope
            {
                Input = maker.Generalize(document, (i % 5) * 3),
                Variables = new Dictionary<string, Shape>(StringComparer.Ordinal) { ["customer"] = maker.Generalize(document["customer"], (i % 5) * 3) },
            };
            var narrowed = expression.Narrow(scope, rule.Value);
            Assert.True(
                narrowed is not null && narrowed.Input.Admits(document) && narrowed.Variable("customer").Admits(document["customer"]),
                $"{text}\n  of {scope.Input}\n  gives {value}, where the input is said to be {narrowed?.Input.ToString() ?? "none"}");
        }

        JsonValue? Variable(string name) => name switch
        {
            "states" => JsonObject.Of(("input", document)),
            "customer" => document["customer"],
            _ => null,
        };
    }

    private static void Check(string text, JsonObject document, ShapeMaker maker, int share)
    {
        foreach (var dialect in Enum.GetValues<JsonataDialect>())
        {
            JsonataExpression expression;
            JsonValue? value;
            try
            {
                expression = JsonataExpression.Parse(text, dialect);
                value = expression.Evaluate(new JsonataEnvironment
                {
                    Input = document,
                    Variables = name => name == "states" ? JsonObject.Of(("input", document)) : null,
                    MaxSteps = 200_000,
                    MaxDepth = 200,
                });
            }
            catch (JsonataException)
            {
                continue;
            }

            var input = maker.Generalize(document, share);
            var shape = expression.ShapeOf(input, name => name == "states" ? Shape.Object(("input", input)) : null, null);
            Assert.True(shape.Admits(value), $"{text}\n  of {input}\n  is said to give {shape}\n  and gave {value?.Text ?? "nothing"}");
        }
    }
}
