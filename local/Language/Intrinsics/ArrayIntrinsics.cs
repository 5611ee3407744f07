using Stateside.Language.Json;

namespace Stateside.Language.Intrinsics;

/// <summary>The functions of arrays.</summary>
internal static class ArrayIntrinsics
{
    private const int LongestRange = 1000;

    public static JsonValue Array(IntrinsicArguments arguments) => JsonArray.Of(arguments.Values.ToArray());

    public static JsonValue Partition(IntrinsicArguments arguments)
    {
        var items = arguments.Array(0);
        var size = arguments.Truncated(1);
        if (size < 1)
            throw arguments.Invalid();
        return JsonArray.Of(items.Chunk(size).Select(JsonValue (chunk) => JsonArray.Of(chunk)));
    }

    /// <summary>Whether an item has the text of the value that is looked for: a number is in an array that has it as a string.</summary>
    public static JsonValue Contains(IntrinsicArguments arguments)
    {
        var items = arguments.Array(0);
        var wanted = arguments.Text(arguments[1]);
        foreach (var item in items.AsSpan())
        {
            if (arguments.Text(item) == wanted)
                return JsonValue.True;
        }

        return JsonValue.False;
    }

    public static JsonValue Range(IntrinsicArguments arguments)
    {
        long first = arguments.Truncated(0);
        long last = arguments.Truncated(1);
        long step = arguments.Truncated(2);
        if (step == 0)
            throw arguments.Invalid();
        var count = (last - first) / step + 1;
        if ((last - first) % step != 0 && (last < first) != (step < 0))
            count = 0;
        if (count > LongestRange)
            throw arguments.Invalid();
        var items = new JsonValue[Math.Max(0, count)];
        for (var i = 0; i < items.Length; i++)
            items[i] = JsonValue.From(first + (i * step));
        return JsonArray.Of(items);
    }

    /// <summary>The item at an index. An empty array has null at any.</summary>
    public static JsonValue GetItem(IntrinsicArguments arguments)
    {
        var items = arguments.Array(0);
        var index = arguments.Truncated(1);
        if (items.Count == 0)
            return JsonValue.Null;
        return index >= 0 && index < items.Count ? items[index] : throw arguments.Invalid();
    }

    public static JsonValue Length(IntrinsicArguments arguments) => JsonValue.From(arguments.Array(0).Count);

    public static JsonValue Unique(IntrinsicArguments arguments)
    {
        var items = arguments.Array(0);
        arguments.Charge(items);
        return JavaHashSet.Distinct(items);
    }
}
