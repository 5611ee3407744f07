using Stateside.Language.Evaluation;
using Stateside.Language.Json;

namespace Stateside.Language.Jsonata;

/// <summary>One evaluation: what it may look at, how far it has got and where it must stop.</summary>
internal sealed class Run
{
    /// <summary>So many items, or four times as many characters, count as a step.</summary>
    private const int Small = 16;

    /// <summary>What has more bytes is made only when all that was made before is known.</summary>
    private const int Large = 65_536;

    /// <summary>How deeply the service evaluates expressions within each other.</summary>
    private const int ServiceDepth = 100;

    /// <summary>How many numbers the service lets a value hold, and eight times as many characters.</summary>
    private const int ServiceItems = 873_782;

    private readonly JsonataEnvironment _environment;
    private readonly GlobalTable _globals;
    private readonly JsonValue?[] _globalValues;
    private readonly int _maxDepth;
    private Chance? _chance;
    private Dictionary<string, object>? _made;
    private Budget? _budget;
    private long _stepsLeft;
    private int _depth;
    private int _fuel;
    private int _filled;
    private int _nestings;

    public Run(JsonataEnvironment environment, GlobalTable globals, JsonataDialect dialect)
    {
        IsService = dialect == JsonataDialect.StepFunctions;
        _environment = environment;
        _globals = globals;
        _globalValues = globals.Count == 0 ? [] : new JsonValue?[globals.Count];
        _maxDepth = IsService ? Math.Min(environment.MaxDepth, ServiceDepth) : environment.MaxDepth;
        _budget = environment.Budget;
        _stepsLeft = environment.MaxSteps;
        _fuel = _filled = (int)Math.Min(Budget.Stride, _stepsLeft);
    }

    /// <summary>Whether the evaluation has the limits of Step Functions and gives its results in that service's form.</summary>
    public bool IsService { get; }

    public Chance Chance => _environment.Chance ?? (_chance ??= new Chance(0));

    /// <summary>Whether a value that is no JSON may lie inside an array or object that was made, so that a result has to be walked.</summary>
    public bool HasInnerValues { get; set; }

    public double NowMillis => _environment.Now.ToUnixTimeMilliseconds();

    /// <summary>What is made of a text, such as a date and time picture taken apart, once an evaluation.</summary>
    public T Once<T>(string text, Func<string, T> make)
        where T : class
    {
        _made ??= new Dictionary<string, object>(StringComparer.Ordinal);
        if (_made.TryGetValue(text, out var made) && made is T known)
            return known;
        known = make(text);
        _made[text] = known;
        return known;
    }

    /// <summary>Counts the evaluation of one expression within another.</summary>
    public void Enter()
    {
        // An expression that is entered has a part that would be one deeper still, hence the equals sign.
        if (++_depth >= _maxDepth)
            throw JsonataException.TooDeep();
        if (--_fuel < 0)
            Look();
    }

    public void Leave() => _depth--;

    /// <summary>Counts a piece of work within one expression, such as an item of a loop.</summary>
    public void Step()
    {
        if (--_fuel < 0)
            Look();
    }

    /// <summary>Counts that something large is looked at: what is of the size of a step is counted already.</summary>
    /// <param name="size">How many items.</param>
    public void Touch(long size)
    {
        if (size > Small)
            Charge(size / Small, 0);
    }

    /// <summary>Counts that something large is made, before it is.</summary>
    /// <param name="size">How many items.</param>
    /// <param name="bytes">How many bytes each takes.</param>
    public void Make(long size, int bytes = 8)
    {
        if (size > Small)
            Charge(size / Small, size * bytes);
    }

    /// <summary>Counts that a text is looked for in another.</summary>
    public void Seek(string text, string part) => Touch((text.Length >> 2) + (((long)text.Length * part.Length) >> 14));

    /// <summary>Counts what a call looks at before the function does its own.</summary>
    public void Touch(ReadOnlySpan<JsonValue?> arguments)
    {
        foreach (var argument in arguments)
        {
            switch (argument)
            {
                case JsonString { Value.Length: > 4 * Small and var length }:
                    Make(length >> 2, 16);
                    break;
                case JsonArray { Count: > Small and var count }:
                    Make(count);
                    break;
                case JsonataArray { Count: > Small and var count }:
                    Make(count);
                    break;
            }
        }
    }

    /// <summary>Tells the budget what was taken of it since it was last asked, for whatever is evaluated next.</summary>
    public void Finish()
    {
        if (_budget is not null && _budget.Take(_filled - _fuel) is not Shortage.None and var shortage)
            throw Failed(shortage);
    }

    /// <summary>The value of a variable that the expression does not bind itself: bound from outside, or a function of the language.</summary>
    public JsonValue? Global(int index)
    {
        var value = _globalValues[index] ??= Resolve(_globals[index]);
        return ReferenceEquals(value, Bindings.Undefined) ? null : value;
    }

    /// <summary>Refuses a value that the service's memory does not hold.</summary>
    /// <param name="items">How many numbers are in it.</param>
    /// <param name="characters">Or how many characters.</param>
    public void Allow(double items, long characters = 0)
    {
        if (IsService && (items > ServiceItems || characters > ServiceItems * 8L))
            throw JsonataException.OutOfMemory();
        JavaScriptText.CheckLength(characters);
    }

    /// <summary>Notes that a value goes into an array or object.</summary>
    public JsonValue Kept(JsonValue value)
    {
        switch (value)
        {
            case JsonNumber number:
                HasInnerValues |= !double.IsFinite(number.Double);
                break;
            case JsonArray or JsonObject:
                // Only many nestings can make a value too deep to be written, so only after many a result is walked for its depth.
                HasInnerValues |= ++_nestings > JsonReader.MaxDepth / 2;
                break;
            case JsonataArray or Callable or TupleValue:
                HasInnerValues = true;
                break;
        }

        return value;
    }

    private JsonValue Resolve(string name)
    {
        if (name == "$")
            return _environment.Input ?? Bindings.Undefined;
        if (_environment.Variables?.Invoke(name) is { } bound)
            return bound;
        return _globals.Function(name) ?? Bindings.Undefined;
    }

    private void Charge(long steps, long bytes)
    {
        if (bytes < Large && steps <= _fuel)
            _fuel -= (int)steps;
        else
            Look(_filled - _fuel + steps, bytes);
    }

    /// <summary>Looks whether the evaluation may go on, before or after what may take long.</summary>
    public void Look() => Look(_filled - _fuel, 0);

    /// <summary>Looks too, before what may take long and cannot be asked meanwhile.</summary>
    public void ExpectLong()
    {
        Look();
        Own.ExpectLong();
    }

    private void Look(long steps, long bytes)
    {
        _stepsLeft -= steps;
        if (_stepsLeft < 0)
            throw Failed(Shortage.Time);
        if (Own.Look(steps, bytes) is not Shortage.None and var shortage)
            throw Failed(shortage);
        _fuel = _filled = (int)Math.Min(Budget.Stride, _stepsLeft);
    }

    private Budget Own => _budget ??= new Budget(new EvaluationLimits
    {
        Steps = _environment.MaxSteps,
        Bytes = IsService ? EvaluationLimits.Default.Bytes : long.MaxValue,
        Time = _environment.TimeLimit ?? TimeSpan.Zero,
        Clock = _environment.TimeLimit is null ? null : _environment.Clock,
        Ending = _environment.Cancellation,
    });

    private JsonataException Failed(Shortage shortage) => shortage == Shortage.Memory
        ? JsonataException.OutOfMemory()
        : JsonataException.Guard(_environment.TimeLimit is { } limit && _stepsLeft >= 0
            ? $"Expression evaluation timeout: it ran for more than {limit.TotalMilliseconds} milliseconds.  Check for infinite loop."
            : "Expression evaluation timeout: Check for infinite loop");
}
