using Stateside.Language.Evaluation;
using Stateside.Language.Json;
using Stateside.Language.Jsonata;
using Stateside.Language.Jsonata.Parsing;
using Stateside.Language.Shapes;

namespace Stateside.Language.Templates;

/// <summary>What kind of value a field wants of its expression.</summary>
internal enum JsonataExpectation
{
    /// <summary>Any.</summary>
    Any,

    /// <summary>true or false.</summary>
    Boolean,

    /// <summary>A string.</summary>
    String,

    /// <summary>A number.</summary>
    Number,

    /// <summary>An array, or an object whose members stand for its elements, which no message names.</summary>
    Array,
}

/// <summary>
/// A JSONata expression between <c>{%</c> and <c>%}</c>.
/// See https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html.
/// </summary>
internal sealed class JsonataTemplate : PayloadTemplate
{
    private readonly JsonataExpectation _expected;
    private readonly bool _looksAtContext;

    /// <summary>An expression in a field.</summary>
    /// <param name="expression">The expression.</param>
    /// <param name="field">Where it stands, as errors name it: <c>Output/total</c>, <c>Choices[0]/Condition</c>.</param>
    /// <param name="expected">What kind of value the field wants.</param>
    public JsonataTemplate(JsonataExpression expression, string field, JsonataExpectation expected = JsonataExpectation.Any)
    {
        Expression = expression;
        Field = field;
        _expected = expected;

        // The context object is made only for expressions that look at it: $states.context, or all of $states, which % finds, too.
        _looksAtContext = expression.References.Any(reference =>
            reference is { Kind: JsonataReferenceKind.Variable, Name: "states" }
            && (reference.Fields.Count == 0 || reference.Fields[0] == "context" || expression.Source.Contains('%', StringComparison.Ordinal)));
    }

    /// <summary>The expression.</summary>
    public JsonataExpression Expression { get; }

    /// <summary>Where it stands, as errors name it.</summary>
    public string Field { get; }

    /// <summary>Where the expression begins in the text of its field.</summary>
    public int Offset { get; init; }

    public override string Written => Expression.Source;

    /// <summary>The workflow variables that it refers to, without the dollar sign.</summary>
    public IEnumerable<string> Variables => Expression.References
        .Where(reference => reference.Kind == JsonataReferenceKind.Variable && reference.Name != "states")
        .Select(reference => reference.Name);

    /// <summary>Whether a string is an expression rather than itself.</summary>
    /// <returns>Whether it begins with <c>{%</c> and ends with <c>%}</c>.</returns>
    public static bool IsExpression(string text) =>
        text.Length >= 4 && text.StartsWith("{%", StringComparison.Ordinal) && text.EndsWith("%}", StringComparison.Ordinal);

    public override JsonValue Evaluate(EvaluationContext context)
    {
        JsonValue? value;
        try
        {
            value = Expression.Evaluate(new JsonataEnvironment
            {
                Variables = name => Lookup(name, context),
                Chance = context.Chance,
                UtcNow = context.UtcNow,
                Budget = context.Budget,
            });
        }
        catch (JsonataException e) when (e.ResultIsFunction)
        {
            throw Failure("returned an unsupported result type.");
        }
        catch (JsonataException e) when (e.IsInternal)
        {
            throw Failure($"threw an internal error during evaluation. {context.Chance.NextId()}");
        }
        catch (JsonataException e)
        {
            // What a guard stopped has no code of JSONata's own.
            throw Failure(e.Code == "U1001" ? $"threw an error during evaluation: {e.Message}" : $"threw an error during evaluation. {e.Code}: {e.Message}");
        }

        if (value is null)
            throw Failure("returned nothing (undefined).");
        if (_expected != JsonataExpectation.Any && !IsExpected(value))
        {
            throw Failure(
                $"returned an unexpected result type. Expected '{Name(_expected)}', but was '{Name(value.Kind)}' for value: {value.Told}");
        }

        return value;
    }

    protected override Shape Known(ShapeScope scope)
    {
        var isTold = false;
        var inner = scope.Report is not { } report ? scope : scope with
        {
            Report = problem =>
            {
                isTold |= problem.Kind == ShapeProblemKind.NeverFound;
                report(problem with { Offset = problem.Offset + Offset });
            },
        };
        var shape = Expression.ShapeOf(inner);
        scope.Found?.Invoke(Expression.Source, shape);
        var there = shape.Without(ShapeKinds.Nothing);
        if (shape.IsOnly(ShapeKinds.Nothing) && !isTold)
            scope.Report?.Invoke(new ShapeProblem(ShapeProblemKind.NeverFound, Expression.Source, Offset, "The expression never gives anything"));

        var expected = there.Only(ExpectedKinds);
        if (expected.IsNever && !there.IsNever)
        {
            scope.Report?.Invoke(new ShapeProblem(
                ShapeProblemKind.WrongType, Expression.Source, Offset, $"The expression gives {there} where {Wanted} is wanted"));
        }

        return expected;
    }

    private ShapeKinds ExpectedKinds => _expected switch
    {
        JsonataExpectation.Any => ShapeKinds.Value,
        JsonataExpectation.Boolean => ShapeKinds.Boolean,
        JsonataExpectation.String => ShapeKinds.Text,
        JsonataExpectation.Number => ShapeKinds.Number,
        _ => ShapeKinds.List | ShapeKinds.Object,
    };

    private string Wanted => _expected switch
    {
        JsonataExpectation.Boolean => "true or false",
        JsonataExpectation.String => "text",
        JsonataExpectation.Number => "a number",
        _ => "an array or an object",
    };

    private JsonValue? Lookup(string name, EvaluationContext context)
    {
        if (name != "states")
            return context.Variables.TryGet(name, out var value) ? value : null;
        var states = new JsonObject.Builder();
        states.Set("input", context.Input);
        if (_looksAtContext)
            states.Set("context", context.ContextObject);
        if (context.Result is { } result)
            states.Set("result", result);
        if (context.ErrorOutput is { } error)
            states.Set("errorOutput", error);
        return states.ToObject();
    }

    private bool IsExpected(JsonValue value) => _expected switch
    {
        JsonataExpectation.Boolean => value is JsonBoolean,
        JsonataExpectation.String => value is JsonString,
        JsonataExpectation.Number => value is JsonNumber,
        _ => value is JsonArray or JsonObject,
    };

    private static string Name(Enum kind) => kind.ToString().ToLowerInvariant();

    private StatesException Failure(string what) =>
        new(ErrorNames.QueryEvaluationError, $"The JSONata expression '{Expression.Source}' specified for the field '{Field}' {what}") { Location = Field };
}
