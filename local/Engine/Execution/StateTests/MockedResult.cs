using Stateside.Language.Definitions;
using Stateside.Language.Json;
using Stateside.Language.Services;

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
            case TaskState task when validation != FieldValidation.None && AnswerOf(task.Resource) is { } shape:
                var check = new Check(task.Resource.Kind == ResourceKind.Optimized, validation == FieldValidation.Strict);
                if (check.Problem(shape, "", result) is { } problem)
                    throw StateTestReader.Invalid($"Mock result schema validation error: {problem}");
                break;
        }

        return result;
    }

    private static JsonArray RequireArray(JsonValue result) =>
        result as JsonArray ?? throw StateTestReader.Invalid("Mocked result must be an array.");

    private static JsonValue Parse(string text) =>
        JsonReader.TryParse(text, out var json, keepText: true) ? json : throw StateTestReader.Invalid("Mocked result must be valid JSON");

    /// <summary>What a resource answers; null when that can be anything or is not known.</summary>
    private static ServiceShape? AnswerOf(TaskResource resource) => resource switch
    {
        // Whoever sends a token back may send anything.
        { Pattern: IntegrationPattern.WaitForTaskToken } => null,
        { Kind: ResourceKind.Optimized, Service: "states" } =>
            AnswerOf("sfn", resource.Pattern == IntegrationPattern.RequestResponse ? "StartExecution" : "DescribeExecution"),
        { Kind: ResourceKind.Optimized, Service: "lambda" } => AnswerOf("lambda", "Invoke"),

        // Of other jobs the descriptions are cut down before they are given on.
        { Pattern: IntegrationPattern.RunJob or IntegrationPattern.RunJobJson } => null,
        _ => ServiceIntegration.Find(resource)?.Action.Output,
    };

    private static ServiceShape? AnswerOf(string service, string action) => ServiceModels.Find(service)!.FindAction(action)!.Output;

    private static string MustBe(string field, string what) =>
        field.Length == 0 ? $"Result must be {what}" : $"Field '{field}' must be {what}";

    /// <summary>
    /// What is wrong with a value; null when nothing is. Times and bytes are texts to AWS here, also where an answer has numbers for them.
    /// Fields that the model does not know are let be: it may be older than they.
    /// </summary>
    private readonly record struct Check(bool IsOptimized, bool IsStrict)
    {
        public string? Problem(ServiceShape shape, string field, JsonValue value)
        {
            if (value is JsonNull || shape.IsDocument)
                return null;
            switch (shape.Kind)
            {
                case ShapeKind.String or ShapeKind.Blob or ShapeKind.Timestamp:
                    return value is JsonString text ? LengthProblem(shape, field, text.Value) : MustBe(field, "a string");
                case ShapeKind.Integer or ShapeKind.Long or ShapeKind.Float or ShapeKind.Double:
                    return value is JsonNumber number ? RangeProblem(shape, field, number.Double) : MustBe(field, "a number");
                case ShapeKind.Boolean:
                    return value is JsonBoolean ? null : MustBe(field, "a boolean");
                case ShapeKind.List:
                    return value is JsonArray items ? First(shape.Item, field, items) : MustBe(field, "an array");
                case ShapeKind.Map:
                    return value is JsonObject entries
                        ? First(shape.Item, field, entries.Select(entry => entry.Value))
                        : MustBe(field, "an object");
                default:
                    return value is JsonObject members ? MemberProblem(shape, members) : MustBe(field, "an object");
            }
        }

        private string? First(ServiceShape shape, string field, IEnumerable<JsonValue> values)
        {
            foreach (var value in values)
            {
                if (Problem(shape, field, value) is { } problem)
                    return problem;
            }

            return null;
        }

        private string? MemberProblem(ServiceShape shape, JsonObject members)
        {
            foreach (var member in IsStrict ? shape.Members : [])
            {
                var name = IsOptimized ? member.OptimizedName : member.SdkName;
                if (member.IsRequired && !members.ContainsKey(name))
                    return $"Required field '{name}' is missing";
            }

            foreach (var (name, value) in members)
            {
                if (shape.FindParameter(name, IsOptimized) is { } member && Problem(member.Shape, name, value) is { } problem)
                    return problem;
            }

            return null;
        }

        private static string? LengthProblem(ServiceShape shape, string field, string text)
        {
            if (shape.Values.Count > 0 && !shape.Values.Contains(text))
                return $"Field '{field}' is not an expected value";
            if (text.Length < shape.Least)
                return $"Field '{field}' is smaller than the minimum length";
            return text.Length > shape.Most ? $"Field '{field}' exceeds the maximum length" : null;
        }

        private static string? RangeProblem(ServiceShape shape, string field, double number)
        {
            if (number < shape.Least)
                return $"Field '{field}' is less than the minimum value";
            return number > shape.Most ? $"Field '{field}' exceeds the maximum value" : null;
        }
    }
}
