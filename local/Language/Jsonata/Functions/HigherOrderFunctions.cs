using Stateside.Language.Json;

namespace Stateside.Language.Jsonata.Functions;

/// <summary>Functions that take functions. See https://docs.jsonata.org/higher-order-functions.</summary>
internal static class HigherOrderFunctions
{
    public static readonly NativeFunction[] All =
    [
        new("map", "<af>", 2, Map, FunctionShapes.Mapped),
        new("filter", "<af>", 2, Filter, FunctionShapes.Filtered),
        new("single", "<af?>", 2, Single, FunctionShapes.Single),
        new("reduce", "<afj?:j>", 3, Reduce, FunctionShapes.Reduced),
        new("sift", "<o-f?:o>", 2, Sift, FunctionShapes.Sifted),
        new("each", "<o-f:a>", 2, Each, FunctionShapes.Each),
    ];

    private static JsonataArray? Map(JsonValue?[] arguments, Run run)
    {
        if (arguments[0] is not { } array)
            return null;
        var items = Values.Items(array);
        var function = new Invoker(arguments[1], run);
        var result = JsonataArray.Sequence(items.Length);
        for (var i = 0; i < items.Length; i++)
        {
            if (function.Call(items[i], function.Arity > 1 ? JsonNumber.Of(i) : null, array) is { } value)
                result.Add(run.Kept(value));
        }

        return result;
    }

    private static JsonataArray? Filter(JsonValue?[] arguments, Run run)
    {
        if (arguments[0] is not { } array)
            return null;
        var items = Values.Items(array);
        var function = new Invoker(arguments[1], run);
        var result = JsonataArray.Sequence();
        for (var i = 0; i < items.Length; i++)
        {
            if (Values.IsTrue(function.Call(items[i], function.Arity > 1 ? JsonNumber.Of(i) : null, array), run))
                result.Add(items[i]);
        }

        return result;
    }

    private static JsonValue? Single(JsonValue?[] arguments, Run run)
    {
        if (arguments[0] is not { } array)
            return null;
        var items = Values.Items(array);
        var found = -1;
        for (var i = 0; i < items.Length; i++)
        {
            if (arguments[1] is not null && !Values.IsTrue(new Invoker(arguments[1], run).Call(items[i], JsonNumber.Of(i), array), run))
                continue;
            if (found >= 0)
                throw new JsonataException("D3138") { Index = i };
            found = i;
        }

        return found >= 0 ? items[found] : throw new JsonataException("D3139");
    }

    private static JsonValue? Reduce(JsonValue?[] arguments, Run run)
    {
        if (arguments[0] is not { } sequence)
            return null;
        var function = new Invoker(arguments[1], run);
        if (function.Arity < 2)
            throw new JsonataException("D3050") { Index = 1 };
        var items = Values.Items(sequence);
        var result = arguments[2];
        var start = 0;
        if (result is null && items.Length > 0)
        {
            result = items[0];
            start = 1;
        }

        for (var i = start; i < items.Length; i++)
        {
            result = function.Arity == 2
                ? function.Call(result, items[i])
                : function.Call(result, items[i], JsonNumber.Of(i), sequence);
        }

        return result;
    }

    private static JsonObject? Sift(JsonValue?[] arguments, Run run)
    {
        if (arguments[0] is not JsonObject members)
            return null;
        var function = arguments[1] is null ? throw new JsonataException("T1006") : new Invoker(arguments[1], run);
        var result = new JsonObject.Builder();
        for (var i = 0; i < members.Count; i++)
        {
            if (Values.IsTrue(function.Call(members.Values[i], new JsonString(members.Keys[i]), members), run))
                result.Set(members.Keys[i], members.Values[i]);
        }

        return result.Count == 0 ? null : result.ToObject();
    }

    private static JsonataArray Each(JsonValue?[] arguments, Run run)
    {
        var result = JsonataArray.Sequence();
        if (arguments[0] is not JsonObject members)
            return result;
        var function = new Invoker(arguments[1], run);
        for (var i = 0; i < members.Count; i++)
        {
            if (function.Call(members.Values[i], new JsonString(members.Keys[i]), members) is { } value)
                result.Add(run.Kept(value));
        }

        return result;
    }
}
