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

    /// <summary>What the expression gives where only shapes are known; never where it can only fail.</summary>
    /// <param name="scope">What it may look at.</param>
    internal Shape ShapeOf(ShapeScope scope) => ShapeOf(Shape.Nothing, name => Variable(scope, name), scope.Report);

    /// <summary>What is known where the expression gives true, or where it does not; null where that can never be.</summary>
    /// <param name="scope">What it may look at.</param>
    /// <param name="holds">Whether it gives true.</param>
    internal ShapeScope? Narrow(ShapeScope scope, bool holds)
    {
        if (!ShapeOf(scope with { Report = null }).MayBe(holds ? ShapeKinds.True : ShapeKinds.False))
            return null;
        var run = NewRun(Shape.Nothing, name => Variable(scope, name));
        run.Assume(_node, holds, run.NewFrame(this, _slots, null));
        foreach (var (variable, names, narrow) in run.Known())
        {
            if (variable != "states")
            {
                var narrowed = Narrowed(scope.Variable(variable), names, 0, narrow);
                if (narrowed.IsNever)
                    return null;
                scope = scope with { Variables = new Dictionary<string, Shape>(scope.Variables, StringComparer.Ordinal) { [variable] = narrowed } };
            }
            else if (names is ["input", ..])
            {
                scope = scope with { Input = Narrowed(scope.Input, names, 1, narrow) };
                if (scope.Input.IsNever)
                    return null;
            }
        }

        return scope;
    }

    /// <summary>The shape with what lies under some names narrowed, where it is an object and no more may be there than one of that path.</summary>
    private static Shape Narrowed(Shape shape, string[] names, int at, Func<Shape, Shape> narrow)
    {
        if (at == names.Length)
            return narrow(shape);
        if (!shape.IsOnly(ShapeKinds.Object))
            return shape;
        var members = shape.Members!;
        var member = members.At(names[at]);
        var narrowed = Narrowed(member, names, at + 1, narrow);
        return narrowed.Equals(member) || narrowed.IsNever ? shape : Shape.Of(members.With(names[at], narrowed, members.Find(names[at])?.Origin));
    }

    private static Shape? Variable(ShapeScope scope, string name) => name != "states" ? scope.Variables.GetValueOrDefault(name) : Shape.Object(
        ("input", scope.Input),
        ("context", scope.ContextObject),
        ("result", scope.Result ?? Shape.Nothing),
        ("errorOutput", scope.ErrorOutput ?? Shape.Nothing));

    private ShapeRun NewRun(Shape input, Func<string, Shape?> variables) =>
        new(_globals, variables, input, _dialect == JsonataDialect.StepFunctions) { Source = Source };

    /// <summary>What the expression gives of an input document.</summary>
    /// <param name="input">What the document is.</param>
    /// <param name="variables">What a variable is that the expression does not bind; null for one that is nothing.</param>
    /// <param name="report">Told of each thing that is certain to go wrong.</param>
    internal Shape ShapeOf(Shape input, Func<string, Shape?> variables, Action<ShapeProblem>? report)
    {
        var run = NewRun(input, variables);
        var list = input.Only(ShapeKinds.List);
        var wrapped = list.IsNever ? ShapeValue.Never : new ShapeValue(Shape.Tuple([list]), null, ShapeTraits.Plain | ShapeTraits.Wrapper);
        var value = ShapeValue.Never;
        do
        {
            run.Begin();
            var other = new ShapeValue(input.Without(ShapeKinds.List));
            value = other.IsNever ? other : _node.ShapeOf(other, run.NewFrame(this, _slots, null), run);
            if (!wrapped.IsNever)
                value = value.Join(_node.ShapeOf(wrapped, run.NewFrame(this, _slots, null), run));
        }
        while (run is { IsToBeRepeated: true, IsSpent: false });

        if (run.IsSpent)
            return Shape.Anything.OrNothing();
        var shape = value.ToShape();
        if (report is not null)
        {
            // That a field has no such part of $states is said where definitions are read.
            foreach (var problem in run.Problems.Where(problem => !Source.AsSpan(0, problem.Offset).EndsWith("$states.")).OrderBy(problem => problem.Offset))
                report(problem with { Kind = KindOf(problem.Kind, shape) });
        }

        return shape;
    }

    /// <summary>What goes wrong in a part of the whole, such as one branch of a condition, is no more than that where the whole may go well.</summary>
    private static ShapeProblemKind KindOf(ShapeProblemKind kind, Shape whole) => kind switch
    {
        ShapeProblemKind.PartNeverFound when whole.IsOnly(ShapeKinds.Nothing) => ShapeProblemKind.NeverFound,
        ShapeProblemKind.NeverTaken when !whole.IsNever => ShapeProblemKind.PartNeverTaken,
        _ => kind,
    };
}
