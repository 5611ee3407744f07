using Stateside.Language.Json;

namespace Stateside.Language.Jsonata.Nodes;

/// <summary>One step of a path: what is evaluated for each item, the predicates behind it, and the variables it binds.</summary>
internal sealed class Step(Node expression)
{
    public Node Expression { get; } = expression;

    /// <summary>The name, when the step is no more than one.</summary>
    public string? Name { get; } = (expression as NameNode)?.Name;

    public StepStage[] Stages { get; init; } = [];

    /// <summary>Whether this is an array constructor that opens the path: it is evaluated once, not for each item.</summary>
    public bool IsOpeningConstructor { get; init; }

    /// <summary>Whether the step binds variables or is some step's parent.</summary>
    public bool IsTuple { get; init; }

    /// <summary>The slot of the variable after <c>@</c>, or -1.</summary>
    public int FocusSlot { get; init; } = -1;

    /// <summary>The slot of the variable after <c>#</c>, or -1.</summary>
    public int IndexSlot { get; init; } = -1;

    /// <summary>The slot of the parent that this step's input is, or -1.</summary>
    public int AncestorSlot { get; init; } = -1;

    /// <summary>Applies the predicates, up to one that leaves nothing.</summary>
    public JsonValue? ApplyStages(JsonValue? value, Bindings frame, Run run)
    {
        foreach (var stage in Stages)
        {
            value = stage.Apply(value, frame, run);
            if (value is null)
                break;
        }

        return value;
    }

    /// <summary>The counterpart of <see cref="ApplyStages"/>.</summary>
    public ShapeValue ShapeOfStages(ShapeValue value, ShapeFrame frame, ShapeRun run)
    {
        foreach (var stage in Stages)
            value = stage.ShapeOf(value, frame, run);
        return value;
    }
}

/// <summary>A predicate, or the slot of a variable that takes the position.</summary>
internal sealed class StepStage(Filter? filter, int indexSlot)
{
    public Filter? Filter => filter;

    public int IndexSlot => indexSlot;

    public JsonValue? Apply(JsonValue? input, Bindings frame, Run run)
    {
        if (filter is not null)
            return filter.Apply(input, frame, run);
        var items = Values.Items(input);
        for (var i = 0; i < items.Length; i++)
        {
            if (items[i] is TupleValue tuple)
                tuple.Slots[indexSlot] = JsonNumber.Of(i);
        }

        return input;
    }

    public ShapeValue ShapeOf(ShapeValue input, ShapeFrame frame, ShapeRun run) => filter is null ? ShapeValue.Everything : filter.ShapeOf(input, frame, run);
}
