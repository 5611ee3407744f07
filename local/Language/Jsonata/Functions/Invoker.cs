using Stateside.Language.Json;

namespace Stateside.Language.Jsonata.Functions;

/// <summary>Calls one function many times, as the higher-order functions do, with no more arguments than it takes.</summary>
internal readonly struct Invoker
{
    private readonly Callable _function;
    private readonly Run _run;
    private readonly Lambda? _lambda;
    private readonly Bindings? _frame;

    public Invoker(JsonValue? function, Run run)
    {
        _function = (Callable)function!;
        _run = run;
        Arity = _function.Arity;
        if (_function is Lambda { Definition.Signature: null } lambda)
        {
            _lambda = lambda;
            _frame = lambda.Definition.CapturesFrame ? null : lambda.NewFrame();
        }
    }

    public int Arity { get; }

    /// <summary>Calls the function with a value and, if it takes them, the value's index or key and what it is in.</summary>
    public JsonValue? Call(JsonValue? value, JsonValue? key, JsonValue? whole)
    {
        if (_lambda is null)
            return _function.Invoke(Arity switch { >= 3 => [value, key, whole], 2 => [value, key], _ => [value] }, JsonValue.Null, _run);

        // A frame that nobody can have kept serves every call.
        var frame = _frame ?? _lambda.NewFrame();
        var slots = frame.Slots;
        if (Arity > 0)
            slots[0] = value;
        if (Arity > 1)
            slots[1] = key;
        if (Arity > 2)
            slots[2] = whole;
        if (slots.Length > 3 || slots.Length > Arity)
            Array.Clear(slots, Math.Min(3, Arity), slots.Length - Math.Min(3, Arity));
        return _lambda.InvokeInFrame(frame, JsonValue.Null, _run);
    }

    /// <summary>Calls the function with two arguments.</summary>
    public JsonValue? Call(JsonValue? first, JsonValue? second)
    {
        if (_lambda is null)
            return _function.Invoke([first, second], JsonValue.Null, _run);
        return Call(first, second, null);
    }

    /// <summary>Calls the function with four arguments or as many as it takes.</summary>
    public JsonValue? Call(JsonValue? first, JsonValue? second, JsonValue? third, JsonValue? fourth) => _function.Invoke(
        Arity switch { >= 4 => [first, second, third, fourth], 3 => [first, second, third], _ => [first, second] }, JsonValue.Null, _run);
}
