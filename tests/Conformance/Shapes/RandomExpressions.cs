using Stateside.Conformance.Simulation;
using Stateside.Language.Json;

namespace Stateside.Conformance.Shapes;

/// <summary>Writes JSONata about data that mostly exists.</summary>
/// <param name="dice">Chance.</param>
/// <param name="input">What <c>$states.input</c> is.</param>
/// <param name="variables">The variables in sight.</param>
internal sealed class RandomExpressions(Dice dice, JsonValue input, IReadOnlyDictionary<string, JsonValue> variables)
{
    private static readonly string[] Context =
        ["$states.context.Execution.Name", "$states.context.Execution.Input", "$states.context.State.Name", "$states.context.StateMachine.Name"];

    private readonly List<(IReadOnlyList<object> Steps, JsonValue Value)> _places = SampleData.Places(input);

    /// <summary>What <c>$states.result</c> is; null where there is none.</summary>
    public JsonValue? Result { get; init; }

    /// <summary>Whether there is a <c>$states.errorOutput</c>.</summary>
    public bool HasError { get; init; }

    /// <summary>The same where there is a result.</summary>
    /// <param name="result">The result.</param>
    public RandomExpressions With(JsonValue result) => new(dice, input, variables) { Result = result };

    /// <summary>An expression as a field has it.</summary>
    /// <param name="depth">How deep.</param>
    public JsonString Field(int depth = 2) => new($"{{% {Any(depth)} %}}");

    /// <summary>A condition as a field has it.</summary>
    public JsonString Condition() => new($"{{% {Boolean(2)} %}}");

    /// <summary>An expression that gives a number, as a field has it.</summary>
    public JsonString NumberField() => new($"{{% {Number(1)} %}}");

    /// <summary>An expression that gives an array, as a field has it.</summary>
    public JsonString ListField() => new($"{{% {List(2)} %}}");

    /// <summary>A template with expressions in it.</summary>
    /// <param name="depth">How deep.</param>
    public JsonValue Template(int depth)
    {
        if (dice.OneIn(3))
            return Field();
        return Members(depth);
    }

    /// <summary>An object with expressions in it.</summary>
    /// <param name="depth">How deep.</param>
    public JsonObject Members(int depth)
    {
        var members = new JsonObject.Builder();
        foreach (var key in (string[])[.. ((string[])["n", "s", "list", "obj", "x", "keep"]).Where(_ => dice.OneIn(2))])
        {
            members.Set(key, dice.Below(8) switch
            {
                0 when depth > 0 => Members(depth - 1),
                1 => SampleData.Value(dice, 1),
                2 when depth > 0 => JsonArray.Of(Template(depth - 1), SampleData.Value(dice, 0)),
                _ => Field(),
            });
        }

        return members.ToObject();
    }

    private string Any(int depth)
    {
        if (depth <= 0)
            return Reference(null);
        var next = depth - 1;
        return dice.Below(16) switch
        {
            0 or 1 or 2 => Reference(null),
            3 => Number(next),
            4 => Text(next),
            5 => Boolean(next),
            6 or 7 => List(next),
            8 or 9 => Object(next),
            10 => $"({Boolean(next)} ? {Any(next)} : {Any(next)})",
            11 => $"({Boolean(next)} ? {Any(next)})",
            12 => $"($q := {Any(next)}; {dice.Of(["$q", "[$q]", "{'q': $q}", "$q.n", "$type($q)", "$string($q)"])})",
            13 => $"{Reference(value => value is JsonObject)}.({Inside(next)})",
            14 => $"{Reference(value => value is JsonObject or JsonArray)}.{dice.Of(["*", "**", "n", "obj.*", "%"])}",
            _ => Reference(value => value is JsonArray) + dice.Of(["[0]", "[-1]", "[n > 1]", "[$ > 0]", "[s = 'a'].n", "[]", ".n", "^(n)", "^(>$)", "[[0..1]]", "#$i.($i)", "@$e.{'e': $e}"]),
        };
    }

    private string Inside(int depth) => dice.Below(6) switch
    {
        0 => "n",
        1 => "$",
        2 => "{'a': n, 'b': $.s}",
        3 => "[n, s]",
        4 => "$keys($)",
        _ => depth > 0 ? Any(depth - 1) : "s",
    };

    private string Number(int depth)
    {
        if (depth <= 0)
            return dice.OneIn(3) ? dice.Of(["1", "2.5", "-1"]) : Reference(value => value is JsonNumber);
        var next = depth - 1;
        return dice.Below(14) switch
        {
            0 or 1 => $"{Number(next)} {dice.Of(["+", "-", "*"])} {Number(next)}",
            2 => $"$count({Any(next)})",
            3 => $"$sum({dice.Of([List(next), "[1, 2]"])})",
            4 => $"$length({Text(next)})",
            5 => $"$number({dice.Of(["'12'", Number(next)])})",
            6 => $"$round({Number(next)}, 1)",
            7 => $"$max([{Number(next)}, {Number(next)}])",
            8 => $"$floor({Number(next)})",
            9 => $"$reduce([1, 2, {Number(next)}], function($a, $b) {{ $a + $b }})",
            10 => $"-{Number(next)}",
            11 => "$random()",
            12 => $"{Number(next)} % 3",
            _ => Reference(value => value is JsonNumber),
        };
    }

    private string Text(int depth)
    {
        if (depth <= 0)
            return dice.OneIn(3) ? dice.Of(["'a'", "'x,y'", "''"]) : Reference(value => value is JsonString);
        var next = depth - 1;
        return dice.Below(12) switch
        {
            0 or 1 => $"{Text(next)} & {Any(next)}",
            2 => $"$string({Any(next)})",
            3 => $"$uppercase({Text(next)})",
            4 => $"$substring({Text(next)}, 0, 1)",
            5 => $"$join({dice.Of(["['a', 'b']", $"$split({Text(next)}, ',')"])}, '-')",
            6 => $"$type({Any(next)})",
            7 => $"$hash({Text(next)}, 'SHA-1')",
            8 => "$uuid()",
            9 => $"$replace({Text(next)}, 'a', 'b')",
            10 => $"$trim({Text(next)})",
            _ => $"$substringBefore({Text(next)}, ',')",
        };
    }

    private string Boolean(int depth)
    {
        if (depth <= 0)
            return dice.OneIn(2) ? dice.Of(["true", "false"]) : Reference(value => value is JsonBoolean);
        var next = depth - 1;
        return dice.Below(12) switch
        {
            0 => $"{Number(next)} {dice.Of(["<", ">=", "="])} {Number(next)}",
            1 => $"{Text(next)} {dice.Of(["=", "!=", "<"])} {Text(next)}",
            2 => $"{Boolean(next)} and {Boolean(next)}",
            3 => $"{Boolean(next)} or {Boolean(next)}",
            4 => $"$exists({Any(next)})",
            5 => $"$not({Any(next)})",
            6 => $"$boolean({Any(next)})",
            7 => $"{Any(next)} in {List(next)}",
            8 => $"$contains({Text(next)}, 'a')",
            9 => $"{Any(next)} = {Any(next)}",
            10 => $"$type({Reference(null)}) = '{dice.Of(["number", "string", "array", "object", "null"])}'",
            _ => Reference(value => value is JsonBoolean),
        };
    }

    private string List(int depth)
    {
        if (depth <= 0)
            return dice.OneIn(3) ? "[1, 2, 3]" : Reference(value => value is JsonArray);
        var next = depth - 1;
        return dice.Below(20) switch
        {
            0 or 1 => $"[{Any(next)}, {Any(next)}]",
            2 => $"[{Any(next)}]",
            3 => "[1..3]",
            4 => $"$append({List(next)}, {Any(next)})",
            5 => $"$map({List(next)}, function($v, $i) {{ {dice.Of(["$v", "$i", "{'v': $v}", "$v.n", "[$v]"])} }})",
            6 => $"$filter({List(next)}, function($v) {{ {dice.Of(["$v = 1", "$exists($v.n)", "true"])} }})",
            7 => $"$sort({dice.Of(["[3, 1, 2]", List(next)])})",
            8 => $"$distinct({List(next)})",
            9 => $"$reverse({List(next)})",
            10 => $"$zip({List(next)}, {List(next)})",
            11 => $"$keys({Object(next)})",
            12 => $"$split({Text(next)}, ',')",
            13 => $"$each({Object(next)}, function($v, $k) {{ {dice.Of(["$v", "$k", "{$k: $v}"])} }})",
            14 => $"$spread({Object(next)})",
            15 => $"$partition({List(next)}, 2)",
            16 => "$range(0, 6, 2)",
            17 => $"{List(next)}[[0..1]]",
            18 => $"[{Reference(value => value is JsonArray)}.{dice.Of(["n", "$", "{'n': n}", "s"])}]",
            _ => Reference(value => value is JsonArray),
        };
    }

    private string Object(int depth)
    {
        if (depth <= 0)
            return dice.OneIn(3) ? "{'n': 1, 's': 'a'}" : Reference(value => value is JsonObject);
        var next = depth - 1;
        return dice.Below(10) switch
        {
            0 or 1 or 2 => $"{{'n': {Any(next)}, '{dice.Of(["s", "x", "obj"])}': {Any(next)}}}",
            3 => $"$merge([{Object(next)}, {Object(next)}])",
            4 => $"$sift({Object(next)}, function($v, $k) {{ {dice.Of(["$k = 'n'", "$v > 1", "true"])} }})",
            5 => $"$parse('{{\"k\": [1, \"a\"]}}')",
            6 => $"{Reference(value => value is JsonArray)}{{{dice.Of(["s", "$string(n)", "'k'", "$type($)"])}: {dice.Of(["n", "$", "$count($)", "$sum(n)"])}}}",
            7 => $"{Object(next)} ~> |$|{{'added': {Any(next)}}}{dice.Of(["", ", ['n']"])}|",
            8 => $"({Object(next)}; {Object(next)})",
            _ => Reference(value => value is JsonObject),
        };
    }

    private string Reference(Func<JsonValue, bool>? wanted)
    {
        var roots = new List<(string Root, List<(IReadOnlyList<object> Steps, JsonValue Value)> Places)> { ("$states.input", _places) };
        if (Result is not null)
            roots.Add(("$states.result", SampleData.Places(Result)));
        roots.AddRange(variables.Select(variable => ($"${variable.Key}", SampleData.Places(variable.Value))));
        if (wanted is null && HasError && dice.OneIn(3))
            return dice.Of(["$states.errorOutput", "$states.errorOutput.Error", "$states.errorOutput.Cause"]);
        if (wanted is null && dice.OneIn(14))
            return dice.Of(Context);
        var (root, places) = dice.Of(roots);
        var fit = wanted is null || dice.OneIn(12) ? places : places.FindAll(place => wanted(place.Value));
        var (steps, _) = dice.Of(fit.Count == 0 ? places : fit);
        var path = string.Concat(steps.Select(step => step switch
        {
            int index => $"[{index}]",
            string key when key.All(char.IsAsciiLetter) && key.Length > 0 => $".{key}",
            string key => $".`{key}`",
            _ => "",
        }));
        return dice.OneIn(25) ? $"{root}{path}.gone" : root + path;
    }
}
