namespace Stateside.Language.Shapes;

/// <summary>What the fields of a state look at, of which only shapes are known: the counterpart of an evaluation's context.</summary>
internal sealed record ShapeScope
{
    /// <summary>What <c>$</c> names in JSONPath, and <c>$states.input</c> in JSONata.</summary>
    public Shape Input { get; init; } = Shape.Anything;

    /// <summary>What <c>$$</c> and <c>$states.context</c> name.</summary>
    public Shape ContextObject { get; init; } = Shape.AnyObject;

    /// <summary>The variables in sight by name; one that may not be set yet may be nothing. A name that is not here is nothing.</summary>
    public IReadOnlyDictionary<string, Shape> Variables { get; init; } = new Dictionary<string, Shape>(StringComparer.Ordinal);

    /// <summary>What <c>$states.result</c> names; null where there is no result.</summary>
    public Shape? Result { get; init; }

    /// <summary>What <c>$states.errorOutput</c> names; null but for a catcher.</summary>
    public Shape? ErrorOutput { get; init; }

    /// <summary>Told of each thing that is certain to go wrong; null while nobody asks.</summary>
    public Action<ShapeProblem>? Report { get; init; }
}

/// <summary>Something that cannot go well with any value of the shapes it was looked at with.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">The path, call or part of an expression that it is about, as it is written.</param>
/// <param name="Offset">Where that begins in the text of its field; 0 where it is the whole.</param>
/// <param name="Message">What is wrong, as a sentence without a full stop.</param>
/// <param name="Likely">The name that was likely meant; null when none is near.</param>
/// <param name="Origin">Where the data that was looked at is declared; null when nothing declares it.</param>
internal sealed record ShapeProblem(ShapeProblemKind Kind, string Text, int Offset, string Message, string? Likely = null, ShapeOrigin? Origin = null);

/// <summary>What can be wrong with a path, an expression or a value.</summary>
internal enum ShapeProblemKind
{
    /// <summary>A path that finds nothing.</summary>
    NeverFound,

    /// <summary>A part of an expression that gives nothing though the whole may give something.</summary>
    PartNeverFound,

    /// <summary>A function or an operator given what it does not take.</summary>
    NeverTaken,

    /// <summary>A comparison of what can never compare.</summary>
    NeverCompares,

    /// <summary>A condition that never holds.</summary>
    NeverHolds,

    /// <summary>A condition that always holds.</summary>
    AlwaysHolds,

    /// <summary>A value that is not of the type its field or its receiver wants.</summary>
    WrongType,

    /// <summary>A member that the receiver needs and that is not there.</summary>
    MemberMissing,
}
