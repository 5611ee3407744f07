using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using Stateside.Language.Evaluation;
using Stateside.Language.Json;

namespace Stateside.Language.Jsonata.Functions;

/// <summary>
/// The functions that Step Functions adds. They check their arguments themselves: what is left out where nothing takes its place makes the
/// call undefined or an error, each function in its own way, and numbers are cut to 64-bit integers.
/// See https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html#jsonata-functions-provided-by-sfn.
/// </summary>
internal static class StepFunctionsFunctions
{
    public static readonly NativeFunction[] All =
    [
        Of("partition", 2, Partition, FunctionShapes.Partitioned),
        Of("range", 3, Range, FunctionShapes.Maybe(ShapeValue.Number.ToSequence(1, int.MaxValue))),
        Of("hash", 2, Hash, FunctionShapes.Maybe(ShapeValue.Text)),
        Of("random", 1, Random, FunctionShapes.Always(ShapeValue.Number)),
        Of("uuid", 0, (_, run) => new JsonString(run.Chance.NextId().ToString()), FunctionShapes.Always(ShapeValue.Text)),
        Of("parse", 1, Parse, FunctionShapes.Parsed),
        new("base64decode", "<s-:s>", 1, (arguments, _) => arguments[0] is JsonString text ? Base64Decode(text.Value) : null),
    ];

    private static readonly SearchValues<char> Base64Digits = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");

    /// <summary>The longest range that the service's memory holds.</summary>
    private const int LongestRange = 360_145;

    /// <summary>A function whose signature has room for arguments too many, so that the first of them can be named.</summary>
    private static NativeFunction Of(string name, int arity, NativeBody body, NativeShape shape) => new(
        name,
        $"<{string.Concat(Enumerable.Repeat("x?", arity))}x?+:x>",
        arity,
        (arguments, run) => arguments.Length <= arity || arguments[arity] is null ? body(arguments, run) : throw Mismatch(arity),
        shape);

    private static JsonataException Mismatch(int argument) => new("T0410") { Index = argument + 1 };

    private static JsonataException Invalid(string message) => new("D3137", message);

    /// <summary>A number without its fraction, at most 64 bits.</summary>
    private static long Whole(JsonValue?[] arguments, int index)
    {
        if (arguments[index] is not JsonNumber number)
            throw Mismatch(index);
        if (number.IsInt64)
            return number.Int64;
        var value = number.Double;
        return value >= long.MaxValue ? long.MaxValue : value <= long.MinValue ? long.MinValue : double.IsNaN(value) ? 0 : (long)value;
    }

    private static JsonataArray? Partition(JsonValue?[] arguments, Run run)
    {
        if (arguments[0] is not { } array)
            return null;
        if (!Values.TryItems(array, out var items))
            throw new JsonataException("T0412") { Value = array, Index = 1 };
        if (items.Length == 0)
            return null;
        var size = arguments[1] is null ? items.Length : Whole(arguments, 1);
        if (size < 0)
            throw Invalid("Second argument must be zero or greater");
        if (size == 0)
            return null;
        run.HasInnerValues = true;
        return JsonataArray.Of([.. items.ToArray().Chunk((int)Math.Min(size, items.Length)).Select(JsonataArray.Of)]);
    }

    private static JsonataArray? Range(JsonValue?[] arguments, Run run)
    {
        var from = Whole(arguments, 0);
        var to = Whole(arguments, 1);
        if (arguments[2] is null)
            return null;
        var step = Whole(arguments, 2);
        if (step == 0 || (step > 0 ? from > to : from < to))
            return null;
        var size = (((Int128)to - from) / step) + 1;
        if (size > LongestRange)
            throw JsonataException.OutOfMemory();
        var items = new JsonValue?[(int)size];
        for (var i = 0; i < items.Length; i++)
        {
            run.Step();
            items[i] = JsonNumber.Of(from + (i * step));
        }

        // A sequence: the service gives a range of one as a number.
        return JsonataArray.SequenceOf(items);
    }

    private static JsonString? Hash(JsonValue?[] arguments, Run run)
    {
        if (arguments[0] is not JsonString text)
            throw Mismatch(0);
        if (arguments[1] is null)
            return null;
        if (arguments[1] is not JsonString algorithm)
            throw Mismatch(1);
        var bytes = Encoding.UTF8.GetBytes(text.Value);

        // MD5 and SHA-1 are part of the language here, not a choice of ours.
#pragma warning disable CA5350, CA5351
        var hash = algorithm.Value switch
        {
            "MD5" => MD5.HashData(bytes),
            "SHA-1" => SHA1.HashData(bytes),
            "SHA-256" => SHA256.HashData(bytes),
            "SHA-384" => SHA384.HashData(bytes),
            "SHA-512" => SHA512.HashData(bytes),
            _ => throw Invalid($"Hash algorithm '{algorithm.Value}' must be one of SHA-1, SHA-384, SHA-256, SHA-512, MD5"),
        };
#pragma warning restore CA5350, CA5351
        return new JsonString(Convert.ToHexStringLower(hash));
    }

    /// <summary>A number from 0 up to but not including 1; the same seed gives the same number, as in Java.</summary>
    private static JsonNumber Random(JsonValue?[] arguments, Run run) =>
        JsonNumber.Of(arguments[0] is null ? run.Chance.NextDouble() : new JavaRandom(Whole(arguments, 0)).NextDouble());

    /// <summary>
    /// JSONata's own function, which in the service falls over what is no Base64 by the letter. Padding may be missing, as to Java's decoder.
    /// </summary>
    private static JsonString Base64Decode(string text)
    {
        var digits = text.AsSpan().TrimEnd('=');
        var padding = text.Length - digits.Length;
        var isBase64 = !digits.ContainsAnyExcept(Base64Digits) && digits.Length % 4 != 1 && (padding == 0 || (padding <= 2 && text.Length % 4 == 0));
        return isBase64 ? new JsonString(StringFunctions.Base64Decode(text)) : throw JsonataException.Internal();
    }

    private static JsonValue? Parse(JsonValue?[] arguments, Run run)
    {
        if (arguments[0] is null)
            return null;
        if (arguments[0] is not JsonString text)
            throw Mismatch(0);
        return JacksonReader.ReadStrictly(text.Value) ?? throw Invalid("Invalid JSON");
    }
}
