using Stateside.Conformance.Simulation;
using Stateside.Language.Json;

namespace Stateside.Conformance.Shapes;

/// <summary>Writes JSONPath, intrinsic functions, templates and rules about data that mostly exists.</summary>
/// <param name="dice">Chance.</param>
/// <param name="input">The data.</param>
/// <param name="variables">The variables in sight.</param>
internal sealed class RandomPaths(Dice dice, JsonValue input, IReadOnlyDictionary<string, JsonValue> variables)
{
    private static readonly string[] Context = ["$$.Execution.Name", "$$.Execution.Input", "$$.State.Name", "$$.State.EnteredTime", "$$.StateMachine.Id", "$$"];

    private readonly List<(IReadOnlyList<object> Steps, JsonValue Value)> _places = SampleData.Places(input);

    /// <summary>The same about other data.</summary>
    /// <param name="other">The data.</param>
    public RandomPaths Of(JsonValue other) => new(dice, other, variables);

    /// <summary>A path to one place.</summary>
    /// <param name="wanted">What shall stand there, as far as there is such a place; null for anything.</param>
    public string Reference(Func<JsonValue, bool>? wanted = null)
    {
        if (variables.Count > 0 && dice.OneIn(5))
        {
            var (name, value) = dice.Of([.. variables]);
            var inner = SampleData.Places(value);
            return Written($"${name}", Pick(inner, wanted));
        }

        if (wanted is null && dice.OneIn(14))
            return dice.Of(Context);
        return Written("$", Pick(_places, wanted));
    }

    /// <summary>A path that may name several places.</summary>
    public string Query()
    {
        if (dice.OneIn(2))
            return Reference();
        var list = Reference(value => value is JsonArray);
        var any = Reference(value => value is JsonObject or JsonArray);
        return dice.Below(12) switch
        {
            0 => $"{list}[*]",
            1 => $"{list}[{dice.Of(["0:2", "1:", ":1", "-1:", "::2"])}]",
            2 => $"{list}[0,1]",
            3 => $"{list}[*].{dice.Of(["n", "x", "s"])}",
            4 => $"{any}..{dice.Of(["n", "s", "x", "list"])}",
            5 => $"{any}.*",
            6 => $"{list}[?(@.n > 1)]",
            7 => $"{list}[?(@.s == 'a')].n",
            8 => $"{list}[?(@ > 0)]",
            9 => $"{any}['n','s']",
            10 => $"{list}[-1]",
            _ => $"{any}..*",
        };
    }

    /// <summary>A call of an intrinsic function.</summary>
    /// <param name="depth">How deep calls may be in one another.</param>
    public string Call(int depth = 1)
    {
        string Argument(Func<JsonValue, bool>? wanted = null) => depth > 0 && dice.OneIn(6) ? Call(depth - 1) : Reference(wanted);
        string List() => Argument(value => value is JsonArray);
        string Number() => dice.OneIn(3) ? dice.Of(["1", "2", "-1"]) : Argument(value => value is JsonNumber);
        string Text() => dice.OneIn(4) ? "'a,b'" : Argument(value => value is JsonString);
        return dice.Below(19) switch
        {
            0 => $"States.Format('{{}}-{{}}', {Argument()}, {Text()})",
            1 => $"States.Array({Argument()}, {Argument()})",
            2 => $"States.ArrayPartition({List()}, {Number()})",
            3 => $"States.ArrayContains({List()}, {Argument()})",
            4 => $"States.ArrayRange({Number()}, 9, 3)",
            5 => $"States.ArrayGetItem({List()}, {Number()})",
            6 => $"States.ArrayLength({List()})",
            7 => $"States.ArrayUnique({List()})",
            8 => $"States.Base64Encode({Text()})",
            9 => $"States.Base64Decode(States.Base64Encode({Text()}))",
            10 => $"States.Hash({Argument()}, 'SHA-256')",
            11 => $"States.JsonMerge({Argument(value => value is JsonObject)}, {Argument(value => value is JsonObject)}, false)",
            12 => $"States.StringToJson(States.JsonToString({Argument()}))",
            13 => $"States.JsonToString({Argument()})",
            14 => $"States.MathRandom(1, 9)",
            15 => $"States.MathAdd({Number()}, {Number()})",
            16 => $"States.StringSplit({Text()}, ',')",
            17 => "States.UUID()",
            _ => $"States.StringToJson({Text()})",
        };
    }

    /// <summary>What follows a key that ends with <c>.$</c>.</summary>
    public string Dynamic() => dice.OneIn(3) ? Call() : Query();

    /// <summary>A payload template.</summary>
    /// <param name="depth">How deep objects may be in one another.</param>
    public JsonObject Template(int depth)
    {
        var members = new JsonObject.Builder();
        foreach (var key in (string[])[.. ((string[])["n", "s", "list", "obj", "x", "keep"]).Where(_ => dice.OneIn(2))])
        {
            if (depth > 0 && dice.OneIn(6))
                members.Set(key, dice.OneIn(2) ? Template(depth - 1) : JsonArray.Of(Template(depth - 1), SampleData.Value(dice, 1)));
            else if (dice.OneIn(5))
                members.Set(key, SampleData.Value(dice, 1));
            else
                members.Set($"{key}.$", new JsonString(Dynamic()));
        }

        return members.ToObject();
    }

    /// <summary>A Choice's rule, without where it leads.</summary>
    /// <param name="depth">How deep rules may be in one another.</param>
    public JsonObject Rule(int depth)
    {
        if (depth > 0 && dice.OneIn(4))
        {
            return dice.Below(3) switch
            {
                0 => JsonObject.Of(("And", JsonArray.Of(Rule(depth - 1), Rule(depth - 1)))),
                1 => JsonObject.Of(("Or", JsonArray.Of(Rule(depth - 1), Rule(depth - 1)))),
                _ => JsonObject.Of(("Not", Rule(depth - 1))),
            };
        }

        var (steps, value) = Pick(_places, null);
        var path = dice.OneIn(6) ? Reference() : Written("$", (steps, value));
        (string Key, JsonValue Value) test = dice.OneIn(3)
            ? (dice.Of(["IsPresent", "IsNull", "IsString", "IsNumeric", "IsBoolean", "IsTimestamp"]), JsonValue.From(!dice.OneIn(3)))
            : (dice.OneIn(10) ? SampleData.Value(dice, 0) : value) switch
            {
                JsonNumber when dice.OneIn(4) => (dice.Of(["NumericEqualsPath", "NumericLessThanPath"]), new JsonString(Reference(one => one is JsonNumber))),
                JsonNumber number => (dice.Of(["NumericEquals", "NumericLessThan", "NumericGreaterThanEquals"]), number),
                JsonString when dice.OneIn(4) => (dice.Of(["StringEqualsPath", "StringLessThanPath"]), new JsonString(Reference(one => one is JsonString))),
                JsonString when dice.OneIn(5) => ("StringMatches", new JsonString("a*")),
                JsonString when dice.OneIn(5) => (dice.Of(["TimestampEquals", "TimestampLessThan"]), new JsonString("2026-01-01T00:00:00Z")),
                JsonString text => (dice.Of(["StringEquals", "StringLessThan", "StringGreaterThan"]), text),
                JsonBoolean flag => ("BooleanEquals", flag),
                _ => ("IsPresent", JsonValue.True),
            };
        return JsonObject.Of(("Variable", new JsonString(path)), test);
    }

    private (IReadOnlyList<object> Steps, JsonValue Value) Pick(List<(IReadOnlyList<object> Steps, JsonValue Value)> places, Func<JsonValue, bool>? wanted)
    {
        var fit = wanted is null || dice.OneIn(12) ? places : places.FindAll(place => wanted(place.Value));
        return dice.Of(fit.Count == 0 ? places : fit);
    }

    private string Written(string root, (IReadOnlyList<object> Steps, JsonValue Value) place)
    {
        var path = string.Concat(place.Steps.Select(step => step switch
        {
            int index => $"[{index}]",
            string key when key.All(char.IsAsciiLetter) && key.Length > 0 && !dice.OneIn(5) => $".{key}",
            string key => $"['{key.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal)}']",
            _ => "",
        }));
        return dice.OneIn(25) ? $"{root}{path}.gone" : root + path;
    }
}
