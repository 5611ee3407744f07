using Stateside.Language.Json;

namespace Stateside.Language.Templates;

/// <summary>
/// JSON with embedded paths, intrinsic functions or expressions, compiled; it evaluates to a payload.
/// See https://states-language.net/spec.html#payload-template.
/// </summary>
public abstract class PayloadTemplate
{
    /// <summary>Works the payload out.</summary>
    /// <param name="context">What it may look at.</param>
    /// <returns>The payload.</returns>
    /// <exception cref="StatesException">A path names nothing, or a function or an expression failed.</exception>
    public abstract JsonValue Evaluate(EvaluationContext context);
}

/// <summary>A part of a template that is written out.</summary>
/// <param name="value">The value.</param>
public sealed class LiteralTemplate(JsonValue value) : PayloadTemplate
{
    /// <summary>The value.</summary>
    public JsonValue Value { get; } = value;

    /// <inheritdoc/>
    public override JsonValue Evaluate(EvaluationContext context) => Value;
}
