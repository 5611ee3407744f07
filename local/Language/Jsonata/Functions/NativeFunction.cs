using Stateside.Language.Json;
using Stateside.Language.Shapes;

namespace Stateside.Language.Jsonata.Functions;

/// <summary>The work of a function of the language: its arguments, as the signature has made them, to its result.</summary>
internal delegate JsonValue? NativeBody(JsonValue?[] arguments, Run run);

/// <summary>What a function of the language gives: of its arguments, as the signature has made them.</summary>
internal delegate ShapeValue NativeShape(ShapeValue[] arguments, ShapeRun run);

/// <summary>A function of the language.</summary>
internal sealed class NativeFunction : Callable
{
    private readonly Signature _signature;
    private readonly NativeBody _body;
    private readonly NativeShape _shape;

    /// <summary>A function.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="signature">What it takes and what it gives.</param>
    /// <param name="arity">How many arguments a higher-order function passes to it.</param>
    /// <param name="body">Its work.</param>
    /// <param name="shape">
    /// What is known of its result; null where it is what the signature says, or undefined where the first argument is.
    /// </param>
    public NativeFunction(string name, string signature, int arity, NativeBody body, NativeShape? shape = null)
    {
        _shape = shape ?? FunctionShapes.Of(signature);
        Name = name;
        Arity = arity;
        _signature = Signature.Parse(signature);
        _body = body;
    }

    public string Name { get; }

    public override int Arity { get; }

    public override bool UsesContext => _signature.UsesContext;

    public override JsonValue? Invoke(JsonValue?[] arguments, JsonValue? context, Run run)
    {
        run.Touch(arguments);
        return _body(_signature.Validate(arguments, context), run);
    }

    /// <summary>
    /// Calls the function as a partial application does: the types must fit, but nothing is taken from the context and no single value is
    /// made an array.
    /// </summary>
    public override JsonValue? InvokePartial(JsonValue?[] arguments, JsonValue? context, Run run)
    {
        if (arguments.Length != _signature.Count)
            Array.Resize(ref arguments, _signature.Count);
        run.Touch(arguments);
        _signature.Validate((JsonValue?[])arguments.Clone(), JsonValue.Null);
        return _body(arguments, run);
    }

    public override ShapeFunction ShapeOf() => new Known(this);

    private sealed record Known(NativeFunction Function) : ShapeFunction
    {
        public override int? Arity => Function.Arity;

        public override bool UsesContext => Function.UsesContext;

        public override string? Name => Function.Name;

        public override ShapeValue Call(ShapeValue[] arguments, ShapeValue context, ShapeRun run)
        {
            if (!Function._signature.TryValidate(arguments, context, out var validated))
                return ShapeValue.Never;
            return Function._shape(validated ?? Unknown(), run);
        }

        public override ShapeValue CallPartial(ShapeValue[] arguments, ShapeValue context, ShapeRun run) => Function._shape(Unknown(), run);

        public override ShapeProblem? Refused(ShapeValue[] arguments, ShapeValue context, string name, int position)
        {
            if (Function._signature.TryValidate(arguments, context, out _))
                return null;
            var told = string.Join(", ", arguments.Select(argument => argument.Told));
            return new(
                ShapeProblemKind.NeverTaken, $"${name}", Math.Max(0, position - (name.Length == 0 ? 1 : name.Length + 2)), $"${Function.Name} never takes ({told})");
        }

        private ShapeValue[] Unknown() => [.. Enumerable.Repeat(ShapeValue.Everything, Math.Max(Function._signature.Count, 4))];
    }
}
