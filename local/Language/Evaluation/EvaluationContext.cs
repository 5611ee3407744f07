using Stateside.Language.Json;

namespace Stateside.Language.Evaluation;

/// <summary>
/// What paths, templates and expressions of one state may look at. Immutable; made anew for every field whose input differs.
/// </summary>
internal sealed class EvaluationContext
{
    private JsonObject? _contextObject;
    private Budget? _budget;

    /// <summary>What <c>$</c> names in JSONPath.</summary>
    public JsonValue Input { get; init; } = JsonObject.Empty;

    /// <summary>What <c>$$</c> and <c>$states.context</c> name. Made on first use: most states never look.</summary>
    public required Func<JsonObject> MakeContextObject { get; init; }

    /// <summary>The variables in sight.</summary>
    public VariableScope Variables { get; init; } = VariableScope.Empty;

    /// <summary>Random numbers and ids for intrinsic functions and JSONata.</summary>
    public required Chance Chance { get; init; }

    /// <summary>The time of this evaluation, for <c>$now</c> and <c>$millis</c>.</summary>
    public DateTimeOffset Now
    {
        get => new(UtcNow, TimeSpan.Zero);
        init => UtcNow = value.UtcDateTime;
    }

    /// <summary>The same, in half the room.</summary>
    internal DateTime UtcNow { get; private init; } = DateTime.UnixEpoch;

    /// <summary>What <c>$states.result</c> names: the result of a task, a Parallel or a Map; null where there is none yet.</summary>
    public JsonValue? Result { get; init; }

    /// <summary>What <c>$states.errorOutput</c> names: the error a catcher caught; null elsewhere.</summary>
    public JsonValue? ErrorOutput { get; init; }

    /// <summary>What evaluating may take.</summary>
    public Budget Budget
    {
        get => _budget ??= new Budget(EvaluationLimits.Default);
        init => _budget = value;
    }

    /// <summary>Gathers what the data is at each stage; null, as a rule, where nobody asks.</summary>
    public Inspection? Inspection { get; init; }

    /// <summary>The context object.</summary>
    public JsonObject ContextObject => _contextObject ??= MakeContextObject();

    /// <summary>The same, with another input.</summary>
    /// <param name="input">What <c>$</c> is to name.</param>
    public EvaluationContext With(JsonValue input) => ReferenceEquals(input, Input) ? this : Copy(input, Result, ErrorOutput);

    /// <summary>The same, with a result.</summary>
    /// <param name="result">What <c>$states.result</c> is to name.</param>
    public EvaluationContext WithResult(JsonValue result) => Copy(Input, result, null);

    /// <summary>The same, with a caught error.</summary>
    /// <param name="errorOutput">What <c>$states.errorOutput</c> is to name.</param>
    public EvaluationContext WithErrorOutput(JsonValue errorOutput) => Copy(Input, null, errorOutput);

    private EvaluationContext Copy(JsonValue input, JsonValue? result, JsonValue? errorOutput) => new()
    {
        Input = input,
        MakeContextObject = MakeContextObject,
        Variables = Variables,
        Chance = Chance,
        UtcNow = UtcNow,
        Result = result,
        ErrorOutput = errorOutput,
        Inspection = Inspection,
        _contextObject = _contextObject,
        _budget = _budget,
    };
}
