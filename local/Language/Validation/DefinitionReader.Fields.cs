using Stateside.Language.Conditions;
using Stateside.Language.Definitions;
using Stateside.Language.Json;
using Stateside.Language.Paths;
using Stateside.Language.Templates;

namespace Stateside.Language.Validation;

/// <summary>Compiles paths, templates and expressions, and says in the service's words what does not compile.</summary>
internal sealed partial class DefinitionReader
{
    /// <summary>Stands in where the real one did not compile; the tree that holds it is thrown away.</summary>
    private static readonly TaskResource UnknownResource = new("", ResourceKind.Optimized, "", "", IntegrationPattern.RequestResponse);
    private static readonly Definition NoDefinition = new("", []);
    private static readonly Condition NoCondition = new JsonataCondition(new LiteralTemplate(JsonValue.False));

    private JsonPath? CompilePath(string text, JsonPlace place)
    {
        if (JsonPath.TryParse(text, out var path, out _))
            return path;
        sink.Schema("Value must be a valid JSONPath.", place);
        return null;
    }

    private ReferencePath? CompileResultPath(string text, JsonPlace place)
    {
        try
        {
            return ReferencePath.Parse(text);
        }
        catch (JsonPathException)
        {
            ReportReference(text, place);
            return null;
        }
    }

    /// <summary>A path to one node of the input or of a variable; of the context object only where the field allows it.</summary>
    private JsonPath? CompileReference(string text, JsonPlace place, bool allowsContext)
    {
        if (JsonPath.TryParse(text, out var path, out _) && path.IsReference && (allowsContext || path.RootKind != PathRoot.Context))
            return path;
        ReportReference(text, place);
        return null;
    }

    private void ReportReference(string text, JsonPlace place)
    {
        var reason = text.StartsWith('$')
            ? JsonPath.TryParse(text, out _, out var problem) ? "" : $": {problem.Problem}"
            : ": Reference path didn't start with '$'";
        sink.Schema($"Value is not a Reference Path{reason}", place);
    }

    /// <summary>A path or an intrinsic function.</summary>
    private ValueField? CompileValue(string text, JsonPlace place, string name)
    {
        if (JsonPathTemplate.TryParseField(name, text, out var template, out _))
            return new ValueField(name, template);
        sink.Schema("Value must be a valid JSONPath or a valid intrinsic function call", place);
        return null;
    }

    private static ValueField PathValue(string name, JsonPath path) => new(name, new PathTemplate(name, path));

    private PayloadTemplate? CompileTemplate(JsonValue value, QueryLanguage language, JsonPlace place, string field)
    {
        if (language == QueryLanguage.Jsonata)
            return CompileJsonata(value, place, field);
        var template = JsonPathTemplate.Parse(value, place, problem => sink.Schema(problem.Message, problem.Owner, problem.Place, problem.Detail));
        WarnOfMissingDollar(value, place);
        return template;
    }

    private ComparisonCondition? ReadComparison(FieldReader fields, ComparisonOperator comparison)
    {
        var variable = fields.Text("Variable") is { } text ? CompileReference(text, fields.At("Variable"), allowsContext: true) : null;
        var operand = fields.Take(comparison.Name)!;
        var place = fields.At(comparison.Name);
        if (!comparison.Accepts(operand))
        {
            if (!sink.IsSubstituted(operand))
            {
                sink.Schema(
                    comparison.Expects == OperandKind.Timestamp && operand is JsonString
                        ? "String does not match RFC3339 timestamp"
                        : $"Expected value of type {TypeOf(comparison.Expects)}",
                    place);
            }

            return null;
        }

        if (!comparison.TakesPath)
            return variable is null ? null : new ComparisonCondition(variable, comparison, operand);
        var path = CompileReference(((JsonString)operand).Value, place, allowsContext: true);
        return variable is null || path is null ? null : new ComparisonCondition(variable, comparison, path);
    }

    private static string TypeOf(OperandKind kind) => kind switch
    {
        OperandKind.Number => "Number",
        OperandKind.Boolean => "Boolean",
        _ => "String",
    };

    private static string NotRecognized(string text) => text.StartsWith("arn:", StringComparison.Ordinal)
        ? $"The resource provided {text} is not recognized. The value is not a valid resource ARN, or the resource is not available in this region."
        : "Value is not a valid resource ARN";

    private TaskResource? ReadResource(string text, JsonPlace place, Func<TaskResource, bool> isOffered, string? refusal = null)
    {
        if (options.AllowSubstitutions && text.Contains("${", StringComparison.Ordinal))
            return UnknownResource with { Text = text };
        var resource = TaskResource.Parse(text);
        if (resource is null || !isOffered(resource))
        {
            sink.Schema(refusal ?? NotRecognized(text), place);
            return null;
        }

        if (!_express)
            return resource;
        if (resource.Kind == ResourceKind.Activity)
            sink.Schema("Express state machine does not support Activity ARN", place);
        else if (resource.Pattern is IntegrationPattern.RunJob or IntegrationPattern.RunJobJson)
            sink.Schema("Express state machine does not support '.sync' service integration", place);
        else if (resource.Pattern == IntegrationPattern.WaitForTaskToken)
            sink.Schema("Express state machine does not support '.waitForTaskToken' service integration", place);
        return resource;
    }
}
