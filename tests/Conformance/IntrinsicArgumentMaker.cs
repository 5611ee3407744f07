using System.Text;
using Stateside.Language.Evaluation;
using Stateside.Language.Json;

namespace Stateside.Conformance;

/// <summary>Makes arguments for intrinsic functions: mostly of the kinds they take, at and beyond their bounds, some of any kind.</summary>
internal sealed class IntrinsicArgumentMaker(ulong seed)
{
    private static readonly string[] Numbers =
    [
        "0", "-0", "1", "-1", "2", "3", "7", "10", "16", "32", "100", "1000", "1001", "2147483646", "2147483647", "2147483648", "-2147483648", "-2147483649",
        "4294967296", "9007199254740993", "9223372036854775807", "9223372036854775808", "-9223372036854775808", "123456789012345678901234567890",
        "-340282366920938463463374607431768211456", "0.0", "-0.0", "0.5", "-0.5", "1.5", "-1.5", "2.5", "1.0", "1.50", "0.49999999999999994", "1e0", "1e3", "1E-3", "9.99e-4",
        "1e7", "9999999.5", "10000000.5", "1e21", "1e-7", "12345678.9", "4.9e-324", "1e-323", "2e-323", "5e-323", "8e-323", "1e-322", "1e23", "2e23", "1.7976931348623157e308", "2147483647.4", "2147483647.5", "-2147483648.5", "3e9", "1e19",
        "-1e19", "4503599627370497.5", "9007199254740993.0", "100.0e-1",
    ];

    private static readonly string[] Words =
    [
        "", " ", "a", "b", "c", "x", "ab", "null", "true", "false", "1", "-1", "1.5", "1.0", "[]", "{}", "[1, 2]", "{a=1}", "[null]", "Aa", "BB", "é", "こんにちは", "🚀", "🚁",
        "a,b;c", ",,", "\u0000", "\n", "\"", "\\", "/", "\u007f", "\u2028", "\u00a0", "Ünïcödé", "\ud800", "x\udc00y",
    ];

    private static readonly string[] Algorithms = ["MD5", "SHA-1", "SHA-256", "SHA-384", "SHA-512", "SHA-512", "sha-256", "SHA256", "", "MD-5", "SHA-224"];

    private static readonly string[] Base64 = ["A", "b", "Zz9", "YWJj", "w6k", "+/", "-_", "=", "==", "!", " ", "\r\n", "é", "AAAA", "gICA", "7aCA", "7a", "7q7n"];

    private static readonly string[] Templates = ["{};", "{} ", "x{}y", "a", " ", "'", "{", "}", "\\{", "\\}", "\\\\", "\\'", "\\n", "\\", "{{}}", "é"];

    private static readonly string[] Json =
    [
        "{", "}", "[", "]", ",", ":", "\"", "\"a\"", "\"a\":", "\"b\": ", "'", "1", "-", "+", "0", "01", "1.", "1.5", "1e", "1e5", "E+", ".5", "true", "false", "null", "tru",
        "nul", "NaN", "Infinity", "-Infinity", "+INF", "\\", "\\n", "\\u00e9", "\\u12", "\\x", "\n", "\r\n", "\r", "\t", " ", "\u0001", "\u00a0", "/", "//", "#", "é", "x1", "$", "_",
        "\ud83d\ude80", "\\ud800", "[]", "{}", "\"\"", ", ", "{\"a\":1}", "[1,2]",
    ];

    private readonly Chance _chance = new(seed);

    public JsonArray Make(string function) => JsonArray.Of(Pick(25) == 0 && function != "$random" ? Wrong(Arguments(function)) : Arguments(function));

    private JsonValue[] Arguments(string function) => function switch
    {
        "States.Array" => [.. Many(5, () => Any(3))],
        "States.ArrayPartition" => [Items(), SmallNumber()],
        "States.ArrayContains" => [Items(), Any(1)],
        "States.ArrayRange" => [SmallNumber(), SmallNumber(), SmallNumber()],
        "States.ArrayGetItem" => [Items(), SmallNumber()],
        "States.ArrayLength" => [Items()],
        "States.ArrayUnique" => [Items()],
        "States.Base64Encode" => [Text()],
        "States.Base64Decode" => [Joined(Base64, 8)],
        "States.Hash" => [Text(), new JsonString(One(Algorithms))],
        "States.Format" => FormatArguments(),
        "States.StringToJson" => [Pick(3) == 0 ? new JsonString(JsonWriter.Compact(Any(3))) : Pick(2) == 0 ? Mutated() : Joined(Json, 8)],
        "States.JsonToString" => [Any(3)],
        "States.StringSplit" => [Text(), Pick(3) == 0 ? Text() : new JsonString(One([",", ";", ",;", " ", "", "ab", "🚀", "\ud83d", "é", "\n"]))],
        "States.JsonMerge" => [Members(2), Members(2), JsonValue.False],
        "States.MathAdd" => [Number(), Number()],
        "States.MathRandom" => [SmallNumber(), Number(), Number()],
        "$random" => [Number()],
        _ => throw new InvalidOperationException($"No arguments are made for {function}"),
    };

    private JsonValue[] Wrong(JsonValue[] arguments)
    {
        if (arguments.Length > 0)
            arguments[Pick(arguments.Length)] = Any(2);
        return arguments;
    }

    private JsonValue[] FormatArguments()
    {
        var template = Joined(Templates, 6);
        var places = template.Value.Split("{}").Length - 1;
        return [template, .. Enumerable.Range(0, Pick(8) == 0 ? Pick(4) : places).Select(_ => Any(3))];
    }

    private JsonString Mutated()
    {
        var text = new StringBuilder(JsonWriter.Compact(Any(3)));
        for (var edits = Pick(3); edits >= 0 && text.Length > 0; edits--)
        {
            var at = Pick(text.Length);
            switch (Pick(3))
            {
                case 0:
                    text.Remove(at, Math.Min(1 + Pick(3), text.Length - at));
                    break;
                case 1:
                    text.Insert(at, One(Json));
                    break;
                default:
                    text.Length = at;
                    break;
            }
        }

        return new JsonString(text.ToString());
    }

    private JsonArray Items()
    {
        // Few kinds a list, so that items come again; now and then a list so long that a set grows.
        var kinds = Many(1 + Pick(8), () => Any(2)).ToArray();
        var longest = Pick(10) == 0 ? 200 : 20;
        return JsonArray.Of([.. Many(longest, () => Pick(3) == 0 || kinds.Length == 0 ? Any(1) : kinds[Pick(kinds.Length)])]);
    }

    private JsonValue Any(int depth) => Pick(depth > 0 ? 9 : 7) switch
    {
        0 => JsonValue.Null,
        1 => JsonValue.From(Pick(2) == 0),
        2 or 3 => Number(),
        4 or 5 or 6 => Text(),
        7 => JsonArray.Of([.. Many(4, () => Any(depth - 1))]),
        _ => Members(depth),
    };

    private JsonObject Members(int depth)
    {
        var members = new JsonObject.Builder();
        for (var i = Pick(5); i > 0; i--)
            members.Set(Text().Value, Any(depth - 1));
        return members.ToObject();
    }

    private JsonNumber Number() => Pick(4) switch
    {
        0 => JsonNumber.Parse(One(Numbers)),
        1 => JsonNumber.Of((long)(Pick(2000) - 1000)),
        2 => JsonNumber.Parse($"{Pick(200000) - 100000}.{Pick(1000)}{(Pick(4) == 0 ? $"e{Pick(40) - 20}" : "")}"),
        _ => JsonNumber.Of((long)_chance.NextBits() >> Pick(64)),
    };

    private JsonNumber SmallNumber() => Pick(4) switch
    {
        0 => Number(),
        1 => JsonNumber.Parse($"{Pick(30) - 5}.{Pick(100)}"),
        _ => JsonNumber.Of((long)(Pick(40) - 10)),
    };

    private JsonString Text() => Pick(3) == 0 ? Joined(Words, 5) : new JsonString(One(Words));

    private JsonString Joined(string[] parts, int most) => new(string.Concat(Many(most, () => One(parts))));

    private IEnumerable<T> Many<T>(int most, Func<T> make) => Enumerable.Range(0, Pick(most + 1)).Select(_ => make());

    private T One<T>(T[] choices) => choices[Pick(choices.Length)];

    private int Pick(int below) => (int)_chance.NextInt64(0, below);
}
