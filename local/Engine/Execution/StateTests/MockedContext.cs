using Stateside.Language.Definitions;
using Stateside.Language.Json;

namespace Stateside.Engine.Execution.StateTests;

/// <summary>
/// Reads the context object that a test gives: it may leave anything out, but what is there is what Step Functions itself would put
/// there. See https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html.
/// </summary>
internal static class MockedContext
{
    private static readonly Dictionary<string, (string Name, JsonKind? Kind)[]> Fields = new(StringComparer.Ordinal)
    {
        ["Execution"] =
        [
            ("Id", JsonKind.String), ("Input", null), ("Name", JsonKind.String), ("RoleArn", JsonKind.String), ("StartTime", JsonKind.String),
            ("RedriveCount", JsonKind.Number), ("RedriveTime", JsonKind.String),
        ],
        ["State"] = [("EnteredTime", JsonKind.String), ("Name", JsonKind.String), ("RetryCount", JsonKind.Number)],
        ["StateMachine"] = [("Id", JsonKind.String), ("Name", JsonKind.String)],
        ["Task"] = [("Token", JsonKind.String)],
    };

    public static JsonObject Read(string text, State state)
    {
        var context = Parse(text);
        foreach (var (name, value) in context)
        {
            if (name == "Map")
                throw Invalid("'Map' field is not supported when mocking a Context object");
            if (!Fields.TryGetValue(name, out var fields))
                throw Invalid($"Field '{name}' is not allowed");
            if (name == "Task" && state is not TaskState { Resource.Pattern: not IntegrationPattern.RequestResponse })
            {
                throw Invalid(
                    "Context object contains 'Task' when state is not a Task state with a '.sync' or '.waitForTaskToken' service integration pattern");
            }

            Check(name, value as JsonObject ?? throw Invalid($"{name} must be an object"), fields);
        }

        return context;
    }

    private static void Check(string section, JsonObject members, (string Name, JsonKind? Kind)[] fields)
    {
        foreach (var (name, value) in members)
        {
            var at = Array.FindIndex(fields, field => field.Name == name);
            if (at < 0)
                throw Invalid($"Field '{name}' is not allowed");
            if (fields[at].Kind is { } kind && value.Kind != kind)
                throw Invalid($"{section}.{name} must be a {(kind == JsonKind.String ? "string" : "number")}");
        }
    }

    private static JsonObject Parse(string text) => JsonReader.TryParse(text, out var json)
        ? json as JsonObject ?? throw Invalid("Context object must be a JSON object")
        : throw Invalid("Context object must be valid JSON");

    private static StateTestException Invalid(string problem) => StateTestReader.Invalid($"Invalid Context object provided: {problem}");
}
