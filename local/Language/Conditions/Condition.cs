using Stateside.Language.Evaluation;
using Stateside.Language.Paths;

namespace Stateside.Language.Conditions;

/// <summary>What a Choice rule asks.</summary>
internal abstract class Condition
{
    /// <summary>Answers the question.</summary>
    /// <param name="context">What it may look at.</param>
    /// <returns>Whether the rule matches.</returns>
    /// <exception cref="StatesException">The question cannot be answered.</exception>
    public abstract bool Matches(EvaluationContext context);

    /// <summary>Every JSONPath in it, in the order in which they are asked.</summary>
    public virtual IEnumerable<JsonPath> Paths => [];
}
