using Stateside.Language.Evaluation;
using Stateside.Language.Json;

namespace Stateside.Language.Intrinsics;

/// <summary>The functions of numbers.</summary>
internal static class MathIntrinsics
{
    /// <summary>A whole number from the first up to but not including the second; the same seed gives the same number, as in Java.</summary>
    public static JsonValue Random(IntrinsicArguments arguments)
    {
        var from = arguments.Truncated(0);
        var to = arguments.Truncated(1);
        var range = (long)to - from;
        if (range <= 0)
            throw arguments.Invalid();
        if (arguments.Count == 2)
            return JsonValue.From(arguments.Chance.NextInt64(from, to));
        var seed = arguments.Seed(2);
        return range <= int.MaxValue ? JsonValue.From(new JavaRandom(seed).NextInt((int)range) + from) : throw arguments.Invalid();
    }

    public static JsonValue Add(IntrinsicArguments arguments)
    {
        var sum = (long)arguments.Rounded(0) + arguments.Rounded(1);
        return sum is >= int.MinValue and <= int.MaxValue ? JsonValue.From(sum) : throw arguments.Invalid();
    }
}
