using Stateside.Language.Json;
using Stateside.Language.Shapes;

namespace Stateside.Language.Tests.Shapes;

/// <summary>Random values, shapes that admit them, and what looks at them: paths, calls, templates, conditions.</summary>
internal sealed class ShapeGenerator(Random random)
{
    private static readonly string[] Names = ["a", "b", "c", "d"];
    private static readonly string[] Texts = ["", "a", "b", "x", "2026-01-31T09:30:00Z", "MD5", "[1,{\"a\":2}]", "null", "7"];

    public JsonValue Value(int depth) => random.Next(depth <= 0 ? 5 : 12) switch
    {
        0 => JsonValue.Null,
        1 => random.Next(2) == 0 ? JsonValue.True : JsonValue.False,
        2 => JsonValue.From(random.Next(-2, 5)),
        3 => JsonNumber.Parse("1.5"),
        4 => new JsonString(Pick(Texts)),
        5 or 6 or 7 => JsonArray.Of([.. Some(4).Select(_ => Value(depth - 1))]),
        _ => Object(depth),
    };

    public JsonObject Object(int depth) => JsonObject.Of([.. Names.Where(_ => random.Next(5) < 3).Select(name => (name, Value(depth - 1)))]);

    /// <summary>A shape that admits a value, and may know much of it or little.</summary>
    public Shape Around(JsonValue value)
    {
        var shape = random.Next(12) == 0 ? Shape.Anything : Close(value);
        while (random.Next(4) == 0)
            shape = shape.Join(Other());
        if (random.Next(12) == 0)
            shape = shape.OrNothing();
        return random.Next(20) == 0 ? shape.Cut(random.Next(3)) : shape;
    }

    private Shape Other() => Pick("anything", "text", "value", "value", "value") switch
    {
        "anything" => Shape.Anything,
        "text" => Shape.Text,
        _ => Shape.Constant(Value(1)),
    };

    private Shape Close(JsonValue value)
    {
        switch (value)
        {
            case JsonArray items:
                var shapes = items.Select(item => Around(item).Without(ShapeKinds.Nothing)).ToList();
                var first = random.Next(3) == 0 ? shapes.Count : random.Next(shapes.Count + 1);
                var rest = shapes.Skip(first).Aggregate(random.Next(3) == 0 ? Other() : Shape.Never, (all, item) => all.Join(item));
                return Shape.Of(new ListShape([.. shapes.Take(first)], rest));
            case JsonObject members:
                var known = new List<KeyValuePair<string, ShapeMember>>();
                var others = random.Next(3) == 0 ? Other() : Shape.Never;
                foreach (var (name, member) in members)
                {
                    if (random.Next(6) == 0)
                        others = others.Join(Around(member).Without(ShapeKinds.Nothing));
                    else
                        known.Add(new(name, new ShapeMember(Around(member).Without(ShapeKinds.Nothing), random.Next(4) > 0)));
                }

                foreach (var name in Names.Where(name => !members.ContainsKey(name) && random.Next(4) == 0))
                    known.Add(new(name, new ShapeMember(Other(), false)));
                return Shape.Of(new ObjectShape(known, others));
            case JsonNumber:
                return Shape.Number;
            case JsonString text:
                return random.Next(3) switch { 0 => Shape.Text, 1 => Shape.TextOf(text.Value, Pick(Texts)), _ => Shape.TextOf(text.Value) };
            default:
                return random.Next(4) == 0 && value is JsonBoolean ? Shape.Boolean : Shape.Constant(value);
        }
    }

    public string Root() => random.Next(8) switch { 0 => "$$", 1 => "$v", 2 => "$w", _ => "$" };

    public string Reference() => Root() + string.Concat(Some(4).Select(_ => Definite()));

    /// <summary>A path into the input that can be written to.</summary>
    public string Target() => "$" + string.Concat(Some(3).Select(_ => random.Next(5) == 0 ? $"[{random.Next(3)}]" : $".{Pick(Names)}"));

    public string Path() => random.Next(2) == 0 ? Reference() : Root() + string.Concat(Some(4).Select(_ => random.Next(2) == 0 ? Definite() : Forking()));

    private string Definite() => random.Next(8) switch
    {
        0 => $"[{random.Next(3)}]",
        1 => $"[(@.length-{random.Next(3)})]",
        2 => "['a','b']",
        _ => $".{Pick(Names)}",
    };

    private string Forking() => random.Next(8) switch
    {
        0 => "[0,1]",
        1 => $"[{Pick("-2", "0", "1", "-1")}:{Pick("", "1", "2", "-1")}]",
        2 => $"..{Pick("a", "b", "*", "[0]", "a[*]")}",
        3 => $"[?(@.{Pick(Names)})]",
        4 => $"[?(@.{Pick(Names)} {Pick("==", ">", "!=")} {Pick("1", "'a'", "$.a")})]",
        5 => ".*",
        _ => "[*]",
    };

    public string Call(int depth)
    {
        string Argument() => random.Next(6) switch
        {
            0 => Pick("'a'", "''", "'{}'", "'MD5'", "'[1]'"),
            1 => Pick("1", "0", "2", "-1", "1.5", "null", "true", "false"),
            2 when depth > 0 => Call(depth - 1),
            3 when depth > 0 => Call(depth - 1),
            _ => Path(),
        };
        return random.Next(18) switch
        {
            0 => $"States.Format({(random.Next(4) == 0 ? Argument() : "'{}'")}, {Argument()})",
            1 => $"States.StringToJson({(random.Next(2) == 0 ? "'[1]'" : Argument())})",
            2 => $"States.JsonToString({Argument()})",
            3 => $"States.StringSplit({Argument()}, 'a')",
            4 => $"States.Base64Encode({Argument()})",
            5 => $"States.Base64Decode({Argument()})",
            6 => $"States.Hash({Argument()}, {(random.Next(2) == 0 ? "'MD5'" : Argument())})",
            7 => "States.UUID()",
            8 or 9 => $"States.Array({string.Join(", ", Some(3).Select(_ => Argument()))})",
            10 => $"States.ArrayPartition({Argument()}, {random.Next(1, 3)})",
            11 => $"States.ArrayContains({Argument()}, {Argument()})",
            12 => $"States.ArrayRange({random.Next(3)}, {random.Next(5)}, {random.Next(1, 3)})",
            13 => $"States.ArrayGetItem({Argument()}, {random.Next(3)})",
            14 => $"States.ArrayLength({Argument()})",
            15 => $"States.ArrayUnique({Argument()})",
            16 => $"States.JsonMerge({Argument()}, {Argument()}, false)",
            _ => random.Next(2) == 0 ? $"States.MathAdd({Argument()}, 1)" : $"States.MathRandom({random.Next(2)}, 5)",
        };
    }

    public JsonValue Template(int depth)
    {
        if (depth <= 0)
            return Value(1);
        return random.Next(5) switch
        {
            0 => Value(1),
            1 => JsonArray.Of([.. Some(3).Select(_ => Template(depth - 1))]),
            _ => TemplateObject(depth),
        };
    }

    public JsonObject TemplateObject(int depth) => JsonObject.Of([.. Names.Where(_ => random.Next(2) == 0).Select(name => random.Next(2) == 0
        ? (name + ".$", new JsonString(random.Next(3) == 0 ? Call(2) : Path()))
        : (name, Template(depth - 1)))]);

    public JsonObject Condition(int depth) => random.Next(depth <= 0 ? 3 : 6) switch
    {
        3 => JsonObject.Of(("Not", Condition(depth - 1))),
        4 => JsonObject.Of(("And", JsonArray.Of([.. Some(3).Append(0).Select(_ => Condition(depth - 1))]))),
        5 => JsonObject.Of(("Or", JsonArray.Of([.. Some(3).Append(0).Select(_ => Condition(depth - 1))]))),
        _ => Comparison(),
    };

    private JsonObject Comparison()
    {
        string Plain() => Root() + string.Concat(Some(3).Select(_ => random.Next(5) == 0 ? $"[{random.Next(3)}]" : $".{Pick(Names)}"));
        var (name, operand) = random.Next(14) switch
        {
            0 or 1 => ("IsPresent", (JsonValue)JsonValue.From(random.Next(3) > 0)),
            2 => (Pick("IsNull", "IsString", "IsNumeric", "IsBoolean", "IsTimestamp"), JsonValue.From(random.Next(3) > 0)),
            3 => ("IsString", JsonValue.True),
            4 or 5 => (Pick("StringEquals", "StringLessThan", "StringGreaterThanEquals"), new JsonString(Pick(Texts))),
            6 => ("StringMatches", new JsonString(Pick("*", "a*", "*b", "x"))),
            7 => (Pick("NumericEquals", "NumericLessThan", "NumericGreaterThanEquals"), JsonValue.From(random.Next(3))),
            8 or 9 => ("BooleanEquals", JsonValue.From(random.Next(2) == 0)),
            10 => ("TimestampLessThanEquals", new JsonString("2026-01-31T09:30:00Z")),
            _ => (Pick("StringEqualsPath", "NumericEqualsPath", "BooleanEqualsPath", "StringLessThanPath", "TimestampEqualsPath"), new JsonString(Plain())),
        };
        return JsonObject.Of(("Variable", new JsonString(Plain())), (name, operand));
    }

    public bool Chance(int one) => random.Next(one) == 0;

    public string Pick(params string[] some) => some[random.Next(some.Length)];

    private IEnumerable<int> Some(int most) => Enumerable.Range(0, random.Next(most));
}
