using Stateside.Language.Json;

namespace Stateside.Language;

/// <summary>
/// What paths, templates and expressions of one state may look at. Immutable; made anew for every field whose input differs.
/// </summary>
public sealed class EvaluationContext
{
    private JsonObject? _contextObject;

    /// <summary>What <c>$</c> names in JSONPath.</summary>
    public JsonValue Input { get; init; } = JsonObject.Empty;

    /// <summary>What <c>$$</c> and <c>$states.context</c> name. Made on first use: most states never look.</summary>
    public required Func<JsonObject> MakeContextObject { get; init; }

    /// <summary>The variables in sight.</summary>
    public VariableScope Variables { get; init; } = VariableScope.Empty;

    /// <summary>Random numbers and ids for intrinsic functions and JSONata.</summary>
    public required Chance Chance { get; init; }

    /// <summary>The context object.</summary>
    public JsonObject ContextObject => _contextObject ??= MakeContextObject();

    /// <summary>The same, with another input.</summary>
    /// <param name="input">What <c>$</c> is to name.</param>
    /// <returns>The new context.</returns>
    public EvaluationContext With(JsonValue input) => ReferenceEquals(input, Input) ? this : new()
    {
        Input = input,
        MakeContextObject = MakeContextObject,
        Variables = Variables,
        Chance = Chance,
        _contextObject = _contextObject,
    };
}
