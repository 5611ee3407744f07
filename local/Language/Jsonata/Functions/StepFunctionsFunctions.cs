using System.Security.Cryptography;
using System.Text;
using Stateside.Language.Evaluation;
using Stateside.Language.Json;

namespace Stateside.Language.Jsonata.Functions;

/// <summary>
/// The functions that Step Functions adds.
/// See https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html#jsonata-functions-provided-by-sfn.
/// </summary>
internal static class StepFunctionsFunctions
{
    public static readonly NativeFunction[] All =
    [
        new("partition", "<an:a>", 2, Partition),
        new("range", "<nnn:a>", 3, Range),
        new("hash", "<ss:s>", 2, Hash),
        new("random", "<n?:n>", 1, Random),
        new("uuid", "<:s>", 0, (_, run) => new JsonString(run.Chance.NextId().ToString())),
        new("parse", "<s:x>", 1, Parse),
    ];

    private static JsonataArray? Partition(JsonValue?[] arguments, Run run)
    {
        if (arguments[0] is not { } array || arguments[1] is not JsonNumber number)
            return null;
        var size = Math.Floor(number.Double);
        if (!(size >= 1))
            throw new JsonataException("D3200", "The chunk size of the partition function must be a positive integer") { Value = number };
        var items = Values.Items(array).ToArray();
        run.HasInnerValues = true;
        return JsonataArray.Of([.. items.Chunk((int)Math.Min(size, Values.MaxItems)).Select(JsonataArray.Of)]);
    }

    private static JsonataArray? Range(JsonValue?[] arguments, Run run)
    {
        if (arguments[0] is not JsonNumber first || arguments[1] is not JsonNumber last || arguments[2] is not JsonNumber delta)
            return null;
        var (from, to, step) = (Math.Floor(first.Double), Math.Floor(last.Double), Math.Floor(delta.Double));
        if (step == 0 || !double.IsFinite(step))
            throw new JsonataException("D3201", "The step of the range function must not be zero") { Value = delta };
        var size = Math.Max(0, Math.Floor((to - from) / step) + 1);
        if (!(size <= Values.MaxItems))
            throw new JsonataException("D2014") { Value = Values.Number(size) };
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
        if (arguments[0] is not JsonString text || arguments[1] is not JsonString algorithm)
            return null;
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
            _ => throw new JsonataException("D3202", "The algorithm of the hash function must be MD5, SHA-1, SHA-256, SHA-384 or SHA-512")
            {
                Value = algorithm,
            },
        };
#pragma warning restore CA5350, CA5351
        return new JsonString(Convert.ToHexStringLower(hash));
    }

    private static JsonNumber Random(JsonValue?[] arguments, Run run) => JsonNumber.Of(arguments[0] is JsonNumber seed
        ? new Chance(Chance.Derive(0, "random", (long)Math.Floor(seed.Double))).NextDouble()
        : run.Chance.NextDouble());

    private static JsonValue? Parse(JsonValue?[] arguments, Run run)
    {
        if (arguments[0] is not JsonString text)
            return null;
        try
        {
            // JavaScript, whose numbers these are, prints no negative zero.
            return JsonReader.Parse(text.Value) is var value && value is JsonNumber { Double: 0 } ? JsonNumber.Of(0) : value;
        }
        catch (JsonSyntaxException e)
        {
            throw new JsonataException("D3203", $"The argument of the parse function is not JSON: {e.Message}") { Value = text };
        }
    }
}
