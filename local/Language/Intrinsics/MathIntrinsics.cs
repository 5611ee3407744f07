using Stateside.Language.Evaluation;
using Stateside.Language.Json;

namespace Stateside.Language.Intrinsics;

/// <summary>The functions of numbers.</summary>
internal static class MathIntrinsics
{
    /// <summary>A whole number from the first up to but not including the second; the same seed gives the same number.</summary>
    public static JsonValue Random(IntrinsicArguments arguments)
    {
        var from = arguments.Integer(0);
        var to = arguments.Integer(1);
        if (from >= to)
            throw arguments.Invalid();
        var chance = arguments.Count == 3 ? new Chance(Chance.Derive(0, "States.MathRandom", arguments.Integer(2))) : arguments.Chance;
        return JsonValue.From(chance.NextInt64(from, to));
    }

    public static JsonValue Add(IntrinsicArguments arguments) => JsonValue.From((long)arguments.Integer(0) + arguments.Integer(1));
}
