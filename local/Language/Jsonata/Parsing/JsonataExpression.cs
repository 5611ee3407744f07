using Stateside.Language.Json;
using Stateside.Language.Jsonata.Functions;
using Stateside.Language.Shapes;

namespace Stateside.Language.Jsonata.Parsing;

/// <summary>
/// A compiled JSONata 2 expression. Immutable: compile it once and evaluate it as often as need be, on as many threads at once as
/// there are. See https://docs.jsonata.org.
/// </summary>
public sealed class JsonataExpression
{
    private readonly Node _node;
    private readonly GlobalTable _globals;
    private readonly int _slots;
    private readonly JsonataDialect _dialect;

    private JsonataExpression(string source, JsonataDialect dialect)
    {
        Source = source;
        _dialect = dialect;
        _globals = new GlobalTable(FunctionLibrary.Of(dialect).GetValueOrDefault);
        try
        {
            var syntax = PathResolver.Resolve(Parser.Parse(source));
            References = ReferenceCollector.Collect(syntax);
            (_node, _slots) = Compiler.Compile(syntax, _globals);
        }
        catch (InsufficientExecutionStackException)
        {
            throw JsonataException.Guard("Stack overflow error: the expression is nested too deeply.");
        }
    }

    /// <summary>The text of the expression, without <c>{%</c> and <c>%}</c>.</summary>
    public string Source { get; }

    /// <summary>What the expression refers to outside itself, in the order of the text; functions of the language are not listed.</summary>
    internal IReadOnlyList<JsonataReference> References { get; }

    /// <summary>Compiles an expression.</summary>
    /// <param name="source">The text, without <c>{%</c> and <c>%}</c>.</param>
    /// <param name="dialect">Which functions it may call.</param>
    /// <returns>The expression.</returns>
    /// <exception cref="JsonataException">The text is no expression.</exception>
    public static JsonataExpression Parse(string source, JsonataDialect dialect = JsonataDialect.StepFunctions)
    {
        ArgumentNullException.ThrowIfNull(source);
        return new JsonataExpression(source, dialect);
    }

    /// <summary>Evaluates the expression.</summary>
    /// <param name="environment">What it may look at.</param>
    /// <returns>The value; null when it is undefined, which is not the JSON null.</returns>
    /// <exception cref="JsonataException">
    /// The evaluation failed, or a guard stopped it (U1001), or its result is a function (<see cref="JsonataException.ResultIsFunction"/>).
    /// </exception>
    public JsonValue? Evaluate(JsonataEnvironment environment)
    {
        ArgumentNullException.ThrowIfNull(environment);
        var run = new Run(environment, _globals, _dialect);
        var input = environment.Input is JsonArray document ? new JsonataArray(document) { IsInputWrapper = true } : environment.Input;
        try
        {
            var result = Result.ToJson(_node.Evaluate(input, new Bindings(null, _slots == 0 ? [] : new JsonValue?[_slots]), run), run);
            run.Finish();
            return result;
        }
        catch (InsufficientExecutionStackException)
        {
            throw JsonataException.TooDeep();
        }
    }

    /// <summary>What is known of what the expression gives.</summary>
    /// <param name="scope">What is known of what it may look at.</param>
    /// <returns>Of an expression that may be undefined: nothing, too.</returns>
    internal Shape ShapeOf(ShapeScope scope)
    {
        ArgumentNullException.ThrowIfNull(scope);
        return Shape.Anything.OrNothing();
    }
}
