using Stateside.Language.Json;

namespace Stateside.Language.Jsonata.Functions;

/// <summary>The work of a function of the language: its arguments, as the signature has made them, to its result.</summary>
internal delegate JsonValue? NativeBody(JsonValue?[] arguments, Run run);

/// <summary>A function of the language.</summary>
internal sealed class NativeFunction : Callable
{
    private readonly Signature _signature;
    private readonly NativeBody _body;

    public NativeFunction(string name, string signature, int arity, NativeBody body)
    {
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
}
