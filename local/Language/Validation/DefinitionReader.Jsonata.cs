using Stateside.Language.Definitions;
using Stateside.Language.Json;
using Stateside.Language.Jsonata;
using Stateside.Language.Jsonata.Parsing;
using Stateside.Language.Templates;

namespace Stateside.Language.Validation;

/// <summary>
/// JSONata in fields: compiled, and held to what the service offers where it stands.
/// See https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html.
/// </summary>
internal sealed partial class DefinitionReader
{
    /// <summary>The type of the state that is being read: $states.result is there in some only.</summary>
    private string? _stateType;

    private PayloadTemplate? CompileJsonata(JsonValue value, JsonPlace place, string field)
    {
        switch (value)
        {
            case JsonString text when IsExpression(text.Value, place):
                return CompileExpression(text.Value, place, field, JsonataExpectation.Any);
            case JsonArray items:
                {
                    var templates = new PayloadTemplate[items.Count];
                    for (var i = 0; i < templates.Length; i++)
                        templates[i] = CompileJsonata(items[i], place.Item(i), $"{field}[{i}]") ?? new LiteralTemplate(items[i]);
                    return Array.TrueForAll(templates, template => template is LiteralTemplate) ? new LiteralTemplate(items) : new ArrayTemplate(templates);
                }

            case JsonObject members:
                {
                    var templates = new PayloadTemplate[members.Count];
                    for (var i = 0; i < templates.Length; i++)
                    {
                        var key = members.Keys[i];
                        templates[i] = CompileJsonata(members.Values[i], place.Member(key), $"{field}/{key}") ?? new LiteralTemplate(members.Values[i]);
                    }

                    return Array.TrueForAll(templates, template => template is LiteralTemplate)
                        ? new LiteralTemplate(members)
                        : new ObjectTemplate(members.Keys.ToArray(), templates);
                }

            default:
                return new LiteralTemplate(value);
        }
    }

    /// <summary>Whether a string is an expression; with one of the two signs only it is neither that nor a text.</summary>
    private bool IsExpression(string text, JsonPlace place)
    {
        if (JsonataTemplate.IsExpression(text))
            return true;
        if (HasSign(text))
            sink.Schema("JSONata string must start with {% and end with %}", place);
        return false;
    }

    private static bool HasSign(string text) => text.StartsWith("{%", StringComparison.Ordinal) || text.EndsWith("%}", StringComparison.Ordinal);

    private ValueField? ExpressionField(FieldReader fields, string name, string text, JsonataExpectation expected) =>
        CompileExpression(text, fields.At(name), name, expected) is { } template ? new ValueField(name, template) : null;

    private JsonataTemplate? CompileExpression(string text, JsonPlace place, string field, JsonataExpectation expected)
    {
        try
        {
            var expression = JsonataExpression.Parse(text[2..^2].Trim());
            CheckReferences(expression, place, field);
            return new JsonataTemplate(expression, field, expected) { Offset = text.Length - text.AsSpan(2).TrimStart().Length };
        }
        catch (JsonataException e)
        {
            sink.Error(DiagnosticCodes.InvalidJsonataExpression, e.Message, place);
            return null;
        }
    }

    /// <summary>There is no input document, and $states holds its parts only where they exist.</summary>
    private void CheckReferences(JsonataExpression expression, JsonPlace place, string field)
    {
        var told = new HashSet<string>(StringComparer.Ordinal);
        foreach (var reference in expression.References)
        {
            var problem = reference switch
            {
                { Kind: JsonataReferenceKind.Document or JsonataReferenceKind.Field } => $"Reference to '{reference.Name}' at the top level is not supported.",
                { Kind: JsonataReferenceKind.Variable, Name: "states", Fields: [var part, ..] } when !HasPart(part, field) =>
                    $"Field '$states.{part}' does not exist.",
                _ => null,
            };
            if (problem is not null && told.Add(problem))
                sink.Error(DiagnosticCodes.UnsupportedJsonataExpression, problem, place);
        }
    }

    private bool HasPart(string part, string field) => part switch
    {
        "input" or "context" => true,
        "result" => _stateType is "Task" or "Parallel" or "Map" && IsIn(field, "Output", "Assign"),
        "errorOutput" => field.StartsWith("Catch[", StringComparison.Ordinal),
        _ => false,
    };

    private static bool IsIn(string field, params ReadOnlySpan<string> outer)
    {
        var end = field.AsSpan().IndexOfAny('/', '[');
        return outer.Contains(end < 0 ? field : field[..end]);
    }
}
