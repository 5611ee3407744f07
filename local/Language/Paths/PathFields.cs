using Stateside.Language.Evaluation;
using Stateside.Language.Json;

namespace Stateside.Language.Paths;

/// <summary>
/// Looks up paths that stand in a field. What AWS says when there is nothing depends on the field, and the error is always
/// States.Runtime, whatever its documentation promises for templates.
/// </summary>
internal static class PathFields
{
    /// <summary>Looks a field's path up.</summary>
    /// <param name="field">The field as it is written, such as <c>InputPath</c> or <c>id.$</c>.</param>
    /// <param name="path">The path; null, as in <c>"InputPath": null</c>, gives an empty object.</param>
    /// <param name="context">Where.</param>
    /// <exception cref="StatesException">The path names nothing.</exception>
    public static JsonValue Evaluate(string field, JsonPath? path, EvaluationContext context)
    {
        if (path is null)
            return JsonObject.Empty;
        return path.TryEvaluate(context, out var value) ? value : throw Missing(field, path, context);
    }

    private static StatesException Missing(string field, JsonPath path, EvaluationContext context)
    {
        if (field == "ItemsPath")
            return MissingItems(path, context);
        var cause = field switch
        {
            "SecondsPath" or "TimestampPath" => $"The {field} parameter does not reference an input value: {path.Text}",
            _ when IsTemplateField(field) => NotInInput($"The JSONPath '{path.Text}' specified for the field '{field}'", path, context),
            _ when path.StartIn(context) is JsonNull => "Unable to apply Path transformation to null or empty input.",
            _ => $"Invalid path '{path.Text}' : {path.DescribeMissing(context)}",
        };
        return new StatesException(ErrorNames.Runtime, cause);
    }

    /// <summary>The sentence about a path of a template or of a function's argument that names nothing.</summary>
    internal static string NotInInput(string subject, JsonPath path, EvaluationContext context) =>
        path.StartIn(context) is { } start
            ? $"{subject} could not be found in the input '{start.Text}'"
            : $"{subject} could not be found: {path.DescribeMissing(context)}";

    private static StatesException MissingItems(JsonPath path, EvaluationContext context)
    {
        // ItemsPath is a reference path, and AWS follows it step by step, as ResultPath.
        var value = path.StartIn(context) ?? JsonValue.Null;
        foreach (var step in path.Steps.Steps)
        {
            if (new CompiledSteps([step]).Evaluate(value, value, out var next) != PathOutcome.Found)
            {
                var name = step is MemberStep member ? member.Name : step.ToString();
                return new StatesException(ErrorNames.ReferencePathConflict, $"Unable to apply step \"{name}\" to input {value.Text}");
            }

            value = next;
        }

        return new StatesException(ErrorNames.ReferencePathConflict, $"Unable to apply ReferencePath {path.Text} to input {value.Text}");
    }

    private static bool IsTemplateField(string field) => field is "ErrorPath" or "CausePath" || field.EndsWith(".$", StringComparison.Ordinal);
}
