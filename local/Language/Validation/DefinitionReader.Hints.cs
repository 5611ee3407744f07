using Stateside.Language.Json;

namespace Stateside.Language.Validation;

/// <summary>The service's own warnings: values that look like a query where none is evaluated.</summary>
internal sealed partial class DefinitionReader
{
    private void WarnOfStaticPaths(JsonValue result, JsonPlace place)
    {
        foreach (var (value, at) in Strings(result, place))
        {
            if (LooksLikeQuery(value))
                sink.Warning(DiagnosticCodes.PassResultIsStatic, "Attempt to use a path in the result of a pass state.", at);
        }
    }

    /// <summary>Strings of a JSONPath template whose key does not end in <c>.$</c>.</summary>
    private void WarnOfMissingDollar(JsonValue template, JsonPlace place)
    {
        foreach (var (value, at) in Strings(template, place))
        {
            if (LooksLikeQuery(value) && !IsDynamic(at))
                sink.Warning(DiagnosticCodes.NoDollar, "No .$ on a field that appears to be a JSONPath or Intrinsic Function.", at);
        }
    }

    private void WarnOfMissingPath(string value, JsonPlace place)
    {
        if (LooksLikeQuery(value))
            sink.Warning(DiagnosticCodes.NoPath, "Field value looks like a path, but field name does not end with 'Path'.", place);
    }

    private static bool IsDynamic(JsonPlace place) => place.Key?.EndsWith(".$", StringComparison.Ordinal) == true;

    private static bool LooksLikeQuery(string text) =>
        text is "$" or "$$"
        || text.StartsWith("$.", StringComparison.Ordinal) || text.StartsWith("$[", StringComparison.Ordinal)
        || text.StartsWith("$$.", StringComparison.Ordinal)
        || (text.StartsWith("States.", StringComparison.Ordinal) && text.EndsWith(')'));

    private static IEnumerable<(string Value, JsonPlace Place)> Strings(JsonValue value, JsonPlace place)
    {
        switch (value)
        {
            case JsonString text:
                yield return (text.Value, place);
                break;
            case JsonArray items:
                for (var i = 0; i < items.Count; i++)
                {
                    foreach (var found in Strings(items[i], place.Item(i)))
                        yield return found;
                }

                break;
            case JsonObject members:
                for (var i = 0; i < members.Count; i++)
                {
                    foreach (var found in Strings(members.Values[i], place.Member(members.Keys[i])))
                        yield return found;
                }

                break;
        }
    }
}
