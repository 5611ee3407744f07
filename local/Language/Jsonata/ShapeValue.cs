using Stateside.Language.Json;
using Stateside.Language.Shapes;

namespace Stateside.Language.Jsonata;

/// <summary>What else may be so of a value while an expression is evaluated over shapes.</summary>
[Flags]
internal enum ShapeTraits
{
    None = 0,

    /// <summary>Where it is an array, it may be one that is no sequence.</summary>
    Plain = 1,

    /// <summary>Where it is an array, it may be a sequence.</summary>
    Sequence = 2,

    /// <summary>Where it is an array, it may be one that a constructor in a path made, which is not flattened.</summary>
    Constructed = 4,

    /// <summary>Where it is a sequence, it may have one item or none.</summary>
    Raw = 8,

    /// <summary>Where it is an array, it may be the one that wraps the input document.</summary>
    Wrapper = 16,

    /// <summary>Arrays in it may be of any sort.</summary>
    HoldsSequences = 32,

    /// <summary>Sequences in it may have one item or none.</summary>
    HoldsRaw = 64,

    /// <summary>Functions may be in it.</summary>
    HoldsFunctions = 128,

    /// <summary>Where it is a number, it may be beyond all numbers: what a division by zero gives, which the service writes as a string.</summary>
    NotFinite = 256,

    /// <summary>Numbers beyond all numbers may be in it.</summary>
    HoldsNotFinite = 512,

    /// <summary>A call in tail position may have given it, which is made by whoever called the function that it ends: nobody settles it before.</summary>
    Late = 1024,

    /// <summary>It is a small whole number that is written out.</summary>
    Whole = 2048,

    /// <summary>It may be the tuples of a path within a path.</summary>
    Tuples = 4096,

    /// <summary>What may be so of what lies in something.</summary>
    Holds = HoldsSequences | HoldsRaw | HoldsFunctions | HoldsNotFinite,

    /// <summary>Whatever may be so.</summary>
    All = Plain | Sequence | Constructed | Raw | NotFinite | Holds,
}

/// <summary>
/// What is known of a value while an expression is evaluated over shapes: the counterpart of what a <see cref="Node"/> gives. Immutable.
/// </summary>
/// <param name="Shape">What it is where it is JSON; <see cref="ShapeKinds.Nothing"/> where it may be undefined.</param>
/// <param name="Function">What it is where it is a function; null where it is never one.</param>
/// <param name="Traits">What else may be so.</param>
internal sealed record ShapeValue(Shape Shape, ShapeFunction? Function = null, ShapeTraits Traits = ShapeTraits.Plain)
{
    private static readonly Shape NotFiniteTexts = Shape.TextOf("NaN", "Infinity", "-Infinity");

    /// <summary>Any value, any function, or none.</summary>
    public static ShapeValue Everything { get; } = new(Shape.Anything.OrNothing(), ShapeFunction.Any, ShapeTraits.All);

    public static ShapeValue Never { get; } = new(Shape.Never);

    public static ShapeValue Nothing { get; } = new(Shape.Nothing);

    public static ShapeValue Number { get; } = new(Shape.Number);

    public static ShapeValue Text { get; } = new(Shape.Text);

    public static ShapeValue Boolean { get; } = new(Shape.Boolean);

    /// <summary>Whether there is no such value: where an evaluation never gets, or what it never gives.</summary>
    public bool IsNever => Shape.IsNever && Function is null;

    /// <summary>Whether it is certainly undefined.</summary>
    public bool IsNothing => Shape.Kinds == ShapeKinds.Nothing && Function is null;

    public bool MayBeNothing => Shape.MayBe(ShapeKinds.Nothing);

    public bool MayBeList => Shape.MayBe(ShapeKinds.List);

    private ShapeTraits InnerTraits
    {
        get
        {
            var traits = ShapeTraits.Plain | (Traits & ShapeTraits.Holds);
            if ((Traits & ShapeTraits.HoldsSequences) != 0)
                traits |= ShapeTraits.Sequence | ShapeTraits.Constructed;
            if ((Traits & ShapeTraits.HoldsNotFinite) != 0)
                traits |= ShapeTraits.NotFinite;
            return (Traits & ShapeTraits.HoldsRaw) != 0 ? traits | ShapeTraits.Raw : traits;
        }
    }

    public bool Has(ShapeTraits trait) => (Traits & trait) != 0;

    public bool IsOnly(ShapeKinds kinds) => Function is null && Shape.IsOnly(kinds);

    /// <summary>What it is where it is of one of some kinds, and no function.</summary>
    public ShapeValue Only(ShapeKinds kinds) => new(Shape.Only(kinds), null, Traits);

    /// <summary>What it is where it is of none of some kinds.</summary>
    public ShapeValue Without(ShapeKinds kinds) => this with { Shape = Shape.Without(kinds) };

    public ShapeValue OrNothing() => MayBeNothing ? this : this with { Shape = Shape.OrNothing() };

    public ShapeValue Join(ShapeValue other)
    {
        if (ReferenceEquals(this, other) || other.IsNever)
            return this;
        if (IsNever)
            return other;

        // What only an array can be is not taken over from what is none.
        const ShapeTraits OfLists = ShapeTraits.Plain | ShapeTraits.Sequence | ShapeTraits.Constructed | ShapeTraits.Raw | ShapeTraits.Wrapper;
        var mine = MayBeList ? Traits : Traits & ~OfLists;
        var theirs = other.MayBeList ? other.Traits : other.Traits & ~OfLists;
        var function = Function is null ? other.Function
            : other.Function is null || Function.Equals(other.Function) ? Function
            : ShapeFunction.Any;
        var traits = (mine | theirs) & ~(ShapeTraits.Whole & (mine ^ theirs));
        return new ShapeValue(Shape.Join(other.Shape), function, traits);
    }

    /// <summary>What something of that shape is that lies in this value.</summary>
    public ShapeValue Inside(Shape shape) =>
        new(shape, Has(ShapeTraits.HoldsFunctions) && !shape.IsNever ? ShapeFunction.Any : null, InnerTraits);

    /// <summary>What any of its items is where it is an array.</summary>
    public ShapeValue Items() => Shape.List is { } list ? Inside(list.Item) : Never;

    /// <summary>What people are told it is.</summary>
    public string Told => Function is not null && Shape.IsNever ? "a function" : Shape.IsOnly(ShapeKinds.Nothing) ? "nothing" : Shape.Without(ShapeKinds.Nothing).Cut(1).ToString();

    /// <summary>Whether it may count as true and whether as false.</summary>
    public (bool Holds, bool Fails) Truth()
    {
        const ShapeKinds True = ShapeKinds.True | ShapeKinds.Number | ShapeKinds.Object | ShapeKinds.List;
        var holds = Shape.MayBe(True) || (Shape.MayBe(ShapeKinds.Text) && (Shape.Texts is null || Shape.Texts.Any(text => text.Length > 0)));
        var fails = Function is not null
            || Shape.MayBe(ShapeKinds.Nothing | ShapeKinds.Null | ShapeKinds.False | ShapeKinds.Number | ShapeKinds.List)
            || (Shape.MayBe(ShapeKinds.Text) && (Shape.Texts is null || Shape.Texts.Any(text => text.Length == 0)))
            || (Shape.Members is { } members && !members.Names.Any(name => members.Find(name)!.IsCertain));
        return (holds, fails);
    }

    /// <summary>Whether a value of this one's and a value of the other's may be equal.</summary>
    public bool CanEqual(ShapeValue other) =>
        Function is not null || other.Function is not null
        || (Shape.Kinds & other.Shape.Kinds & ~(ShapeKinds.Nothing | ShapeKinds.Text)) != 0
        || (Shape.MayBe(ShapeKinds.Text) && other.Shape.MayBe(ShapeKinds.Text)
            && (Shape.Texts is not { } mine || other.Shape.Texts is not { } theirs || mine.Intersect(theirs, StringComparer.Ordinal).Any()));

    /// <summary>Whether a value of this one's and a value of the other's may be of one type.</summary>
    public bool IsOfTypeOf(ShapeValue other) => Function is not null || other.Function is not null || (Types & other.Types) != 0;

    private ShapeKinds Types => (Shape.Kinds & ~ShapeKinds.Nothing) | (Shape.MayBe(ShapeKinds.Boolean) ? ShapeKinds.Boolean : ShapeKinds.None);

    /// <summary>true, false or either.</summary>
    public static ShapeValue Truths(bool holds, bool fails) => (holds, fails) switch
    {
        (true, true) => Boolean,
        (true, false) => new(Shape.Constant(JsonValue.True)),
        (false, true) => new(Shape.Constant(JsonValue.False)),
        _ => Never,
    };

    /// <summary>What it is for <c>$</c>: of the array that wraps the input document, the document.</summary>
    public ShapeValue Document() => Has(ShapeTraits.Wrapper) ? Items().Join(Without(ShapeKinds.List)) : this;

    /// <summary>What is there once arrays in arrays are made one, whatever made them.</summary>
    /// <param name="most">How deeply they may lie in one another.</param>
    public ShapeValue Flat(int most)
    {
        var flat = Without(ShapeKinds.List);
        for (var value = this; value.MayBeList; most--)
        {
            if (most == 0)
                return Everything;
            value = value.Items();
            flat = flat.Join(value.Without(ShapeKinds.List));
        }

        return flat;
    }

    /// <summary>The counterpart of <see cref="Values.Lookup"/>.</summary>
    public ShapeValue Lookup(string name)
    {
        var result = Never;
        if (Shape.Members is { } members)
            result = Inside(members.At(name));
        if (!MayBeList)
            return Function is null && Shape.IsOnly(ShapeKinds.Object) ? result : result.OrNothing();
        var (found, least) = Gathered(name, ShapeRun.MostNested);
        result = result.Join(found.ToSequence(least, int.MaxValue));
        return Function is null && Shape.IsOnly(ShapeKinds.Object | ShapeKinds.List) ? result : result.OrNothing();
    }

    /// <summary>Whether something is there to have members, and what was looked up in it is not.</summary>
    public bool NeverHas(ShapeValue found) => Function is null && !Has(ShapeTraits.HoldsFunctions)
        && Shape.MayBe(ShapeKinds.Value) && !Flat(ShapeRun.MostNested).Without(ShapeKinds.Nothing).IsNever
        && found.Function is null && !found.Settle().Shape.MayBe(ShapeKinds.Value);

    private (ShapeValue Found, int Least) Gathered(string name, int most)
    {
        if (most == 0)
            return (Everything, 0);
        var list = Shape.List!;
        var all = Never;
        var least = 0;
        for (var i = 0; i <= list.First.Count; i++)
        {
            var item = Inside(i < list.First.Count ? list.First[i] : list.Rest);
            if (item.IsNever)
                continue;
            var found = item.Shape.Members is { } members ? item.Inside(members.At(name)) : Never;
            least += i < list.First.Count && item.IsOnly(ShapeKinds.Object) && !found.MayBeNothing && !found.MayBeList ? 1 : 0;
            all = all.Join(found.Without(ShapeKinds.Nothing | ShapeKinds.List)).Join(found.Items());
            if (item.MayBeList)
                all = all.Join(item.Gathered(name, most - 1).Found);
        }

        return (all, least);
    }

    /// <summary>What it is as an item or member of something else.</summary>
    public Shape Kept()
    {
        // No shape tells of functions, so that what may be one may be anything; and it is there.
        if (Function is not null)
            return Shape.Anything.Join(MayBeNothing ? Shape.Nothing : Shape.Never);
        return Has(ShapeTraits.NotFinite) && Shape.MayBe(ShapeKinds.Number) ? Shape.Join(NotFiniteTexts) : Shape;
    }

    /// <summary>What is to be known of something that holds it.</summary>
    public ShapeTraits KeptTraits()
    {
        var traits = Traits & ShapeTraits.Holds;
        if (Has(ShapeTraits.NotFinite))
            traits |= ShapeTraits.HoldsNotFinite;
        if (Function is not null)
            traits |= ShapeTraits.HoldsFunctions;
        if (MayBeList && Has(ShapeTraits.Sequence | ShapeTraits.Constructed))
            traits |= ShapeTraits.HoldsSequences;
        return MayBeList && Has(ShapeTraits.Raw) ? traits | ShapeTraits.HoldsSequences | ShapeTraits.HoldsRaw : traits;
    }

    /// <summary>A sequence of any number of these.</summary>
    /// <param name="least">How many there are at least.</param>
    /// <param name="most">How many there are at most.</param>
    public ShapeValue ToSequence(int least, int most) => ToList(least, most, ShapeTraits.Sequence | ShapeTraits.Raw);

    /// <summary>An array of any number of these.</summary>
    /// <param name="least">How many there are at least.</param>
    /// <param name="most">How many there are at most.</param>
    /// <param name="traits">Of what sort it may be.</param>
    public ShapeValue ToList(int least, int most, ShapeTraits traits = ShapeTraits.Plain)
    {
        if (IsNever)
            return least > 0 ? Never : new ShapeValue(Shape.Tuple([]), null, traits);
        var item = Kept();
        least = Math.Min(least, 2);
        var first = Enumerable.Repeat(item, least).ToArray();
        return new ShapeValue(Shape.Of(new ListShape(first, most <= least ? Shape.Never : item)), null, traits | KeptTraits());
    }

    /// <summary>How many items it has where it is an array.</summary>
    /// <param name="run">The evaluation.</param>
    public (int Least, int Most) Count(ShapeRun run)
    {
        if (Shape.List is not { } list)
            return (0, 0);
        var least = list.First.Count;
        if ((Traits & (ShapeTraits.Plain | ShapeTraits.Sequence | ShapeTraits.Constructed | ShapeTraits.Raw)) == ShapeTraits.Sequence)
            least = Math.Max(least, run.KeepsSingletons ? 1 : 2);
        return (least, list.Rest.IsNever ? list.First.Count : int.MaxValue);
    }

    /// <summary>The counterpart of <see cref="Values.Settle"/>.</summary>
    public ShapeValue Settle(bool keepArray = false)
    {
        if (!MayBeList || !Has(ShapeTraits.Raw) || Has(ShapeTraits.Late))
            return this;
        var list = Shape.List!;
        var settled = this with { Traits = Traits & ~ShapeTraits.Raw };
        if (!Has(ShapeTraits.Sequence))
            return settled;
        var least = list.First.Count;
        var isOne = least == 1 && list.Rest.IsNever;
        var isEmpty = least == 0 && list.Rest.IsNever;
        if ((isEmpty || (isOne && !keepArray)) && !Has(ShapeTraits.Plain | ShapeTraits.Constructed))
            settled = settled.Without(ShapeKinds.List);
        if (least == 0)
            settled = settled.OrNothing();
        return least > 1 || isEmpty || keepArray ? settled : settled.Join(Inside(least == 1 ? list.First[0] : list.Rest));
    }

    /// <summary>What the whole expression gives when it gives this.</summary>
    public Shape ToShape() =>
        WithoutNothingInside(Has(ShapeTraits.NotFinite) && Shape.MayBe(ShapeKinds.Number) ? Shape.Join(NotFiniteTexts) : Shape);

    /// <summary>The same with null for what is undefined in arrays.</summary>
    private static Shape WithoutNothingInside(Shape shape)
    {
        if (shape.Depth == 0)
            return shape;
        var list = shape.List;
        var members = shape.Members;
        var result = shape.Without(ShapeKinds.List | ShapeKinds.Object);
        if (list is not null)
            result = result.Join(ReferenceEquals(list, ListShape.Any) ? Shape.AnyList : Shape.Of(new ListShape([.. list.First.Select(Item)], Item(list.Rest))));
        if (members is not null)
        {
            result = result.Join(ReferenceEquals(members, ObjectShape.Any) ? Shape.AnyObject : Shape.Of(new ObjectShape(
                members.Names.Select(name => KeyValuePair.Create(name, members.Find(name)! with { Shape = WithoutNothingInside(members.Find(name)!.Shape) })),
                WithoutNothingInside(members.Rest),
                members.Origin)));
        }

        return result;
    }

    private static Shape Item(Shape item)
    {
        item = WithoutNothingInside(item);
        return item.MayBe(ShapeKinds.Nothing) ? item.Without(ShapeKinds.Nothing).Join(Shape.Null) : item;
    }
}
