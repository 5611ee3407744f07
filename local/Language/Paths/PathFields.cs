using Stateside.Language.Evaluation;
using Stateside.Language.Json;
using Stateside.Language.Shapes;

namespace Stateside.Language.Paths;

/// <summary>
/// Looks up paths that stand in a field. What AWS says when there is nothing depends on the field, and the error is always
/// States.Runtime, whatever its documentation promises for templates.
/// </summary>
internal static class PathFields
{
    /// <summary>What is said where a path is put to null: no path is, <c>$</c> included.</summary>
    public const string PutToNull = "Unable to apply Path transformation to null or empty input.";

    /// <summary>Looks a field's path up.</summary>
    /// <param name="field">The field as it is written, such as <c>InputPath</c> or <c>id.$</c>.</param>
    /// <param name="path">The path; null, as in <c>"InputPath": null</c>, gives an empty object.</param>
    /// <param name="context">Where.</param>
    /// <exception cref="StatesException">The path names nothing.</exception>
    public static JsonValue Evaluate(string field, JsonPath? path, EvaluationContext context)
    {
        if (path is null)
            return JsonObject.Empty;
        return path.TryEvaluate(context, out var value) && !(value is JsonNull && IsTemplateField(field) && IsPutToNull(path, context))
            ? value
            : throw Missing(field, path, context);
    }

    /// <summary>What is known of what a field's path gives.</summary>
    /// <param name="field">The field as it is written.</param>
    /// <param name="path">The path; null gives an empty object.</param>
    /// <param name="scope">What is known of where it is looked up.</param>
    /// <returns>What it gives where it does not fail; never, where it is certain to.</returns>
    public static Shape ShapeOf(string field, JsonPath? path, ShapeScope scope)
    {
        if (path is null)
            return Shape.Of(ObjectShape.Empty);
        var found = path.ShapeOf(scope).Without(ShapeKinds.Nothing);
        if (!IsTemplateField(field) || path.RootKind != PathRoot.Input || !scope.Input.IsOnly(ShapeKinds.Null) || found.IsNever)
            return found;
        var there = found.Without(ShapeKinds.Null);
        if (there.IsNever)
            scope.Report?.Invoke(new ShapeProblem(ShapeProblemKind.NeverFound, path.Text, 0, "The input is null, of which no path finds anything"));
        return there;
    }

    /// <summary>Whether a path starts from an input that is null.</summary>
    internal static bool IsPutToNull(JsonPath path, EvaluationContext context) => path.RootKind == PathRoot.Input && context.Input is JsonNull;

    private static StatesException Missing(string field, JsonPath path, EvaluationContext context)
    {
        if (field == "ItemsPath")
            return MissingItems(path, context);
        var cause = field switch
        {
            "SecondsPath" or "TimestampPath" => $"The {field} parameter does not reference an input value: {path.Text}",
            _ when path.StartIn(context) is JsonNull => PutToNull,
            _ when IsTemplateField(field) =>
                NotInInput($"The JSONPath '{WithOneDollar(path)}' specified for the field '{field}'", path, context, path.StartIn(context)),
            _ => $"Invalid path '{path.Text}' : {path.DescribeMissing(context)}",
        };
        return new StatesException(ErrorNames.Runtime, cause);
    }

    /// <summary>
    /// What is said of the path of a function's argument that names nothing: a sentence that shows the input, even where the path starts
    /// from the context object, and the library's own words where a step fits nothing.
    /// </summary>
    internal static string MissingArgument(JsonPath path, EvaluationContext context)
    {
        var start = path.StartIn(context);
        return start is not null && path.IsUnfit(start, context)
            ? path.DescribeMissing(context)
            : NotInInput(
                $"The JsonPath argument for the field '{WithOneDollar(path)}'", path, context,
                path.RootKind == PathRoot.Context ? context.Input : start);
    }

    /// <summary>A path into the context object as it is told: as one into the input.</summary>
    private static string WithOneDollar(JsonPath path) => path.RootKind == PathRoot.Context ? path.Text[1..] : path.Text;

    private static string NotInInput(string subject, JsonPath path, EvaluationContext context, JsonValue? shown) => shown is null
        ? $"{subject} could not be found: {path.DescribeMissing(context)}"
        : $"{subject} could not be found in the input '{shown.Told}'";

    private static StatesException MissingItems(JsonPath path, EvaluationContext context)
    {
        // ItemsPath is a reference path, and AWS follows it step by step, as ResultPath.
        var value = path.StartIn(context) ?? JsonValue.Null;
        var steps = path.Steps.Steps;
        for (var i = 0; i < steps.Length; i++)
        {
            if (path.Steps.Follow(i, value, out var next) != PathOutcome.Found)
            {
                var name = steps[i] is MemberStep member ? member.Name : steps[i].ToString();
                return new StatesException(ErrorNames.ReferencePathConflict, $"Unable to apply step \"{name}\" to input {value.Told}");
            }

            value = next ?? JsonValue.Null;
        }

        return new StatesException(ErrorNames.ReferencePathConflict, $"Unable to apply ReferencePath {path.Text} to input {value.Told}");
    }

    private static bool IsTemplateField(string field) =>
        field is "ErrorPath" or "CausePath" || field.EndsWith(".$", StringComparison.Ordinal);
}
