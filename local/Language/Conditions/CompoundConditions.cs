using Stateside.Language.Evaluation;
using Stateside.Language.Paths;
using Stateside.Language.Shapes;

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

    public override (ShapeScope? Yes, ShapeScope? No) Answers(ShapeScope scope) => CompoundNarrowing.Asked(parts, "And", scope, goesOnWith: true);
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

    public override (ShapeScope? Yes, ShapeScope? No) Answers(ShapeScope scope) => CompoundNarrowing.Asked(parts, "Or", scope, goesOnWith: false);
}

/// <summary>The opposite of a condition.</summary>
internal sealed class NotCondition(Condition inner) : Condition
{
    /// <summary>The condition.</summary>
    public Condition Inner => inner;

    public override IEnumerable<JsonPath> Paths => inner.Paths;

    public override bool Matches(EvaluationContext context) => !inner.Matches(context);

    public override (ShapeScope? Yes, ShapeScope? No) Answers(ShapeScope scope)
    {
        var (yes, no) = CompoundNarrowing.Part(inner, scope, scope.Member("Not"));
        return (no, yes);
    }
}

/// <summary>What follows from the answers to several conditions that are asked in order.</summary>
internal static class CompoundNarrowing
{
    /// <summary>Asks one after the other as long as the answer is the same.</summary>
    public static (ShapeScope? Yes, ShapeScope? No) Asked(IReadOnlyList<Condition> parts, string field, ShapeScope scope, bool goesOnWith)
    {
        ShapeScope? ended = null;
        var known = scope;
        for (var i = 0; i < parts.Count && known is not null; i++)
        {
            var (yes, no) = Part(parts[i], known, known.Member(field).Item(i));
            var other = goesOnWith ? no : yes;
            ended = other?.Join(ended) ?? ended;
            known = goesOnWith ? yes : no;
        }

        return goesOnWith ? (known, ended) : (ended, known);
    }

    public static (ShapeScope? Yes, ShapeScope? No) Part(Condition part, ShapeScope scope, ShapeScope asked)
    {
        var (yes, no) = part.Answers(asked);
        return (Back(yes), Back(no));

        ShapeScope? Back(ShapeScope? known) => known is null ? null : known with { Place = scope.Place, Report = scope.Report };
    }
}
