using FsCheck;
using FsCheck.Fluent;
using Stateside.Language.Json;

namespace Stateside.Language.Tests.Definitions;

/// <summary>Random definitions: sound ones, ones with values in the wrong places, and texts that were damaged.</summary>
internal static class DefinitionGenerator
{
    private static readonly string[] Names = ["A", "B", "C", "Déjà vu", "", "a/b", new('x', 81)];

    private static readonly string[] Fields =
    [
        "Type", "Next", "End", "Comment", "QueryLanguage", "InputPath", "OutputPath", "ResultPath", "ResultSelector", "Parameters",
        "Arguments", "Output", "Assign", "Result", "Resource", "TimeoutSeconds", "TimeoutSecondsPath", "HeartbeatSeconds", "Credentials",
        "Retry", "Catch", "Choices", "Default", "Seconds", "SecondsPath", "Timestamp", "TimestampPath", "Branches", "ItemProcessor",
        "Iterator", "Items", "ItemsPath", "ItemSelector", "ItemReader", "ItemBatcher", "ResultWriter", "MaxConcurrency", "Label",
        "ToleratedFailureCount", "ToleratedFailurePercentage", "Error", "ErrorPath", "Cause", "CausePath", "StartAt", "States",
        "ErrorEquals", "IntervalSeconds", "BackoffRate", "Variable", "And", "Or", "Not", "StringEquals", "NumericLessThanPath",
        "IsPresent", "Condition", "ProcessorConfig", "Unheard",
    ];

    private static readonly string[] Texts =
    [
        "", "$", "$$", "$.a", "$.a[*].b", "$$.Execution.Id", "$v", "$.a[?(@.b > 1)]", "$..", "$[", "States.UUID()",
        "States.Format('{}', $.a)", "States.Format(", "States.Nothing()", "{% $states.input.a %}", "{% 1 + %}", "{% $$ %}", "{% a %}",
        "{%%}", "2030-01-02T03:04:05Z", "Task", "Pass", "Choice", "Wait", "Parallel", "Map", "Succeed", "Fail", "JSONata", "JSONPath",
        "arn:aws:lambda:us-east-1:123456789012:function:f", "arn:aws:states:::sqs:sendMessage.waitForTaskToken", "arn:aws:states:::", "A", "B",
        "States.ALL", "\ud83d\ude00", "\u0000",
    ];

    private static readonly Gen<JsonValue> Leaf = Gen.OneOf(
        Gen.Elements(Texts).Select(text => (JsonValue)new JsonString(text)),
        Gen.Choose(-2, 100_000_000).Select(number => (JsonValue)JsonNumber.Of(number)),
        Gen.Elements(JsonValue.Null, JsonValue.True, JsonValue.False, JsonNumber.Parse("1e400"), JsonNumber.Parse("0.5"), JsonNumber.Parse("99999999999999999999")),
        Gen.Elements<JsonValue>(JsonArray.Empty, JsonObject.Empty));

    /// <summary>A value whose keys are often fields of the language.</summary>
    public static Gen<JsonValue> Value(int depth) => depth == 0
        ? Leaf
        : Gen.Frequency(
            (3, Leaf),
            (2, Gen.Sized(_ => Gen.Choose(0, 4)).SelectMany(count => Value(depth - 1).ArrayOf(count)).Select(items => (JsonValue)JsonArray.Of(items))),
            (4, Members(depth)));

    /// <summary>A definition whose states are of the right shape more often than not.</summary>
    public static Gen<JsonValue> Definition(int depth) =>
        from start in Gen.Elements(Names)
        from count in Gen.Choose(1, 4)
        from states in State(depth).ArrayOf(count)
        from others in Members(1)
        from extra in Gen.Choose(0, 9)
        select (JsonValue)Merge(
            extra == 0 ? (JsonObject)others : JsonObject.Empty,
            ("StartAt", new JsonString(extra < 8 ? "A" : start)),
            ("States", JsonObject.Of([.. states.Select((state, i) => (Names[i], state))])));

    /// <summary>The text of a value, damaged at one to three places.</summary>
    public static Gen<string> Damaged(Gen<JsonValue> values) =>
        from value in values
        from count in Gen.Choose(1, 3)
        from places in Gen.Choose(0, 1_000_000).ArrayOf(count)
        from replacements in Gen.Elements("", "\"", "{", "}", "[", "]", ",", ":", "\\", "0", "null", "\ud800", "\n", "\"a\":1,").ArrayOf(count)
        select places.Zip(replacements).Aggregate(value.Text, (text, change) => Damage(text, change.First, change.Second));

    private static Gen<JsonValue> State(int depth) => Gen.Frequency(
        (1, Value(2)),
        (6,
            from type in Gen.Elements("Task", "Pass", "Choice", "Wait", "Parallel", "Map", "Succeed", "Fail")
            from inner in depth == 0 ? Leaf : Definition(depth - 1)
            from next in Gen.Elements(Names)
            from extra in Members(2)
            from isWild in Gen.Choose(0, 3)
            select (JsonValue)Merge(isWild == 0 ? (JsonObject)extra : JsonObject.Empty, [.. Sound(type, inner, next)])));

    private static IEnumerable<(string Key, JsonValue Value)> Sound(string type, JsonValue inner, string next)
    {
        yield return ("Type", new JsonString(type));
        switch (type)
        {
            case "Task":
                yield return ("Resource", new JsonString("arn:aws:states:::lambda:invoke"));
                break;
            case "Choice":
                yield return ("Choices", JsonArray.Of(JsonObject.Of(
                    ("Variable", new JsonString("$.a")), ("IsPresent", JsonValue.True), ("Next", new JsonString(next)))));
                break;
            case "Wait":
                yield return ("Seconds", JsonNumber.Of(1));
                break;
            case "Parallel":
                yield return ("Branches", JsonArray.Of(inner));
                break;
            case "Map":
                yield return ("ItemProcessor", inner);
                break;
        }

        if (type is not ("Choice" or "Succeed" or "Fail"))
            yield return next is "A" or "B" ? ("Next", new JsonString(next)) : ("End", JsonValue.True);
    }

    private static Gen<JsonValue> Members(int depth) =>
        from count in Gen.Choose(0, 5)
        from keys in Gen.Frequency((4, Gen.Elements(Fields)), (1, Gen.Elements("x", "x.$", "y.$", "Ref", "Fn::Sub"))).ArrayOf(count)
        from values in Value(depth - 1).ArrayOf(count)
        select (JsonValue)JsonObject.Of([.. keys.Zip(values)]);

    private static JsonObject Merge(JsonObject first, params (string Key, JsonValue Value)[] rest)
    {
        var builder = first.ToBuilder();
        foreach (var (key, value) in rest)
            builder.Set(key, value);
        return builder.ToObject();
    }

    private static string Damage(string text, int place, string replacement)
    {
        var at = place % (text.Length + 1);
        return (place % 3) switch
        {
            0 => text[..at] + replacement + text[at..],
            1 => text[..at] + replacement + text[Math.Min(at + 1, text.Length)..],
            _ => text[..at],
        };
    }
}
