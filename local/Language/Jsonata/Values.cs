using System.Runtime.CompilerServices;
using Stateside.Language.Json;

namespace Stateside.Language.Jsonata;

/// <summary>
/// What JSONata asks of any value. Undefined is null here; an array is a <see cref="JsonArray"/> or a <see cref="JsonataArray"/>.
/// </summary>
internal static class Values
{
    /// <summary>No array an evaluation makes may hold more: the bound the reference sets for ranges.</summary>
    public const int MaxItems = 10_000_000;

    public static readonly JsonNumber NotANumber = JsonNumber.Parse("NaN");
    private static readonly JsonNumber Infinity = JsonNumber.Parse("Infinity");
    private static readonly JsonNumber MinusInfinity = JsonNumber.Parse("-Infinity");

    public static bool IsArray(JsonValue? value) => value is JsonArray or JsonataArray;

    public static bool IsSequence(JsonValue? value) => value is JsonataArray { IsSequence: true };

    public static bool IsTupleStream(JsonValue? value) => value is JsonataArray { IsTupleStream: true };

    /// <summary>The items of an array; of anything else none.</summary>
    public static bool TryItems(JsonValue? value, out ReadOnlySpan<JsonValue?> items)
    {
        switch (value)
        {
            case JsonArray array:
                items = array.AsSpan()!;
                return true;
            case JsonataArray array:
                items = array.AsSpan();
                return true;
            default:
                items = default;
                return false;
        }
    }

    /// <summary>How many items an array has; anything else has none.</summary>
    public static int Count(JsonValue? value) => value switch
    {
        JsonArray array => array.Count,
        JsonataArray array => array.Count,
        _ => 0,
    };

    public static ReadOnlySpan<JsonValue?> Items(JsonValue? value)
    {
        TryItems(value, out var items);
        return items;
    }

    /// <summary>What arithmetic gave, which unlike JSON may be beyond all numbers.</summary>
    public static JsonNumber Number(double value)
    {
        if (double.IsFinite(value))
            return JsonNumber.Of(value);
        return double.IsNaN(value) ? NotANumber : value > 0 ? Infinity : MinusInfinity;
    }

    /// <summary>Whether this is a number. One that is infinite is an error, as everywhere that JSONata looks for numbers.</summary>
    public static bool IsNumeric(JsonValue? value, out double number)
    {
        if (value is not JsonNumber n)
        {
            number = 0;
            return false;
        }

        number = n.Double;
        if (double.IsFinite(number))
            return true;
        return double.IsNaN(number) ? false : throw new JsonataException("D1001") { Value = n };
    }

    public static bool IsArrayOfNumbers(JsonValue? value)
    {
        if (!TryItems(value, out var items))
            return false;
        var all = true;
        foreach (var item in items)
            all &= IsNumeric(item, out _);
        return all;
    }

    public static bool IsArrayOfStrings(JsonValue? value)
    {
        if (!TryItems(value, out var items))
            return false;
        foreach (var item in items)
        {
            if (item is not JsonString)
                return false;
        }

        return true;
    }

    /// <summary>The effective Boolean value; undefined counts as false.</summary>
    public static bool IsTrue(JsonValue? value, Run run)
    {
        switch (value)
        {
            case JsonBoolean boolean:
                return boolean.Value;
            case null or JsonNull:
                return false;
            case JsonString text:
                return text.Value.Length > 0;
            case JsonNumber:
                return IsNumeric(value, out var number) && number != 0;
            case JsonObject members:
                return members.Count > 0;
            case TupleValue:
                return true;
            default:
                if (!TryItems(value, out var items))
                    return false;
                RuntimeHelpers.EnsureSufficientExecutionStack();
                run.Touch(items.Length);
                foreach (var item in items)
                {
                    if (IsTrue(item, run))
                        return true;
                }

                return false;
        }
    }

    /// <summary>Deep equality: of arrays whatever made them, of objects whatever the order of their members.</summary>
    public static bool AreEqual(JsonValue? left, JsonValue? right, Run run)
    {
        if (left is JsonNumber a && right is JsonNumber b)
            return a.Double == b.Double;
        if (ReferenceEquals(left, right))
            return true;
        return left switch
        {
            JsonString text => right is JsonString other && AreEqual(text.Value, other.Value, run),
            JsonObject members => right is JsonObject that && AreEqual(members, that, run),
            JsonArray or JsonataArray => IsArray(right) && AreEqual(Items(left), Items(right), run),
            _ => false,
        };
    }

    /// <summary>One member of an object or, of an array, all that its items have under that name.</summary>
    public static JsonValue? Lookup(JsonValue? input, string key, Run run)
    {
        if (input is JsonObject members)
            return members[key];
        if (!TryItems(input, out var items))
            return null;
        RuntimeHelpers.EnsureSufficientExecutionStack();
        run.Step();
        run.Make(items.Length);
        var result = JsonataArray.Sequence(items.Length);
        foreach (var item in items)
        {
            var found = item is JsonObject m ? m[key] : Lookup(item, key, run);
            if (found is not null)
                Gather(result, found, run);
        }

        return result;
    }

    /// <summary>Two values as one array; undefined adds nothing.</summary>
    public static JsonValue? Append(JsonValue? first, JsonValue? second, Run run)
    {
        if (first is null)
            return second;
        if (second is null)
            return first;
        var length = (TryItems(first, out var a) ? a.Length : 1) + (TryItems(second, out var b) ? b.Length : 1);
        run.Make(length);
        var result = new JsonataArray(length);
        Gather(result, first, run);
        Gather(result, second, run);
        return result;
    }

    /// <summary>Adds a value, or the items of one that is an array.</summary>
    public static void Gather(JsonataArray result, JsonValue? value, Run run)
    {
        if (TryItems(value, out var items))
        {
            run.Make(items.Length);
            result.AddRange(items);
        }
        else
        {
            result.Add(value);
        }
    }

    /// <summary>
    /// What the value of an expression is: an empty sequence is undefined, a sequence of one is its item unless it is to stay an array.
    /// </summary>
    public static JsonValue? Settle(JsonValue? value, bool keepArray = false)
    {
        if (value is not JsonataArray { IsSequence: true, IsTupleStream: false } sequence)
            return value;
        if (keepArray)
            sequence.KeepSingleton = true;
        return sequence.Count switch
        {
            0 => null,
            1 when !sequence.KeepSingleton => sequence[0],
            _ => sequence,
        };
    }

    private static bool AreEqual(string left, string right, Run run)
    {
        run.Touch(left.Length == right.Length ? left.Length >> 2 : 0);
        return left == right;
    }

    private static bool AreEqual(JsonObject left, JsonObject right, Run run)
    {
        if (left.Count != right.Count)
            return false;
        RuntimeHelpers.EnsureSufficientExecutionStack();
        run.Step();
        run.Touch(left.Count);
        for (var i = 0; i < left.Count; i++)
        {
            if (right[left.Keys[i]] is not { } value || !AreEqual(left.Values[i], value, run))
                return false;
        }

        return true;
    }

    private static bool AreEqual(ReadOnlySpan<JsonValue?> left, ReadOnlySpan<JsonValue?> right, Run run)
    {
        if (left.Length != right.Length)
            return false;
        RuntimeHelpers.EnsureSufficientExecutionStack();
        run.Step();
        run.Touch(left.Length);
        for (var i = 0; i < left.Length; i++)
        {
            if (!AreEqual(left[i], right[i], run))
                return false;
        }

        return true;
    }
}
