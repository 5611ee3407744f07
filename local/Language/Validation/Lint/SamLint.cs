using Stateside.Language.Json;

namespace Stateside.Language.Validation.Lint;

/// <summary>
/// Objects that SAM lifts out of a Definition because they look like CloudFormation's intrinsic functions: one key, named Ref, Condition
/// or Fn::something.
/// </summary>
internal static class SamLint
{
    public static void Check(JsonValue value, JsonPlace place, DiagnosticSink sink)
    {
        switch (value)
        {
            case JsonObject members:
                if (members.Count == 1 && members.Keys[0] is var key && (key is "Ref" or "Condition" || key.StartsWith("Fn::", StringComparison.Ordinal)))
                {
                    sink.Warning(
                        LintCodes.SamIntrinsic,
                        $"SAM takes an object with the one key '{key}' for an intrinsic function and moves it out of the definition.",
                        place,
                        "Give the object a second key, or keep the definition in a file of its own (DefinitionUri).",
                        place.Member(key));
                }

                for (var i = 0; i < members.Count; i++)
                    Check(members.Values[i], place.Member(members.Keys[i]), sink);
                break;
            case JsonArray items:
                for (var i = 0; i < items.Count; i++)
                    Check(items[i], place.Item(i), sink);
                break;
        }
    }
}
