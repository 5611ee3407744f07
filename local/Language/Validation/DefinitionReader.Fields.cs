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
        if (text == "$")
            return JsonPath.Root;
        sink.Schema("Value must be a valid JSONPath.", place);
        return null;
    }

    private ReferencePath? CompileResultPath(string text, JsonPlace place)
    {
        if (text == "$")
            return ReferencePath.Root;
        sink.Schema("Value is not a Reference Path", place);
        return null;
    }

    private ValueField? CompileReference(string text, JsonPlace place, string name)
    {
        sink.Schema("Value is not a Reference Path", place);
        return null;
    }

    private ValueField? CompileValue(string text, JsonPlace place, string name)
    {
        sink.Schema("Value must be a valid JSONPath.", place);
        return null;
    }

    private static ValueField? PathValue(string name, JsonPath path) => null;

    private PayloadTemplate? CompileTemplate(JsonValue value, QueryLanguage language, JsonPlace place, string field) =>
        value is JsonString { Value: var text } && language == QueryLanguage.Jsonata && IsExpression(text)
            ? CompileExpression(text, place, field, JsonataExpectation.Any)
            : new LiteralTemplate(value);

    private static bool IsExpression(string text) =>
        text.StartsWith("{%", StringComparison.Ordinal) && text.EndsWith("%}", StringComparison.Ordinal);

    private ValueField? ExpressionField(FieldReader fields, string name, string text)
    {
        return CompileExpression(text, fields.At(name), name, JsonataExpectation.Any) is { } template ? new ValueField(name, template) : null;
    }

    private PayloadTemplate? CompileExpression(string text, JsonPlace place, string field, JsonataExpectation expected)
    {
        sink.Error(DiagnosticCodes.InvalidJsonataExpression, "Unexpected end of expression", place);
        return null;
    }

    private static bool IsComparison(string key) => key.Contains("Equals", StringComparison.Ordinal);

    private Condition? ReadComparison(FieldReader fields, string name)
    {
        _ = fields.Take(name);
        _ = fields.Take("Variable");
        sink.Schema("Value must be a valid JSONPath.", fields.Place);
        return null;
    }

    private static Condition And(List<Condition> conditions) => conditions[0];

    private static Condition Or(List<Condition> conditions) => conditions[0];

    private static Condition Not(Condition condition) => condition;

    private TaskResource? ReadResource(string text, JsonPlace place)
    {
        var resource = TaskResource.Parse(text);
        if (resource is null || !OptimizedIntegrations.Has(resource))
        {
            sink.Schema(
                $"The resource provided {text} is not recognized. The value is not a valid resource ARN, or the resource is not available in this region.",
                place);
            return null;
        }

        if (options.Express && resource.Kind == ResourceKind.Activity)
            sink.Schema("Express state machine does not support Activity ARN", place);
        else if (options.Express && resource.Pattern is IntegrationPattern.RunJob or IntegrationPattern.RunJobJson)
            sink.Schema("Express state machine does not support '.sync' service integration", place);
        else if (options.Express && resource.Pattern == IntegrationPattern.WaitForTaskToken)
            sink.Schema("Express state machine does not support '.waitForTaskToken' service integration", place);
        return resource;
    }
}
