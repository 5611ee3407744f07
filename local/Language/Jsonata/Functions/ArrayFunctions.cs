using Stateside.Language.Json;

namespace Stateside.Language.Jsonata.Functions;

/// <summary>Aggregation and array functions. See https://docs.jsonata.org/aggregation-functions and https://docs.jsonata.org/array-functions.</summary>
internal static class ArrayFunctions
{
    public static readonly NativeFunction[] All =
    [
        new("sum", "<a<n>:n>", 1, (arguments, _) => arguments[0] is { } numbers ? Values.Number(Total(numbers)) : null),
        new("count", "<a:n>", 1, (arguments, _) => JsonNumber.Of(Values.Count(arguments[0])), FunctionShapes.Always(ShapeValue.Number)),
        new("max", "<a<n>:n>", 1, (arguments, _) => Extreme(arguments[0], Math.Max), FunctionShapes.OfSome),
        new("min", "<a<n>:n>", 1, (arguments, _) => Extreme(arguments[0], Math.Min), FunctionShapes.OfSome),
        new("average", "<a<n>:n>", 1, (arguments, _) => Average(arguments[0]), FunctionShapes.OfSome),
        new("append", "<xx:a>", 2, (arguments, run) => Append(arguments[0], arguments[1], run), FunctionShapes.Appended),
        new("reverse", "<a:a>", 1, (arguments, _) => Reverse(arguments[0]), FunctionShapes.Reordered),
        new("sort", "<af?:a>", 2, Sort, FunctionShapes.Reordered),
        new("shuffle", "<a:a>", 1, Shuffle, FunctionShapes.Reordered),
        new("distinct", "<x:x>", 1, Distinct, FunctionShapes.Distinct),
        new("zip", "<a+>", 0, Zip, FunctionShapes.Zipped),
        new("exists", "<x:b>", 1, (arguments, _) => JsonValue.From(arguments[0] is not null), FunctionShapes.Exists),
    ];

    private static double Total(JsonValue numbers)
    {
        var total = 0.0;
        foreach (var number in Values.Items(numbers))
            total += ((JsonNumber)number!).Double;
        return total;
    }

    private static JsonNumber? Extreme(JsonValue? numbers, Func<double, double, double> choose)
    {
        var items = Values.Items(numbers);
        if (items.Length == 0)
            return null;
        var result = ((JsonNumber)items[0]!).Double;
        foreach (var number in items[1..])
            result = choose(result, ((JsonNumber)number!).Double);
        return Values.Number(result);
    }

    private static JsonNumber? Average(JsonValue? numbers)
    {
        var count = Values.Items(numbers).Length;
        return count == 0 ? null : Values.Number(Total(numbers!) / count);
    }

    private static JsonValue? Append(JsonValue? first, JsonValue? second, Run run)
    {
        if (first is not null && !Values.IsArray(first))
            run.Kept(first);
        if (second is not null && !Values.IsArray(second))
            run.Kept(second);
        return Values.Append(first, second, run);
    }

    private static JsonValue? Reverse(JsonValue? array)
    {
        var items = Values.Items(array);
        if (items.Length < 2)
            return array;
        var result = items.ToArray();
        Array.Reverse(result);
        return JsonataArray.Of(result);
    }

    private static JsonValue? Sort(JsonValue?[] arguments, Run run)
    {
        var array = arguments[0];
        var items = Values.Items(array);
        if (items.Length < 2)
            return array;
        var result = items.ToArray();
        if (arguments[1] is Callable comparator)
        {
            var function = new Invoker(comparator, run);
            MergeSort.Sort(result, (a, b) => IsTruthy(function.Call(a, b)), run);
        }
        else if (Values.IsArrayOfNumbers(array))
        {
            MergeSort.Sort(result, (a, b) => ((JsonNumber)a!).Double > ((JsonNumber)b!).Double, run);
        }
        else if (Values.IsArrayOfStrings(array))
        {
            MergeSort.Sort(result, (a, b) => string.CompareOrdinal(((JsonString)a!).Value, ((JsonString)b!).Value) > 0, run);
        }
        else
        {
            throw new JsonataException("D3070") { Index = 1 };
        }

        return JsonataArray.Of(result);
    }

    /// <summary>Whether JavaScript takes a value for true, which is what a comparator's result is asked.</summary>
    private static bool IsTruthy(JsonValue? value) => value switch
    {
        null or JsonNull => false,
        JsonBoolean boolean => boolean.Value,
        JsonNumber number => number.Double != 0 && !double.IsNaN(number.Double),
        JsonString text => text.Value.Length > 0,
        _ => true,
    };

    private static JsonValue? Shuffle(JsonValue?[] arguments, Run run)
    {
        var items = Values.Items(arguments[0]);
        if (items.Length < 2)
            return arguments[0];
        var result = new JsonValue?[items.Length];
        for (var i = 0; i < items.Length; i++)
        {
            var j = (int)run.Chance.NextInt64(0, i + 1);
            result[i] = result[j];
            result[j] = items[i];
        }

        return JsonataArray.Of(result);
    }

    private static JsonValue? Distinct(JsonValue?[] arguments, Run run)
    {
        var array = arguments[0];
        var items = Values.Items(array);
        if (items.Length < 2)
            return array;
        var results = new JsonataArray { IsSequence = Values.IsSequence(array) };
        var numbers = new HashSet<double>();
        var texts = new HashSet<string>(StringComparer.Ordinal);
        var others = new List<JsonValue?>();
        foreach (var item in items)
        {
            run.Step();
            switch (item)
            {
                case JsonNumber number when !double.IsNaN(number.Double) && !numbers.Add(number.Double):
                case JsonString text when !texts.Add(text.Value):
                    continue;
                case JsonNumber or JsonString:
                    break;
                default:
                    if (others.Exists(other => Values.AreEqual(item, other, run)))
                        continue;
                    others.Add(item);
                    break;
            }

            results.Add(item);
        }

        return results;
    }

    private static JsonataArray Zip(JsonValue?[] arguments, Run run)
    {
        var length = arguments.Length == 0 ? 0 : arguments.Min(argument => Values.Items(argument).Length);
        var result = new JsonataArray(length);
        run.HasInnerValues = true;
        for (var i = 0; i < length; i++)
        {
            run.Step();
            run.Make(arguments.Length);
            result.Add(JsonataArray.Of(Array.ConvertAll(arguments, argument => Values.Items(argument)[i])));
        }

        return result;
    }
}
