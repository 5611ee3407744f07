using Stateside.Language.Json;
using Stateside.Language.Paths;
using Stateside.Language.Shapes;

namespace Stateside.Language.Conditions;

/// <summary>What follows from the answer for what is asked about.</summary>
internal sealed partial class ComparisonCondition
{
    public override (ShapeScope? Yes, ShapeScope? No) Answers(ShapeScope scope)
    {
        // Where the input is null, every path into it fails.
        var known = Variable.RootKind == PathRoot.Input ? scope with { Input = scope.Input.Without(ShapeKinds.Null) } : scope;
        if (Variable.RootKind == PathRoot.Input && known.Input.IsNever)
            return default;
        if (Comparison.Test == ComparisonTest.Present)
            return IsTrue(_constant) ? (Present(known), Absent(known)) : (Absent(known), Present(known));
        var value = Variable.ShapeOf(known.Member("Variable")).Without(ShapeKinds.Nothing);
        if (value.IsNever)
            return default;
        if (ValuePath is not null)
            return Both(known, value);
        var kept = Kept(value, true);
        if (kept.IsNever)
            Tell(known, value, Comparison.Test == ComparisonTest.OfKind || value.MayBe(ComparedKinds));
        return (Variable.Narrow(known, kept), Variable.Narrow(known, Kept(value, false)));
    }

    /// <summary>Whether what lies beyond an array is present is not taken for sure: many definitions ask so whether an array is empty.</summary>
    private bool IsIndexed => Variable.Steps.Steps.Any(step => step is IndexStep);

    private ShapeScope? Present(ShapeScope scope)
    {
        var there = Variable.ShapeOf(scope with { Report = null }).Without(ShapeKinds.Nothing);
        return there.IsNever ? null : IsIndexed ? scope : Variable.Narrow(scope, there);
    }

    private ShapeScope? Absent(ShapeScope scope) =>
        IsIndexed ? scope : Variable.Narrow(scope, Variable.ShapeOf(scope with { Report = null }).Only(ShapeKinds.Nothing));

    /// <summary>The kinds of values that it can be true of.</summary>
    private ShapeKinds ComparedKinds => Comparison.Compares switch
    {
        OperandKind.Number => ShapeKinds.Number,
        OperandKind.Boolean => ShapeKinds.Boolean,
        _ => ShapeKinds.Text,
    };

    private (ShapeScope? Yes, ShapeScope? No) Both(ShapeScope scope, Shape value)
    {
        var operand = ValuePath!.ShapeOf(scope.Member(Comparison.Name)).Without(ShapeKinds.Nothing);
        if (operand.IsNever)
            return default;
        if (!(value.MayBe(ComparedKinds) && operand.MayBe(ComparedKinds)))
            TellUncompared(scope, value.MayBe(ComparedKinds) ? ValuePath : Variable, value.MayBe(ComparedKinds) ? operand : value);
        return (Narrow(value.Only(ComparedKinds), ComparedKinds), Narrow(value, ShapeKinds.Value));

        ShapeScope? Narrow(Shape kept, ShapeKinds kinds)
        {
            if (Variable.Narrow(scope, kept) is not { } known)
                return null;

            // Both may be the same path.
            var there = ValuePath.ShapeOf(known with { Report = null });
            return ValuePath.Narrow(known, there.Only(kinds));
        }
    }

    /// <summary>Of what is asked about: what the answer can be given for.</summary>
    private Shape Kept(Shape value, bool holds)
    {
        if (_constant is JsonString { Value: var wanted } && Shape.MayBeSubstituted(wanted))
            return holds ? value.Only(ComparedKinds) : value;
        var kept = Shape.Never;
        foreach (var (kind, sample) in Samples)
        {
            // Of a number or a text that may be any, the kind tells all only where it is never compared.
            var isOpen = Comparison.Test == ComparisonTest.OfKind ? Comparison.Name == "IsTimestamp" && kind == ShapeKinds.Text
                : (kind & ComparedKinds & (ShapeKinds.Number | ShapeKinds.Text)) != 0;
            if (value.MayBe(kind) && (isOpen || Answer(sample, _constant) == holds))
                kept = kept.Join(value.Only(kind));
        }

        if (!kept.MayBe(ShapeKinds.Text))
            return kept;
        if (kept.Texts is { } texts)
            return kept.Without(ShapeKinds.Text).Join(Shape.TextOf(texts.Where(text => Answer(new JsonString(text), _constant) == holds)));
        return holds && Comparison is { Test: ComparisonTest.EqualTo, Compares: OperandKind.String } && _constant is JsonString only
            ? kept.Without(ShapeKinds.Text).Join(Shape.TextOf(only.Value))
            : kept;
    }

    private void Tell(ShapeScope scope, Shape value, bool compares)
    {
        if (!compares)
            TellUncompared(scope, Variable, value);
        else if (value.Texts is { } texts && _constant is JsonString { Value: var wanted })
            Tell(scope, ShapeProblemKind.NeverHolds, $"{Variable} is never what {Comparison.Name} wants: it is {value}", LikelyName.Of(wanted, texts));
        else
            Tell(scope, ShapeProblemKind.NeverHolds, $"{Variable} is never what {Comparison.Name} wants: it is {value}", null);
    }

    private void TellUncompared(ShapeScope scope, JsonPath path, Shape value) =>
        Tell(scope, ShapeProblemKind.NeverCompares, $"{Comparison.Name} never compares with what {path} is: {value}", null);

    private void Tell(ShapeScope scope, ShapeProblemKind kind, string message, string? likely) =>
        scope.Member(Comparison.Name).Report?.Invoke(new ShapeProblem(kind, Variable.Text, 0, message, likely));

    private static readonly (ShapeKinds Kind, JsonValue Sample)[] Samples =
    [
        (ShapeKinds.Null, JsonValue.Null),
        (ShapeKinds.True, JsonValue.True),
        (ShapeKinds.False, JsonValue.False),
        (ShapeKinds.Number, JsonValue.From(1)),
        (ShapeKinds.Text, JsonValue.From("")),
        (ShapeKinds.List, JsonArray.Empty),
        (ShapeKinds.Object, JsonObject.Empty),
    ];
}
