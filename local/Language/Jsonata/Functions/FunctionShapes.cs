using Stateside.Language.Shapes;

namespace Stateside.Language.Jsonata.Functions;

/// <summary>What functions give whose signature does not say it all.</summary>
internal static class FunctionShapes
{
    private static readonly Shape TypeNames = Shape.TextOf("null", "number", "string", "boolean", "array", "function", "object");

    /// <summary>What the signature says, which is undefined where the first argument is.</summary>
    public static NativeShape Of(string signature)
    {
        var colon = signature.LastIndexOf(':');
        var gives = colon < 0 ? "" : signature[(colon + 1)..^1];
        var result = gives switch
        {
            "s" => ShapeValue.Text,
            "n" => ShapeValue.Number,
            "b" => ShapeValue.Boolean,
            _ => ShapeValue.Everything,
        };
        var takesNothing = signature[1] is ':' or '>';
        return (arguments, _) => takesNothing ? result : Of(result, arguments);
    }

    /// <summary>A number that is there when the first argument is.</summary>
    public static NativeShape Of(ShapeTraits traits) => (arguments, _) => Of(ShapeValue.Number with { Traits = traits | ShapeTraits.Plain }, arguments);

    /// <summary>A value that is always there.</summary>
    public static NativeShape Always(ShapeValue value) => (_, _) => value;

    /// <summary>A value, or nothing.</summary>
    public static NativeShape Maybe(ShapeValue value) => (_, _) => value.OrNothing();

    /// <summary>A value that is there when the first two arguments are.</summary>
    public static ShapeValue OfTwo(ShapeValue[] arguments, ShapeRun run) => arguments[1].IsNothing ? ShapeValue.Nothing
        : arguments[1].MayBeNothing ? Of(ShapeValue.Boolean, arguments).OrNothing()
        : Of(ShapeValue.Boolean, arguments);

    /// <summary>A number of a list of numbers, or nothing where there is none.</summary>
    public static ShapeValue OfSome(ShapeValue[] arguments, ShapeRun run) =>
        arguments[0].Count(run).Least > 0 ? Of(ShapeValue.Number, arguments) : Of(ShapeValue.Number, arguments).OrNothing();

    public static ShapeValue Instant(ShapeValue[] arguments, ShapeRun run)
    {
        // A date that no calendar has is no number.
        var result = ShapeValue.Number with { Traits = ShapeTraits.Plain | ShapeTraits.NotFinite };
        return arguments[1].IsNothing ? Of(result, arguments) : Of(result, arguments).OrNothing();
    }

    /// <summary>A number rounded; to a fraction of a decimal it is none.</summary>
    public static ShapeValue Rounded(ShapeValue[] arguments, ShapeRun run) => Of(
        arguments[1].IsNothing || arguments[1].Has(ShapeTraits.Whole) ? ShapeValue.Number : ShapeValue.Number with { Traits = ShapeTraits.Plain | ShapeTraits.NotFinite },
        arguments);

    public static ShapeValue Truth(ShapeValue[] arguments, ShapeRun run) => Truth(arguments[0], true);

    public static ShapeValue Falsehood(ShapeValue[] arguments, ShapeRun run) => Truth(arguments[0], false);

    public static ShapeValue Exists(ShapeValue[] arguments, ShapeRun run) => ShapeValue.Truths(
        arguments[0].Function is not null || arguments[0].Shape.MayBe(ShapeKinds.Value), arguments[0].MayBeNothing);

    public static ShapeValue Type(ShapeValue[] arguments, ShapeRun run)
    {
        var value = arguments[0];
        if (value.Function is not null || value.Has(ShapeTraits.NotFinite))
            return Of(new ShapeValue(TypeNames), arguments);
        var names = new List<string>();
        AddIf(ShapeKinds.Null, "null");
        AddIf(ShapeKinds.Number, "number");
        AddIf(ShapeKinds.Text, "string");
        AddIf(ShapeKinds.Boolean, "boolean");
        AddIf(ShapeKinds.List, "array");
        AddIf(ShapeKinds.Object, "object");
        return Of(new ShapeValue(Shape.TextOf(names)), arguments);

        void AddIf(ShapeKinds kinds, string name)
        {
            if (value.Shape.MayBe(kinds))
                names.Add(name);
        }
    }

    public static ShapeValue Text(ShapeValue[] arguments, ShapeRun run) =>
        arguments[0].IsOnly(ShapeKinds.Text | ShapeKinds.Nothing) ? arguments[0] : Of(ShapeValue.Text, arguments);

    /// <summary>The array in another order.</summary>
    public static ShapeValue Reordered(ShapeValue[] arguments, ShapeRun run)
    {
        var (least, most) = arguments[0].Count(run);
        var list = arguments[0].Without(ShapeKinds.Nothing);
        if (list.IsNever)
            return ShapeValue.Nothing;
        var item = list.Items();
        var result = most == 0 ? list : item.ToList(least, most).Join(most > 1 && least > 1 ? ShapeValue.Never : list);
        return arguments[0].MayBeNothing ? result.OrNothing() : result;
    }

    public static ShapeValue Distinct(ShapeValue[] arguments, ShapeRun run)
    {
        var value = arguments[0];
        if (!value.MayBeList)
            return value;
        var (least, most) = value.Count(run);
        var sorts = ShapeTraits.Plain | (value.Traits & ShapeTraits.Sequence) | ShapeTraits.Raw;
        return value.Join(value.Items().ToList(Math.Min(1, least), most, sorts));
    }

    public static ShapeValue Appended(ShapeValue[] arguments, ShapeRun run)
    {
        var (first, second) = (arguments[0], arguments[1]);
        var result = ShapeValue.Never;
        if (first.MayBeNothing)
            result = result.Join(second);
        if (second.MayBeNothing)
            result = result.Join(first.Without(ShapeKinds.Nothing));
        var (left, right) = (AsList(first, run), AsList(second, run));
        if (left.IsNever || right.IsNever)
            return result;
        var (a, b) = (left.Shape.List!, right.Shape.List!);
        var traits = ShapeTraits.Plain | ((left.Traits | right.Traits) & ShapeTraits.Holds);
        var both = a.Rest.IsNever && a.First.Count + b.First.Count <= ListShape.MostFirst
            ? new ListShape([.. a.First, .. b.First], b.Rest)
            : new ListShape(a.First, a.Rest.Join(b.Item));
        return result.Join(new ShapeValue(Shape.Of(both), null, traits));
    }

    public static ShapeValue Keys(ShapeValue[] arguments, ShapeRun run)
    {
        var value = arguments[0];
        if (value.IsOnly(ShapeKinds.Object) && value.Shape.Members is { IsClosed: true } members)
        {
            var least = members.Names.Count(name => members.Find(name)!.IsCertain);
            return new ShapeValue(Shape.TextOf(members.Names)).ToSequence(least, members.Names.Count);
        }

        return ShapeValue.Text.ToSequence(0, int.MaxValue);
    }

    public static ShapeValue Looked(ShapeValue[] arguments, ShapeRun run)
    {
        var key = arguments[1];
        if (key.IsNothing)
            return ShapeValue.Nothing;
        var result = key.MayBeNothing ? ShapeValue.Nothing : ShapeValue.Never;
        return key.Shape.Texts is { } names
            ? names.Aggregate(result, (all, name) => all.Join(arguments[0].Lookup(name)))
            : ShapeValue.Everything;
    }

    /// <summary>One object of some, of which a later one's members count.</summary>
    public static ShapeValue Merged(ShapeValue[] arguments, ShapeRun run)
    {
        var value = arguments[0];
        if (value.Shape.List is not { } list)
            return ShapeValue.Nothing;
        if (value.Has(ShapeTraits.HoldsFunctions))
            return ShapeValue.Everything;
        var all = ObjectShape.Empty;
        foreach (var item in list.First)
            all = item.Members is { } members ? all.MergedWith(members, isCertain: item.IsOnly(ShapeKinds.Object)) : all;
        if (list.Rest.Members is { } others)
            all = all.MergedWith(others, isCertain: false);
        var result = new ShapeValue(Shape.Of(all), null, ShapeTraits.Plain | (value.Traits & ShapeTraits.Holds));
        return value.MayBeNothing ? result.OrNothing() : result;
    }

    public static ShapeValue Mapped(ShapeValue[] arguments, ShapeRun run)
    {
        if (arguments[0].Shape.List is null || arguments[1].Function is not { } function)
            return ShapeValue.Nothing;
        var (least, most) = arguments[0].Count(run);
        var value = most == 0 ? ShapeValue.Never : function.Call(run, arguments[0].Items(), ShapeValue.Number, arguments[0].Without(ShapeKinds.Nothing));
        if (value.IsNever && least > 0)
            return arguments[0].MayBeNothing ? ShapeValue.Nothing : ShapeValue.Never;
        var result = value.Without(ShapeKinds.Nothing).ToSequence(value.MayBeNothing ? 0 : least, value.IsNothing ? 0 : most);
        return arguments[0].MayBeNothing ? result.OrNothing() : result;
    }

    public static ShapeValue Filtered(ShapeValue[] arguments, ShapeRun run)
    {
        if (arguments[0].Shape.List is null || arguments[1].Function is not { } function)
            return ShapeValue.Nothing;
        var (least, most) = arguments[0].Count(run);
        if (most == 0)
            return ShapeValue.Nothing;
        var kept = function.Call(run, arguments[0].Items(), ShapeValue.Number, arguments[0].Without(ShapeKinds.Nothing));
        var (holds, fails) = kept.IsNever ? (false, true) : kept.Truth();
        var result = arguments[0].Items().ToSequence(fails ? 0 : least, holds ? most : 0);
        return arguments[0].MayBeNothing ? result.OrNothing() : result;
    }

    public static ShapeValue Single(ShapeValue[] arguments, ShapeRun run)
    {
        arguments[1].Function?.Call(run, arguments[0].Items(), ShapeValue.Number, arguments[0].Without(ShapeKinds.Nothing));
        var item = arguments[0].Items();
        return arguments[0].MayBeNothing ? item.OrNothing() : item;
    }

    public static ShapeValue Reduced(ShapeValue[] arguments, ShapeRun run)
    {
        if (arguments[0].Shape.List is null || arguments[1].Function is not { } function)
            return ShapeValue.Nothing;
        var (_, most) = arguments[0].Count(run);
        var item = arguments[0].Items();
        var start = arguments.Length > 2 ? arguments[2] : ShapeValue.Nothing;

        // Anything else is what the function makes of a result and an item, any number of times.
        var result = start.MayBeNothing ? start.Join(item) : start;
        for (var turn = 0; most > 0; turn++)
        {
            if (turn == 4)
                return ShapeValue.Everything;
            var next = result.Join(function.Call(run, result, item, ShapeValue.Number, arguments[0].Without(ShapeKinds.Nothing)));
            if (next == result)
                break;
            result = next;
        }

        return arguments[0].MayBeNothing ? result.OrNothing() : result;
    }

    public static ShapeValue Sifted(ShapeValue[] arguments, ShapeRun run)
    {
        if (arguments[0].Shape.Members is not { } members)
            return ShapeValue.Nothing;
        var value = arguments[0].Inside(members.Value);
        if (!value.IsNever)
            arguments[1].Function?.Call(run, value, ShapeValue.Text, arguments[0].Only(ShapeKinds.Object));
        var kept = new ObjectShape(
            members.Names.Select(name => KeyValuePair.Create(name, members.Find(name)! with { IsCertain = false })), members.Rest, members.Origin);
        return (arguments[0] with { Shape = Shape.Of(kept), Function = null }).OrNothing();
    }

    public static ShapeValue Each(ShapeValue[] arguments, ShapeRun run)
    {
        if (arguments[0].Shape.Members is not { } members || arguments[1].Function is not { } function)
            return ShapeValue.Nothing;
        var value = arguments[0].Inside(members.Value);
        var made = value.IsNever ? ShapeValue.Never : function.Call(run, value, ShapeValue.Text, arguments[0].Only(ShapeKinds.Object));
        return made.Without(ShapeKinds.Nothing).ToSequence(0, int.MaxValue);
    }

    /// <summary>For each member of an object, or of the objects in an array, an object of its own.</summary>
    public static ShapeValue Spread(ShapeValue[] arguments, ShapeRun run)
    {
        var value = arguments[0];
        if (value.Has(ShapeTraits.HoldsFunctions) || value.Function is not null)
            return ShapeValue.Everything;
        var result = value.Without(ShapeKinds.List | ShapeKinds.Object);
        if (value.Shape.Members is { } members)
        {
            var least = members.Names.Count(name => members.Find(name)!.IsCertain);
            result = result.Join(OfOne(value, members).ToSequence(least, members.IsClosed ? members.Names.Count : int.MaxValue));
        }

        if (!value.MayBeList)
            return result;
        var items = value.Flat(ShapeRun.MostNested);
        if (items.Function is not null)
            return ShapeValue.Everything;
        var spread = items.Without(ShapeKinds.Object | ShapeKinds.Nothing).Join(items.Shape.Members is { } inner ? OfOne(items, inner) : ShapeValue.Never);
        return result.Join(spread.ToList(0, int.MaxValue)).OrNothing();
    }

    public static ShapeValue Zipped(ShapeValue[] arguments, ShapeRun run)
    {
        if (arguments.Contains(ShapeValue.Everything) || Array.Exists(arguments, argument => argument.Function is not null))
            return new ShapeValue(Shape.AnyList, null, ShapeTraits.All);
        if (arguments.Length == 0 || Array.Exists(arguments, argument => argument.Items().IsNever))
            return new ShapeValue(Shape.Tuple([]));
        var traits = arguments.Aggregate(ShapeTraits.Plain, (all, argument) => all | (argument.Traits & ShapeTraits.Holds) | argument.Items().KeptTraits());
        var least = arguments.Min(argument => argument.Count(run).Least);
        var most = arguments.Max(argument => argument.Count(run).Most);
        var zipped = new ShapeValue(Shape.Tuple([.. arguments.Select(argument => argument.Items().Kept())]), null, traits);
        return zipped.ToList(Array.Exists(arguments, argument => argument.MayBeNothing) ? 0 : least, most);
    }

    public static ShapeValue Matches(ShapeValue[] arguments, ShapeRun run)
    {
        var match = Shape.Object(
            ("match", Shape.Text), ("index", Shape.Number), ("groups", Shape.ListOf(Shape.Anything.OrNothing())));
        return new ShapeValue(match, null, ShapeTraits.All).ToSequence(0, int.MaxValue).OrNothing();
    }

    public static ShapeValue Parts(ShapeValue[] arguments, ShapeRun run) => Of(ShapeValue.Text.ToList(0, int.MaxValue), arguments);

    public static ShapeValue Copied(ShapeValue[] arguments, ShapeRun run)
    {
        var value = arguments[0];
        return value.Function is not null || value.Has(ShapeTraits.Holds | ShapeTraits.Wrapper) ? ShapeValue.Everything : value with { Traits = ShapeTraits.Plain };
    }

    public static ShapeValue Parsed(ShapeValue[] arguments, ShapeRun run) => Of(new ShapeValue(Shape.Anything), arguments);

    public static ShapeValue Partitioned(ShapeValue[] arguments, ShapeRun run) => arguments[0].MayBeList
        ? arguments[0].Items().ToList(0, int.MaxValue).ToList(1, int.MaxValue).OrNothing()
        : ShapeValue.Nothing;

    private static ShapeValue Of(ShapeValue result, ShapeValue[] arguments)
    {
        if (arguments[0].IsNothing)
            return ShapeValue.Nothing;
        if (result.Shape.MayBe(ShapeKinds.Number) && Array.Exists(arguments, argument => argument.Has(ShapeTraits.NotFinite | ShapeTraits.HoldsNotFinite)))
            result = result with { Traits = result.Traits | ShapeTraits.NotFinite };
        return arguments[0].MayBeNothing ? result.OrNothing() : result;
    }

    private static ShapeValue Truth(ShapeValue value, bool asks)
    {
        var there = value.Without(ShapeKinds.Nothing);
        var (holds, fails) = there.IsNever ? (false, false) : there.Truth();
        var result = ShapeValue.Truths(asks ? holds : fails, asks ? fails : holds);
        return value.MayBeNothing ? result.OrNothing() : result;
    }

    private static ShapeValue OfOne(ShapeValue value, ObjectShape members) => new(
        Shape.Of(new ObjectShape(members.Names.Select(name => KeyValuePair.Create(name, members.Find(name)! with { IsCertain = false })), members.Rest)),
        null,
        ShapeTraits.Plain | (value.Traits & ShapeTraits.Holds));

    /// <summary>The value, which is there, as an array: itself or one that holds it.</summary>
    private static ShapeValue AsList(ShapeValue value, ShapeRun run)
    {
        var single = value.Without(ShapeKinds.List | ShapeKinds.Nothing);
        var list = value.Only(ShapeKinds.List);
        return single.IsNever ? list : list.Join(single.ToList(1, 1));
    }
}
