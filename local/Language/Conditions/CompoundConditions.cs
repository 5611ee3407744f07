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

    public override ShapeScope? Narrow(ShapeScope scope, bool holds) => holds
        ? CompoundNarrowing.Same(parts, "And", scope, true)
        : CompoundNarrowing.Any(parts, "And", scope, false);
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

    public override ShapeScope? Narrow(ShapeScope scope, bool holds) => holds
        ? CompoundNarrowing.Any(parts, "Or", scope, true)
        : CompoundNarrowing.Same(parts, "Or", scope, false);
}

/// <summary>The opposite of a condition.</summary>
internal sealed class NotCondition(Condition inner) : Condition
{
    /// <summary>The condition.</summary>
    public Condition Inner => inner;

    public override IEnumerable<JsonPath> Paths => inner.Paths;

    public override bool Matches(EvaluationContext context) => !inner.Matches(context);

    public override ShapeScope? Narrow(ShapeScope scope, bool holds) => CompoundNarrowing.Part(inner, scope, scope.Member("Not"), !holds);
}

/// <summary>What follows from the answers to several conditions that are asked in order.</summary>
internal static class CompoundNarrowing
{
    /// <summary>Every one has that answer.</summary>
    public static ShapeScope? Same(IReadOnlyList<Condition> parts, string field, ShapeScope scope, bool holds)
    {
        var known = scope;
        for (var i = 0; i < parts.Count && known is not null; i++)
            known = Part(parts[i], known, known.Member(field).Item(i), holds);
        return known;
    }

    /// <summary>One has that answer, and those before it the other.</summary>
    public static ShapeScope? Any(IReadOnlyList<Condition> parts, string field, ShapeScope scope, bool holds)
    {
        ShapeScope? known = null;
        var before = scope;
        for (var i = 0; i < parts.Count && before is not null; i++)
        {
            var answered = Part(parts[i], before, before.Member(field).Item(i), holds);
            known = answered?.Join(known) ?? known;
            before = Part(parts[i], before, before with { Report = null }, !holds);
        }

        return known;
    }

    public static ShapeScope? Part(Condition part, ShapeScope scope, ShapeScope asked, bool holds) =>
        part.Narrow(asked, holds) is { } known ? known with { Place = scope.Place, Report = scope.Report } : null;
}
