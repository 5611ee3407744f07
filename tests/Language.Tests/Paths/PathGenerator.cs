using FsCheck;
using FsCheck.Fluent;
using Stateside.Language.Json;

namespace Stateside.Language.Tests.Paths;

/// <summary>Random values, paths that are right, and texts that are almost paths or calls.</summary>
internal static class PathGenerator
{
    private static readonly string[] Names = ["a", "b", "c", "a b", "it.s", "größe", "", "0", "x.y", "\\", "\""];

    private static readonly string[] Pieces =
    [
        "$", "$$", "$v", ".", "..", "[", "]", "(", ")", "[*]", ".*", "[?(", ")]", "@", ".a", "['b']", "[\"c\"]", "[0]", "[-1]", "[1:2]", "[:", "[0,2]",
        " == ", " != ", "=~", "/a.*/i", " in ", "&&", "||", "!", "1", "-1.5e3", "'x'", "null", "true", "{", "}", ",", " ", "\\", "\\u00", "'", "\"",
        ".length()", ".index(1)", "States.Format(", "States.Array(", "States.UUID()", "'{}'", "\ud800", "\0", "é", "99999999999999999999",
    ];

    private static readonly string[] Right =
    [
        "$.a.b['c'][0]", "$..a[?(@.b > 1 && !@.c || @.a =~ /x.*/i)].b", "$.a[1:3]['a','b']", "$['a','b']", "$$.a.length()", "$v[?(@ in ['a', 1])]",
        "$.a[*][?(@.a[?(@.b)] size 2)]", "$..*", "States.Format('{} {}', $.a, $v)", "States.Array($..a, States.UUID(), 'x\\'y', -1.5, null)",
        "States.MathAdd($.a, 1)", "States.ArrayGetItem(States.Array($), $.b)", "States.StringToJson('[1]')", "States.Hash($.a, 'MD5')",
    ];

    public static Gen<JsonValue> Value(int depth)
    {
        var leaf = Gen.OneOf(
            Gen.Elements(JsonValue.Null, JsonValue.True, JsonValue.False, JsonNumber.Parse("1.50"), JsonNumber.Parse("1e400")),
            Gen.Choose(-9, 9).Select(number => (JsonValue)JsonNumber.Of(number)),
            Gen.Elements(Names).Select(text => (JsonValue)new JsonString(text)));
        if (depth == 0)
            return leaf;
        return Gen.Frequency(
            (1, leaf),
            (2, Gen.Choose(0, 4).SelectMany(count => Value(depth - 1).ArrayOf(count)).Select(items => (JsonValue)JsonArray.Of(items))),
            (4, Object(depth)));
    }

    public static Gen<JsonValue> Object(int depth) =>
        from count in Gen.Choose(0, 4)
        from keys in Gen.Elements(Names).ArrayOf(count)
        from values in Value(depth - 1).ArrayOf(count)
        select (JsonValue)JsonObject.Of([.. keys.Zip(values)]);

    /// <summary>A reference path: names and indexes.</summary>
    public static Gen<string> Reference =>
        from count in Gen.Choose(0, 4)
        from names in Gen.Elements(Names).ArrayOf(count)
        from indexes in Gen.Choose(-8, 2).ArrayOf(count)
        select "$" + string.Concat(names.Zip(indexes, (name, index) => index >= 0 ? $"[{index}]" : Bracketed(name)));

    /// <summary>Anything made of what paths and calls are made of, and right ones with a part left out, doubled or put in.</summary>
    public static Gen<string> AlmostPath => Gen.OneOf(Made, Damaged);

    private static Gen<string> Made =>
        from count in Gen.Choose(0, 8)
        from start in Gen.Elements("$", "$$", "$v", "$.a[?(", "States.Format(", "")
        from pieces in Gen.Elements(Pieces).ArrayOf(count)
        select start + string.Concat(pieces);

    private static Gen<string> Damaged =>
        from right in Gen.Elements(Right)
        from kind in Gen.Choose(0, 3)
        from place in Gen.Choose(0, 1000)
        from piece in Gen.Elements(Pieces)
        let at = place % right.Length
        select kind switch
        {
            0 => right,
            1 => right.Remove(at, 1),
            2 => right.Insert(at, piece),
            _ => right[..at] + right[(at / 2)..],
        };

    private static string Bracketed(string name) => $"['{name}']";
}
