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
        var size = arguments.Integer(1);
        if (size < 1)
            throw arguments.Invalid();
        return JsonArray.Of(items.Chunk(size).Select(JsonValue (chunk) => JsonArray.Of(chunk)));
    }

    public static JsonValue Contains(IntrinsicArguments arguments) => JsonValue.From(arguments.Array(0).AsSpan().Contains(arguments[1]));

    public static JsonValue Range(IntrinsicArguments arguments)
    {
        long first = arguments.Integer(0);
        long last = arguments.Integer(1);
        long step = arguments.Integer(2);
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

    public static JsonValue GetItem(IntrinsicArguments arguments)
    {
        var items = arguments.Array(0);
        var index = arguments.Integer(1);
        return index >= 0 && index < items.Count ? items[index] : throw arguments.Invalid();
    }

    public static JsonValue Length(IntrinsicArguments arguments) => JsonValue.From(arguments.Array(0).Count);

    public static JsonValue Unique(IntrinsicArguments arguments) => JsonArray.Of(arguments.Array(0).Distinct());
}
