using Stateside.Language.Json;

namespace Stateside.Language.Jsonata;

/// <summary>Makes plain JSON of what an evaluation gave.</summary>
internal static class Result
{
    public static JsonValue? ToJson(JsonValue? value, Run run) => value switch
    {
        null => null,
        Callable => throw Function(),
        JsonataArray or TupleValue => Plain(value, run, 0),
        JsonArray or JsonObject when IsToBeWalked(value, run) => Plain(value, run, 0),
        JsonNumber number => Plain(number, run),
        _ => value.WithoutSourceText(),
    };

    private static JsonataException Function() => new("T1006", "The expression evaluated to a function, which is not a JSON value")
    {
        ResultIsFunction = true,
    };

    /// <summary>Whether there may be something in a value that is no JSON, or a number that the service writes otherwise.</summary>
    private static bool IsToBeWalked(JsonValue value, Run run) => run.HasInnerValues || (run.IsService && value.HasForeignNumbers);

    private static JsonValue Plain(JsonNumber number, Run run)
    {
        if (run.IsService)
            return JavaNumber.Passed(number);
        if (!double.IsFinite(number.Double))
            throw new JsonataException("D1001") { Value = number };
        return number is { Double: 0, IsInt64: false, Token: "-0" } ? JsonNumber.Of(0L) : number;
    }

    private static JsonValue Plain(JsonValue? value, Run run, int depth)
    {
        run.Step();
        if (depth > JsonReader.MaxDepth)
            throw JsonataException.Guard($"The result is nested more deeply than {JsonReader.MaxDepth} levels.");
        switch (value)
        {
            case null:
                return JsonValue.Null;
            case Callable:
                throw Function();
            case TupleValue tuple:
                return Plain(tuple.Context, run, depth);
            case JsonNumber number:
                return Plain(number, run);
            case JsonataArray array:
                run.Make(array.Count);
                var items = new JsonValue[array.Count];
                for (var i = 0; i < items.Length; i++)
                    items[i] = array[i] is { } item && item is not (JsonataArray or Callable) && !IsToBeWalked(item, run) ? item : Plain(array[i], run, depth + 1);
                return JsonArray.Of(items);
            case JsonArray array:
                return Plain(array, run, depth);
            case JsonObject members:
                return Plain(members, run, depth);
            default:
                return value;
        }
    }

    private static JsonArray Plain(JsonArray array, Run run, int depth)
    {
        JsonValue[]? changed = null;
        for (var i = 0; i < array.Count; i++)
        {
            var item = Plain(array[i], run, depth + 1);
            if (changed is null && ReferenceEquals(item, array[i]))
                continue;
            changed ??= Copy(array, run);
            changed[i] = item;
        }

        return changed is null ? array : JsonArray.Of(changed);
    }

    private static JsonValue[] Copy(JsonArray array, Run run)
    {
        run.Make(array.Count);
        return [.. array];
    }

    private static JsonObject Plain(JsonObject members, Run run, int depth)
    {
        JsonObject.Builder? changed = null;
        for (var i = 0; i < members.Count; i++)
        {
            var value = Plain(members.Values[i], run, depth + 1);
            if (changed is null && ReferenceEquals(value, members.Values[i]))
                continue;
            if (changed is null)
                run.Make(members.Count, 32);
            changed ??= members.ToBuilder();
            changed.Set(members.Keys[i], value);
        }

        return changed?.ToObject() ?? members;
    }
}
