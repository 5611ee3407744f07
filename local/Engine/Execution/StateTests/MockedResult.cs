using Stateside.Language.Definitions;
using Stateside.Language.Json;

namespace Stateside.Engine.Execution.StateTests;

/// <summary>
/// Reads the result that a test makes up and holds it against what could really come: a Map or Parallel gives an array, a service what
/// its API's model says.
/// </summary>
internal static class MockedResult
{
    public static JsonValue Read(string text, WorkState state, FieldValidation validation)
    {
        var result = Parse(text);
        switch (state)
        {
            case MapState { ResultWriter.Resource: not null }:
                if (result is not JsonObject)
                    throw StateTestReader.Invalid("Mocked result must be a JSON object.");
                break;
            case MapState:
                RequireArray(result);
                break;
            case ParallelState parallel:
                if (RequireArray(result).Count != parallel.Branches.Count)
                    throw StateTestReader.Invalid("Mocked result must contain the same number of items as number of Parallel branches.");
                break;
            case TaskState task when validation != FieldValidation.None && ResultShapes.Find(task.Resource) is { } shape:
                if (Problem(shape, "", result, validation == FieldValidation.Strict) is { } problem)
                    throw StateTestReader.Invalid($"Mock result schema validation error: {problem}");
                break;
        }

        return result;
    }

    private static JsonArray RequireArray(JsonValue result) =>
        result as JsonArray ?? throw StateTestReader.Invalid("Mocked result must be an array.");

    private static JsonValue Parse(string text) =>
        JsonReader.TryParse(text, out var json, keepText: true) ? json : throw StateTestReader.Invalid("Mocked result must be valid JSON");

    /// <summary>What is wrong with a value; null when nothing is. Fields that the model does not know are let be: it may be older than they.</summary>
    private static string? Problem(ResultShape shape, string field, JsonValue value, bool isStrict)
    {
        if (value is JsonNull)
            return null;
        return shape.Kind switch
        {
            ResultKind.Text => value is JsonString text ? LengthProblem(shape, field, text.Value) : MustBe(field, "a string"),
            ResultKind.Number => value is JsonNumber number ? RangeProblem(shape, field, number.Double) : MustBe(field, "a number"),
            ResultKind.Boolean => value is JsonBoolean ? null : MustBe(field, "a boolean"),
            ResultKind.List => value is JsonArray items
                ? First(items, item => Problem(shape.Of, field, item, isStrict))
                : MustBe(field, "an array"),
            ResultKind.Map => value is JsonObject entries
                ? First(entries, entry => Problem(shape.Of, field, entry.Value, isStrict))
                : MustBe(field, "an object"),
            _ => value is JsonObject members ? MemberProblem(shape, members, isStrict) : MustBe(field, "an object"),
        };
    }

    private static string? MemberProblem(ResultShape shape, JsonObject members, bool isStrict)
    {
        if (isStrict && shape.Members.FirstOrDefault(member => member.IsRequired && !members.ContainsKey(member.Name)) is { } missing)
            return $"Required field '{missing.Name}' is missing";
        return First(members, entry => shape.Members.FirstOrDefault(member => member.Name == entry.Key) is { } member
            ? Problem(shape.MemberShape(member), member.Name, entry.Value, isStrict)
            : null);
    }

    private static string? LengthProblem(ResultShape shape, string field, string text)
    {
        if (shape.Values.Count > 0 && !shape.Values.Contains(text))
            return $"Field '{field}' is not an expected value";
        if (text.Length < shape.Least)
            return $"Field '{field}' is smaller than the minimum length";
        return text.Length > shape.Most ? $"Field '{field}' exceeds the maximum length" : null;
    }

    private static string? RangeProblem(ResultShape shape, string field, double number)
    {
        if (number < shape.Least)
            return $"Field '{field}' is less than the minimum value";
        return number > shape.Most ? $"Field '{field}' exceeds the maximum value" : null;
    }

    private static string? First<T>(IEnumerable<T> all, Func<T, string?> problem) => all.Select(problem).FirstOrDefault(found => found is not null);

    private static string MustBe(string field, string what) => field.Length == 0 ? $"Result must be {what}" : $"Field '{field}' must be {what}";
}
