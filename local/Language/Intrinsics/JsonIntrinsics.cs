using Stateside.Language.Json;

namespace Stateside.Language.Intrinsics;

/// <summary>The function of objects.</summary>
internal static class JsonIntrinsics
{
    /// <summary>Only the shallow merge, <c>false</c>, is supported by the service; the second object wins.</summary>
    public static JsonValue Merge(IntrinsicArguments arguments)
    {
        var merged = arguments.Object(0).ToBuilder();
        var second = arguments.Object(1);
        if (arguments[2] is not JsonBoolean { Value: false })
            throw arguments.Invalid();
        for (var i = 0; i < second.Count; i++)
            merged.Set(second.Keys[i], second.Values[i]);
        return merged.ToObject();
    }
}
