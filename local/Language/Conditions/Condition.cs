using Stateside.Language.Evaluation;
using Stateside.Language.Paths;
using Stateside.Language.Shapes;

namespace Stateside.Language.Conditions;

/// <summary>What a Choice rule asks.</summary>
internal abstract class Condition
{
    /// <summary>Answers the question.</summary>
    /// <exception cref="StatesException">The question cannot be answered.</exception>
    public abstract bool Matches(EvaluationContext context);

    /// <summary>What is known of what it looks at once it is answered.</summary>
    /// <param name="scope">What is known before; told, as the condition is asked, of what is certain to go wrong.</param>
    /// <returns>What is known when it holds, and when it does not; null where it can never be so.</returns>
    public abstract (ShapeScope? Yes, ShapeScope? No) Answers(ShapeScope scope);

    /// <summary>What is known of what it looks at once it is answered.</summary>
    /// <param name="scope">What is known before; told, as the condition is asked, of what is certain to go wrong.</param>
    /// <param name="holds">The answer.</param>
    /// <returns>What is known then; null where the answer can never be that.</returns>
    public ShapeScope? Narrow(ShapeScope scope, bool holds) => holds ? Answers(scope).Yes : Answers(scope).No;

    /// <summary>Every JSONPath in it, in the order in which they are asked.</summary>
    public virtual IEnumerable<JsonPath> Paths => [];
}
