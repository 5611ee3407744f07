using Stateside.Language.Evaluation;
using Stateside.Language.Paths;

namespace Stateside.Language.Conditions;

/// <summary>What a Choice rule asks.</summary>
internal abstract class Condition
{
    /// <summary>Answers the question.</summary>
    /// <exception cref="StatesException">The question cannot be answered.</exception>
    public abstract bool Matches(EvaluationContext context);

    /// <summary>Every JSONPath in it, in the order in which they are asked.</summary>
    public virtual IEnumerable<JsonPath> Paths => [];
}
