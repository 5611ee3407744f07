using Stateside.Language.Evaluation;
using Stateside.Language.Json;

namespace Stateside.Language.Intrinsics;

/// <summary>The values of a call's arguments, read as the kinds its function wants.</summary>
internal sealed class IntrinsicArguments(
    IntrinsicFunction function, IntrinsicArgument[] written, JsonValue[] values, EvaluationContext context)
{
    public int Count => values.Length;

    public Chance Chance => context.Chance;

    public ReadOnlySpan<JsonValue> Values => values;

    public JsonValue this[int index] => values[index];

    public JsonArray Array(int index) => values[index] as JsonArray ?? throw Invalid();

    public JsonObject Object(int index) => values[index] as JsonObject ?? throw Invalid();

    public string String(int index) => values[index] is JsonString text ? text.Value : throw Invalid();

    public string String(int index, int longest) => String(index) is { } text && text.Length <= longest ? text : throw Invalid();

    /// <summary>A string with its backslashes: as written in the definition, or as it was found.</summary>
    public string Source(int index) => written[index].Source ?? String(index);

    /// <summary>A 32-bit number; one that is not whole is rounded to the nearest, a half upwards.</summary>
    public int Integer(int index)
    {
        if (values[index] is not JsonNumber number)
            throw Invalid();
        var rounded = Math.Floor(number.Double + 0.5);
        return rounded is >= int.MinValue and <= int.MaxValue ? (int)rounded : throw Invalid();
    }

    public IntrinsicProblemException Invalid(string? reason = null) => function.InvalidArguments(reason);
}
