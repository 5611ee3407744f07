using Stateside.Language.Evaluation;
using Stateside.Language.Paths;

namespace Stateside.Language.Conditions;

/// <summary>All of several conditions. Those after the first that does not match are not asked.</summary>
internal sealed class AndCondition(IReadOnlyList<Condition> parts) : Condition
{
    /// <summary>The conditions, in order.</summary>
    public IReadOnlyList<Condition> Parts => parts;

    public override IEnumerable<JsonPath> Paths => parts.SelectMany(part => part.Paths);

    public override bool Matches(EvaluationContext context)
    {
        foreach (var part in parts)
        {
            if (!part.Matches(context))
                return false;
        }

        return true;
    }
}

/// <summary>Any of several conditions. Those after the first that matches are not asked.</summary>
internal sealed class OrCondition(IReadOnlyList<Condition> parts) : Condition
{
    /// <summary>The conditions, in order.</summary>
    public IReadOnlyList<Condition> Parts => parts;

    public override IEnumerable<JsonPath> Paths => parts.SelectMany(part => part.Paths);

    public override bool Matches(EvaluationContext context)
    {
        foreach (var part in parts)
        {
            if (part.Matches(context))
                return true;
        }

        return false;
    }
}

/// <summary>The opposite of a condition.</summary>
internal sealed class NotCondition(Condition inner) : Condition
{
    /// <summary>The condition.</summary>
    public Condition Inner => inner;

    public override IEnumerable<JsonPath> Paths => inner.Paths;

    public override bool Matches(EvaluationContext context) => !inner.Matches(context);
}
