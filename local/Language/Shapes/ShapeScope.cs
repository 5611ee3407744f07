using Stateside.Language.Json;

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

    /// <summary>Told of each field, with what it looks at, and of what it gives; null while nobody asks.</summary>
    public Action<ShapeScope, Shape>? Watch { get; init; }
    /// <summary>Told of each path, call and expression what it gives; null while nobody asks.</summary>
    public Action<string, Shape>? Found { get; init; }

    /// <summary>Where what looks stands in the definition.</summary>
    public JsonPlace Place { get; init; } = JsonPlace.Root;

    /// <summary>What is known of a variable.</summary>
    /// <param name="name">Its name, without the dollar sign.</param>
    public Shape Variable(string name) => Variables.TryGetValue(name, out var shape) ? shape : Shape.Nothing;

    /// <summary>The same for what stands in a member of the field.</summary>
    /// <param name="key">The member's key.</param>
    public ShapeScope Member(string key) => IsFollowed ? In(Place.Member(key)) : this;

    /// <summary>The same for what stands in an item of the field.</summary>
    /// <param name="index">The item's number, from 0.</param>
    public ShapeScope Item(int index) => IsFollowed ? In(Place.Item(index)) : this;

    /// <summary>The same for what stands at a place.</summary>
    /// <param name="place">The place.</param>
    public ShapeScope In(JsonPlace place) => !IsFollowed ? this : this with
    {
        Place = place,
        Report = Report is not { } report ? null : problem => report(problem.Place is null ? problem with { Place = place } : problem),
    };

    /// <summary>Tells whoever watches what the field at this place gives.</summary>
    /// <param name="shape">What it gives.</param>
    /// <returns>The same.</returns>
    public Shape Giving(Shape shape)
    {
        Watch?.Invoke(this, shape);
        return shape;
    }

    /// <summary>Whether somebody wants to know where things stand.</summary>
    private bool IsFollowed => Report is not null || Watch is not null;

    /// <summary>What is known where either scope is the one.</summary>
    /// <param name="other">The other one; null where it never is.</param>
    public ShapeScope Join(ShapeScope? other) => other is null || ReferenceEquals(this, other)
        ? this
        : this with
        {
            Input = Input.Join(other.Input),
            ContextObject = ContextObject.Join(other.ContextObject),
            Variables = JoinVariables(Variables, other.Variables),
        };

    /// <summary>The variables where either are the ones: one that only some set may be nothing.</summary>
    /// <param name="these">Some.</param>
    /// <param name="others">The others.</param>
    public static IReadOnlyDictionary<string, Shape> JoinVariables(
        IReadOnlyDictionary<string, Shape> these, IReadOnlyDictionary<string, Shape> others)
    {
        if (ReferenceEquals(these, others))
            return these;
        var all = new Dictionary<string, Shape>(StringComparer.Ordinal);
        foreach (var (name, shape) in these)
            all[name] = others.TryGetValue(name, out var other) ? shape.Join(other) : shape.OrNothing();
        foreach (var (name, shape) in others)
            all.TryAdd(name, shape.OrNothing());
        return all;
    }
}

/// <summary>Something that cannot go well with any value of the shapes it was looked at with.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">The path, call or part of an expression that it is about, as it is written.</param>
/// <param name="Offset">Where that begins in the text of its field; 0 where it is the whole.</param>
/// <param name="Message">What is wrong, as a sentence without a full stop.</param>
/// <param name="Likely">The name that was likely meant; null when none is near.</param>
/// <param name="Origin">Where the data that was looked at is declared; null when nothing declares it.</param>
internal sealed record ShapeProblem(ShapeProblemKind Kind, string Text, int Offset, string Message, string? Likely = null, ShapeOrigin? Origin = null)
{
    /// <summary>Where the field stands; null where whoever takes the problem knows.</summary>
    public JsonPlace? Place { get; init; }
}

/// <summary>What can be wrong with a path, an expression or a value.</summary>
internal enum ShapeProblemKind
{
    /// <summary>A path that finds nothing.</summary>
    NeverFound,

    /// <summary>A part of an expression that gives nothing though the whole may give something.</summary>
    PartNeverFound,

    /// <summary>A function or an operator given what it does not take.</summary>
    NeverTaken,

    /// <summary>The same in a part of an expression though the whole may give something.</summary>
    PartNeverTaken,

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

    /// <summary>A value that the receiver can read though it is not what the receiver says that it is sent, such as a member that it takes for granted.</summary>
    NotExpected,
}
