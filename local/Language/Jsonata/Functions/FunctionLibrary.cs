using System.Collections.Frozen;

namespace Stateside.Language.Jsonata.Functions;

/// <summary>The functions of the language, by name. See https://docs.jsonata.org/string-functions and its neighbors.</summary>
internal static class FunctionLibrary
{
    private static readonly FrozenDictionary<string, NativeFunction> Standard = Index(
        StringFunctions.All, RegexFunctions.All, UrlFunctions.All, NumberFunctions.All, DateTimeFunctions.All, ArrayFunctions.All,
        ObjectFunctions.All, HigherOrderFunctions.All);

    private static readonly FrozenDictionary<string, NativeFunction> StepFunctions = Index(Standard.Values, StepFunctionsFunctions.All);

    public static FrozenDictionary<string, NativeFunction> Of(JsonataDialect dialect) =>
        dialect == JsonataDialect.Standard ? Standard : StepFunctions;

    private static FrozenDictionary<string, NativeFunction> Index(params IEnumerable<NativeFunction>[] groups)
    {
        var index = new Dictionary<string, NativeFunction>(StringComparer.Ordinal);
        foreach (var function in groups.SelectMany(group => group))
            index[function.Name] = function;
        return index.ToFrozenDictionary(StringComparer.Ordinal);
    }
}
