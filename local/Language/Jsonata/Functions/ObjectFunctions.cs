using System.Runtime.CompilerServices;
using Stateside.Language.Json;

namespace Stateside.Language.Jsonata.Functions;

/// <summary>Object and Boolean functions. See https://docs.jsonata.org/object-functions and https://docs.jsonata.org/boolean-functions.</summary>
internal static class ObjectFunctions
{
    public static readonly NativeFunction[] All =
    [
        new("boolean", "<x-:b>", 1, (arguments, run) => arguments[0] is { } value ? JsonValue.From(Values.IsTrue(value, run)) : null, FunctionShapes.Truth),
        new("not", "<x-:b>", 1, (arguments, run) => arguments[0] is { } value ? JsonValue.From(!Values.IsTrue(value, run)) : null, FunctionShapes.Falsehood),
        new("keys", "<x-:a<s>>", 1, (arguments, run) => Keys(arguments[0], run), FunctionShapes.Keys),
        new("lookup", "<x-s:x>", 2, (arguments, run) => arguments[1] is JsonString key ? Values.Lookup(arguments[0], key.Value, run) : null, FunctionShapes.Looked),
        new("spread", "<x-:a<o>>", 1, (arguments, run) => Spread(arguments[0], run), FunctionShapes.Spread),
        new("merge", "<a<o>:o>", 1, (arguments, run) => Merge(arguments[0], run), FunctionShapes.Merged),
        new("type", "<x:s>", 1, (arguments, _) => TypeOf(arguments[0]) is { } name ? new JsonString(name) : null, FunctionShapes.Type),
        new("clone", "<(oa)-:o>", 1, (arguments, run) => Clone(arguments[0], run), FunctionShapes.Copied),
        new("error", "<s?:x>", 1, (arguments, _) => throw new JsonataException("D3137", Message(arguments[0], "$error() function evaluated")), FunctionShapes.Always(ShapeValue.Never)),
        new("assert", "<bs?:x>", 2, (arguments, _) => arguments[0] is JsonBoolean { Value: true }
            ? null
            : throw new JsonataException("D3141", Message(arguments[1], "$assert() statement failed")), FunctionShapes.Always(ShapeValue.Nothing)),
    ];

    /// <summary>A deep copy, no object of which is any other: as JSON text read again.</summary>
    public static JsonValue? Clone(JsonValue? value, Run run)
    {
        switch (value)
        {
            case null:
                return null;
            case JsonNumber number:
                if (!Values.IsNumeric(number, out var plain))
                    return JsonValue.Null;
                var rounded = JavaScriptText.Rounded(plain);
                return rounded == plain ? number : JsonNumber.Of(rounded);
            case JsonObject members:
                Guard(run);
                run.Make(members.Count, 32);
                var builder = new JsonObject.Builder(members.Count);
                for (var i = 0; i < members.Count; i++)
                    builder.Set(members.Keys[i], Clone(members.Values[i], run)!);
                return members.Count == 0 ? JsonObject.Empty.Copy() : builder.ToObject();
            case JsonataArray { IsInputWrapper: true } wrapper:
                return Clone(wrapper[0], run);
            case JsonArray or JsonataArray:
                Guard(run);
                var items = Values.Items(value);
                run.Make(items.Length);
                var copies = new JsonValue[items.Length];
                for (var i = 0; i < items.Length; i++)
                    copies[i] = Clone(items[i], run) ?? JsonValue.Null;
                return JsonArray.Of(copies);
            case Callable:
                return new JsonString("");
            case TupleValue tuple:
                return Clone(tuple.Context, run);
            default:
                return value;
        }
    }

    private static string Message(JsonValue? message, string otherwise) => message is JsonString { Value.Length: > 0 } text ? text.Value : otherwise;

    private static void Guard(Run run)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        run.Step();
    }

    private static JsonataArray Keys(JsonValue? value, Run run)
    {
        var result = JsonataArray.Sequence();
        if (value is JsonObject members)
        {
            run.Make(members.Count, 32);
            foreach (var key in members.Keys)
                result.Add(new JsonString(key));
            return result;
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        AddKeys(value, seen, result, run);
        return result;
    }

    private static void AddKeys(JsonValue? value, HashSet<string> seen, JsonataArray result, Run run)
    {
        if (value is JsonObject members)
        {
            Guard(run);
            run.Touch(members.Count);
            foreach (var key in members.Keys)
            {
                if (seen.Add(key))
                    result.Add(new JsonString(key));
            }
        }
        else if (Values.TryItems(value, out var items))
        {
            Guard(run);
            foreach (var item in items)
                AddKeys(item, seen, result, run);
        }
    }

    private static JsonValue? Spread(JsonValue? value, Run run)
    {
        if (value is JsonObject members)
        {
            run.Step();
            run.Make(members.Count, 128);
            var result = JsonataArray.Sequence(members.Count);
            for (var i = 0; i < members.Count; i++)
                result.Add(JsonObject.Of((members.Keys[i], members.Values[i])));
            return result;
        }

        if (!Values.TryItems(value, out var items))
            return value;
        Guard(run);
        if (items.Length == 0)
            return JsonataArray.Sequence(0);
        var gathered = new JsonataArray(items.Length);
        foreach (var item in items)
        {
            if (Spread(item, run) is { } spread)
                Values.Gather(gathered, spread, run);
        }

        return gathered;
    }

    private static JsonObject? Merge(JsonValue? objects, Run run)
    {
        if (objects is null)
            return null;
        var result = new JsonObject.Builder();
        foreach (var item in Values.Items(objects))
        {
            if (item is not JsonObject members)
                continue;
            run.Make(members.Count, 64);
            for (var i = 0; i < members.Count; i++)
                result.Set(members.Keys[i], members.Values[i]);
        }

        return result.ToObject();
    }

    private static string? TypeOf(JsonValue? value) => value switch
    {
        null => null,
        JsonNull => "null",
        JsonNumber => Values.IsNumeric(value, out _) ? "number" : "object",
        JsonString => "string",
        JsonBoolean => "boolean",
        JsonArray or JsonataArray => "array",
        Callable => "function",
        _ => "object",
    };
}
